//! Something that was given up, as replies show it: nothing personal is in it.

use serde::Serialize;
use sportello_domain::dead_letter::DeadLetter;
use utoipa::ToSchema;

use crate::{
    http::place::Place,
    views::{Links, instant},
};

/// A timer or a letter that was tried in vain until it was given up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLetter)]
pub(crate) struct DeadLetterView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a60")]
    id: String,
    /// `letter` is sent outside, `job` is done inside at a time.
    #[schema(max_length = 16, pattern = "^(job|letter)$", example = "letter")]
    work: &'static str,
    /// What was to be done.
    #[schema(max_length = 64, example = "notice")]
    kind: String,
    /// The id of what it is about: a case, an opinion.
    #[schema(required, format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    subject: Option<String>,
    /// How often it was tried.
    #[schema(format = Int64, minimum = 0, example = 8)]
    tries: i64,
    /// The code of the last failure.
    #[schema(max_length = 64, example = "not_sent")]
    error: String,
    /// Since when nobody tries any more.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T11:25:07Z")]
    given_up_at: String,
    /// Another one each time that it is given up; the `ETag`.
    #[schema(format = Int64, minimum = 1, example = 1_777_893_907_000_000_i64)]
    pub(super) version: i64,
    /// Where it is, and where it is tried again.
    #[serde(rename = "_links")]
    links: Links,
}

impl DeadLetterView {
    /// Something that was given up.
    pub(super) fn of(place: &Place, letter: &DeadLetter) -> Self {
        let DeadLetter { id, work, kind, subject, tries, error, given_up_at } = letter;
        let path = place.under(&format!("dead-letters/{id}"));
        Self {
            id: id.to_string(),
            work: work.id(),
            kind: kind.to_string(),
            subject: subject.map(|subject| subject.to_string()),
            tries: i64::from(*tries),
            error: error.to_string(),
            given_up_at: instant(*given_up_at),
            version: letter.version(),
            links: Links::new([("retry", format!("{path}/retry")), ("self", path)]),
        }
    }
}
