//! From columns to the domain's values and back, one way for each kind.

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

use crate::StoreProblem;

/// Names the place of a value, so that the complaint about it can.
#[derive(Clone, Copy)]
pub(crate) struct At(pub(crate) &'static str, pub(crate) &'static str);

impl At {
    pub(crate) const fn problem(self) -> StoreProblem {
        StoreProblem::UnreadableRow { table: self.0, column: self.1 }
    }

    /// What a stored id stands for.
    pub(crate) fn known<T>(self, value: Option<T>) -> Result<T, StoreProblem> {
        value.ok_or_else(|| self.problem())
    }

    pub(crate) fn instant(self, micros: i64) -> Result<Timestamp, StoreProblem> {
        Timestamp::from_microsecond(micros).map_err(|_| self.problem())
    }

    pub(crate) fn instant_or_none(self, micros: Option<i64>) -> Result<Option<Timestamp>, StoreProblem> {
        micros.map(|micros| self.instant(micros)).transpose()
    }

    pub(crate) fn day(self, text: &str) -> Result<Date, StoreProblem> {
        text.parse().map_err(|_| self.problem())
    }

    pub(crate) fn day_or_none(self, text: Option<String>) -> Result<Option<Date>, StoreProblem> {
        text.map(|text| self.day(&text)).transpose()
    }

    pub(crate) fn json(self, text: &str) -> Result<Value, StoreProblem> {
        serde_json::from_str(text).map_err(|_| self.problem())
    }

    pub(crate) fn parsed<T: serde::de::DeserializeOwned>(self, text: &str) -> Result<T, StoreProblem> {
        serde_json::from_str(text).map_err(|_| self.problem())
    }

    pub(crate) fn natural(self, number: i64) -> Result<u64, StoreProblem> {
        u64::try_from(number).map_err(|_| self.problem())
    }

    pub(crate) fn written<T: serde::Serialize>(self, value: &T) -> Result<String, StoreProblem> {
        serde_json::to_string(value).map_err(|_| self.problem())
    }

    pub(crate) fn integer(self, number: u64) -> Result<i64, StoreProblem> {
        i64::try_from(number).map_err(|_| self.problem())
    }
}

/// An instant as it is stored; what is finer than a microsecond falls away, as it does in every database.
pub(crate) fn micros(instant: Timestamp) -> i64 {
    instant.as_microsecond()
}

pub(crate) fn text(value: Option<&std::sync::Arc<str>>) -> Option<String> {
    value.map(ToString::to_string)
}
