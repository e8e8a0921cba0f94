//! Workflows: the states of a case and the passages between them, as data.
//!
//! `check` proves a workflow sound when the configuration is loaded; `draw` shows it to people. Which passages a caller may
//! take now is decided in [`crate::case`]. To extend: a new key of a state or passage is a field here, a rule in `check`, and its
//! effect in `case`.

pub mod check;
pub mod draw;

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{case::CaseStatus, condition::Condition, form::Field, permissions::Role, service::Key, text::Text};

/// States and transitions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// The id that services name.
    pub id: Key,
    /// The state that a submission begins in.
    pub start: Key,
    /// The states.
    #[serde(with = "crate::ordered")]
    pub states: IndexMap<Key, State>,
    /// The transitions.
    #[serde(with = "crate::ordered")]
    pub transitions: IndexMap<Key, Transition>,
    /// Where a using body may insert a step of the catalogue's offer.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub points: IndexMap<Key, Point>,
}

/// A state of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// What people read.
    pub title: Text,
    /// Its official category.
    pub status: CaseStatus,
    /// Whether the term runs.
    #[serde(default)]
    pub clock: Clock,
    /// After how many days the wait ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_days: Option<u16>,
    /// The transition that then happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_limit: Option<Key>,
    /// Why a wait has no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_limit: Option<Text>,
}

/// Whether the term runs in a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// It does.
    #[default]
    Running,
    /// It waits.
    Suspended,
}

/// A passage from one state to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// What people read on the button.
    pub title: Text,
    /// Where it may start.
    pub from: BTreeMap<Key, bool>,
    /// Where it leads.
    pub to: Key,
    /// Who may take it; `system` is the product itself.
    pub by: BTreeMap<Role, bool>,
    /// When it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What is asked of who takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<TransitionForm>,
    /// What must be there.
    #[serde(default, skip_serializing_if = "Requirements::is_empty")]
    pub requires: Requirements,
    /// Who is told, by which template.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notify: BTreeMap<Key, Key>,
    /// The norm that it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Text>,
}

impl Transition {
    /// Whether it may start in this state.
    pub fn starts_in(&self, state: &str) -> bool {
        self.from.get(state).copied().unwrap_or(false)
    }

    /// Whether a role may take it.
    pub fn open_to(&self, role: Role) -> bool {
        self.by.get(&role).copied().unwrap_or(false)
    }
}

/// The questions of a transition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransitionForm {
    /// Its fields in order.
    #[serde(with = "crate::ordered")]
    pub fields: IndexMap<Key, Field>,
}

/// What a transition needs besides its form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirements {
    /// The kind of the act that must be attached (a document of the administration).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Key>,
}

impl Requirements {
    /// Whether nothing is required.
    pub const fn is_empty(&self) -> bool {
        self.act.is_none()
    }
}

/// A place for a step of the catalogue's offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The steps that may be inserted here.
    pub offers: BTreeMap<Arc<str>, bool>,
}
