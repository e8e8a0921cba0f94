//! Work that was given up: seen, tried again or dropped by whoever administers the body. What was done about it stands on the timeline of
//! the case that it is about.

use jiff::Timestamp;
use serde_json::json;
use sportello_domain::{
    dead_letter::{DeadLetter, Work},
    ids::{CaseId, DeadLetterId, JobId, OpinionId, OutboxId, PersonId},
    permissions::{Action, Role},
    refusal::Code,
    tenant::Tenant,
};
use sportello_store::{TenantTx, cases, dead_letters, due::Due, opinions};
use tracing::instrument;

use crate::{
    Call, Engine, Failure, Page, Paged,
    cases::OPINION_LIMIT,
    desk::{Desk, Mode, append, cursor},
};

/// What is done about something that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// It is tried again, at once.
    Retry,
    /// It is forgotten.
    Drop,
}

impl Remedy {
    const fn event(self) -> &'static str {
        match self {
            Self::Retry => "work_retried",
            Self::Drop => "work_dropped",
        }
    }
}

/// What was given up at a body, the last first.
#[instrument(name = "dead_letters.page", skip_all, fields(tenant = %call.tenant.slug))]
pub async fn page(engine: &Engine, call: &Call, page: Page) -> Result<Paged<DeadLetter>, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = list(&desk, &page).await;
    desk.leave(result).await
}

async fn list(desk: &Desk<'_>, page: &Page) -> Result<Paged<DeadLetter>, Failure> {
    desk.may(Action::ReadDeadLetters)?;
    Ok(dead_letters::page(&desk.tx, cursor(page)?.as_ref(), page.limit).await?.into())
}

/// One of them.
#[instrument(name = "dead_letters.get", skip_all, fields(tenant = %call.tenant.slug, dead_letter = %id))]
pub async fn get(engine: &Engine, call: &Call, id: DeadLetterId) -> Result<DeadLetter, Failure> {
    let desk = Desk::enter(engine, call, Mode::Read).await?;
    let result = match desk.may(Action::ReadDeadLetters) {
        Ok(_) => found(&desk.tx, id).await,
        Err(refusal) => Err(refusal.into()),
    };
    desk.leave(result).await
}

/// Tries it again. A repetition of the request does nothing more.
#[instrument(name = "dead_letters.retry", skip_all, fields(tenant = %call.tenant.slug, dead_letter = %id))]
pub async fn retry(engine: &Engine, call: &Call, id: DeadLetterId) -> Result<(), Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = retry_once(&desk, id).await;
    desk.leave(result).await
}

async fn retry_once(desk: &Desk<'_>, id: DeadLetterId) -> Result<(), Failure> {
    desk.may(Action::MendDeadLetters)?;
    if desk.begin().await?.is_some() {
        return Ok(());
    }
    mend(desk, id, Remedy::Retry).await?;
    desk.finish(204, id.uuid(), None).await
}

/// Drops it.
#[instrument(name = "dead_letters.drop", skip_all, fields(tenant = %call.tenant.slug, dead_letter = %id))]
pub async fn drop(engine: &Engine, call: &Call, id: DeadLetterId) -> Result<(), Failure> {
    let desk = Desk::enter(engine, call, Mode::Write).await?;
    let result = match desk.may(Action::MendDeadLetters) {
        Ok(_) => mend(&desk, id, Remedy::Drop).await,
        Err(refusal) => Err(refusal.into()),
    };
    desk.leave(result).await
}

async fn mend(desk: &Desk<'_>, id: DeadLetterId, remedy: Remedy) -> Result<(), Failure> {
    let letter = found(&desk.tx, id).await?;
    desk.matches(letter.version())?;
    let by = By { role: desk.role_for(Action::MendDeadLetters), person: Some(desk.person.id), at: desk.now };
    apply(desk.engine, &desk.tx, &letter, remedy, by).await
}

/// What was given up at a body, for whoever may write its data.
pub async fn all(engine: &Engine, tenant: &Tenant, most: u64) -> Result<Vec<DeadLetter>, Failure> {
    let tx = engine.stores().read(tenant.id).await?;
    let found = dead_letters::page(&tx, None, most).await?;
    tx.rollback().await?;
    Ok(found.items)
}

/// Does something about it, for whoever may write the data of the body. Answers what is due now where it is tried again.
pub async fn remedy(engine: &Engine, tenant: &Tenant, id: DeadLetterId, remedy: Remedy) -> Result<Due, Failure> {
    let tx = engine.stores().write(tenant.id).await?;
    let letter = found(&tx, id).await?;
    apply(engine, &tx, &letter, remedy, By { role: Role::System, person: None, at: engine.now() }).await?;
    tx.commit().await?;
    Ok(match letter.work {
        Work::Job => Due::Job(JobId::new(id.uuid())),
        Work::Letter => Due::Outgoing(OutboxId::new(id.uuid())),
    })
}

async fn found(tx: &TenantTx, id: DeadLetterId) -> Result<DeadLetter, Failure> {
    dead_letters::find(tx, id).await?.ok_or_else(|| Code::NotFound.into())
}

/// Who does it, and when.
struct By {
    role: Role,
    person: Option<PersonId>,
    at: Timestamp,
}

async fn apply(engine: &Engine, tx: &TenantTx, letter: &DeadLetter, remedy: Remedy, by: By) -> Result<(), Failure> {
    match remedy {
        Remedy::Retry => dead_letters::retry(tx, letter, by.at).await?,
        Remedy::Drop => dead_letters::drop(tx, letter).await?,
    }
    let (id, what) = (letter.id, remedy.event());
    tracing::info!(dead_letter = %id, kind = %letter.kind, what, "work that was given up was decided on");
    if let Some(case) = case_of(tx, letter).await? {
        let data = json!({"work": letter.work.id(), "kind": &*letter.kind, "tries": letter.tries});
        append(engine, tx, case, what, by.role, by.person, by.at, data).await?;
    }
    Ok(())
}

/// The case that it is about, where there is one still.
async fn case_of(tx: &TenantTx, letter: &DeadLetter) -> Result<Option<CaseId>, Failure> {
    let Some(subject) = letter.subject else { return Ok(None) };
    if &*letter.kind == OPINION_LIMIT {
        return Ok(opinions::find(tx, OpinionId::new(subject)).await?.map(|opinion| opinion.case));
    }
    Ok(cases::find(tx, CaseId::new(subject)).await?.map(|case| case.id))
}
