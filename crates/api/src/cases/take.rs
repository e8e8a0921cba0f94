//! `POST /v1/tenants/{tenant}/cases/{case}/transitions`

use actix_web::{HttpResponse, post};
use serde_json::Value;
use sportello_engine::cases::{self, Take};
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

/// A transition to take.
#[derive(ToSchema)]
#[schema(as = TakeTransition)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct TakeBody {
    /// The transition, by id.
    #[schema(min_length = 1, max_length = 64, example = "take-charge")]
    transition: String,
    /// The answers to its form: field → value.
    #[schema(value_type = Option<Object>, additional_properties = true, example = json!({"request": "Manca la seconda pagina del certificato."}))]
    data: Option<Value>,
    /// A note for the timeline.
    #[schema(max_length = 4000, example = "Documenti completi.")]
    note: Option<String>,
}

/// Takes a transition of the workflow.
#[utoipa::path(
    operation_id = "transitions_take", tag = "cases", security(("bearer" = [])), params(IfMatch, IdempotencyKey),
    request_body = TakeBody,
    responses((status = 200, description = "The case as it is now.", body = CaseView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/transitions")]
pub(super) async fn take(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let case = cases::take(&asked.place.state.engine, &call, asked.id("case")?, sent.json(read)).await?;
    let view = CaseView::of(&asked.place, &case);
    Ok(reply::versioned(&view, view.version))
}

fn read(body: &mut Fields) -> Take {
    Take {
        transition: body.required_text("transition", 64).into(),
        data: body.object("data"),
        note: body.text("note", 4000).map(Into::into),
    }
}
