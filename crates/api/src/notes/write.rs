//! `POST /v1/tenants/{tenant}/cases/{case}/notes`

use actix_web::{HttpResponse, post};
use sportello_engine::notes::{self, NewNote};
use utoipa::ToSchema;

use super::view::NoteView;
use crate::http::{caller::Asked, fields::Fields, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent};

/// A note to write.
#[derive(ToSchema)]
#[schema(as = NewNote)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct NewNoteBody {
    /// The text.
    #[schema(min_length = 1, max_length = 4000, example = "Sentita l'anagrafe: manca il certificato di residenza.")]
    body: String,
}

/// Writes a private note on a case: colleagues see it, the citizen never does.
#[utoipa::path(
    operation_id = "notes_write", tag = "notes", security(("bearer" = [])), params(IdempotencyKey),
    request_body = NewNoteBody,
    responses((status = 201, description = "The note.", body = NoteView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/notes")]
pub(super) async fn write(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let case = asked.id("case")?;
    let note = notes::write(&asked.place.state.engine, &asked.call_for(&sent), case, sent.json(read)).await?;
    Ok(reply::created(&NoteView::of(&note), &asked.place.under(&format!("cases/{case}/notes")), None))
}

fn read(body: &mut Fields) -> NewNote {
    NewNote { body: body.required_text("body", 4000).into() }
}
