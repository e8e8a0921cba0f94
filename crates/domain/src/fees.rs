//! Fees: what a service costs, dated, with its conditions.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    condition::{Condition, Scope},
    definition::Definition,
    money::Money,
    service::Key,
    text::Text,
};

/// One amount that may be due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// What it is for.
    pub title: Text,
    /// The amount until the first change.
    pub amount: Money,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// The act that set it; `unverified` where nobody could say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Arc<str>>,
    /// False where the source is `unverified` and nobody confirmed it.
    #[serde(default = "yes")]
    pub verified: bool,
    /// Why this body differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
    /// Later amounts by their first day; each holds until the next.
    #[serde(default)]
    pub changes: BTreeMap<Date, Change>,
}

const fn yes() -> bool {
    true
}

/// An amount from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The new amount.
    pub amount: Money,
}

/// A fee that is due for a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The fee's id.
    pub fee: Key,
    /// What it is for.
    pub title: Text,
    /// How much.
    pub amount: Money,
    /// Whether the amount's source is verified.
    pub verified: bool,
}

impl Fee {
    /// The amount in force on a day: that of the last change not later than it.
    pub fn amount_on(&self, day: Date) -> Money {
        self.changes.range(..=day).next_back().map_or(self.amount, |(_, change)| change.amount)
    }
}

/// What is due for an application made on a day: the fees whose condition holds and whose amount is not nothing.
pub fn due(definition: &Definition, scope: &Scope, day: Date) -> Vec<Due> {
    definition
        .fees
        .iter()
        .filter(|(_, fee)| fee.when.as_ref().is_none_or(|when| when.holds(scope)))
        .map(|(id, fee)| Due { fee: id.clone(), title: fee.title.clone(), amount: fee.amount_on(day), verified: fee.verified })
        .filter(|due| !due.amount.is_zero())
        .collect()
}
