//! Paying online: a checkout of what a case owes, and the money that comes back.
//!
//! The notice number is written down before the payment node hears of it, so money that arrives always finds its case. What arrives is
//! written down whatever it comes to; only then is the caller told that it paid nothing.

use std::sync::Arc;

use serde_json::json;
use sportello_domain::{
    case::{Case, CaseStatus, Payment, PaymentStatus},
    checkout::{Checkout, Settlement, Verdict, due, judge, notice},
    ids::{CaseId, CheckoutId, SettlementId},
    money::Money,
    permissions::{Action, Role},
    refusal::{Code, Fault, Message, Refusal},
    registers::{Adapter, Told},
};
use sportello_store::{cases, checkouts, counters, payments, settlements};
use tracing::instrument;

use crate::{
    Broken, Call, Engine, Failure, Page, Paged, Unread,
    desk::{Desk, Mode, cursor},
    ports::ToPay,
    registers::unavailable,
};

/// The counter of notice numbers.
const NOTICES: &str = "notices";

/// A checkout and where it is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The checkout.
    pub checkout: Checkout,
    /// The address at which it is paid; none in the demonstration.
    pub address: Option<Arc<str>>,
}

/// Money that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The notice number.
    pub notice: Arc<str>,
    /// How much.
    pub amount: Money,
    /// The receipt's number.
    pub receipt: Arc<str>,
}

/// Begins to pay online what a case owes; a checkout of the same amount that is still open goes on.
#[instrument(name = "checkout.open", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn open(engine: &Engine, call: &Call, case: CaseId, body: Unread<()>) -> Result<Opened, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = write_down(&desk, case, body).await;
    let (checkout, reason) = desk.leave(result).await?;
    let to_pay = ToPay { notice: checkout.notice.clone(), amount: checkout.amount, reason };
    match engine.ports().payments.announce(&call.tenant, &to_pay).await.map_err(|problem| unavailable(&problem))? {
        Told::Manual => Err(Code::NotPaidOnline.into()),
        Told::Says(address) => Ok(Opened { checkout, address }),
    }
}

async fn write_down(desk: &Desk<'_>, id: CaseId, body: Unread<()>) -> Result<(Checkout, Arc<str>), Failure> {
    let case = desk.case(id, Action::PayOnline).await?.case;
    let reason = case.code.clone().ok_or(Code::StillADraft);
    if let Some(first) = desk.begin().await? {
        let checkout = checkouts::find(&desk.tx, CheckoutId::new(first)).await?.ok_or(Code::NotFound)?;
        return Ok((checkout, reason?));
    }
    body.read()?;
    let reason = reason?;
    if desk.engine.ports().payments.adapter(desk.tenant()) == Adapter::Manual {
        return Err(Code::NotPaidOnline.into());
    }
    if case.status == CaseStatus::ConcludedNegative {
        return Err(Code::CaseConcluded.into());
    }
    let amount = due(&payments::of_case(&desk.tx, id).await?);
    if amount.is_zero() {
        return Err(Code::NothingDue.into());
    }
    let last = checkouts::last_of(&desk.tx, id).await?.filter(|last| !last.settled && last.amount == amount);
    let checkout = match last {
        Some(open) => open,
        None => begin(desk, id, amount).await?,
    };
    desk.finish(201, checkout.id.uuid(), None).await?;
    Ok((checkout, reason))
}

async fn begin(desk: &Desk<'_>, case: CaseId, amount: Money) -> Result<Checkout, Failure> {
    let year = desk.today.year();
    let number = counters::next(&desk.tx, NOTICES, year).await?;
    let checkout = Checkout {
        id: CheckoutId::new(desk.id()),
        case,
        notice: notice(year, number).into(),
        amount,
        settled: false,
        created_at: desk.now,
    };
    checkouts::insert(&desk.tx, &checkout).await?;
    Ok(checkout)
}

/// Takes in money that arrived, as the payment node tells it.
#[instrument(name = "settlement.take", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn settle(engine: &Engine, call: &Call, body: Unread<Arrived>) -> Result<Settlement, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = take_in(&desk, body).await;
    told(desk.leave(result).await?)
}

async fn take_in(desk: &Desk<'_>, body: Unread<Arrived>) -> Result<Settlement, Failure> {
    desk.may(Action::SettlePayment)?;
    if let Some(first) = desk.begin().await? {
        return Ok(settlements::find(&desk.tx, SettlementId::new(first)).await?.ok_or(Code::NotFound)?);
    }
    let settlement = arrive(desk, body.read()?, desk.role_for(Action::SettlePayment)).await?;
    desk.finish(201, settlement.id.uuid(), None).await?;
    Ok(settlement)
}

/// Pays a checkout without money, in the demonstration alone.
#[instrument(name = "checkout.try", skip_all, fields(tenant = %call.tenant.slug, case = %case))]
pub async fn try_out(engine: &Engine, call: &Call, case: CaseId, id: CheckoutId, body: Unread<()>) -> Result<Settlement, Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = pay_nothing(&desk, case, id, body).await;
    told(desk.leave(result).await?)
}

async fn pay_nothing(desk: &Desk<'_>, case: CaseId, id: CheckoutId, body: Unread<()>) -> Result<Settlement, Failure> {
    let role = desk.case(case, Action::PayOnline).await?.role();
    if let Some(first) = desk.begin().await? {
        return Ok(settlements::find(&desk.tx, SettlementId::new(first)).await?.ok_or(Code::NotFound)?);
    }
    body.read()?;
    if desk.engine.ports().payments.adapter(desk.tenant()) != Adapter::Demo {
        return Err(Code::NotPaidOnline.into());
    }
    let checkout = checkouts::find(&desk.tx, id).await?.filter(|checkout| checkout.case == case).ok_or(Code::NotFound)?;
    let receipt = format!("DEMO-{}", desk.id().simple());
    let arrived = Arrived { notice: checkout.notice, amount: checkout.amount, receipt: receipt.into() };
    let settlement = arrive(desk, arrived, role).await?;
    desk.finish(201, settlement.id.uuid(), None).await?;
    Ok(settlement)
}

/// Writes down what arrived and lets it pay what it can.
async fn arrive(desk: &Desk<'_>, arrived: Arrived, role: Role) -> Result<Settlement, Failure> {
    let Arrived { notice, amount, receipt } = arrived;
    if let Some(known) = settlements::by_receipt(&desk.tx, &receipt).await? {
        return if known.notice == notice && known.amount == amount { Ok(known) } else { Err(receipt_known(&receipt).into()) };
    }
    let checkout = checkouts::by_notice(&desk.tx, &notice).await?;
    let (case, verdict) = match &checkout {
        None => (None, Verdict::UnknownNotice),
        Some(checkout) => {
            let case = cases::find(&desk.tx, checkout.case).await?;
            let case = case.ok_or(Failure::Broken(Broken::Inconsistent("a checkout has no case")))?;
            let payments = payments::of_case(&desk.tx, case.id).await?;
            let verdict = judge(checkout, case.status, &payments, amount);
            if verdict == Verdict::Accepted {
                pay(desk, checkout, &payments, &receipt, role).await?;
            }
            (Some(case), verdict)
        }
    };
    let id = case.as_ref().map(|case: &Case| case.id);
    let settlement = Settlement { id: SettlementId::new(desk.id()), case: id, notice, amount, receipt, verdict, at: desk.now };
    settlements::insert(&desk.tx, &settlement).await?;
    match case {
        Some(case) if verdict == Verdict::Accepted => {
            desk.passages().follow_on(case).await?;
        }
        Some(case) => {
            let data = json!({"verdict": verdict.id(), "amount": amount.to_string(), "receipt": settlement.receipt});
            desk.event(case.id, "settlement_kept", role, data).await?;
        }
        None => {}
    }
    tracing::info!(verdict = verdict.id(), "money arrived");
    Ok(settlement)
}

async fn pay(desk: &Desk<'_>, checkout: &Checkout, payments: &[Payment], receipt: &str, role: Role) -> Result<(), Failure> {
    for payment in payments.iter().filter(|payment| payment.status == PaymentStatus::Due) {
        payments::settle(&desk.tx, payment.id, PaymentStatus::PaidOnline, Some(receipt), desk.now).await?;
        let data = json!({"fee": payment.fee, "status": PaymentStatus::PaidOnline});
        desk.event(checkout.case, "payment", role, data).await?;
    }
    checkouts::settle(&desk.tx, checkout.id).await?;
    Ok(())
}

/// What the caller is told of money that paid nothing; it is written down all the same.
fn told(settlement: Settlement) -> Result<Settlement, Failure> {
    let kept_it = format!("Il pagamento {} è annotato e va restituito.", settlement.receipt);
    let kept_en = format!("Payment {} is written down and has to be given back.", settlement.receipt);
    let (code, it, en) = match settlement.verdict {
        Verdict::Accepted => return Ok(settlement),
        Verdict::UnknownNotice => (Code::Unprocessable, "Nessuna pratica ha questo avviso.", "No case has this notice."),
        Verdict::CaseEnded => (Code::CaseConcluded, "La pratica si è chiusa senza esito positivo.", "The case has ended without success."),
        Verdict::AlreadyPaid => (Code::AlreadyPaid, "Quanto dovuto risulta già pagato.", "What was due is paid already."),
        Verdict::WrongAmount => (Code::Unprocessable, "L'importo non è quello dell'avviso.", "The amount is not that of the notice."),
    };
    let message = Message::new(format!("{it} {kept_it}"), format!("{en} {kept_en}"));
    let pointer = if settlement.verdict == Verdict::WrongAmount { "/amount" } else { "/notice" };
    let fault = Fault { pointer: pointer.to_owned(), code: settlement.verdict.id(), message: message.clone() };
    Err(Refusal { code, detail: Some(message), faults: vec![fault] }.into())
}

fn receipt_known(receipt: &str) -> Refusal {
    let message = Message::new(
        format!("La ricevuta «{receipt}» è già annotata per un altro avviso o importo."),
        format!("Receipt “{receipt}” is written down already for another notice or amount."),
    );
    Refusal::with_faults(Code::Unprocessable, vec![Fault { pointer: "/receipt".to_owned(), code: "receipt_known", message }])
}

/// All money that arrived, what paid nothing included.
#[instrument(name = "settlement.page", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn page(engine: &Engine, call: &Call, page: Page) -> Result<Paged<Settlement>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = list(&desk, &page).await;
    desk.leave(result).await
}

async fn list(desk: &Desk<'_>, page: &Page) -> Result<Paged<Settlement>, Failure> {
    desk.may(Action::ReadSettlements)?;
    Ok(settlements::page(&desk.tx, cursor(page)?.as_ref(), page.limit).await?.into())
}
