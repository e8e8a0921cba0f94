//! A note as replies show it.

use serde::Serialize;
use sportello_domain::office::Note;
use utoipa::ToSchema;

use crate::views::{OfficerView, instant};

/// A note.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Note)]
pub(crate) struct NoteView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a53")]
    id: String,
    /// Who wrote it.
    author: OfficerView,
    /// The text.
    #[schema(max_length = 4000, example = "Sentita l'anagrafe: manca il certificato di residenza.")]
    body: String,
    /// When.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    at: String,
}

impl NoteView {
    /// A note.
    pub(super) fn of(note: &Note) -> Self {
        let Note { id, case: _, author, body, at } = note;
        Self { id: id.to_string(), author: author.into(), body: body.to_string(), at: instant(*at) }
    }
}
