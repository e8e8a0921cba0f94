//! `POST /v1/tenants/{tenant}/dead-letters/{letter}/retry`

use actix_web::{HttpResponse, post};
use sportello_engine::dead_letters;

use crate::http::{
    caller::Asked,
    parameters::{IdempotencyKey, IfMatch},
    problem::Problem,
    reply,
};

/// Has it tried again at once, and as often as something new. Should that be in vain too, it comes back to the list.
#[utoipa::path(
    operation_id = "dead_letters_retry", tag = "dead-letters", security(("bearer" = [])), params(IfMatch, IdempotencyKey),
    responses((status = 204, description = "It is due again."))
)]
#[post("/v1/tenants/{tenant}/dead-letters/{letter}/retry")]
pub(super) async fn retry(asked: Asked) -> Result<HttpResponse, Problem> {
    dead_letters::retry(&asked.place.state.engine, &asked.call(), asked.id("letter")?).await?;
    Ok(reply::gone())
}
