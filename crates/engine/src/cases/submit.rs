//! Submission: the moment a draft becomes a case (CAD art. 65, DPR 445/2000 art. 53).
//!
//! In one transaction: everything is checked again, the definition is pinned, the code and the register number are drawn from
//! gap-free counters, the entry is written, what is due is put down, the term begins, the receipt is prepared. A process that dies
//! leaves all of it or nothing.

use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sportello_domain::{
    case::{Case, Payment, PaymentStatus},
    definition::FORMAT,
    fees,
    form::{computed, special},
    ids::{CaseId, EntryId, PaymentId},
    permissions::Action,
    refusal::{Code, Fault, Refusal},
    register::{Direction, Entry, number},
};
use sportello_store::{cases, counters, definitions, documents, payments, register, suspensions};
use tracing::instrument;

use super::{
    CaseView, Context,
    check::{due_if_submitted, faults},
    context::view,
    draft::{draft, open},
    limits,
    lookups::{self, Which},
};
use crate::{
    Broken, Call, Engine, Failure, Unread,
    desk::{Desk, Mode, Reached},
    notices, vault,
};

/// The register of every body.
pub(crate) const REGISTER: &str = "main";
/// The counter of case codes.
const CODES: &str = "cases";
/// The most documents whose hashes go into an entry.
const MOST_DOCUMENTS: u64 = 1000;

/// Submits a draft.
#[instrument(name = "case.submit", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn submit(engine: &Engine, call: &Call, id: CaseId, body: Unread<()>) -> Result<CaseView, Failure> {
    let changed = lookups::refresh(engine, call, id, Which::All).await?;
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = present(&desk, id, body, changed).await;
    desk.leave(result).await
}

async fn present(desk: &Desk<'_>, id: CaseId, body: Unread<()>, changed: Vec<Fault>) -> Result<CaseView, Failure> {
    let reached = desk.case(id, Action::EditDraft).await?;
    if desk.begin().await?.is_some() {
        return view(desk, reached, true).await;
    }
    desk.matches(reached.case.version)?;
    body.read()?;
    lookups::refuse_changed(changed)?;
    let context = admit(desk, &reached).await?;
    let Reached { case, roles, special: _ } = reached;
    let role = roles.first().copied().unwrap_or(sportello_domain::permissions::Role::Citizen);
    limits::take(desk.ground(), &context, &case).await?;
    let case = file(desk, case, &context).await?;
    register_case(desk, &case).await?;
    put_down_payments(desk, &case, &context).await?;
    let particulars = json!({"code": case.code, "register_number": case.register_number, "due_date": case.due_date});
    desk.event(id, "submitted", role, particulars).await?;
    notices::to_applicant(desk, &case, "receipt").await?;
    desk.passages().ask(&case, &context.definition).await?;
    let case = desk.passages().follow_on(case).await?;
    desk.finish(200, id.uuid(), Some(case.version)).await?;
    tracing::info!(case = %id, "case submitted");
    let special = desk.sees_special(&case);
    view(desk, Reached { case, roles, special }, false).await
}

/// Checks everything again, whatever was checked before.
async fn admit(desk: &Desk<'_>, reached: &Reached) -> Result<Context, Failure> {
    let case = &reached.case;
    draft(case)?;
    let active = desk.tenant().service(&case.service).ok_or(Code::ServiceSuspended)?;
    open(desk, active, case.channel)?;
    let context = Context::of(desk, case).await?;
    if context.hash != case.definition {
        return Err(Code::FormChanged.into());
    }
    let faults = faults(desk.ground(), case, &context).await?;
    if faults.is_empty() { Ok(context) } else { Err(Refusal::with_faults(Code::InvalidAnswers, faults).into()) }
}

/// Pins the definition, draws the numbers and begins the workflow.
async fn file(desk: &Desk<'_>, mut case: Case, context: &Context) -> Result<Case, Failure> {
    let (json, hash) = context.definition.freeze()?;
    definitions::put(&desk.tx, &definitions::Stored { hash: hash.clone(), format: FORMAT, content: json }).await?;
    let workflow = &context.definition.workflow;
    let start = workflow.states.get(&workflow.start).ok_or(Failure::Broken(Broken::Inconsistent("a workflow has no start")))?;
    let year = desk.today.year();
    let code = counters::next(&desk.tx, CODES, year).await?;
    let sequence = counters::next(&desk.tx, &format!("register/{REGISTER}"), year).await?;
    let expected = case.version;
    if computed::any(&context.definition.form) {
        // They may follow from the day, and this is the day.
        let (ordinary, special) = special::split(&context.definition.form, &context.answers);
        vault::keep(desk.engine, &desk.tx, case.id, &special).await?;
        case.answers = ordinary;
    }
    case.definition = hash.into();
    case.code = Some(Case::code(&desk.tenant().code, year, code).into());
    case.register_number = Some(number(sequence).into());
    case.status = start.status;
    case.state = workflow.start.clone();
    if desk.is_citizen() {
        // Letters follow the reader, whoever writes them later. An operator's screen tells nothing of that.
        case.language = desk.call.language;
    }
    case.submitted_at = Some(desk.now);
    case.updated_at = desk.now;
    case.due_date = due_if_submitted(desk, context);
    case.version += 1;
    if !cases::update(&desk.tx, &case, expected).await? {
        return Err(Code::VersionMismatch.into());
    }
    if let Some(norm) = start.clock.norm() {
        suspensions::open(&desk.tx, case.id, norm, desk.today).await?;
    }
    desk.passages().plan(&case, &context.definition, start.limit_days.zip(start.on_limit.clone())).await?;
    Ok(case)
}

/// Writes the entry of the register: letters a) to f) of DPR 445/2000 art. 53 c. 1.
async fn register_case(desk: &Desk<'_>, case: &Case) -> Result<(), Failure> {
    let sequence = case.register_number.as_deref().and_then(|number| number.parse().ok());
    let correspondent = format!("{} {}", case.applicant.given_name, case.applicant.family_name);
    let title = desk.tenant().service(&case.service).map_or_else(|| case.service.to_string(), |active| active.service.title.it.to_string());
    let entry = Entry {
        id: EntryId::new(desk.id()),
        register: REGISTER.into(),
        year: desk.today.year(),
        sequence: sequence.ok_or(Failure::Broken(Broken::Inconsistent("a register number is no number")))?,
        date: desk.today,
        at: desk.now,
        direction: Direction::Incoming,
        correspondent: correspondent.into(),
        subject: title.into(),
        sha256: fingerprint(desk, case).await?,
        case: case.id,
        annulment: None,
    };
    Ok(register::insert(&desk.tx, &entry).await?)
}

/// The hash of what was registered: ordinary answers, the ciphertext of special ones (so that it tells nothing of them), and
/// the hash of each document.
async fn fingerprint(desk: &Desk<'_>, case: &Case) -> Result<Arc<str>, Failure> {
    let documents = documents::of_case(&desk.tx, case.id, None, MOST_DOCUMENTS).await?.items;
    let documents: Vec<Value> = documents.iter().map(|document| json!([document.kind, document.sha256])).collect();
    let special = vault::ciphertexts(&desk.tx, case.id).await?;
    let content =
        json!({"case": case.id, "definition": case.definition, "answers": case.answers, "special": special, "documents": documents});
    let canonical = serde_json_canonicalizer::to_vec(&content).map_err(|_| Failure::Broken(Broken::Inconsistent("a case is no JSON")))?;
    Ok(hex::encode(Sha256::digest(canonical)).into())
}

async fn put_down_payments(desk: &Desk<'_>, case: &Case, context: &Context) -> Result<(), Failure> {
    let due: Vec<Payment> = fees::due(&context.definition, &context.scope, desk.today)
        .into_iter()
        .map(|due| Payment {
            id: PaymentId::new(desk.id()),
            case: case.id,
            fee: due.fee,
            title: due.title,
            amount: due.amount,
            status: PaymentStatus::Due,
            receipt: None,
            paid_at: None,
        })
        .collect();
    if due.is_empty() { Ok(()) } else { Ok(payments::insert(&desk.tx, &due).await?) }
}
