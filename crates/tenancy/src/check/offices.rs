//! Offices: bound to roles that exist, under offices that exist, in locations that exist.

use std::collections::BTreeMap;

use super::entries;
use crate::problem::{Message, Problems};
use crate::resolve::{Resolved, unknown};
use crate::shape::kinds::Kind;
use crate::source::DocId;
use crate::yaml::Node;

/// Checks a tenant's offices. Returns the office of each role.
pub(super) fn offices<'r>(resolved: &'r Resolved, problems: &mut Problems) -> BTreeMap<&'r str, &'r str> {
    let mut bound: BTreeMap<&str, &str> = BTreeMap::new();
    let Some(offices) = resolved.get(&DocId::single(Kind::Offices)).and_then(|node| node.get("offices")) else { return bound };
    let all: Vec<&str> = offices.entries().map(|(id, _)| id).collect();
    let roles = entries(resolved, Kind::Roles, "roles");
    let locations = entries(resolved, Kind::Desk, "locations");
    for (id, entry) in offices.entries() {
        let mut reference = |key: &str, kind: (&str, &str), existing: &[&str]| {
            if let Some(node) = entry.node.get(key)
                && let Some(value) = node.plain().filter(|value| !existing.contains(value))
            {
                problems.push(unknown(kind, value, existing), &node.span, format!("offices.{id}.{key}"));
            }
        };
        reference("parent", ("l'ufficio", "the office"), &all);
        reference("location", ("la sede", "the location"), &locations);
        if !roles.is_empty() {
            reference("role", ("il ruolo", "the role"), &roles);
        }
        if let Some(node) = entry.node.get("role")
            && let Some(role) = node.plain()
        {
            if let Some(other) = bound.get(role) {
                let message = Message::RoleTwice { role: role.into(), other: (*other).into() };
                problems.push(message, &node.span, format!("offices.{id}.role"));
            } else {
                bound.insert(role, id);
            }
        }
        circle(offices, id, problems);
    }
    bound
}

fn circle(offices: &Node, id: &str, problems: &mut Problems) {
    let mut seen = vec![id];
    let mut current = offices.at([id, "parent"]).and_then(Node::plain);
    while let Some(parent) = current {
        if parent == id {
            if let Some(entry) = offices.as_map().and_then(|map| map.get(id)) {
                problems.push(Message::OfficeCycle { office: id.into() }, &entry.key, format!("offices.{id}.parent"));
            }
            return;
        }
        if seen.contains(&parent) {
            return;
        }
        seen.push(parent);
        current = offices.at([parent, "parent"]).and_then(Node::plain);
    }
}
