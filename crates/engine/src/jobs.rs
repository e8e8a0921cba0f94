//! Work that waits for its time: rows of the tenant, so it fires after downtime too.

use jiff::{SignedDuration, Timestamp};
use sportello_domain::{
    ids::{CaseId, JobId, OpinionId},
    tenant::Tenant,
    text::Language,
};
use sportello_store::{TenantTx, idempotency, jobs::Job, work};
use std::sync::Arc;
use uuid::Uuid;

use crate::{
    Call, Engine, Failure, IfMatch,
    cases::{CASE_DUE, CASE_LIMIT, Ground, OPINION_LIMIT, Passages},
    civil_day, opinions,
};

/// After how many tries a job is given up and kept for people to see.
const MOST_TRIES: u16 = 8;

/// When the next job of a tenant is due.
pub async fn next_due(engine: &Engine, tenant: &Tenant) -> Result<Option<Timestamp>, Failure> {
    let tx = engine.stores().read(tenant.id).await?;
    let next = work::next_due::<Job>(&tx).await?;
    tx.rollback().await?;
    Ok(next)
}

/// Runs a job, its effect and its end in one transaction; its row is read in it too, so that a job that was done, taken back or planned
/// anew meanwhile does not run. Answers whether it was due.
pub(crate) async fn run(engine: &Engine, tenant: &Arc<Tenant>, id: JobId) -> Result<bool, Failure> {
    let now = engine.now();
    let call = Call {
        tenant: Arc::clone(tenant),
        identity: None,
        language: Language::It,
        request_id: engine.new_id(),
        idempotency_key: None,
        if_match: IfMatch::Missing,
    };
    let tx = engine.stores().write(tenant.id).await?;
    let Some(job) = work::find_due::<Job>(&tx, id, now).await? else {
        tx.rollback().await?;
        return Ok(false);
    };
    match carry_out(engine, &call, &tx, &job).await {
        Ok(()) => {
            work::done::<Job>(&tx, job.id, now).await?;
            tx.commit().await?;
            engine.meter().jobs.done();
        }
        Err(failure) => {
            tx.rollback().await?;
            tracing::warn!(job = %job.id, kind = %job.kind, ?failure, "a job failed");
            let tx = engine.stores().write(tenant.id).await?;
            let again = retry(job.attempts, now);
            work::failed::<Job>(&tx, job.id, failure.code().id(), again, now).await?;
            tx.commit().await?;
            engine.meter().jobs.failed(again.is_none());
        }
    }
    Ok(true)
}

async fn carry_out(engine: &Engine, call: &Call, tx: &TenantTx, job: &Job) -> Result<(), Failure> {
    let field = |name: &str| job.payload.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let now = engine.now();
    let ground = Ground { engine, tx, tenant: &call.tenant, today: civil_day(now) };
    let passages = Passages { ground, call, now };
    let Ok(subject) = job.subject.parse::<Uuid>() else { return Ok(()) };
    match &*job.kind {
        CASE_LIMIT => passages.end_wait(CaseId::new(subject), field("state"), field("transition")).await,
        CASE_DUE => passages.end_term(CaseId::new(subject), field("transition")).await,
        OPINION_LIMIT => opinions::end_wait(&passages, OpinionId::new(subject)).await,
        _ => {
            tracing::warn!(job = %job.id, kind = %job.kind, "a job of an unknown kind is left alone");
            Ok(())
        }
    }
}

/// When something that failed is tried again: after 1, 2, 4 … minutes, at the most an hour; not at all after many tries.
pub(crate) fn retry(attempts: u16, now: Timestamp) -> Option<Timestamp> {
    if attempts + 1 >= MOST_TRIES {
        return None;
    }
    let minutes = (1_i64 << attempts.min(6)).min(60);
    now.checked_add(SignedDuration::from_mins(minutes)).ok()
}

/// Removes idempotency keys that need not be kept any more.
pub async fn sweep(engine: &Engine, tenant: &Tenant) -> Result<u64, Failure> {
    let tx = engine.stores().write(tenant.id).await?;
    let swept = idempotency::sweep(&tx, engine.now()).await?;
    tx.commit().await?;
    Ok(swept)
}
