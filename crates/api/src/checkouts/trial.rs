//! `POST /v1/tenants/{tenant}/cases/{case}/checkouts/{checkout}/trial-payment`

use actix_web::{HttpResponse, post};
use sportello_engine::checkouts;
use utoipa::ToSchema;

use super::view::SettlementView;
use crate::http::{caller::Asked, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent};

/// Nothing needs to be said.
#[derive(ToSchema)]
#[schema(as = TrialPayment, example = json!({}))]
pub(crate) struct TrialBody {}

/// Pays a checkout without money: in the demonstration, where no payment node is.
#[utoipa::path(
    operation_id = "checkouts_try", tag = "payments", security(("bearer" = [])), params(IdempotencyKey),
    request_body = TrialBody,
    responses((status = 201, description = "The settlement.", body = SettlementView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/checkouts/{checkout}/trial-payment")]
pub(super) async fn pay(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let (case, checkout) = (asked.id("case")?, asked.id("checkout")?);
    let settlement = checkouts::try_out(&asked.place.state.engine, &call, case, checkout, sent.json_or_nothing(|_| ())).await?;
    Ok(reply::created(&SettlementView::of(&settlement), &asked.place.under(&format!("cases/{case}/payments")), None))
}
