//! The protocol register (DPR 445/2000 artt. 53–57).
//!
//! Numbers are gap-free per register and year, at least seven digits (art. 57), given in the same transaction as what they
//! register; an entry is never changed, only annulled, and its number never used again (art. 54).

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::ids::{CaseId, EntryId, PersonId};

/// The number as it is written: at least seven digits.
///
/// ```
/// assert_eq!(sportello_domain::register::number(123), "0000123");
/// ```
pub fn number(sequence: u64) -> String {
    format!("{sequence:07}")
}

/// Which way a document went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Received.
    Incoming,
    /// Sent.
    Outgoing,
}

impl Direction {
    /// The id in rows and API.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
        }
    }

    /// The direction with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Incoming, Self::Outgoing].into_iter().find(|direction| direction.id() == id)
    }
}

/// An entry of the register: letters a) to f) of art. 53 c. 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The register, `main` at every body.
    pub register: Arc<str>,
    /// The calendar year.
    pub year: i16,
    /// The number.
    pub sequence: u64,
    /// The day of registration in Rome.
    pub date: Date,
    /// The instant.
    pub at: Timestamp,
    /// Which way.
    pub direction: Direction,
    /// Who sent it or to whom it went.
    pub correspondent: Arc<str>,
    /// What it is about.
    pub subject: Arc<str>,
    /// SHA-256 of what was registered, in hexadecimal.
    pub sha256: Arc<str>,
    /// The case.
    pub case: CaseId,
    /// Set once, if ever.
    pub annulment: Option<Annulment>,
}

/// The mark that annuls an entry (art. 54): the data stay readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annulment {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: PersonId,
    /// The act that allows it.
    pub act: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
}
