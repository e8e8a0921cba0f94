//! `GET /v1/tenants/{tenant}/cases/{case}/notes`

use actix_web::{HttpResponse, get};
use sportello_engine::notes;

use super::view::NoteView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// The private notes on a case, oldest first. Only colleagues see them.
#[utoipa::path(
    operation_id = "notes_list", tag = "notes", security(("bearer" = [])), params(Paging),
    responses((status = 200, description = "A page of notes.", body = List<NoteView>))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/notes")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let case = asked.id("case")?;
    let found = notes::page(&asked.place.state.engine, &asked.call(), case, page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(NoteView::of).collect();
    let path = asked.place.under(&format!("cases/{case}/notes"));
    Ok(reply::ok(&List::new(items, &path, asked.place.request.query_string(), found.next.as_deref())))
}
