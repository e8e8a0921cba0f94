//! Checks that need more than one document: references, placeholders, parameters, hours, contrast, uniqueness.
//!
//! [`documents`] looks at what a catalogue or a tenant resolved to, and only at what differs from the layer below, so that a
//! mistake is reported where it was made. [`tenant`] adds what only a tenant has. To add a check: a small module here, called
//! from one of the two, with its message in `problem/table.rs`.

mod conditions;
mod contrast;
mod hours;
mod offices;
mod parameters;
mod placeholders;
mod services;
mod tenant;
pub(crate) mod unique;
mod workflows;

use std::sync::Arc;

pub(crate) use parameters::parameters;
pub(crate) use placeholders::{Filler, Missing, fill};
pub(crate) use tenant::{TenantView, tenant};
pub(crate) use workflows::{steps, to_step, to_workflow};

use crate::problem::Problems;
use crate::resolve::Resolved;
use crate::shape::kinds::Kind;
use crate::shape::validate::{English, check_complete};
use crate::source::DocId;
use crate::yaml::Node;

/// Checks resolved documents that differ from those below.
pub(crate) fn documents(resolved: &Resolved, below: &Resolved, english: English, problems: &mut Problems) {
    for (id, node) in resolved {
        if node.is_broken() {
            continue;
        }
        if below.get(id).is_some_and(|other| Arc::ptr_eq(other, node)) {
            if id.kind == Kind::Service {
                services::changed_flow(node, resolved, below, problems);
            }
            continue;
        }
        check_complete(id.kind.record(), node, english, problems);
        match id.kind {
            Kind::Service => services::service(id, node, resolved, problems),
            Kind::Workflow => workflows::workflow(id, node, resolved, problems),
            Kind::Step => workflows::step(id, node, resolved, problems),
            Kind::Calendar => hours::calendar(node, problems),
            Kind::Desk => hours::desk(node, problems),
            Kind::Branding => contrast::branding(node, problems),
            Kind::Parameters => parameters::declared(node, problems),
            _ => {}
        }
        placeholders::known(id, node, resolved, problems);
    }
}

/// Ids of a kind in resolved documents.
pub(crate) fn ids(resolved: &Resolved, kind: Kind) -> Vec<&str> {
    resolved.keys().filter(|id| id.kind == kind).map(|id| id.id.as_str()).collect()
}

/// The ids of a collection of a document that exists once, such as the roles.
pub(crate) fn entries<'r>(resolved: &'r Resolved, kind: Kind, key: &str) -> Vec<&'r str> {
    resolved.get(&DocId::single(kind)).and_then(|node| node.get(key)).into_iter().flat_map(Node::entries).map(|(id, _)| id).collect()
}
