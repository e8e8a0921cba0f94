//! `GET /v1/tenants/{tenant}/assignments`

use actix_web::{HttpResponse, get};
use sportello_engine::assignments;

use super::view::AssignmentView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// Who holds which role at the body.
#[utoipa::path(
    operation_id = "assignments_list", tag = "assignments", security(("bearer" = [])), params(Paging),
    responses((status = 200, description = "A page of assignments.", body = List<AssignmentView>))
)]
#[get("/v1/tenants/{tenant}/assignments")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let found = assignments::page(&asked.place.state.engine, &asked.call(), page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(|assignment| AssignmentView::of(&asked.place, assignment)).collect();
    let query = asked.place.request.query_string();
    Ok(reply::ok(&List::new(items, &asked.place.under("assignments"), query, found.next.as_deref())))
}
