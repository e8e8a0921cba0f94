//! `GET /v1/tenants/{tenant}/inbox`

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, get,
    http::header::{self, HeaderValue},
};
use serde::Serialize;
use sportello_domain::refusal::Code;
use sportello_engine::inbox;
use utoipa::ToSchema;

use super::{filter, table};
use crate::{
    cases::view::CaseItem,
    http::{accept, caller::Asked, parameters::Paging, problem::Problem, reply},
    views::{List, PageLinks},
};

/// An office's work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InboxView {
    /// A page of cases, the most urgent first.
    #[schema(max_items = 200)]
    items: Vec<CaseItem>,
    /// How many there are, by official category.
    #[schema(example = json!({"in_progress": 12, "suspended_applicant": 3}))]
    counts: BTreeMap<&'static str, i64>,
    /// How many are past their due date.
    #[schema(format = Int64, minimum = 0, example = 1)]
    overdue: i64,
    /// How many are due within seven days.
    #[schema(format = Int64, minimum = 0, example = 2)]
    due_soon: i64,
    /// Where it is, and where the next page is.
    #[serde(rename = "_links")]
    links: PageLinks,
}

/// The work of the caller's offices: what is open, what is late, what is due soon. As `text/csv` it is one list for a spreadsheet.
#[utoipa::path(
    operation_id = "inbox_list", tag = "cases", security(("bearer" = [])),
    params(
        ("service" = Option<String>, Query, description = "A service, by id.", max_length = 64, example = "pink-badge"),
        ("status" = Option<String>, Query, description = "Official categories, separated by commas.", max_length = 200, example = "in_progress"),
        ("assignee" = Option<String>, Query, description = "`me`, `none`, or an officer's id.", max_length = 36, example = "me"),
        ("due_before" = Option<String>, Query, description = "Due before this day.", format = Date, max_length = 10, example = "2026-06-01"),
        Paging
    ),
    responses((status = 200, description = "A page of the work, with counts over all of it; or all of it as a table.", content(
        (InboxView = "application/json"),
        (String = "text/csv", example = "codice;protocollo;servizio\nCES-2026-0000123;0000123;Bollino rosa\n")
    )))
)]
#[get("/v1/tenants/{tenant}/inbox")]
pub(super) async fn list(asked: Asked) -> Result<HttpResponse, Problem> {
    let mut query = asked.place.query();
    let wanted = filter::of_query(&mut query);
    let page = query.page();
    let refused = query.finish().err();
    let engine = &asked.place.state.engine;
    let mut response = match accept::choose(&asked.place.request, &["application/json", "text/csv"]) {
        Some("application/json") => {
            let found = inbox::page(engine, &asked.call(), wanted, page.into()).await?;
            reply::ok(&view(&asked, &found))
        }
        Some(_) => table::reply(&asked, &inbox::export(engine, &asked.call(), wanted).await?)?,
        None => return Err(Code::NotAcceptable.into()),
    };
    if let Some(refusal) = refused {
        return Err(refusal.into());
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

fn view(asked: &Asked, found: &inbox::Inbox) -> InboxView {
    let items = found.page.items.iter().map(CaseItem::of).collect();
    let List { items, links } =
        List::new(items, &asked.place.under("inbox"), asked.place.request.query_string(), found.page.next.as_deref());
    let counts = found.counts.iter().map(|(status, count)| (status.id(), *count)).collect();
    InboxView { items, counts, overdue: found.overdue, due_soon: found.due_soon, links }
}
