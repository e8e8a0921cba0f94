//! `GET /v1/tenants/{tenant}/cases/{case}/messages`

use actix_web::{HttpResponse, get};
use sportello_engine::messages;

use super::view::MessageView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// The messages on a case, oldest first.
#[utoipa::path(
    operation_id = "messages_list", tag = "messages", security(("bearer" = [])), params(Paging),
    responses((status = 200, description = "A page of messages.", body = List<MessageView>))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/messages")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let case = asked.id("case")?;
    let found = messages::page(&asked.place.state.engine, &asked.call(), case, page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(MessageView::of).collect();
    let path = asked.place.under(&format!("cases/{case}/messages"));
    Ok(reply::ok(&List::new(items, &path, asked.place.request.query_string(), found.next.as_deref())))
}
