//! The bounds that hold where the configuration sets none, the same for the check and for the schema.

use regex::{Regex, RegexBuilder};

use crate::form::{Field, FieldType};

/// How deep answers may be nested, the answers themselves included.
pub(super) const DEPTH: usize = 16;
/// The most entries of a group.
pub(super) const ENTRIES: u64 = 100;
/// The most characters of codes and other short answers, as typed.
pub(super) const SHORT: u64 = 100;
/// The most characters of an e-mail address (RFC 5321 section 4.5.3.1.3, without the angle brackets).
pub(super) const EMAIL: u64 = 254;

const LINE: u64 = 500;
const LONG: u64 = 4000;

/// The most characters of a text answer.
pub(super) fn longest(field: &Field) -> u64 {
    let usual = match field.kind {
        FieldType::Text => LINE,
        FieldType::LongText => LONG,
        FieldType::Email => EMAIL,
        _ => return SHORT,
    };
    field.max_length.map_or(usual, u64::from)
}

/// The fewest and the most entries of a group or of choices.
pub(super) fn entries(field: &Field) -> (u64, u64) {
    let count = |bound: &Option<std::sync::Arc<str>>| bound.as_ref().and_then(|bound| bound.parse().ok());
    let most = if field.kind == FieldType::Choices { field.choices.len() as u64 } else { ENTRIES };
    (count(&field.min).unwrap_or(0), count(&field.max).unwrap_or(most))
}

/// The expression of a field's `pattern`, which must match the whole text; for the check of a configuration too.
///
/// ```
/// let year = sportello_domain::form::pattern("[0-9]{4}").unwrap();
/// assert!(year.is_match("2026") && !year.is_match("20260"));
/// ```
pub fn pattern(source: &str) -> Result<Regex, regex::Error> {
    // The source must be whole by itself, so that `a)|(b` cannot step out of the group.
    let bounded = |text: &str| RegexBuilder::new(text).size_limit(1 << 20).build();
    bounded(source)?;
    bounded(&format!(r"\A(?:{source})\z"))
}
