//! `GET /v1/tenants/{tenant}/register/entries`

use actix_web::{HttpResponse, get};
use sportello_engine::register;

use super::view::EntryView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// The entries of a year, newest first.
#[utoipa::path(
    operation_id = "register_list", tag = "register", security(("bearer" = [])),
    params(("year" = Option<i32>, Query, description = "The year; the current one where nothing is said.", minimum = 2000, maximum = 9999, example = 2026), Paging),
    responses((status = 200, description = "A page of entries.", body = List<EntryView>))
)]
#[get("/v1/tenants/{tenant}/register/entries")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let year = super::year(&asked, &mut query);
    let page = query.page();
    let refused = query.finish().err();
    let found = register::page(&asked.place.state.engine, &asked.call(), year, page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(|entry| EntryView::of(&asked.place, entry)).collect();
    let query = asked.place.request.query_string();
    Ok(reply::ok(&List::new(items, &asked.place.under("register/entries"), query, found.next.as_deref())))
}
