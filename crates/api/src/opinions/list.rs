//! `GET /v1/tenants/{tenant}/cases/{case}/opinions`

use actix_web::{HttpResponse, get};
use sportello_engine::opinions;

use super::view::OpinionView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// The opinions of other offices on a case, those that are waited for included.
#[utoipa::path(
    operation_id = "opinions_list", tag = "opinions", security(("bearer" = [])), params(Paging),
    responses((status = 200, description = "The opinions; a case has few, so there is one page.", body = List<OpinionView>))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/opinions")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let case = asked.id("case")?;
    let found = opinions::page(&asked.place.state.engine, &asked.call(), case, page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(|opinion| OpinionView::of(opinion, asked.place.language)).collect();
    let path = asked.place.under(&format!("cases/{case}/opinions"));
    Ok(reply::ok(&List::new(items, &path, asked.place.request.query_string(), found.next.as_deref())))
}
