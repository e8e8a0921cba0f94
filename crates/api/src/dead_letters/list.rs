//! `GET /v1/tenants/{tenant}/dead-letters`

use actix_web::{HttpResponse, get};
use sportello_engine::dead_letters;

use super::view::DeadLetterView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// Timers and letters that were given up, the last first.
#[utoipa::path(
    operation_id = "dead_letters_list", tag = "dead-letters", security(("bearer" = [])), params(Paging),
    responses((status = 200, description = "A page of them.", body = List<DeadLetterView>))
)]
#[get("/v1/tenants/{tenant}/dead-letters")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let found = dead_letters::page(&asked.place.state.engine, &asked.call(), page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(|letter| DeadLetterView::of(&asked.place, letter)).collect();
    let query = asked.place.request.query_string();
    Ok(reply::ok(&List::new(items, &asked.place.under("dead-letters"), query, found.next.as_deref())))
}
