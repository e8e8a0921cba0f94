//! A message as replies show it.

use serde::Serialize;
use sportello_domain::case::CaseMessage;
use utoipa::ToSchema;

use crate::views::instant;

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a47")]
    id: String,
    /// In which role it was written; `system` for notices.
    #[schema(max_length = 32, example = "case_officer")]
    role: &'static str,
    /// The subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "La tua domanda")]
    subject: Option<String>,
    /// The text.
    #[schema(max_length = 8000, example = "Abbiamo ricevuto il certificato.")]
    body: String,
    /// When.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    at: String,
}

impl MessageView {
    /// A message.
    pub(super) fn of(message: &CaseMessage) -> Self {
        let CaseMessage { id, case: _, role, author: _, subject, body, at } = message;
        Self {
            id: id.to_string(),
            role: role.id(),
            subject: subject.as_deref().map(str::to_owned),
            body: body.to_string(),
            at: instant(*at),
        }
    }
}
