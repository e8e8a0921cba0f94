//! What holds for all differences, not only for those somebody thought of.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use sportello_tenancy::policy::Policies;
use sportello_tenancy::problem::{Problems, Span};
use sportello_tenancy::resolve::{Layer, LayerKind, Stack};
use sportello_tenancy::shape::kinds::Kind;
use sportello_tenancy::source::DocId;
use sportello_tenancy::yaml::{Entry, Map, Node, Value};

fn span() -> Span {
    Span::of_file("f.yaml")
}

fn map(entries: impl IntoIterator<Item = (String, Node)>) -> Node {
    let entries: Map = entries.into_iter().map(|(key, node)| (key, Entry { key: span(), node })).collect();
    Node::new(Value::Map(entries), span())
}

fn text() -> impl Strategy<Value = Node> {
    "[a-z]{1,6}".prop_map(|text| Node::scalar(text, span()))
}

fn texts() -> impl Strategy<Value = Node> {
    prop::collection::btree_map(prop::sample::select(vec!["it", "en"]), text(), 1..3)
        .prop_map(|texts| map(texts.into_iter().map(|(language, node)| (language.to_owned(), node))))
}

/// A service with some texts, topics and fees.
fn service() -> impl Strategy<Value = Node> {
    let texts = prop::collection::btree_map(prop::sample::select(vec!["title", "how", "needs", "outcome"]), texts(), 0..4);
    let topics = prop::collection::btree_map("[a-d]", any::<bool>(), 0..4);
    let fees = prop::collection::btree_map("[a-e]", (texts_only(), 0_u32..2000), 0..5);
    (texts, topics, fees).prop_map(|(texts, topics, fees)| {
        let mut entries: Vec<(String, Node)> = texts.into_iter().map(|(key, node)| (key.to_owned(), node)).collect();
        entries.push(("topics".into(), map(topics.into_iter().map(|(id, on)| (id, Node::scalar(on.to_string(), span()))))));
        let fee = |(title, cents): (Node, u32)| {
            map([("title".to_owned(), title), ("amount".to_owned(), Node::scalar(format!("{}.{:02}", cents / 100, cents % 100), span()))])
        };
        entries.push(("fees".into(), map(fees.into_iter().map(|(id, value)| (id, fee(value))))));
        map(entries)
    })
}

fn texts_only() -> impl Strategy<Value = Node> {
    texts()
}

/// Differences: the entries that a service lacks are marked as new, some that it has are excluded.
fn differences(base: &Node, wanted: Node, excluded: &[bool]) -> Node {
    let mut over = wanted;
    let known: Vec<String> = base.get("fees").into_iter().flat_map(Node::entries).map(|(id, _)| id.to_owned()).collect();
    if let Some(fees) = over.as_map_mut().and_then(|map| map.get_mut("fees")).and_then(|entry| entry.node.as_map_mut()) {
        for (id, entry) in fees.iter_mut().filter(|(id, _)| !known.contains(id)) {
            let _ = id;
            if let Some(fee) = entry.node.as_map_mut() {
                fee.insert("new".into(), Entry { key: span(), node: Node::scalar("true", span()) });
            }
        }
        for (id, _) in known.iter().zip(excluded).filter(|(_, out)| **out) {
            let node = map([("excluded".to_owned(), Node::scalar("true", span()))]);
            fees.insert(id.clone(), Entry { key: span(), node });
        }
    }
    over
}

fn layer(kind: LayerKind, node: Option<Node>) -> Layer {
    let documents: BTreeMap<DocId, Node> = node.into_iter().map(|node| (id(), node)).collect();
    Layer { kind, name: "x".into(), documents: Arc::new(documents), policies: Policies::default() }
}

fn id() -> DocId {
    DocId::of(Kind::Service, "s")
}

fn resolve(layers: Vec<Layer>) -> (Node, Problems) {
    let mut problems = Problems::new();
    let node = Stack { layers }.document(&id(), &mut problems).unwrap_or_else(|| Node::empty_map(span()));
    (node, problems)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_differences_leave_what_is_inherited(base in service()) {
        let empty = map([]);
        let (with, problems) = resolve(vec![layer(LayerKind::Catalogue, Some(base.clone())), layer(LayerKind::Tenant, Some(empty))]);
        let (without, _) = resolve(vec![layer(LayerKind::Catalogue, Some(base.clone())), layer(LayerKind::Tenant, None)]);
        prop_assert!(problems.is_empty());
        prop_assert!(with.same_value(&base) && without.same_value(&base));
    }

    #[test]
    fn resolving_twice_gives_the_same(base in service(), wanted in service(), excluded in prop::collection::vec(any::<bool>(), 5)) {
        let over = differences(&base, wanted, &excluded);
        let layers = || vec![layer(LayerKind::Catalogue, Some(base.clone())), layer(LayerKind::Tenant, Some(over.clone()))];
        let (once, problems) = resolve(layers());
        prop_assert!(problems.usable(), "{problems:?}");
        prop_assert_eq!(&once, &resolve(layers()).0);
        // What was resolved, taken as a catalogue, resolves to itself.
        let (again, problems) = resolve(vec![layer(LayerKind::Catalogue, Some(once.clone()))]);
        prop_assert!(problems.is_empty() && again.same_value(&once));
    }

    #[test]
    fn what_the_local_layer_says_is_what_counts(base in service(), wanted in service()) {
        let over = differences(&base, wanted, &[]);
        let (resolved, _) = resolve(vec![layer(LayerKind::Catalogue, Some(base.clone())), layer(LayerKind::Tenant, Some(over.clone()))]);
        for (id, fee) in over.get("fees").into_iter().flat_map(Node::entries) {
            prop_assert_eq!(resolved.at(["fees", id, "amount"]).and_then(Node::as_text), fee.node.text("amount"));
        }
        for (id, fee) in base.get("fees").into_iter().flat_map(Node::entries) {
            if over.at(["fees", id]).is_none() {
                prop_assert!(resolved.at(["fees", id]).is_some_and(|kept| kept.same_value(&fee.node)));
            }
        }
    }

    #[test]
    fn no_text_makes_the_reader_stumble(text in "[ -~\n\t#:{}\\[\\]\"'&*!|>%@à]{0,200}") {
        let mut problems = Problems::new();
        let file: Arc<str> = "f.yaml".into();
        let node = sportello_tenancy::yaml::decode(text.as_bytes(), &file, &mut problems)
            .and_then(|text| sportello_tenancy::yaml::parse(&text, &file, &mut problems));
        prop_assert!(node.is_some() || !problems.is_empty(), "nothing read and nothing said");
        for problem in problems.sorted() {
            prop_assert!(problem.span.line >= 1 && problem.span.column >= 1);
        }
    }
}
