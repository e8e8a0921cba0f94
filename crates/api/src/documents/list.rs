//! `GET /v1/tenants/{tenant}/cases/{case}/documents`

use actix_web::{HttpResponse, get};
use sportello_engine::documents;

use super::view::DocumentView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// The documents of a case.
#[utoipa::path(
    operation_id = "documents_list", tag = "documents", security(("bearer" = [])), params(Paging),
    responses((status = 200, description = "A page of documents.", body = List<DocumentView>))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/documents")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let case = asked.id("case")?;
    let found = documents::page(&asked.place.state.engine, &asked.call(), case, page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(|document| DocumentView::of(&asked.place, document)).collect();
    let path = asked.place.under(&format!("cases/{case}/documents"));
    Ok(reply::ok(&List::new(items, &path, asked.place.request.query_string(), found.next.as_deref())))
}
