//! `POST /v1/tenants/{tenant}/cases`

use actix_web::{HttpResponse, post};
use serde_json::{Value, json};
use sportello_engine::cases::{self, NewCase, NewPerson};
use utoipa::ToSchema;

use super::view::CaseView;
use crate::http::{caller::Asked, fields::Fields, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent};

/// A draft to begin.
#[derive(ToSchema)]
#[schema(as = NewCase)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct NewCaseBody {
    /// The service, by id.
    #[schema(min_length = 1, max_length = 64, example = "pink-badge")]
    service: String,
    /// Section → field → answer, as far as they are known; the form's schema says which there are.
    #[schema(value_type = Option<Object>, additional_properties = true, example = json!({"request": {"kind": "first-issue"}}))]
    answers: Option<Value>,
    /// The person at the desk, or whom a delegate acts for; absent where the caller asks for himself.
    on_behalf_of: Option<NewPersonBody>,
    /// At the desk: who came with a mandate in that person's place; absent where the person came.
    delegate: Option<NewPersonBody>,
}

/// A person whom a case is for, or who acts for that person.
#[derive(ToSchema)]
#[schema(as = NewPerson)]
#[expect(dead_code, reason = "describes the body that `person` reads")]
pub(crate) struct NewPersonBody {
    /// Given name.
    #[schema(min_length = 1, max_length = 100, example = "Giulia")]
    given_name: String,
    /// Family name.
    #[schema(min_length = 1, max_length = 100, example = "Zoffoli")]
    family_name: String,
    /// Fiscal code.
    #[schema(min_length = 11, max_length = 16, example = "ZFFGLI90D55C573E")]
    tax_code: String,
    /// Where it can be written to.
    #[schema(format = Email, max_length = 254, example = "giulia@example.org")]
    email: Option<String>,
}

/// Begins a case as a draft.
///
/// Answers may be incomplete; what is there must have the right type. A citizen may act for another only where the service has
/// `delegates`, and attaches the mandate.
#[utoipa::path(
    operation_id = "cases_create", tag = "cases", security(("bearer" = [])), params(IdempotencyKey),
    request_body = NewCaseBody,
    responses((status = 201, description = "The draft.", body = CaseView))
)]
#[post("/v1/tenants/{tenant}/cases")]
pub(super) async fn create(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let case = cases::create(&asked.place.state.engine, &call, sent.json(read)).await?;
    let view = CaseView::of(&asked.place, &case);
    Ok(reply::created(&view, &asked.place.under(&format!("cases/{}", view.id)), Some(view.version)))
}

fn read(body: &mut Fields) -> NewCase {
    NewCase {
        service: body.required_text("service", 64).into(),
        answers: body.object("answers").unwrap_or_else(|| json!({})),
        on_behalf_of: body.nested("on_behalf_of", person),
        delegate: body.nested("delegate", person),
    }
}

fn person(body: &mut Fields) -> NewPerson {
    NewPerson {
        given_name: body.required_text("given_name", 100).into(),
        family_name: body.required_text("family_name", 100).into(),
        tax_code: body.required_text("tax_code", 16).into(),
        email: body.text("email", 254).map(Into::into),
    }
}
