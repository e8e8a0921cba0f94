//! `GET /v1/tenants/{tenant}/cases/{case}/events`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use serde_json::Value;
use sportello_domain::case::Event;
use sportello_engine::cases;
use utoipa::ToSchema;

use crate::{
    http::{caller::Asked, parameters::Paging, problem::Problem, reply},
    views::{List, instant},
};

/// A step in a case's timeline.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a50")]
    id: String,
    /// Its place in the timeline, from 1.
    #[schema(format = Int64, minimum = 1, example = 2)]
    sequence: i64,
    /// What happened: `created`, `submitted`, `transition`, `assigned`, `document_added`, `message`, `payment` …
    #[schema(max_length = 64, example = "submitted")]
    kind: String,
    /// When.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    at: String,
    /// In which role it was done; `system` for the product itself.
    #[schema(max_length = 32, example = "citizen")]
    role: &'static str,
    /// Particulars.
    #[schema(value_type = Object, additional_properties = true, example = json!({"code": "CES-2026-0000123"}))]
    data: Value,
}

impl EventView {
    fn of(event: &Event) -> Self {
        let Event { id, case: _, sequence, kind, at, role, actor: _, data } = event;
        let data = if data.is_object() { data.clone() } else { serde_json::json!({}) };
        Self { id: id.to_string(), sequence: *sequence, kind: kind.to_string(), at: instant(*at), role: role.id(), data }
    }
}

/// The timeline of a case, oldest first.
#[utoipa::path(
    operation_id = "events_list", tag = "cases", security(("bearer" = [])), params(Paging),
    responses((status = 200, description = "A page of the timeline.", body = List<EventView>))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/events")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let page = query.page();
    let refused = query.finish().err();
    let case = asked.id("case")?;
    let found = cases::events(&asked.place.state.engine, &asked.call(), case, page.into()).await?;
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    let items = found.items.iter().map(EventView::of).collect();
    let path = asked.place.under(&format!("cases/{case}/events"));
    Ok(reply::ok(&List::new(items, &path, asked.place.request.query_string(), found.next.as_deref())))
}
