//! `GET /v1/me/inbox`

use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use sportello_engine::me::{self, Work};
use utoipa::ToSchema;

use crate::{
    cases::view::CaseItem,
    http::{context::Context, problem::Problem, query::Query, reply},
    state::ApiState,
    views::{Links, List},
};

/// The caller's work at one body.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkView {
    /// The body, by slug.
    #[schema(max_length = 64, example = "cesena")]
    tenant: String,
    /// How many open cases there are.
    #[schema(format = Int64, minimum = 0, example = 12)]
    open: i64,
    /// How many are past their due date.
    #[schema(format = Int64, minimum = 0, example = 1)]
    overdue: i64,
    /// How many are due within seven days.
    #[schema(format = Int64, minimum = 0, example = 2)]
    due_soon: i64,
    /// The most urgent cases.
    #[schema(max_items = 200)]
    cases: Vec<CaseItem>,
    /// For a citizen: what is asked of him there, the most urgent first.
    #[schema(max_items = 200)]
    asked: Vec<AskView>,
    /// All of it.
    #[serde(rename = "_links")]
    links: Links,
}

/// Something that is asked of a citizen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ask)]
pub(crate) struct AskView {
    /// `answer` what the office asked, `pay` what is due, `finish` a draft.
    #[schema(max_length = 16, pattern = "^(answer|pay|finish)$", example = "answer")]
    ask: &'static str,
    /// The case that it is about.
    case: CaseItem,
}

impl From<&Work> for WorkView {
    fn from(work: &Work) -> Self {
        let Work { tenant, open, overdue, due_soon, cases, asked } = work;
        Self {
            tenant: tenant.to_string(),
            open: *open,
            overdue: *overdue,
            due_soon: *due_soon,
            cases: cases.iter().map(CaseItem::of).collect(),
            asked: asked.iter().map(|(ask, case)| AskView { ask: ask.id(), case: CaseItem::of(case) }).collect(),
            links: Links::new([("cases", format!("/v1/tenants/{tenant}/cases")), ("inbox", format!("/v1/tenants/{tenant}/inbox"))]),
        }
    }
}

/// The work that waits for the caller at all bodies that he serves; for a citizen, what is asked of him.
#[utoipa::path(
    operation_id = "me_inbox", tag = "me", security(("bearer" = [])),
    responses((status = 200, description = "The work, body by body.", body = List<WorkView>))
)]
#[get("/v1/me/inbox")]
pub(super) async fn list(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let state = ApiState::of(&request)?;
    let context = Context::of(&request);
    let identity = context.identity()?;
    Query::of(&request).finish()?;
    let work = me::inbox(&state.engine, &identity).await?;
    Ok(reply::ok(&List::new(work.iter().map(WorkView::from).collect(), "/v1/me/inbox", "", None)))
}
