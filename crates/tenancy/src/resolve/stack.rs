//! The stack of layers, and a document seen through it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::expand::expand_sections;
use super::merge::{At, Merge, binding};
use super::order::order;
use crate::policy::{Policies, Policy, Rule};
use crate::problem::{Message, Problems};
use crate::shape::kinds::Kind;
use crate::shape::{Shape, closest};
use crate::source::DocId;
use crate::yaml::Node;

/// What a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerKind {
    /// The platform's defaults.
    Platform,
    /// A published catalogue.
    Catalogue,
    /// The tenant itself.
    Tenant,
}

/// One layer: documents and the rules it sets for those above.
#[derive(Clone, Debug)]
pub struct Layer {
    /// What it is.
    pub kind: LayerKind,
    /// Its name for people: `cesena 2026.1`, `santarcangelo`.
    pub name: String,
    /// Its documents.
    pub documents: Arc<BTreeMap<DocId, Node>>,
    /// Its rules.
    pub policies: Policies,
}

/// The layers of a tenant or of a catalogue, the lowest first.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    /// The layers.
    pub layers: Vec<Layer>,
}

/// The documents of a stack, resolved.
pub type Resolved = BTreeMap<DocId, Arc<Node>>;

impl Stack {
    /// Every document that any layer has.
    pub fn ids(&self) -> BTreeSet<DocId> {
        self.layers.iter().flat_map(|layer| layer.documents.keys().cloned()).collect()
    }

    /// Every document, resolved. What the top layer leaves as it is comes from `below`, the same stack without it.
    pub fn resolve(&self, below: Option<&Resolved>, problems: &mut Problems) -> Resolved {
        let top = self.layers.last();
        let touched = |id: &DocId| top.is_some_and(|layer| layer.documents.contains_key(id));
        let sections_touched = top.is_some_and(|layer| layer.documents.keys().any(|id| id.kind == Kind::Section));
        let mut resolved = Resolved::new();
        let (sections, others): (Vec<DocId>, Vec<DocId>) = self.ids().into_iter().partition(|id| id.kind == Kind::Section);
        for id in sections.into_iter().chain(others) {
            let again = touched(&id) || (sections_touched && id.kind == Kind::Service);
            let node = match below.and_then(|below| below.get(&id)).filter(|_| !again) {
                Some(shared) => Some(Arc::clone(shared)),
                None => self.build(&id, &resolved, problems).map(Arc::new),
            };
            resolved.extend(node.map(|node| (id, node)));
        }
        resolved
    }

    /// One document, resolved.
    pub fn document(&self, id: &DocId, problems: &mut Problems) -> Option<Node> {
        let mut sections = Resolved::new();
        if id.kind == Kind::Service {
            let ids = self.ids().into_iter().filter(|id| id.kind == Kind::Section);
            sections.extend(ids.filter_map(|id| self.build(&id, &Resolved::new(), problems).map(|node| (id, Arc::new(node)))));
        }
        self.build(id, &sections, problems)
    }

    /// Sections of the library are put in their place before higher layers change the form, and once more for those they add.
    fn build(&self, id: &DocId, sections: &Resolved, problems: &mut Problems) -> Option<Node> {
        let mut result: Option<Node> = None;
        for (index, layer) in self.layers.iter().enumerate() {
            let Some(over) = layer.documents.get(id) else { continue };
            let number = u8::try_from(index).unwrap_or(u8::MAX);
            match &mut result {
                Some(base) => {
                    let mut merge = Merge { below: &self.layers[..index], layer: number, open: is_open(id.kind), problems };
                    merge.value(Shape::Record(id.kind.record()), base, over.clone(), &start(id));
                }
                None => result = self.first(index, id, over, problems),
            }
            if let (Some(base), Kind::Service) = (&mut result, id.kind) {
                expand_sections(base, sections, problems);
            }
        }
        let mut node = result?;
        order(Shape::Record(id.kind.record()), &mut node, "", problems);
        Some(node)
    }

    /// The lowest layer that has the document. Above the first catalogue a document of a library must say that it is new.
    fn first(&self, index: usize, id: &DocId, over: &Node, problems: &mut Problems) -> Option<Node> {
        let mut node = over.clone();
        node.stamp(u8::try_from(index).unwrap_or(u8::MAX));
        let upstream = self.layers[..index].iter().any(|layer| layer.kind == LayerKind::Catalogue);
        let is_new = over.text("new") == Some("true") || id.id.starts_with("loc-");
        if upstream && !is_new && is_library(id.kind) {
            let ids: Vec<&str> = self.layers[..index]
                .iter()
                .flat_map(|layer| layer.documents.keys())
                .filter(|other| other.kind == id.kind)
                .map(|other| other.id.as_str())
                .collect();
            let message = match closest(&id.id, ids) {
                Some(near) => Message::NotUpstreamLike { key: id.id.as_str().into(), suggestion: near.into() },
                None => Message::NotUpstream { key: id.id.as_str().into() },
            };
            problems.push(message, &crate::problem::Span::of_file(Arc::clone(&over.span.file)), "");
            return None;
        }
        if let Some(map) = node.as_map_mut() {
            map.shift_remove("new");
        }
        Some(node)
    }

    /// The rules that bind a tenant's own layer for a value, the platform's rule where no catalogue says anything.
    pub fn binding(&self, id: &DocId, path: &[&str]) -> Vec<Policy> {
        let mut policy_path = id.policy_path();
        policy_path.extend(path.iter().map(|part| (*part).to_owned()));
        binding(&self.layers, &policy_path, platform_rule(id.kind, path))
    }

    /// The rules of a word over all layers, such as what must be filled locally.
    pub fn policies_with(&self, rule: Rule) -> impl Iterator<Item = &Policy> {
        self.layers.iter().flat_map(move |layer| layer.policies.with_rule(rule))
    }
}

fn start(id: &DocId) -> At {
    At { policy_path: id.policy_path(), path: String::new(), rule: Rule::Free, reason: None }
}

/// Kinds whose collections are local by nature.
fn is_open(kind: Kind) -> bool {
    matches!(kind, Kind::Branding | Kind::Calendar | Kind::Desk | Kind::Offices)
}

/// Kinds of which a catalogue has many.
fn is_library(kind: Kind) -> bool {
    matches!(kind, Kind::Service | Kind::Workflow | Kind::Step | Kind::Act | Kind::Section | Kind::Template)
}

/// The platform's rule for a value: that of the nearest key that has one.
fn platform_rule(kind: Kind, path: &[&str]) -> Rule {
    let mut rule = Rule::Free;
    let mut shape = Shape::Record(kind.record());
    for key in path {
        shape = match shape {
            Shape::Record(record) => match record.field(key) {
                Some(field) => {
                    rule = field.rule.unwrap_or(rule);
                    field.shape
                }
                None => return rule,
            },
            Shape::Items(items) => items.item,
            _ => return rule,
        };
    }
    rule
}
