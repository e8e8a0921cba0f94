//! `GET /v1/tenants/{tenant}/opinions`

use actix_web::{HttpResponse, get};
use sportello_engine::opinions;

use super::view::OpinionView;
use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::List,
};

/// Whose opinions.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameter that `asked` reads")]
pub(crate) struct OfOffice {
    /// One of the caller's offices; all of them where none is named.
    #[param(required = false, max_length = 64, example = "building")]
    office: Option<String>,
}

/// The opinions that the caller's offices are waited for, first asked first.
#[utoipa::path(
    operation_id = "opinions_asked", tag = "opinions", security(("bearer" = [])), params(OfOffice, Paging),
    responses((status = 200, description = "A page of opinions.", body = List<OpinionView>))
)]
#[get("/v1/tenants/{tenant}/opinions")]
pub(super) async fn asked(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let office = query.text("office", 64).map(Into::into);
    let page = query.page();
    let refused = query.finish().err();
    let found = opinions::asked(&asked.place.state.engine, &asked.call(), office, page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(|opinion| OpinionView::of(opinion, asked.place.language)).collect();
    Ok(reply::ok(&List::new(items, &asked.place.under("opinions"), asked.place.request.query_string(), found.next.as_deref())))
}
