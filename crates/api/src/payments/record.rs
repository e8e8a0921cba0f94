//! `POST /v1/tenants/{tenant}/cases/{case}/payments`

use actix_web::{HttpResponse, post};
use sportello_domain::case::PaymentStatus;
use sportello_engine::payments::{self, RecordPayment};
use utoipa::ToSchema;

use super::view::PaymentView;
use crate::http::{caller::Asked, fields::Fields, parameters::IdempotencyKey, problem::Problem, reply, sent::Sent};

/// A payment that the desk has taken.
#[derive(ToSchema)]
#[schema(as = RecordPayment)]
#[expect(dead_code, reason = "describes the body that `read` reads")]
pub(crate) struct RecordPaymentBody {
    /// The fee, by id.
    #[schema(min_length = 1, max_length = 64, example = "issue")]
    fee: String,
    /// `paid_at_desk`.
    #[schema(max_length = 16, pattern = "^paid_at_desk$", example = "paid_at_desk")]
    status: String,
    /// The receipt that the desk gave.
    #[schema(max_length = 100, example = "2026/0412")]
    receipt: Option<String>,
}

/// Records that a fee was paid at the desk.
#[utoipa::path(
    operation_id = "payments_record", tag = "payments", security(("bearer" = [])), params(IdempotencyKey),
    request_body = RecordPaymentBody,
    responses((status = 201, description = "The payment.", body = PaymentView))
)]
#[post("/v1/tenants/{tenant}/cases/{case}/payments")]
pub(super) async fn record(asked: Asked, sent: Sent) -> Result<HttpResponse, Problem> {
    let call = asked.call_for(&sent);
    let case = asked.id("case")?;
    let payment = payments::record(&asked.place.state.engine, &call, case, sent.json(read)).await?;
    let view = PaymentView::of(&asked.place, &payment);
    Ok(reply::created(&view, &asked.place.under(&format!("cases/{case}/payments")), None))
}

fn read(body: &mut Fields) -> RecordPayment {
    let fee = body.required_text("fee", 64);
    body.required_choice("status", &[PaymentStatus::PaidAtDesk.id()]);
    RecordPayment { fee: fee.into(), receipt: body.text("receipt", 100).map(Into::into) }
}
