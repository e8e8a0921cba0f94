//! What the people of an office keep for themselves and for each other: notes on a case, filters of the inbox.
//!
//! None of it is the citizen's to see: a note never stands on the timeline, in a message or in what leaves the system.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    case::{CaseStatus, Person},
    ids::{CaseId, FilterId, NoteId, PersonId},
    service::Key,
};

/// A private note on a case, for colleagues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The case.
    pub case: CaseId,
    /// Who wrote it.
    pub author: Person,
    /// The text.
    pub body: Arc<str>,
    /// When.
    pub at: Timestamp,
}

/// Whose work is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// The caller's.
    Me,
    /// Nobody's yet.
    Nobody,
    /// This person's.
    Person(PersonId),
}

/// Which part of the work is wanted; each that is set narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboxQuery {
    /// Of this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Key>,
    /// In these categories; in any open one where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<CaseStatus>,
    /// Whose; everybody's where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Assignee>,
    /// That falls due before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_before: Option<Date>,
}

/// A filter of the inbox that one officer keeps under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFilter {
    /// Its id.
    pub id: FilterId,
    /// Whose it is.
    pub person: PersonId,
    /// What its owner calls it, once each.
    pub name: Arc<str>,
    /// What it lets through.
    pub query: InboxQuery,
    /// Since when.
    pub created_at: Timestamp,
}
