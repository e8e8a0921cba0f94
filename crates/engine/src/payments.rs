//! What is due for a case, and that it was paid at the desk.

use std::sync::Arc;

use serde_json::json;
use sportello_domain::{
    case::{Payment, PaymentStatus},
    ids::{CaseId, PaymentId},
    permissions::Action,
    refusal::{Code, Fault, Message, Refusal},
    service::Key,
};
use sportello_store::payments;
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Page, Paged, Unread,
    desk::{Desk, Mode},
};

/// A payment that the desk has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPayment {
    /// The fee's id.
    pub fee: Key,
    /// The receipt that the desk gave.
    pub receipt: Option<Arc<str>>,
}

/// What is due for a case and what is paid; a case has few, so there is one page.
#[instrument(name = "payment.page", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn page(engine: &Engine, call: &Call, case: CaseId, page: Page) -> Result<Paged<Payment>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = list(&desk, case, &page).await;
    desk.leave(result).await
}

async fn list(desk: &Desk<'_>, case: CaseId, page: &Page) -> Result<Paged<Payment>, Failure> {
    desk.case(case, Action::ReadCase).await?;
    crate::desk::cursor(page)?;
    Ok(Paged { items: payments::of_case(&desk.tx, case).await?, next: None })
}

/// Records that a fee was paid at the desk.
#[instrument(name = "payment.record", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn record(engine: &Engine, call: &Call, case: CaseId, body: Unread<RecordPayment>) -> Result<Payment, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = settle(&desk, case, body).await;
    desk.leave(result).await
}

async fn settle(desk: &Desk<'_>, case: CaseId, body: Unread<RecordPayment>) -> Result<Payment, Failure> {
    let reached = desk.case(case, Action::RecordPayment).await?;
    if let Some(first) = desk.begin().await? {
        return payments::find(&desk.tx, PaymentId::new(first)).await?.ok_or_else(|| Code::NotFound.into());
    }
    let RecordPayment { fee, receipt } = body.read()?;
    let payment =
        payments::of_case(&desk.tx, case).await?.into_iter().find(|payment| payment.fee == fee).ok_or_else(|| nothing_due(&fee))?;
    if payment.status != PaymentStatus::Due
        || !payments::settle(&desk.tx, payment.id, PaymentStatus::PaidAtDesk, receipt.as_deref(), desk.now).await?
    {
        return Err(Code::AlreadyPaid.into());
    }
    let role = reached.role();
    desk.event(case, "payment", role, json!({"fee": fee, "status": PaymentStatus::PaidAtDesk})).await?;
    desk.passages().follow_on(reached.case).await?;
    desk.finish(201, payment.id.uuid(), None).await?;
    Ok(Payment { status: PaymentStatus::PaidAtDesk, receipt, paid_at: Some(desk.now), ..payment })
}

fn nothing_due(fee: &str) -> Refusal {
    let message = Message::new(format!("Per questa pratica non è dovuto «{fee}»."), format!("“{fee}” is not due for this case."));
    Refusal::with_faults(Code::Unprocessable, vec![Fault { pointer: "/fee".to_owned(), code: "not_due", message }])
}
