//! The order of entries: `after:` names the entry that comes before.

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::{Message, Problems};
use crate::shape::Shape;
use crate::yaml::{Map, Node};

/// Puts the entries of every collection in their order.
pub(super) fn order(shape: Shape, node: &mut Node, path: &str, problems: &mut Problems) {
    let Some(map) = node.as_map_mut() else { return };
    match shape {
        Shape::Record(record) => {
            for (key, entry) in map {
                if let Some(field) = record.field(key) {
                    order(field.shape, &mut entry.node, &join(path, key), problems);
                }
            }
        }
        Shape::Items(items) => {
            if map.values().any(|entry| entry.node.text("after").is_some()) {
                sort(map, path, problems);
            }
            for (key, entry) in map {
                order(items.item, &mut entry.node, &join(path, key), problems);
            }
        }
        Shape::Leaf(_) | Shape::Texts(_) | Shape::Set(_) | Shape::Free => {}
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn sort(map: &mut Map, path: &str, problems: &mut Problems) {
    let mut followers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut first = Vec::new();
    let mut last = Vec::new();
    for (key, entry) in map.iter() {
        match entry.node.text("after") {
            None => first.push(key.clone()),
            Some(anchor) if map.contains_key(anchor) => followers.entry(anchor.to_owned()).or_default().push(key.clone()),
            Some(anchor) => {
                let span = entry.node.get("after").map_or(&entry.key, |node| &node.span);
                let message = Message::UnknownAnchor { key: key.as_str().into(), anchor: anchor.into() };
                problems.push(message, span, join(path, key));
                last.push(key.clone());
            }
        }
    }
    let mut placed = Vec::with_capacity(map.len());
    for key in first.iter().chain(&last) {
        place(key, &followers, &mut placed);
    }
    let seen: BTreeSet<&String> = placed.iter().collect();
    let circular: Vec<String> = map.keys().filter(|key| !seen.contains(key)).cloned().collect();
    if let Some(key) = circular.first() {
        let entry = &map[key];
        problems.push(Message::AnchorCycle { key: key.as_str().into() }, &entry.key, join(path, key));
    }
    placed.extend(circular);
    *map = placed.into_iter().filter_map(|key| map.swap_remove_entry(&key)).collect();
}

/// An entry, then those that follow it; each key has one `after`, so nothing is placed twice.
fn place(key: &str, followers: &BTreeMap<String, Vec<String>>, placed: &mut Vec<String>) {
    placed.push(key.to_owned());
    for follower in followers.get(key).into_iter().flatten() {
        place(follower, followers, placed);
    }
}
