//! `DELETE /v1/tenants/{tenant}/assignments/{assignment}`

use actix_web::{HttpResponse, delete};
use sportello_engine::assignments;

use crate::http::{caller::Asked, parameters::IfMatch, problem::Problem, reply};

/// Takes a role away, at once. That it was held stays on record.
#[utoipa::path(
    operation_id = "assignments_end", tag = "assignments", security(("bearer" = [])), params(IfMatch),
    responses((status = 204, description = "The role is no longer held."))
)]
#[delete("/v1/tenants/{tenant}/assignments/{assignment}")]
pub(super) async fn end(asked: Asked) -> Result<HttpResponse, Problem> {
    assignments::end(&asked.place.state.engine, &asked.call(), asked.id("assignment")?).await?;
    Ok(reply::gone())
}
