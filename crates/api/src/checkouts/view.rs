//! Checkouts and settlements as replies show them.

use serde::Serialize;
use sportello_domain::checkout::{Checkout, Settlement};
use sportello_engine::checkouts::Opened;
use utoipa::ToSchema;

use crate::{
    http::place::Place,
    views::{Amount, Links, instant},
};

/// What went out to be paid online.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Checkout)]
pub(crate) struct CheckoutView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a49")]
    id: String,
    /// The number by which the payment is known outside; the body gives it once.
    #[schema(max_length = 35, example = "20260000000000123")]
    notice: String,
    /// How much.
    amount: Amount,
    /// When it was begun.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    created_at: String,
    /// Where the citizen pays; null in the demonstration, where the link `trial` pays without money.
    #[schema(required, max_length = 1000, example = "https://checkout.example.org/c/20260000000000123")]
    pay_url: Option<String>,
    /// Where to go on.
    #[serde(rename = "_links")]
    links: Links,
}

/// Money that arrived.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Settlement)]
pub(crate) struct SettlementView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a4a")]
    id: String,
    /// The case that the notice belongs to; null for a number that nobody has.
    #[schema(required, format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    case: Option<String>,
    /// The notice number.
    #[schema(max_length = 35, example = "20260000000000123")]
    notice: String,
    /// How much arrived.
    amount: Amount,
    /// The receipt's number.
    #[schema(max_length = 100, example = "RPT-2026-000871")]
    receipt: String,
    /// `accepted`; or why it paid nothing and has to be given back: `unknown_notice`, `case_ended`, `already_paid`, `wrong_amount`.
    #[schema(max_length = 16, pattern = "^(accepted|unknown_notice|case_ended|already_paid|wrong_amount)$", example = "accepted")]
    verdict: &'static str,
    /// When it arrived.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:25:00Z")]
    at: String,
}

impl CheckoutView {
    /// A checkout and where it is paid.
    pub(super) fn of(place: &Place, opened: &Opened) -> Self {
        let Opened { checkout, address } = opened;
        let Checkout { id, case, notice, amount, settled: _, created_at } = checkout;
        let links = Links::new([("payments", place.under(&format!("cases/{case}/payments")))]);
        let trial = address.is_none().then(|| place.under(&format!("cases/{case}/checkouts/{id}/trial-payment")));
        Self {
            id: id.to_string(),
            notice: notice.to_string(),
            amount: (*amount).into(),
            created_at: instant(*created_at),
            pay_url: address.as_deref().map(str::to_owned),
            links: links.with("trial", trial),
        }
    }
}

impl SettlementView {
    /// A settlement.
    pub(super) fn of(settlement: &Settlement) -> Self {
        let Settlement { id, case, notice, amount, receipt, verdict, at } = settlement;
        Self {
            id: id.to_string(),
            case: case.map(|case| case.to_string()),
            notice: notice.to_string(),
            amount: (*amount).into(),
            receipt: receipt.to_string(),
            verdict: verdict.id(),
            at: instant(*at),
        }
    }
}
