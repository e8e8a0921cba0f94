//! A payment as replies show it.

use serde::Serialize;
use sportello_domain::case::Payment;
use utoipa::ToSchema;

use crate::{
    http::place::Place,
    views::{Amount, instant},
};

/// What is due for a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
pub(crate) struct PaymentView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a48")]
    id: String,
    /// The fee, by id.
    #[schema(max_length = 64, example = "issue")]
    fee: String,
    /// What it is for.
    #[schema(max_length = 400, example = "Diritti di segreteria")]
    title: String,
    /// How much.
    amount: Amount,
    /// `due`, `paid_at_desk` or `paid_online`.
    #[schema(max_length = 16, pattern = "^(due|paid_at_desk|paid_online)$", example = "due")]
    status: &'static str,
    /// The receipt of the desk or of the payment node.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "2026/0412")]
    receipt: Option<String>,
    /// When it was settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    paid_at: Option<String>,
}

impl PaymentView {
    /// A payment.
    pub(crate) fn of(place: &Place, payment: &Payment) -> Self {
        let Payment { id, case: _, fee, title, amount, status, receipt, paid_at } = payment;
        Self {
            id: id.to_string(),
            fee: fee.to_string(),
            title: title.get(place.language).to_owned(),
            amount: (*amount).into(),
            status: status.id(),
            receipt: receipt.as_deref().map(str::to_owned),
            paid_at: paid_at.map(instant),
        }
    }
}
