//! `POST /v1/tenants/{tenant}/cases/{case}/checkouts`

use actix_web::{HttpResponse, post};
use sportello_engine::checkouts;
use utoipa::ToSchema;

use super::view::CheckoutView;
use crate::http::{caller::Asked, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent};

/// Nothing needs to be said: all that is due is paid.
#[derive(ToSchema)]
#[schema(as = OpenCheckout, example = json!({}))]
pub(crate) struct OpenCheckoutBody {}

/// Begins to pay online what a case owes.
#[utoipa::path(
    operation_id = "checkouts_open", tag = "payments", security(("bearer" = [])), params(IdempotencyKey),
    request_body = OpenCheckoutBody,
    responses((status = 201, description = "The checkout; one of the same amount that is still open goes on.", body = CheckoutView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/checkouts")]
pub(super) async fn open(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let case = asked.id("case")?;
    let opened = checkouts::open(&asked.place.state.engine, &call, case, sent.json_or_nothing(|_| ())).await?;
    Ok(reply::created(&CheckoutView::of(&asked.place, &opened), &asked.place.under(&format!("cases/{case}/payments")), None))
}
