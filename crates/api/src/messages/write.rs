//! `POST /v1/tenants/{tenant}/cases/{case}/messages`

use actix_web::{HttpResponse, post};
use sportello_engine::messages::{self, NewMessage};
use utoipa::ToSchema;

use super::view::MessageView;
use crate::http::{caller::Asked, fields::Fields, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent};

/// A message to write.
#[derive(ToSchema)]
#[schema(as = NewMessage)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct NewMessageBody {
    /// The subject line.
    #[schema(max_length = 200, example = "Una domanda")]
    subject: Option<String>,
    /// The text.
    #[schema(min_length = 1, max_length = 8000, example = "Posso ritirare il bollino al sabato?")]
    body: String,
}

/// Writes a message on a case.
#[utoipa::path(
    operation_id = "messages_write", tag = "messages", security(("bearer" = [])), params(IdempotencyKey),
    request_body = NewMessageBody,
    responses((status = 201, description = "The message.", body = MessageView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/messages")]
pub(super) async fn write(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let case = asked.id("case")?;
    let message = messages::write(&asked.place.state.engine, &call, case, sent.json(read)).await?;
    Ok(reply::created(&MessageView::of(&message), &asked.place.under(&format!("cases/{case}/messages")), None))
}

fn read(body: &mut Fields) -> NewMessage {
    NewMessage { subject: body.text("subject", 200).map(Into::into), body: body.required_text("body", 8000).into() }
}
