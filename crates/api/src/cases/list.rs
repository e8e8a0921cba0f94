//! `GET /v1/tenants/{tenant}/cases`

use actix_web::{HttpResponse, get};
use sportello_domain::case::CaseStatus;
use sportello_engine::cases::{self, CaseQuery};

use super::view::CaseItem;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// The caller's own cases; for staff those of the office.
#[utoipa::path(
    operation_id = "cases_list", tag = "cases", security(("bearer" = [])),
    params(
        ("service" = Option<String>, Query, description = "A service, by id.", max_length = 64, example = "pink-badge"),
        ("status" = Option<String>, Query, description = "Official categories, separated by commas.", max_length = 200, example = "draft,in_progress"),
        Paging
    ),
    responses((status = 200, description = "A page of cases.", body = List<CaseItem>))
)]
#[get("/v1/tenants/{tenant}/cases")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let wanted = CaseQuery {
        service: query.text("service", 64).map(Into::into),
        status: query.terms("status", &CaseStatus::ALL.map(CaseStatus::id), CaseStatus::from_id),
    };
    let page = query.page();
    let refused = query.finish().err();
    let found = cases::page(&asked.place.state.engine, &asked.call(), wanted, page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(CaseItem::of).collect();
    let query = asked.place.request.query_string();
    Ok(reply::ok(&List::new(items, &asked.place.under("cases"), query, found.next.as_deref())))
}
