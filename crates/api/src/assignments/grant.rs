//! `POST /v1/tenants/{tenant}/assignments`

use actix_web::{HttpResponse, post};
use sportello_domain::permissions::Role;
use sportello_engine::assignments::{self, Grant, Whom};
use utoipa::ToSchema;

use super::view::AssignmentView;
use crate::http::{caller::Asked, fields::Fields, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent};

/// A role to give.
#[derive(ToSchema)]
#[schema(as = NewAssignment)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct GrantBody {
    /// The person's given name.
    #[schema(min_length = 1, max_length = 100, example = "Marco")]
    given_name: String,
    /// The person's family name.
    #[schema(min_length = 1, max_length = 100, example = "Casadei")]
    family_name: String,
    /// The person's fiscal code; or `subject`.
    #[schema(required = false, min_length = 11, max_length = 16, example = "CSDMRC80A01C573X")]
    tax_code: Option<String>,
    /// What the identity provider calls the person, where it tells no fiscal code.
    #[schema(required = false, min_length = 1, max_length = 255, example = "marco.casadei")]
    subject: Option<String>,
    /// The identity provider of `subject`; the one that vouches for staff where the body has one only.
    #[schema(required = false, min_length = 1, max_length = 400, example = "https://login.example.org")]
    issuer: Option<String>,
    /// The role.
    #[schema(max_length = 32, example = "case_officer")]
    role: String,
    /// The office that it is bound to, by id; absent for all of the body.
    #[schema(max_length = 64, example = "mobility-office")]
    office: Option<String>,
    /// First day; today where nothing is said.
    #[schema(format = Date, max_length = 10, example = "2026-01-01")]
    valid_from: Option<String>,
    /// Last day; absent without end.
    #[schema(format = Date, max_length = 10, example = "2026-12-31")]
    valid_until: Option<String>,
}

/// Gives a person a role. It counts from the next request on.
#[utoipa::path(
    operation_id = "assignments_grant", tag = "assignments", security(("bearer" = [])), params(IdempotencyKey),
    request_body = GrantBody,
    responses((status = 201, description = "The assignment.", body = AssignmentView))
)]
#[post("/v1/tenants/{tenant}/assignments")]
pub(super) async fn grant(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let assignment = assignments::grant(&asked.place.state.engine, &call, sent.json(read)).await?;
    let view = AssignmentView::of(&asked.place, &assignment);
    Ok(reply::created(&view, &asked.place.under(&format!("assignments/{}", view.id)), Some(view.version)))
}

fn read(body: &mut Fields) -> Grant {
    let roles = Role::ASSIGNABLE.map(Role::id);
    Grant {
        given_name: body.required_text("given_name", 100).into(),
        family_name: body.required_text("family_name", 100).into(),
        whom: whom(body),
        role: Role::from_id(&body.required_choice("role", &roles)).unwrap_or(Role::Auditor),
        office: body.text("office", 64).map(Into::into),
        valid_from: body.date("valid_from"),
        valid_until: body.date("valid_until"),
    }
}

/// A fiscal code, or else a subject.
fn whom(body: &mut Fields) -> Whom {
    let (tax_code, issuer) = (body.text("tax_code", 16), body.text("issuer", 400).map(Into::into));
    match (tax_code, body.text("subject", 255)) {
        (Some(code), None) => Whom::TaxCode(code.into()),
        (None, Some(subject)) => Whom::Subject { subject: subject.into(), issuer },
        (Some(_), Some(_)) => Whom::Both,
        (None, None) => Whom::Nobody,
    }
}
