//! `GET` and `POST /v1/tenants/{tenant}/inbox/filters`, `GET` and `DELETE …/{filter}`: filters that an officer keeps.

use actix_web::{HttpResponse, delete, get, post};
use serde::Serialize;
use sportello_domain::office::SavedFilter;
use sportello_engine::inbox::{self, NewFilter};
use utoipa::ToSchema;

use super::filter::{FilterView, of_body};
use crate::{
    http::{
        caller::Asked,
        fields::Fields,
        parameters::{IdempotencyKey, IfMatch, IfNoneMatch},
        place::Place,
        problem::Problem,
        reply,
        sent::Sent,
    },
    views::{Links, List, instant},
};

/// A filter never changes: there is one version of each.
const VERSION: i64 = 1;

/// A filter that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SavedFilter)]
pub(crate) struct SavedFilterView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a52")]
    id: String,
    /// What its owner calls it.
    #[schema(max_length = 80, example = "Bollini urgenti")]
    name: String,
    /// What it lets through.
    filter: FilterView,
    /// Since when.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    created_at: String,
    /// Itself, and the work that it lets through.
    #[serde(rename = "_links")]
    links: Links,
}

impl SavedFilterView {
    fn of(place: &Place, saved: &SavedFilter) -> Self {
        let SavedFilter { id, person: _, name, query, created_at } = saved;
        let filter = FilterView::from(query);
        let inbox = match filter.query() {
            query if query.is_empty() => place.under("inbox"),
            query => place.under(&format!("inbox?{query}")),
        };
        Self {
            id: id.to_string(),
            name: name.to_string(),
            created_at: instant(*created_at),
            links: Links::new([("self", place.under(&format!("inbox/filters/{id}"))), ("inbox", inbox)]),
            filter,
        }
    }
}

/// A filter to keep.
#[derive(ToSchema)]
#[schema(as = NewFilter)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct NewFilterBody {
    /// What to call it; once each.
    #[schema(min_length = 1, max_length = 80, example = "Bollini urgenti")]
    name: String,
    /// What it lets through.
    filter: FilterView,
}

/// The caller's own filters, by name.
#[utoipa::path(
    operation_id = "inbox_filters_list", tag = "cases", security(("bearer" = [])),
    responses((status = 200, description = "The filters.", body = List<SavedFilterView>))
)]
#[get("/v1/tenants/{tenant}/inbox/filters")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let found = inbox::filters(&asked.place.state.engine, &asked.call()).await?;
    asked.place.without_parameters()?;
    let items = found.iter().map(|filter| SavedFilterView::of(&asked.place, filter)).collect();
    Ok(reply::ok(&List::new(items, &asked.place.under("inbox/filters"), "", None)))
}

/// Keeps a filter under a name.
#[utoipa::path(
    operation_id = "inbox_filters_save", tag = "cases", security(("bearer" = [])), params(IdempotencyKey),
    request_body = NewFilterBody,
    responses((status = 201, description = "The filter.", body = SavedFilterView))
)]
#[post("/v1/tenants/{tenant}/inbox/filters")]
pub(super) async fn save(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let saved = inbox::save(&asked.place.state.engine, &asked.call_for(&sent), sent.json(read_new)).await?;
    let view = SavedFilterView::of(&asked.place, &saved);
    Ok(reply::created(&view, &asked.place.under(&format!("inbox/filters/{}", view.id)), Some(VERSION)))
}

fn read_new(body: &mut Fields) -> NewFilter {
    let name = body.required_text("name", 80).into();
    let query = body.nested("filter", of_body);
    if query.is_none() {
        body.missing_unless_told("filter");
    }
    NewFilter { name, query: query.unwrap_or_default() }
}

/// One of the caller's filters.
#[utoipa::path(
    operation_id = "inbox_filters_read", tag = "cases", security(("bearer" = [])), params(IfNoneMatch),
    responses((status = 200, description = "The filter.", body = SavedFilterView))
)]
#[get("/v1/tenants/{tenant}/inbox/filters/{filter}")]
pub(super) async fn read(asked: Asked) -> Result<HttpResponse, Problem> {
    let found = inbox::filter(&asked.place.state.engine, &asked.call(), asked.id("filter")?).await?;
    asked.place.without_parameters()?;
    Ok(reply::unless_known(&asked.place.request, &SavedFilterView::of(&asked.place, &found), VERSION))
}

/// Removes one of the caller's filters.
#[utoipa::path(
    operation_id = "inbox_filters_delete", tag = "cases", security(("bearer" = [])), params(IfMatch),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/v1/tenants/{tenant}/inbox/filters/{filter}")]
pub(super) async fn delete(asked: Asked) -> Result<HttpResponse, Problem> {
    inbox::delete(&asked.place.state.engine, &asked.call(), asked.id("filter")?).await?;
    Ok(reply::gone())
}
