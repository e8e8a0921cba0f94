//! `GET /v1/tenants/{tenant}/dead-letters/{letter}`

use actix_web::{HttpResponse, get};
use sportello_engine::dead_letters;

use super::view::DeadLetterView;
use crate::http::{caller::Asked, parameters::IfNoneMatch, problem::Problem, reply};

/// One timer or letter that was given up.
#[utoipa::path(
    operation_id = "dead_letters_read", tag = "dead-letters", security(("bearer" = [])), params(IfNoneMatch),
    responses((status = 200, description = "It.", body = DeadLetterView))
)]
#[get("/v1/tenants/{tenant}/dead-letters/{letter}")]
pub(super) async fn read(asked: Asked) -> Result<HttpResponse, Problem> {
    let letter = dead_letters::get(&asked.place.state.engine, &asked.call(), asked.id("letter")?).await?;
    asked.place.without_parameters()?;
    let view = DeadLetterView::of(&asked.place, &letter);
    Ok(reply::unless_known(&asked.place.request, &view, view.version))
}
