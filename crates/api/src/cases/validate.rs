//! `POST /v1/tenants/{tenant}/cases/{case}/validation`

use actix_web::{HttpResponse, post};
use serde::Serialize;
use serde_json::Value;
use sportello_engine::cases;
use utoipa::ToSchema;

use crate::http::{
    caller::Asked,
    fields::Fields,
    problem::{FaultDetails, Problem},
    reply,
    sent::Sent,
};

/// What is to be checked.
#[derive(ToSchema)]
#[schema(as = Validation)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct ValidationBody {
    /// Answers to check instead of those saved.
    #[schema(value_type = Option<Object>, additional_properties = true, example = json!({"request": {"kind": "first-issue"}}))]
    answers: Option<Value>,
}

/// What a submission made now would meet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ValidationView {
    /// Whether nothing stands in its way.
    valid: bool,
    /// Everything that is missing or wrong.
    #[schema(max_items = 1000)]
    errors: Vec<FaultDetails>,
}

/// Checks a case as a submission would, and changes nothing.
#[utoipa::path(
    operation_id = "cases_validate", tag = "cases", security(("bearer" = [])),
    request_body = ValidationBody,
    responses((status = 200, description = "What is missing or wrong.", body = ValidationView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/validation")]
pub(super) async fn validate(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let faults = cases::validate(&asked.place.state.engine, &call, asked.id("case")?, sent.json_or_nothing(read)).await?;
    let errors: Vec<_> = faults.iter().map(|fault| FaultDetails::of(fault, asked.place.language)).collect();
    Ok(reply::ok(&ValidationView { valid: errors.is_empty(), errors }))
}

fn read(body: &mut Fields) -> Option<Value> {
    body.object("answers")
}
