//! `GET /v1/tenants/{tenant}/cases/{case}`

use actix_web::{HttpResponse, get};
use sportello_engine::cases;

use super::view::CaseView;
use crate::http::{caller::Asked, parameters::IfNoneMatch, problem::Problem, reply};

/// A case.
#[utoipa::path(
    operation_id = "cases_read", tag = "cases", security(("bearer" = [])), params(IfNoneMatch),
    responses((status = 200, description = "The case.", body = CaseView))
)]
#[get("/v1/tenants/{tenant}/cases/{case}")]
pub(super) async fn read(asked: Asked) -> Result<HttpResponse, Problem> {
    let case = cases::get(&asked.place.state.engine, &asked.call(), asked.id("case")?).await?;
    asked.place.without_parameters()?;
    let view = CaseView::of(&asked.place, &case);
    Ok(reply::unless_known(&asked.place.request, &view, view.version))
}
