//! `DELETE /v1/tenants/{tenant}/cases/{case}`

use actix_web::{HttpResponse, delete};
use sportello_engine::cases;

use crate::http::{caller::Asked, parameters::IfMatch, problem::Problem, reply};

/// Throws a draft away. What was submitted stays.
#[utoipa::path(
    operation_id = "cases_discard", tag = "cases", security(("bearer" = [])), params(IfMatch),
    responses((status = 204, description = "The draft is gone."))
)]
#[delete("/v1/tenants/{tenant}/cases/{case}")]
pub(super) async fn discard(asked: Asked) -> Result<HttpResponse, Problem> {
    cases::discard(&asked.place.state.engine, &asked.call(), asked.id("case")?).await?;
    Ok(reply::gone())
}
