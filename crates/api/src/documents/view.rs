//! A document as replies show it.

use serde::Serialize;
use sportello_domain::{case::Document, service::Privacy};
use utoipa::ToSchema;

use crate::{
    http::place::Place,
    views::{Links, instant},
};

/// A file of a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document)]
pub(crate) struct DocumentView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a46")]
    pub(crate) id: String,
    /// The requirement that it answers, or the kind of act that it is.
    #[schema(max_length = 64, example = "medical-certificate")]
    kind: String,
    /// Whether it is an act of the administration.
    is_act: bool,
    /// The name that it was sent under.
    #[schema(max_length = 255, example = "certificato.pdf")]
    name: String,
    /// Its media type.
    #[serde(rename = "type")]
    #[schema(max_length = 64, example = "application/pdf")]
    media_type: &'static str,
    /// Its size in bytes.
    #[schema(minimum = 0, maximum = 20_971_520, example = 48213)]
    size: i64,
    /// SHA-256 in hexadecimal.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$", example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
    /// Whether it shows special categories of data: `ordinary`, `special`.
    #[schema(max_length = 16, pattern = "^(ordinary|special)$", example = "special")]
    privacy: &'static str,
    /// When it was sent.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    uploaded_at: String,
    /// Its content and its case.
    #[serde(rename = "_links")]
    links: Links,
}

impl DocumentView {
    /// A document.
    pub(crate) fn of(place: &Place, document: &Document) -> Self {
        let Document { id, case, kind, is_act, name, file_type, size, sha256, privacy, uploaded_by: _, uploaded_at } = document;
        Self {
            id: id.to_string(),
            kind: kind.to_string(),
            is_act: *is_act,
            name: name.to_string(),
            media_type: file_type.media_type(),
            size: *size,
            sha256: sha256.to_string(),
            privacy: match privacy {
                Privacy::Ordinary => "ordinary",
                Privacy::Special => "special",
            },
            uploaded_at: instant(*uploaded_at),
            links: Links::new([
                ("content", place.under(&format!("documents/{id}/content"))),
                ("case", place.under(&format!("cases/{case}"))),
            ]),
        }
    }
}
