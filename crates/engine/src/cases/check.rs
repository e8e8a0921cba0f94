//! What a submission made now would meet: the dry run, and everything on one screen.

use jiff::civil::Date;
use serde_json::Value;
use sportello_domain::{
    case::{Case, CaseStatus, Payment},
    definition::Definition,
    fees::{self, Due},
    form::{
        check::{Depth, check, check_documents, check_rules},
        computed,
    },
    ids::CaseId,
    permissions::Action,
    refusal::Fault,
    service::Privacy,
    terms::{Term, due},
};
use sportello_store::{documents, payments};
use tracing::instrument;

use super::{
    Context, Ground, Summary,
    draft::{draft, undelegated},
    limits,
};
use crate::{
    Call, Engine, Failure, Unread,
    desk::{Desk, Mode},
};

/// The most documents that a summary lists.
const MOST_DOCUMENTS: u64 = 200;

/// Checks a case as a submission would; other answers may be sent to be checked instead of those that are saved.
#[instrument(name = "case.validate", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn validate(engine: &Engine, call: &Call, id: CaseId, body: Unread<Option<Value>>) -> Result<Vec<Fault>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = dry_run(&desk, id, body).await;
    desk.leave(result).await
}

async fn dry_run(desk: &Desk<'_>, id: CaseId, body: Unread<Option<Value>>) -> Result<Vec<Fault>, Failure> {
    let reached = desk.case(id, Action::EditDraft).await?;
    let answers = body.read()?;
    draft(&reached.case)?;
    let (context, mut found) = match answers {
        Some(answers) => {
            let context = Context::with(desk, &reached.case, answers.clone()).await?;
            let contradicted = computed::contradicted(&context.definition.form, &answers, &context.answers);
            (context, contradicted)
        }
        None => (Context::of(desk, &reached.case).await?, Vec::new()),
    };
    found.extend(faults(desk.ground(), &reached.case, &context).await?);
    if !reached.special {
        found.retain(|fault| !names_special(&context, &fault.pointer));
    }
    Ok(found)
}

/// Everything that is missing or wrong: answers, documents, rules of the service's own, limits over past cases.
pub(super) async fn faults(ground: Ground<'_>, case: &Case, context: &Context) -> Result<Vec<Fault>, Failure> {
    let Definition { form, documents, delegates, checks, .. } = &*context.definition;
    let mut faults = check(form, &context.answers, &context.scope, Depth::Submission);
    // A draft may be older than the rule.
    faults.extend(undelegated(&context.definition, case.delegate.as_ref()));
    faults.extend(check_documents(documents, delegates.as_ref(), &context.attached, &context.scope));
    faults.extend(check_rules(form, checks, &context.scope, &faults));
    faults.extend(limits::exceeded(ground, context).await?);
    Ok(faults)
}

/// Whether a pointer leads to something of a special category.
fn names_special(context: &Context, pointer: &str) -> bool {
    let fields = sportello_domain::form::special::paths(&context.definition.form);
    fields.iter().any(|path| pointer.starts_with(&format!("/answers/{path}")))
}

/// Everything on one screen: answers, documents, what is due, until when, and what is still missing.
#[instrument(name = "case.summary", skip_all, fields(tenant = %call.tenant.slug, case = %id))]
pub async fn summary(engine: &Engine, call: &Call, id: CaseId) -> Result<Summary, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = sum_up(&desk, id).await;
    desk.leave(result).await
}

async fn sum_up(desk: &Desk<'_>, id: CaseId) -> Result<Summary, Failure> {
    let reached = desk.case(id, Action::ReadCase).await?;
    let context = Context::of(desk, &reached.case).await?;
    let mut documents = documents::of_case(&desk.tx, id, None, MOST_DOCUMENTS).await?.items;
    documents.retain(|document| reached.special || document.privacy == Privacy::Ordinary);
    let is_draft = reached.case.status == CaseStatus::Draft;
    let mut problems = if is_draft { faults(desk.ground(), &reached.case, &context).await? } else { Vec::new() };
    if !reached.special {
        problems.retain(|fault| !names_special(&context, &fault.pointer));
    }
    let due_date = if is_draft { due_if_submitted(desk, &context) } else { reached.case.due_date };
    let fees = if is_draft {
        fees::due(&context.definition, &context.scope, desk.today)
    } else {
        payments::of_case(&desk.tx, id).await?.into_iter().map(|payment| charged(payment, &context.definition)).collect()
    };
    Ok(Summary {
        answers: if reached.special { context.answers } else { reached.case.answers },
        documents,
        fees,
        due_date,
        problems,
        definition: context.definition,
    })
}

/// What was put down at the submission, whatever the fee is today.
fn charged(payment: Payment, definition: &Definition) -> Due {
    let Payment { id: _, case: _, fee, title, amount, status: _, receipt: _, paid_at: _ } = payment;
    let verified = definition.fees.get(&fee).is_some_and(|fee| fee.verified);
    Due { fee, title, amount, verified }
}

/// The last day to conclude a case that is submitted today.
pub(super) fn due_if_submitted(desk: &Desk<'_>, context: &Context) -> Option<Date> {
    let term = Term { start: desk.today, days: context.definition.term_days.value, pauses: Vec::new(), restarted: None };
    due(&term, &desk.tenant().calendar).due
}
