//! `PATCH /v1/tenants/{tenant}/cases/{case}`

use actix_web::{HttpResponse, patch};
use serde_json::{Value, json};
use sportello_engine::cases;
use utoipa::ToSchema;

use super::view::CaseView;
use crate::http::{caller::Asked, fields::Fields, parameters::IfMatch, problem::Problem, reply, sent::Sent};

/// What changes in a draft.
#[derive(ToSchema)]
#[schema(as = CasePatch)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct CasePatchBody {
    /// Answers to merge in (RFC 7396): an absent one stays, a null one is removed.
    #[schema(value_type = Object, additional_properties = true, example = json!({"request": {"kind": "duplicate"}}))]
    answers: Value,
}

/// Saves answers of a draft.
#[utoipa::path(
    operation_id = "cases_save", tag = "cases", security(("bearer" = [])), params(IfMatch),
    request_body(content = CasePatchBody, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The draft as it is now.", body = CaseView))
)]
#[patch("/v1/tenants/{tenant}/cases/{case}")]
pub(super) async fn save(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let case = cases::save(&asked.place.state.engine, &call, asked.id("case")?, sent.merge_patch(read)).await?;
    let view = CaseView::of(&asked.place, &case);
    Ok(reply::versioned(&view, view.version))
}

fn read(body: &mut Fields) -> Value {
    body.required_object("answers").unwrap_or_else(|| json!({}))
}
