//! `GET /v1/tenants/{tenant}/cases/{case}/messages/templates`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use sportello_engine::messages::{self, Prepared};
use utoipa::ToSchema;

use crate::{
    http::{caller::Asked, problem::Problem, reply},
    views::List,
};

/// A text of the body's, filled in for the case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessageTemplate)]
pub(crate) struct TemplateView {
    /// The template, by id.
    #[schema(max_length = 64, example = "integration-request")]
    id: String,
    /// The subject line.
    #[schema(max_length = 400, example = "Pratica CES-2026-0000123: manca qualcosa")]
    subject: String,
    /// The text.
    #[schema(max_length = 20_000, example = "Per andare avanti ci serve la seconda pagina del certificato.")]
    body: String,
}

impl TemplateView {
    fn of(prepared: &Prepared) -> Self {
        let Prepared { id, subject, body } = prepared;
        Self { id: id.to_string(), subject: subject.to_string(), body: body.to_string() }
    }
}

/// The body's texts filled in for a case, for an officer to send as they are or to change first.
#[utoipa::path(
    operation_id = "messages_templates", tag = "messages", security(("bearer" = [])),
    responses((status = 200, description = "The texts.", body = List<TemplateView>))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/messages/templates")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let case = asked.id("case")?;
    let found = messages::templates(&asked.place.state.engine, &asked.call(), case).await?;
    asked.place.without_parameters()?;
    let items = found.iter().map(TemplateView::of).collect();
    Ok(reply::ok(&List::new(items, &asked.place.under(&format!("cases/{case}/messages/templates")), "", None)))
}
