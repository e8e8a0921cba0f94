//! An entry of the register as replies show it (DPR 445/2000 art. 53).

use serde::Serialize;
use sportello_domain::register::{Annulment, Entry, number};
use sportello_engine::register::version;
use utoipa::ToSchema;

use crate::{
    http::place::Place,
    views::{Links, instant},
};

/// An entry of the protocol register.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegisterEntry)]
pub(crate) struct EntryView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a49")]
    id: String,
    /// The register.
    #[schema(max_length = 16, example = "main")]
    register: String,
    /// The calendar year.
    #[schema(minimum = 2000, maximum = 9999, example = 2026)]
    year: i32,
    /// The number, at least seven digits.
    #[schema(max_length = 20, pattern = "^[0-9]{7,}$", example = "0000123")]
    number: String,
    /// The day of registration.
    #[schema(format = Date, max_length = 10, example = "2026-05-04")]
    date: String,
    /// The instant.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    at: String,
    /// `incoming` or `outgoing`.
    #[schema(max_length = 16, pattern = "^(incoming|outgoing)$", example = "incoming")]
    direction: &'static str,
    /// Who sent it or to whom it went.
    #[schema(max_length = 400, example = "Giulia Zoffoli")]
    correspondent: String,
    /// What it is about.
    #[schema(max_length = 1000, example = "Bollino rosa")]
    subject: String,
    /// SHA-256 of what was registered.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$", example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
    /// The mark that annuls it; the data stay readable.
    #[serde(skip_serializing_if = "Option::is_none")]
    annulment: Option<AnnulmentView>,
    /// Grows by one when it is annulled; in quotes, the `If-Match` of its annulment.
    #[schema(format = Int64, minimum = 1, example = 1)]
    pub(super) version: i64,
    /// Its case.
    #[serde(rename = "_links")]
    links: Links,
}

/// The mark that annuls an entry (art. 54).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Annulment)]
pub(crate) struct AnnulmentView {
    /// When.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-05T08:00:00Z")]
    at: String,
    /// Who, by id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a45")]
    by: String,
    /// The act that allows it.
    #[schema(max_length = 400, example = "Determinazione 12/2026")]
    act: String,
    /// Why.
    #[schema(max_length = 2000, example = "Registrata due volte.")]
    reason: String,
}

impl EntryView {
    /// An entry.
    pub(super) fn of(place: &Place, entry: &Entry) -> Self {
        let Entry { id, register, year, sequence, date, at, direction, correspondent, subject, sha256, case, annulment } = entry;
        Self {
            id: id.to_string(),
            register: register.to_string(),
            year: i32::from(*year),
            number: number(*sequence),
            date: date.to_string(),
            at: instant(*at),
            direction: direction.id(),
            correspondent: correspondent.to_string(),
            subject: subject.to_string(),
            sha256: sha256.to_string(),
            annulment: annulment.as_ref().map(|Annulment { at, by, act, reason }| AnnulmentView {
                at: instant(*at),
                by: by.to_string(),
                act: act.to_string(),
                reason: reason.to_string(),
            }),
            version: version(entry),
            links: Links::new([("case", place.under(&format!("cases/{case}")))]),
        }
    }
}
