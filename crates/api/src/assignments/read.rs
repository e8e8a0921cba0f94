//! `GET /v1/tenants/{tenant}/assignments/{assignment}`

use actix_web::{HttpResponse, get};
use sportello_engine::assignments;

use super::view::AssignmentView;
use crate::http::{caller::Asked, parameters::IfNoneMatch, problem::Problem, reply};

/// One assignment.
#[utoipa::path(
    operation_id = "assignments_read", tag = "assignments", security(("bearer" = [])), params(IfNoneMatch),
    responses((status = 200, description = "The assignment.", body = AssignmentView))
)]
#[get("/v1/tenants/{tenant}/assignments/{assignment}")]
pub(super) async fn read(asked: Asked) -> Result<HttpResponse, Problem> {
    let assignment = assignments::get(&asked.place.state.engine, &asked.call(), asked.id("assignment")?).await?;
    asked.place.without_parameters()?;
    let view = AssignmentView::of(&asked.place, &assignment);
    Ok(reply::unless_known(&asked.place.request, &view, view.version))
}
