//! Parameters: every one that a tenant must set is set, of the right type and within bounds.

use serde_json::{Value as Json, json};

use super::entries;
use crate::policy::{Bounds, Rule};
use crate::problem::{Message, Problems, Span, Words};
use crate::resolve::{Resolved, Stack};
use crate::shape::kinds::Kind;
use crate::shape::validate::{is_verified, unwrap_sourced};
use crate::shape::{Leaf, check_leaf, closest, convert, list};
use crate::source::DocId;
use crate::yaml::Node;

/// Checks the declarations of a catalogue: initial values and examples fit their type and bounds.
pub(super) fn declared(document: &Node, problems: &mut Problems) {
    for (id, entry) in document.get("parameters").into_iter().flat_map(Node::entries) {
        for key in ["default", "example"] {
            if let Some(node) = entry.node.get(key) {
                let path = format!("parameters.{id}.{key}");
                value_fits(&entry.node, unwrap_sourced(node).unwrap_or(node), &path, problems);
            }
        }
    }
}

/// The values of a tenant's parameters as the domain keeps them, in the order of the catalogue.
pub(crate) fn parameters(resolved: &Resolved, stack: &Stack, at: &Span, problems: &mut Problems) -> Json {
    let nothing = Node::empty_map(at.clone());
    let local = resolved.get(&DocId::single(Kind::LocalParameters)).and_then(|node| node.get("parameters")).unwrap_or(&nothing);
    let known = entries(resolved, Kind::Parameters, "parameters");
    for (id, entry) in local.entries().filter(|(id, _)| !known.contains(id)) {
        let path = format!("parameters.{id}");
        let message = match closest(id, known.iter().copied()) {
            Some(near) => Message::NotUpstreamLike { key: id.into(), suggestion: near.into() },
            None => Message::NotUpstreamFixed { key: id.into(), allowed: list(known.iter().copied()).into() },
        };
        problems.push(message, &entry.key, path);
    }
    let mut values = serde_json::Map::new();
    let declared = resolved.get(&DocId::single(Kind::Parameters)).and_then(|node| node.get("parameters"));
    for (id, entry) in declared.into_iter().flat_map(Node::entries) {
        let declaration = &entry.node;
        let own = local.get(id);
        let path = format!("parameters.{id}");
        if own.is_none() && must_be_local(declaration, stack, id) {
            let example = declaration.get("example").map(Node::short).unwrap_or_default();
            problems.push(Message::ParameterMissing { parameter: id.into(), example: example.into() }, at, path);
            continue;
        }
        let Some(node) = own.or_else(|| declaration.get("default")).or_else(|| declaration.get("example")) else { continue };
        let inner = unwrap_sourced(node).unwrap_or(node);
        if own.is_some() {
            locked(stack, id, node, declaration, problems);
            value_fits(declaration, inner, &path, problems);
        }
        values.insert(id.to_owned(), sourced(node, &value(declaration, inner)));
    }
    Json::Object(values)
}

fn must_be_local(declaration: &Node, stack: &Stack, id: &str) -> bool {
    declaration.text("required_local") == Some("true") || binding(stack, id).iter().any(|policy| policy.rule == Rule::RequiredLocal)
}

fn binding(stack: &Stack, id: &str) -> Vec<crate::policy::Policy> {
    stack.binding(&DocId::single(Kind::LocalParameters), &["parameters", id])
}

/// A policy on `parameters.<id>` binds the value that a tenant gives.
fn locked(stack: &Stack, id: &str, node: &Node, declaration: &Node, problems: &mut Problems) {
    let path = format!("parameters.{id}");
    for policy in binding(stack, id) {
        match policy.rule {
            Rule::Locked => {
                problems.push(
                    Message::Locked { path: path.as_str().into(), upstream: declaration.span.to_string().into(), why: policy.because() },
                    &node.span,
                    &path,
                );
            }
            Rule::Within => {
                if let Some(value) = node.plain().filter(|value| !policy.bounds.admit(value)) {
                    let message = Message::Within { path: path.as_str().into(), value: value.into(), bounds: policy.bounds.words() };
                    problems.push(message, &node.span, &path);
                }
            }
            Rule::Free | Rule::OnlyShorter | Rule::RequiredLocal => {}
        }
    }
}

/// Whether a value is of the declared type and within the declared bounds.
fn value_fits(declaration: &Node, node: &Node, path: &str, problems: &mut Problems) {
    let wrong = |expected: Words| Message::WrongType { path: path.into(), expected, found: format!("'{}'", node.short()).into() };
    let by_language = node.as_map().is_some_and(|map| map.contains_key("it") && map.keys().all(|key| key == "it" || key == "en"));
    let text = node.as_text();
    let leaf = match declaration.text("type") {
        Some("number") => Leaf::Number,
        Some("boolean") => Leaf::Bool,
        Some("date") => Leaf::Date,
        Some("money") => Leaf::Money,
        Some("choice") => {
            let choices: Vec<&str> = declaration.get("choices").into_iter().flat_map(Node::entries).map(|(id, _)| id).collect();
            if let Some(chosen) = text.filter(|chosen| !choices.contains(chosen)) {
                let allowed = list(choices.iter().copied());
                problems.push(Message::NotOneOf { path: path.into(), value: chosen.into(), allowed: allowed.into() }, &node.span, path);
            }
            Leaf::Id
        }
        _ if by_language => return,
        _ => Leaf::Text(0),
    };
    let message = match text {
        None => Some(wrong(leaf.expected())),
        Some(text) => check_leaf(leaf, text, false, path).or_else(|| {
            let bounds = declaration.get("within").map(Bounds::of)?;
            (!bounds.admit(text)).then(|| Message::OutOfBounds { path: path.into(), value: text.into(), bounds: bounds.words() })
        }),
    };
    if let Some(message) = message {
        problems.push(message, &node.span, path);
    }
}

fn value(declaration: &Node, node: &Node) -> Json {
    match (declaration.text("type"), node.as_text()) {
        (Some("number"), Some(text)) => convert::number(text),
        (Some("boolean"), Some(text)) => Json::Bool(text == "true"),
        _ => convert::free(node),
    }
}

fn sourced(node: &Node, value: &Json) -> Json {
    let mut object = json!({ "value": value });
    if unwrap_sourced(node).is_some()
        && let Some(map) = object.as_object_mut()
    {
        map.insert("verified".into(), is_verified(node).into());
        for key in ["source", "confirmed"] {
            if let Some(child) = node.get(key) {
                map.insert(key.into(), convert::free(child));
            }
        }
    }
    object
}
