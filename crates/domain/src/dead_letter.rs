//! Work that was tried in vain until it was given up, and waits for a person.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::{ids::DeadLetterId, service::Key};

/// A timer or a letter that was given up. Nothing personal is in it: what it is about is an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id, which it had from the beginning.
    pub id: DeadLetterId,
    /// Which list of work it comes from.
    pub work: Work,
    /// What was to be done.
    pub kind: Key,
    /// What it is about: a case, an opinion.
    pub subject: Option<Uuid>,
    /// How often it was tried.
    pub tries: u16,
    /// The code of the last failure.
    pub error: Arc<str>,
    /// Since when nobody tries any more.
    pub given_up_at: Timestamp,
}

impl DeadLetter {
    /// Its version: when it was given up. Tried again in vain, it comes back under another.
    pub fn version(&self) -> i64 {
        self.given_up_at.as_microsecond()
    }
}

/// A list of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Done inside, at a time: a limit, a term.
    Job,
    /// Sent outside.
    Letter,
}

impl Work {
    /// The id in API and events.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Letter => "letter",
        }
    }
}
