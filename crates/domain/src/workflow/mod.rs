//! Workflows: the states of a case and the passages between them, as data.
//!
//! `check` proves a workflow sound when the configuration is loaded; `draw` shows it to people; `step` puts what a catalogue offers
//! where a body wants it. Which passages a caller may take now is decided in [`crate::case`]. To extend: a new key of a state or
//! passage is a field here, a rule in `check`, and its effect in `case`.

pub mod check;
pub mod draw;
mod step;

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{case::CaseStatus, condition::Condition, form::Field, permissions::Role, service::Key, terms::Norm, text::Text};

pub use step::{CannotInsert, Step};

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
    /// The transition that happens when the due date has passed without an outcome: what silence means, where it means something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_due: Option<Key>,
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
    /// What other offices are asked while a case is here, all at the same time.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub opinions: IndexMap<Key, OpinionRequest>,
}

/// Whether the term runs in a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// It does.
    #[default]
    Running,
    /// It waits for what is missing (L. 241/1990 art. 2 c. 7).
    Suspended,
    /// It waits for observations on a notice of refusal (L. 241/1990 art. 10-bis).
    RefusalNotice,
}

impl Clock {
    /// The norm under which the term waits; none where it runs.
    pub const fn norm(self) -> Option<Norm> {
        match self {
            Self::Running => None,
            Self::Suspended => Some(Norm::Integration),
            Self::RefusalNotice => Some(Norm::RefusalNotice),
        }
    }
}

/// An opinion that another office is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpinionRequest {
    /// What it is about.
    pub title: Text,
    /// The role of the office that is asked.
    pub office: Key,
    /// After how many days an opinion that was not given counts as silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_days: Option<u16>,
    /// Why it is waited for without a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_limit: Option<Text>,
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
    /// What is said to who could take it, were it open; where nothing is said, it is not shown until it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Text>,
    /// Whether the product takes it by itself as soon as it is open.
    #[serde(default, skip_serializing_if = "is_false")]
    pub automatic: bool,
    /// What is asked of who takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<TransitionForm>,
    /// What must be there.
    #[serde(default, skip_serializing_if = "Requirements::is_empty")]
    pub requires: Requirements,
    /// The act that the product draws up when it is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draws_up: Option<Key>,
    /// Who is told, by which template.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notify: BTreeMap<Recipient, Key>,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_false(yes: &bool) -> bool {
    !*yes
}

/// Who is told of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// Whom the case is for: in the personal area and by letter.
    Applicant,
    /// Who acts for the applicant: by letter.
    Delegate,
    /// The office that decides: by letter.
    Office,
    /// The officer who handles the case: by letter.
    Assignee,
}

impl Recipient {
    /// Everybody who can be told.
    pub const ALL: [Self; 4] = [Self::Applicant, Self::Delegate, Self::Office, Self::Assignee];

    /// The id in configuration and rows.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Delegate => "delegate",
            Self::Office => "office",
            Self::Assignee => "assignee",
        }
    }

    /// The recipient with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|recipient| recipient.id() == id)
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
    /// The state that a step begins in; that of a point called `after-<state>` where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Key>,
    /// The transitions from there that wait until the step is done; those that conclude the case where nothing is said.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gates: BTreeMap<Key, bool>,
    /// The steps that may be inserted here.
    pub offers: BTreeMap<Arc<str>, bool>,
}
