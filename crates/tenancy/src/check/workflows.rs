//! A workflow: sound by the domain's own rules, with every step that it offers; what it names exists.

use super::services::reference;
use super::{entries, ids};
use crate::problem::{Message, Problems, Words};
use crate::resolve::{Resolved, unknown};
use crate::shape::convert;
use crate::shape::kinds::Kind;
use crate::source::DocId;
use crate::yaml::Node;
use sportello_domain::workflow::check::check;
use sportello_domain::workflow::{CannotInsert, Step, Workflow};

/// Checks a resolved workflow.
pub(super) fn workflow(id: &DocId, node: &Node, resolved: &Resolved, problems: &mut Problems) {
    names(node, resolved, problems);
    match to_workflow(&id.id, node) {
        Ok(workflow) => {
            let found = check(&workflow);
            let sound = found.is_empty();
            for found in found {
                let detail = Words::new(found.message.it, found.message.en);
                let remedy = Words::new(found.remedy.it, found.remedy.en);
                problems.push(Message::BadWorkflow { detail, remedy }, &node.place(&found.path), found.path);
            }
            if sound {
                offers(&workflow, node, resolved, problems);
            }
        }
        Err(detail) => {
            let message = Message::BadDefinition { document: id.to_string().into(), detail: detail.into() };
            problems.push(message, &node.span, "");
        }
    }
}

/// Checks a resolved step; whether it fits is seen in each workflow that offers it.
pub(super) fn step(id: &DocId, node: &Node, resolved: &Resolved, problems: &mut Problems) {
    names(node, resolved, problems);
    if let Err(detail) = to_step(node) {
        let message = Message::BadDefinition { document: id.to_string().into(), detail: detail.into() };
        problems.push(message, &node.span, "");
    }
}

/// Templates, acts and roles that states and transitions name exist.
fn names(node: &Node, resolved: &Resolved, problems: &mut Problems) {
    let templates = ids(resolved, Kind::Template);
    let acts = ids(resolved, Kind::Act);
    let roles = entries(resolved, Kind::Roles, "roles");
    for (transition, entry) in node.get("transitions").into_iter().flat_map(Node::entries) {
        for (whom, template) in entry.node.get("notify").into_iter().flat_map(Node::entries) {
            if let Some(name) = template.node.as_text().filter(|name| !templates.contains(name)) {
                let message = unknown(("il modello di messaggio", "the message template"), name, &templates);
                problems.push(message, &template.node.span, format!("transitions.{transition}.notify.{whom}"));
            }
        }
        reference(&entry.node, "draws_up", ("l'atto", "the act"), &acts, problems);
    }
    for (_, state) in node.get("states").into_iter().flat_map(Node::entries) {
        for (_, opinion) in state.node.get("opinions").into_iter().flat_map(Node::entries) {
            reference(&opinion.node, "office", ("il ruolo", "the role"), &roles, problems);
        }
    }
}

/// Every step that is offered can be put in its place, and the workflow is sound with it.
fn offers(workflow: &Workflow, node: &Node, resolved: &Resolved, problems: &mut Problems) {
    for (point, entry) in node.get("points").into_iter().flat_map(Node::entries) {
        for (id, offer) in entry.node.get("offers").into_iter().flat_map(Node::entries) {
            let Some(step) = resolved.get(&DocId::of(Kind::Step, id)) else {
                problems.push(Message::EmptyOffer { step: id.into() }, &offer.key, format!("points.{point}.offers.{id}"));
                continue;
            };
            // A step that cannot be read was reported with its own file.
            let Ok(step) = to_step(step) else { continue };
            for detail in unfit(workflow, point, &step) {
                problems.push(Message::BadStep { step: id.into(), detail }, &offer.key, format!("points.{point}.offers.{id}"));
            }
        }
    }
}

/// Why a step does not go into a workflow at a point; empty where it does.
fn unfit(workflow: &Workflow, point: &str, step: &Step) -> Vec<Words> {
    match workflow.with_step(point, step) {
        Ok(woven) => check(&woven).into_iter().map(|found| Words::new(found.message.it, found.message.en)).collect(),
        Err(CannotInsert::NoPoint(name)) => {
            vec![Words::new(format!("il punto '{name}' non esiste"), format!("there is no point '{name}'"))]
        }
        Err(CannotInsert::NoState(name)) => vec![Words::new(
            format!("lo stato '{name}' non esiste: indica in state lo stato in cui il passo comincia"),
            format!("there is no state '{name}': name in state the one that the step begins in"),
        )],
        Err(CannotInsert::Taken(name)) => {
            vec![Words::new(format!("'{name}' è già un nome del flusso"), format!("'{name}' is a name of the workflow already"))]
        }
    }
}

/// The domain's workflow.
pub(crate) fn to_workflow(id: &str, node: &Node) -> Result<Workflow, String> {
    let mut json = convert::document(Kind::Workflow.record(), node);
    if let Some(object) = json.as_object_mut() {
        object.insert("id".into(), id.into());
    }
    serde_json::from_value(json).map_err(|error| error.to_string())
}

/// The domain's step.
pub(crate) fn to_step(node: &Node) -> Result<Step, String> {
    serde_json::from_value(convert::document(Kind::Step.record(), node)).map_err(|error| error.to_string())
}

/// The steps that a service puts into its workflow: point → step.
pub(crate) fn steps(service: &Node) -> impl Iterator<Item = (&str, &str)> {
    let points = service.get("workflow_points").into_iter().flat_map(Node::entries);
    points.filter_map(|(point, entry)| Some((point, entry.node.text("use")?)))
}
