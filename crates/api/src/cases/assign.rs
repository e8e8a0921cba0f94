//! `POST /v1/tenants/{tenant}/cases/{case}/assignment`

use actix_web::{HttpResponse, post};
use sportello_domain::ids::PersonId;
use sportello_engine::cases::{self, Assign};
use utoipa::ToSchema;

use super::view::CaseView;
use crate::http::{
    caller::Asked,
    fields::Fields,
    parameters::{IdempotencyKey, IfMatch},
    problem::Problem,
    reply,
    sent::Sent,
};

/// Who handles a case.
#[derive(ToSchema)]
#[schema(as = CaseAssignment)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct AssignBody {
    /// The officer; null for nobody.
    #[schema(required, format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a45")]
    assignee: Option<String>,
}

/// Gives a case to an officer, or to nobody.
#[utoipa::path(
    operation_id = "cases_assign", tag = "cases", security(("bearer" = [])), params(IfMatch, IdempotencyKey),
    request_body = AssignBody,
    responses((status = 200, description = "The case.", body = CaseView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/assignment")]
pub(super) async fn assign(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let case = cases::assign(&asked.place.state.engine, &call, asked.id("case")?, sent.json(read)).await?;
    let view = CaseView::of(&asked.place, &case);
    Ok(reply::versioned(&view, view.version))
}

fn read(body: &mut Fields) -> Assign {
    let assignee = body.required_id("assignee");
    Assign { assignee: assignee.map(PersonId::new) }
}
