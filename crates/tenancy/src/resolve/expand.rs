//! `use: applicant` in a form becomes the section of that name, with what the form says differently.

use super::Resolved;
use crate::problem::{Message, Problems};
use crate::shape::kinds::Kind;
use crate::shape::{closest, list};
use crate::source::DocId;
use crate::yaml::{Entry, Node, Value};

/// Replaces every `use` in a service's form.
pub(super) fn expand_sections(service: &mut Node, sections: &Resolved, problems: &mut Problems) {
    let Some(form) = service.as_map_mut().and_then(|map| map.get_mut("form")) else { return };
    let Some(used) = form.node.as_map_mut().and_then(|map| map.get_mut("sections")).and_then(|entry| entry.node.as_map_mut()) else {
        return;
    };
    for (id, entry) in used {
        let Some(reference) = entry.node.get("use") else { continue };
        let Some(name) = reference.as_text() else { continue };
        if let Some(section) = sections.get(&DocId::of(Kind::Section, name)) {
            expand(entry, section);
        } else {
            let ids: Vec<&str> = sections.keys().filter(|id| id.kind == Kind::Section).map(|id| id.id.as_str()).collect();
            let message = unknown(("la sezione", "the section"), name, &ids);
            problems.push(message, &reference.span, format!("form.sections.{id}.use"));
            entry.node.value = Value::Broken;
        }
    }
}

/// A reference to something that is not there.
pub(crate) fn unknown(kind: (&str, &str), id: &str, existing: &[&str]) -> Message {
    let kind = crate::problem::Words::new(kind.0, kind.1);
    match closest(id, existing.iter().copied()) {
        Some(near) => Message::UnknownReferenceLike { kind, id: id.into(), suggestion: near.into() },
        None => Message::UnknownReference { kind, id: id.into(), allowed: list(existing.iter().copied()).into() },
    }
}

fn expand(entry: &mut Entry, section: &Node) {
    let mut node = section.clone();
    let over = std::mem::replace(&mut entry.node, Node::empty_map(section.span.clone()));
    node.reason = over.reason;
    if let Value::Map(map) = over.value
        && let Some(base) = node.as_map_mut()
    {
        base.shift_remove("format");
        for (key, child) in map {
            if key != "use" {
                put(base, key, child);
            }
        }
    }
    entry.node = node;
}

/// Maps go into maps, everything else replaces.
fn put(base: &mut crate::yaml::Map, key: String, child: Entry) {
    if child.node.text("excluded") == Some("true") {
        base.shift_remove(&key);
        return;
    }
    match base.get_mut(&key) {
        Some(existing) if existing.node.as_map().is_some() && child.node.as_map().is_some() => {
            if let (Some(into), Value::Map(from)) = (existing.node.as_map_mut(), child.node.value) {
                for (key, child) in from {
                    put(into, key, child);
                }
            }
        }
        _ => {
            base.insert(key, child);
        }
    }
}
