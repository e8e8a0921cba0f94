//! `GET /v1/tenants/{tenant}/cases/{case}/payments`

use actix_web::{HttpResponse, get};
use sportello_engine::payments;

use super::view::PaymentView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// What is due for a case, and what was paid.
#[utoipa::path(
    operation_id = "payments_list", tag = "payments", security(("bearer" = [])), params(Paging),
    responses((status = 200, description = "A page of payments.", body = List<PaymentView>))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/payments")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let case = asked.id("case")?;
    let found = payments::page(&asked.place.state.engine, &asked.call(), case, page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(|payment| PaymentView::of(&asked.place, payment)).collect();
    let path = asked.place.under(&format!("cases/{case}/payments"));
    Ok(reply::ok(&List::new(items, &path, asked.place.request.query_string(), found.next.as_deref())))
}
