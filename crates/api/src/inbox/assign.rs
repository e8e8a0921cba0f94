//! `POST /v1/tenants/{tenant}/inbox/assignments`

use actix_web::{HttpResponse, post};
use serde::Serialize;
use sportello_domain::ids::{CaseId, PersonId};
use sportello_engine::inbox::{self, AssignMany, Assigned, MOST_AT_ONCE};
use utoipa::ToSchema;

use crate::{
    cases::view::CaseItem,
    http::{caller::Asked, fields::Fields, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent},
    views::List,
};

/// Cases to give.
#[derive(ToSchema)]
#[schema(as = CaseAssignments)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct AssignManyBody {
    /// The cases, by id; each once.
    #[schema(min_items = 1, max_items = 100, value_type = Vec<uuid::Uuid>, example = json!(["0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44"]))]
    cases: Vec<String>,
    /// The officer; null for nobody.
    #[schema(required, format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a45")]
    assignee: Option<String>,
}

/// What became of one of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssignedCase)]
pub(crate) struct AssignedView {
    /// The case that was asked for, by id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    id: String,
    /// Whether it is the officer's now.
    assigned: bool,
    /// The case as it is now; null where it was not given.
    #[schema(required)]
    case: Option<CaseItem>,
    /// The code of the problem that stood in the way; null where none did.
    #[schema(required, max_length = 64, example = "case_concluded")]
    code: Option<&'static str>,
    /// The problem in words; null where there was none.
    #[schema(required, max_length = 1000, example = "La pratica è conclusa")]
    detail: Option<String>,
}

impl AssignedView {
    fn of(asked: &Asked, assigned: &Assigned) -> Self {
        let Assigned { case, outcome } = assigned;
        let language = asked.place.language;
        let refusal = outcome.as_ref().err();
        let words = refusal.map(|refusal| {
            let told = refusal.faults.first().map(|fault| &fault.message).or(refusal.detail.as_ref());
            told.map_or_else(|| refusal.code.title(language).to_owned(), |message| message.get(language).to_owned())
        });
        Self {
            id: case.to_string(),
            assigned: outcome.is_ok(),
            case: outcome.as_ref().ok().map(CaseItem::of),
            code: refusal.map(|refusal| refusal.code.id()),
            detail: words,
        }
    }
}

/// Gives many cases to an officer at once. Each is given, or says why not; the others do not wait for it.
#[utoipa::path(
    operation_id = "inbox_assign", tag = "cases", security(("bearer" = [])), params(IdempotencyKey),
    request_body = AssignManyBody,
    responses((status = 200, description = "What became of each.", body = List<AssignedView>))
)]
#[post("/v1/tenants/{tenant}/inbox/assignments")]
pub(super) async fn assign(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let given = inbox::assign(&asked.place.state.engine, &asked.call_for(&sent), sent.json(read)).await?;
    let items = given.iter().map(|assigned| AssignedView::of(&asked, assigned)).collect();
    Ok(reply::ok(&List::new(items, &asked.place.under("inbox/assignments"), "", None)))
}

fn read(body: &mut Fields) -> AssignMany {
    let cases = body.required_ids("cases", MOST_AT_ONCE).into_iter().map(CaseId::new).collect();
    AssignMany { cases, assignee: body.required_id("assignee").map(PersonId::new) }
}
