//! The calendar of a body: national holidays, its patron saint, its closures.
//!
//! A day may close the desk without moving a legal term, and the other way round: whether the patron saint's day moves terms
//! is each body's own parameter.

use indexmap::IndexMap;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use std::sync::Arc;

use crate::{service::Key, sourced::Sourced, text::Text};

/// What a body's `calendar.yaml` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarRules {
    /// The patron saint; a union has none.
    #[serde(default)]
    pub patron_saint: Option<PatronSaint>,
    /// Closures of the desk.
    #[serde(default)]
    pub closures: IndexMap<Key, Closure>,
}

/// The feast of the patron saint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatronSaint {
    /// `MM-DD`.
    pub month_day: Sourced<Arc<str>>,
    /// The saint.
    pub name: Text,
    /// Whether the desk is closed.
    pub closes_desk: Sourced<bool>,
    /// Whether a legal term that ends on it moves.
    pub moves_terms: Sourced<bool>,
}

/// Days on which the desk is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Why.
    pub reason: Text,
}
