//! `POST /v1/tenants/{tenant}/cases/{case}/submission`

use actix_web::{HttpResponse, post};
use sportello_engine::cases;
use utoipa::ToSchema;

use super::view::CaseView;
use crate::http::{
    caller::Asked,
    parameters::{IdempotencyKey, IfMatch},
    problem::Problem,
    reply,
    sent::Sent,
};

/// Nothing needs to be said.
#[derive(ToSchema)]
#[schema(as = Submission, example = json!({}))]
pub(crate) struct SubmissionBody {}

/// Submits a draft: it gets its code, its protocol number and its due date, all or nothing.
#[utoipa::path(
    operation_id = "cases_submit", tag = "cases", security(("bearer" = [])), params(IfMatch, IdempotencyKey),
    request_body = SubmissionBody,
    responses((status = 200, description = "The case.", body = CaseView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/submission")]
pub(super) async fn submit(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let case = cases::submit(&asked.place.state.engine, &call, asked.id("case")?, sent.json_or_nothing(|_| ())).await?;
    let view = CaseView::of(&asked.place, &case);
    Ok(reply::versioned(&view, view.version))
}
