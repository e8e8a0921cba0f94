//! A workflow: sound by the domain's own rules, and its templates exist.

use super::ids;
use crate::problem::{Message, Problems, Words};
use crate::resolve::{Resolved, unknown};
use crate::shape::convert;
use crate::shape::kinds::Kind;
use crate::source::DocId;
use crate::yaml::Node;
use sportello_domain::workflow::Workflow;
use sportello_domain::workflow::check::check;

/// Checks a resolved workflow.
pub(super) fn workflow(id: &DocId, node: &Node, resolved: &Resolved, problems: &mut Problems) {
    let templates = ids(resolved, Kind::Template);
    for (transition, entry) in node.get("transitions").into_iter().flat_map(Node::entries) {
        for (whom, template) in entry.node.get("notify").into_iter().flat_map(Node::entries) {
            if let Some(name) = template.node.as_text().filter(|name| !templates.contains(name)) {
                let message = unknown(("il modello di messaggio", "the message template"), name, &templates);
                problems.push(message, &template.node.span, format!("transitions.{transition}.notify.{whom}"));
            }
        }
    }
    match to_workflow(&id.id, node) {
        Ok(workflow) => {
            for found in check(&workflow) {
                let detail = Words::new(found.message.it, found.message.en);
                let remedy = Words::new(found.remedy.it, found.remedy.en);
                problems.push(Message::BadWorkflow { detail, remedy }, &node.place(&found.path), found.path);
            }
        }
        Err(detail) => {
            let message = Message::BadDefinition { document: id.to_string().into(), detail: detail.into() };
            problems.push(message, &node.span, "");
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
