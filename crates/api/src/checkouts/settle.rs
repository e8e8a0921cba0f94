//! `POST /v1/tenants/{tenant}/settlements`

use actix_web::{HttpResponse, post};
use sportello_engine::checkouts::{self, Arrived};
use utoipa::ToSchema;

use super::view::SettlementView;
use crate::{
    http::{caller::Asked, fields::Fields, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent},
    views::Amount,
};

/// Money that arrived.
#[derive(ToSchema)]
#[schema(as = NewSettlement)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct SettlementBody {
    /// The notice number of the checkout.
    #[schema(min_length = 1, max_length = 35, example = "20260000000000123")]
    notice: String,
    /// How much arrived.
    amount: Amount,
    /// The receipt's number: the same receipt told again changes nothing.
    #[schema(min_length = 1, max_length = 100, example = "RPT-2026-000871")]
    receipt: String,
}

/// Takes in money that the payment node tells of. What pays nothing is written down all the same, and refused with the reason.
#[utoipa::path(
    operation_id = "settlements_take", tag = "payments", security(("bearer" = [])), params(IdempotencyKey),
    request_body = SettlementBody,
    responses((status = 201, description = "The settlement.", body = SettlementView))
)]
#[post("/v1/tenants/{tenant}/settlements")]
pub(super) async fn settle(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let settlement = checkouts::settle(&asked.place.state.engine, &call, sent.json(read)).await?;
    Ok(reply::created(&SettlementView::of(&settlement), &asked.place.under("settlements"), None))
}

fn read(body: &mut Fields) -> Arrived {
    Arrived {
        notice: body.required_text("notice", 35).into(),
        amount: body.required_amount("amount"),
        receipt: body.required_text("receipt", 100).into(),
    }
}
