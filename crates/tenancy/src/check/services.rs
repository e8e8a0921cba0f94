//! A service: what it refers to exists, its conditions name what it has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::conditions::{Names, expression, place};
use super::{entries, ids, steps};
use crate::problem::{Message, Problems};
use crate::resolve::{Resolved, unknown};
use crate::shape::Shape;
use crate::shape::kinds::Kind;
use crate::source::DocId;
use crate::yaml::Node;

/// Checks a resolved service.
pub(super) fn service(id: &DocId, node: &Node, resolved: &Resolved, problems: &mut Problems) {
    reference(node, "workflow", ("il flusso", "the workflow"), &ids(resolved, Kind::Workflow), problems);
    reference(node, "office", ("il ruolo", "the role"), &entries(resolved, Kind::Roles, "roles"), problems);
    if node.text("status") == Some("suspended")
        && node.get("status_reason").is_none()
        && let Some(status) = node.get("status")
    {
        problems.push(Message::SuspendedWithoutReason {}, &status.span, "status");
    }
    let names = names(node, resolved);
    conditions(Shape::Record(id.kind.record()), node, "", &names, problems);
    fields_fit(node, &names, problems);
    places(node, "", &names, problems);
    for (section, entry) in node.at(["form", "sections"]).into_iter().flat_map(Node::entries) {
        places(&entry.node, &format!("form.sections.{section}"), &names, problems);
    }
    if let Some(delegates) = node.get("delegates") {
        let documents: Vec<&str> = names.documents.iter().map(String::as_str).collect();
        reference(delegates, "document", ("il documento", "the document"), &documents, problems);
    }
    flow(node, names, resolved, problems);
    if let Some(workflow) = node.text("workflow").and_then(|workflow| resolved.get(&DocId::of(Kind::Workflow, workflow))) {
        points(node, workflow, resolved, problems);
    }
}

/// The conditions of what a service's cases go through, where a layer changed that and left the service itself as it was.
pub(super) fn changed_flow(node: &Node, resolved: &Resolved, below: &Resolved, problems: &mut Problems) {
    let pieces = pieces(node, resolved);
    let acts = acts(&pieces).into_keys().map(|act| DocId::of(Kind::Act, act));
    let same = |id: DocId| match (resolved.get(&id), below.get(&id)) {
        (Some(here), Some(there)) => Arc::ptr_eq(here, there) || here.is_broken(),
        _ => false,
    };
    if !pieces.iter().map(|(id, _)| id.clone()).chain(acts).all(same) {
        flow(node, names(node, resolved), resolved, problems);
    }
}

fn names(service: &Node, resolved: &Resolved) -> Names {
    let mut names = Names::of(service, &entries(resolved, Kind::Parameters, "parameters"));
    names.opinions = pieces(service, resolved).iter().flat_map(|(_, piece)| opinions(piece)).collect();
    names
}

/// The workflow of a service and the steps that it inserts.
fn pieces<'r>(service: &Node, resolved: &'r Resolved) -> Vec<(DocId, &'r Node)> {
    let workflow = service.text("workflow").map(|workflow| DocId::of(Kind::Workflow, workflow));
    let steps = steps(service).map(|(_, step)| DocId::of(Kind::Step, step));
    workflow.into_iter().chain(steps).filter_map(|id| resolved.get(&id).map(|piece| (id, &**piece))).collect()
}

fn flow(service: &Node, mut names: Names, resolved: &Resolved, problems: &mut Problems) {
    let pieces = pieces(service, resolved);
    for (id, piece) in &pieces {
        conditions(Shape::Record(id.kind.record()), piece, "", &names, problems);
    }
    for (id, data) in acts(&pieces) {
        if let Some(act) = resolved.get(&DocId::of(Kind::Act, id)) {
            names.data = Some(data);
            conditions(Shape::Record(Kind::Act.record()), act, "", &names, problems);
        }
    }
}

/// The opinions that a workflow or a step asks for.
fn opinions(piece: &Node) -> impl Iterator<Item = String> {
    let states = piece.get("states").into_iter().flat_map(Node::entries);
    states.flat_map(|(_, state)| state.node.get("opinions").into_iter().flat_map(Node::entries)).map(|(id, _)| id.to_owned())
}

/// The acts that are drawn up, each with the answers that every transition which draws it up asks for.
fn acts<'n>(pieces: &[(DocId, &'n Node)]) -> BTreeMap<&'n str, BTreeSet<String>> {
    let mut acts: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (_, transition) in pieces.iter().flat_map(|(_, piece)| piece.get("transitions").into_iter().flat_map(Node::entries)) {
        let Some(act) = transition.node.text("draws_up") else { continue };
        let asked = transition.node.at(["form", "fields"]).into_iter().flat_map(Node::entries).map(|(id, _)| id.to_owned());
        let asked: BTreeSet<String> = asked.collect();
        acts.entry(act).and_modify(|known| known.retain(|id| asked.contains(id))).or_insert(asked);
    }
    acts
}

/// Where the rules of a service or of one of its sections speak.
fn places(of: &Node, path: &str, names: &Names, problems: &mut Problems) {
    for (id, check) in of.get("checks").into_iter().flat_map(Node::entries) {
        if let Some(at) = check.node.get("at") {
            place(at, &join(path, &format!("checks.{id}.at")), names, problems);
        }
    }
}

pub(super) fn reference(node: &Node, key: &str, kind: (&str, &str), existing: &[&str], problems: &mut Problems) {
    let Some(value) = node.get(key) else { return };
    if let Some(id) = value.plain().filter(|id| !existing.contains(id)) {
        problems.push(unknown(kind, id, existing), &value.span, key);
    }
}

/// Every condition of a document.
fn conditions(shape: Shape, node: &Node, path: &str, names: &Names, problems: &mut Problems) {
    match shape {
        Shape::Leaf(crate::shape::Leaf::Condition | crate::shape::Leaf::Expression) => expression(node, path, names, problems),
        Shape::Record(record) => {
            for (key, entry) in node.entries() {
                if let Some(field) = record.field(key) {
                    conditions(field.shape, &entry.node, &join(path, key), names, problems);
                }
            }
        }
        Shape::Items(items) => {
            for (key, entry) in node.entries() {
                conditions(items.item, &entry.node, &join(path, key), names, problems);
            }
        }
        _ => {}
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Fields have what their type needs: choices where one chooses, fields where they repeat, bounds that count with real parameters.
fn fields_fit(service: &Node, names: &Names, problems: &mut Problems) {
    for (section, entry) in service.at(["form", "sections"]).into_iter().flat_map(Node::entries) {
        for (id, field) in entry.node.get("fields").into_iter().flat_map(Node::entries) {
            field_fits(&field.node, &field.key, &format!("form.sections.{section}.fields.{id}"), names, problems);
        }
    }
}

/// The types of answers that can be computed.
const COMPUTED: [&str; 5] = ["number", "money", "text", "date", "boolean"];

fn field_fits(field: &Node, at: &crate::problem::Span, path: &str, names: &Names, problems: &mut Problems) {
    let kind = field.text("type").unwrap_or_default();
    let needed = match kind {
        "choice" | "choices" => Some("choices"),
        "group" => Some("fields"),
        _ => None,
    };
    if let Some(key) = needed.filter(|key| field.get(key).is_none_or(|node| node.entries().next().is_none())) {
        let place = crate::problem::Words::new(format!("un campo di tipo {kind} ({path})"), format!("a field of type {kind} ({path})"));
        problems.push(Message::MissingKey { key: key.into(), place }, at, format!("{path}.{key}"));
    }
    if let Some(node) = field.get("pattern").filter(|node| node.plain().is_some_and(|text| sportello_domain::form::pattern(text).is_err()))
    {
        problems.push(Message::BadPattern { path: format!("{path}.pattern").into() }, &node.span, format!("{path}.pattern"));
    }
    for key in ["min", "max"] {
        let Some(node) = field.get(key) else { continue };
        let Some(parameter) = node.plain().and_then(parameter_of) else { continue };
        if !names.parameters.contains(&parameter) {
            let known: Vec<&str> = names.parameters.iter().map(String::as_str).collect();
            problems.push(unknown(("il parametro", "the parameter"), &parameter, &known), &node.span, format!("{path}.{key}"));
        }
    }
    if let Some(node) = field.get("computed").filter(|_| !COMPUTED.contains(&kind)) {
        problems.push(Message::CannotCompute { path: path.into() }, &node.span, format!("{path}.computed"));
    }
    for (id, inner) in field.get("fields").into_iter().flat_map(Node::entries) {
        if inner.node.text("type") == Some("group") {
            problems.push(Message::NestedGroup { path: format!("{path}.fields.{id}").into() }, &inner.key, format!("{path}.fields.{id}"));
        }
        if let Some(node) = inner.node.get("computed") {
            problems.push(Message::CannotCompute { path: format!("{path}.fields.{id}").into() }, &node.span, format!("{path}.fields.{id}"));
        }
        field_fits(&inner.node, &inner.key, &format!("{path}.fields.{id}"), names, problems);
    }
}

fn parameter_of(bound: &str) -> Option<String> {
    bound.parse::<sportello_domain::form::DayBound>().ok()?.parameter().map(str::to_owned)
}

/// Steps are inserted where the workflow offers them.
fn points(service: &Node, workflow: &Node, resolved: &Resolved, problems: &mut Problems) {
    let written = ids(resolved, Kind::Step);
    let offered: Vec<&str> = workflow.get("points").into_iter().flat_map(Node::entries).map(|(id, _)| id).collect();
    for (point, entry) in service.get("workflow_points").into_iter().flat_map(Node::entries) {
        let path = format!("workflow_points.{point}");
        if !offered.contains(&point) {
            problems.push(unknown(("il punto del flusso", "the point of the workflow"), point, &offered), &entry.key, path);
            continue;
        }
        let steps: Vec<&str> = workflow.at(["points", point, "offers"]).into_iter().flat_map(Node::entries).map(|(id, _)| id).collect();
        if let Some(step) = entry.node.get("use").filter(|step| step.as_text().is_some_and(|step| !steps.contains(&step))) {
            let message = unknown(("il passo", "the step"), step.as_text().unwrap_or_default(), &steps);
            problems.push(message, &step.span, format!("{path}.use"));
        } else {
            reference(&entry.node, "use", ("il passo", "the step"), &written, problems);
        }
    }
}
