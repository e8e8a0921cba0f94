//! `GET /v1/tenants/{tenant}/settlements`

use actix_web::{HttpResponse, get};
use sportello_engine::checkouts;

use super::view::SettlementView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// All money that arrived, what paid nothing included.
#[utoipa::path(
    operation_id = "settlements_list", tag = "payments", security(("bearer" = [])), params(Paging),
    responses((status = 200, description = "A page of settlements.", body = List<SettlementView>))
)]
#[get("/v1/tenants/{tenant}/settlements")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let found = checkouts::page(&asked.place.state.engine, &asked.call(), page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(SettlementView::of).collect();
    let query = asked.place.request.query_string();
    Ok(reply::ok(&List::new(items, &asked.place.under("settlements"), query, found.next.as_deref())))
}
