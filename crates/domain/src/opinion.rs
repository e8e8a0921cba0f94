//! Opinions that other offices give on a case, all at the same time: a conference of services (conferenza di servizi) in its plain
//! form. Which are asked, how long they are waited for and what follows from them, the workflow says.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

use crate::{
    ids::{CaseId, OpinionId, PersonId},
    service::Key,
};

/// What an office said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// In favour.
    Favourable,
    /// In favour, on conditions.
    Conditional,
    /// Against.
    Unfavourable,
    /// Nothing until its time was over.
    Silent,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 4] = [Self::Favourable, Self::Conditional, Self::Unfavourable, Self::Silent];

    /// The id in rows, conditions and API.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Favourable => "favourable",
            Self::Conditional => "conditional",
            Self::Unfavourable => "unfavourable",
            Self::Silent => "silent",
        }
    }

    /// The verdict with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.id() == id)
    }
}

/// The word for an opinion that is waited for, and the name under which conditions see how many are.
pub const PENDING: &str = "pending";

/// An opinion that an office was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Its id.
    pub id: OpinionId,
    /// The case.
    pub case: CaseId,
    /// Which of those that the workflow asks for.
    pub request: Key,
    /// The state in which it was asked.
    pub state: Key,
    /// The office that is asked, by id.
    pub office: Key,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// The last day to give it.
    pub due: Option<Date>,
    /// What was said.
    pub given: Option<Given>,
}

/// What an office said, or that it said nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The verdict.
    pub verdict: Verdict,
    /// Its reasons or conditions.
    pub note: Option<Arc<str>>,
    /// Who said it; nobody where the time was over.
    pub by: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}

/// Opinions as conditions see them: each by its name, and how many are waited for.
///
/// ```
/// # use sportello_domain::opinion::{Verdict, as_seen};
/// let seen = as_seen([("heritage", Some(Verdict::Favourable)), ("works", None)]);
/// assert_eq!(seen, serde_json::json!({"heritage": "favourable", "works": "pending", "pending": 1}));
/// ```
pub fn as_seen<'o>(opinions: impl IntoIterator<Item = (&'o str, Option<Verdict>)>) -> Value {
    let mut pending = 0;
    let mut seen = Map::new();
    for (id, verdict) in opinions {
        pending += u32::from(verdict.is_none());
        seen.insert(id.to_owned(), verdict.map_or(PENDING, Verdict::id).into());
    }
    seen.insert(PENDING.to_owned(), pending.into());
    seen.into()
}
