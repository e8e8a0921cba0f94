//! `DELETE /v1/tenants/{tenant}/dead-letters/{letter}`

use actix_web::{HttpResponse, delete};
use sportello_engine::dead_letters;

use crate::http::{caller::Asked, parameters::IfMatch, problem::Problem, reply};

/// Drops it: it will never be done. That it was stands on the timeline of its case.
#[utoipa::path(
    operation_id = "dead_letters_drop", tag = "dead-letters", security(("bearer" = [])), params(IfMatch),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/v1/tenants/{tenant}/dead-letters/{letter}")]
pub(super) async fn drop(asked: Asked) -> Result<HttpResponse, Problem> {
    dead_letters::drop(&asked.place.state.engine, &asked.call(), asked.id("letter")?).await?;
    Ok(reply::gone())
}
