//! Values that carry where they come from.
//!
//! Law and local acts fix many figures. A value may name its source; one whose source is `unverified` is served with
//! `verified: false` until somebody confirms it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use std::sync::Arc;

/// Who confirmed a value, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// The person or office.
    pub by: Arc<str>,
    /// The day.
    pub on: Date,
}

/// A value with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sourced<T> {
    /// The value itself.
    pub value: T,
    /// The act, law or page; `unverified` where nobody could say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Arc<str>>,
    /// False where the source is `unverified` and nobody confirmed the value.
    #[serde(default = "yes")]
    pub verified: bool,
    /// The confirmation, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmed>,
}

const fn yes() -> bool {
    true
}

impl<T> Sourced<T> {
    /// A value that needs no source.
    pub const fn bare(value: T) -> Self {
        Self { value, source: None, verified: true, confirmed: None }
    }
}
