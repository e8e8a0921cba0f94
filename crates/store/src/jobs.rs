//! What is to be done later: timers and the like. They are rows, so they fire after downtime too, and there is one of each kind
//! for each subject, so planning again moves the one that is there.

use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde_json::Value;
use sportello_domain::{
    dead_letter::{DeadLetter, Work},
    ids::{DeadLetterId, JobId},
    service::Key,
};
use uuid::Uuid;

use crate::{
    Backlog, Result, TenantTx, backlog,
    convert::{At, micros},
    entities::jobs::{Column, Entity, Model},
};

/// A piece of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: Key,
    /// On what: the id of a case, say.
    pub subject: Key,
    /// What else is needed, nothing special in it.
    pub payload: Value,
    /// When.
    pub run_at: Timestamp,
    /// How often it was tried.
    pub attempts: u16,
}

/// Plans a job; one of the same kind for the same subject is planned anew instead, whether it ran or not.
pub async fn enqueue(tx: &TenantTx, job: &Job) -> Result<()> {
    let Job { id, kind, subject, payload, run_at, attempts } = job;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        kind: kind.to_string(),
        subject: subject.to_string(),
        payload: payload.to_string(),
        next_at: Some(micros(*run_at)),
        attempts: i16::try_from(*attempts).unwrap_or(i16::MAX),
        done_at: None,
        last_error: None,
        given_up_at: None,
    };
    let again = OnConflict::columns([Column::TenantId, Column::Kind, Column::Subject])
        .update_columns([Column::Payload, Column::NextAt, Column::Attempts, Column::DoneAt, Column::LastError, Column::GivenUpAt])
        .to_owned();
    Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(tx.session()).await?;
    tx.plan(*run_at);
    Ok(())
}

/// Takes back a job that has not run. Answers false where there is none.
pub async fn cancel(tx: &TenantTx, kind: &str, subject: &str) -> Result<bool> {
    let removed = tx
        .removal::<Entity>()
        .filter(Column::Kind.eq(kind))
        .filter(Column::Subject.eq(subject))
        .filter(Column::NextAt.is_not_null())
        .exec(tx.session())
        .await?;
    Ok(removed.rows_affected == 1)
}

/// What is to be done now, the longest due first.
pub async fn due(tx: &TenantTx, now: Timestamp, limit: u64) -> Result<Vec<Job>> {
    let rows = tx
        .rows::<Entity>()
        .filter(Column::NextAt.lte(micros(now)))
        .order_by_asc(Column::NextAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(tx.session())
        .await?;
    rows.into_iter().map(job).collect()
}

/// A job, if it is to be done now: it may have been done, taken back or planned anew since it was listed.
pub async fn find_due(tx: &TenantTx, id: JobId, now: Timestamp) -> Result<Option<Job>> {
    let row = tx.rows::<Entity>().filter(Column::Id.eq(id.uuid())).filter(Column::NextAt.lte(micros(now))).one(tx.session()).await?;
    row.map(job).transpose()
}

/// When something is next to be done; none where nothing waits.
pub async fn next_due(tx: &TenantTx) -> Result<Option<Timestamp>> {
    let row = tx.rows::<Entity>().filter(Column::NextAt.is_not_null()).order_by_asc(Column::NextAt).one(tx.session()).await?;
    At("jobs", "next_at").instant_or_none(row.and_then(|row| row.next_at))
}

/// How much is due and not yet done.
pub async fn waiting(tx: &TenantTx, now: Timestamp) -> Result<u64> {
    backlog::waiting::<Entity>(tx, Column::NextAt, now).await
}

/// How much is due, and how much was given up.
pub async fn backlog(tx: &TenantTx, now: Timestamp) -> Result<Backlog> {
    let given_up = backlog::given_up::<Entity>(tx, Column::NextAt, Column::DoneAt).await?;
    Ok(Backlog { waiting: waiting(tx, now).await?, given_up })
}

/// It was done.
pub async fn done(tx: &TenantTx, id: JobId, now: Timestamp) -> Result<()> {
    tx.changes::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .col_expr(Column::NextAt, Expr::val(None::<i64>))
        .col_expr(Column::DoneAt, Expr::val(micros(now)))
        .col_expr(Column::LastError, Expr::val(None::<String>))
        .exec(tx.session())
        .await?;
    Ok(())
}

/// It was tried in vain: again at `retry`, or never where there is none. What somebody else ended meanwhile stays as it is.
pub async fn failed(tx: &TenantTx, id: JobId, error: &str, retry: Option<Timestamp>, now: Timestamp) -> Result<()> {
    tx.changes::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::NextAt.is_not_null())
        .col_expr(Column::NextAt, Expr::val(retry.map(micros)))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::LastError, Expr::val(error))
        .col_expr(Column::GivenUpAt, Expr::val(retry.is_none().then(|| micros(now))))
        .exec(tx.session())
        .await?;
    if let Some(at) = retry {
        tx.plan(at);
    }
    Ok(())
}

/// What was given up, the last first.
pub(crate) async fn given_up(tx: &TenantTx, after: Option<(i64, Uuid)>, limit: u64) -> Result<Vec<DeadLetter>> {
    let mut select = tx.rows::<Entity>().filter(Column::GivenUpAt.is_not_null());
    if let Some((at, id)) = after {
        select = select.filter(Column::GivenUpAt.lte(at)).filter(Column::GivenUpAt.lt(at).or(Column::Id.lt(id)));
    }
    let rows = select.order_by_desc(Column::GivenUpAt).order_by_desc(Column::Id).limit(limit).all(tx.session()).await?;
    rows.into_iter().map(dead_letter).collect()
}

/// Something that was given up.
pub(crate) async fn find_given_up(tx: &TenantTx, id: Uuid) -> Result<Option<DeadLetter>> {
    let row = tx.rows::<Entity>().filter(Column::Id.eq(id)).filter(Column::GivenUpAt.is_not_null()).one(tx.session()).await?;
    row.map(dead_letter).transpose()
}

/// Takes up again what was given up, as if it had never been tried.
pub(crate) async fn take_up(tx: &TenantTx, id: Uuid, now: Timestamp) -> Result<()> {
    tx.changes::<Entity>()
        .filter(Column::Id.eq(id))
        .filter(Column::GivenUpAt.is_not_null())
        .col_expr(Column::NextAt, Expr::val(micros(now)))
        .col_expr(Column::Attempts, Expr::val(0_i16))
        .col_expr(Column::GivenUpAt, Expr::val(None::<i64>))
        .exec(tx.session())
        .await?;
    tx.plan(now);
    Ok(())
}

/// Removes what was given up.
pub(crate) async fn drop_given_up(tx: &TenantTx, id: Uuid) -> Result<()> {
    tx.removal::<Entity>().filter(Column::Id.eq(id)).filter(Column::GivenUpAt.is_not_null()).exec(tx.session()).await?;
    Ok(())
}

fn dead_letter(row: Model) -> Result<DeadLetter> {
    let at = |column| At("jobs", column);
    Ok(DeadLetter {
        id: DeadLetterId::new(row.id),
        work: Work::Job,
        subject: row.subject.parse().ok(),
        kind: row.kind.into(),
        tries: at("attempts").known(u16::try_from(row.attempts).ok())?,
        error: row.last_error.unwrap_or_default().into(),
        given_up_at: at("given_up_at").instant(at("given_up_at").known(row.given_up_at)?)?,
    })
}

fn job(row: Model) -> Result<Job> {
    let at = |column| At("jobs", column);
    let Model { tenant_id: _, id, kind, subject, payload, next_at, attempts, done_at: _, last_error: _, given_up_at: _ } = row;
    Ok(Job {
        id: JobId::new(id),
        kind: kind.into(),
        subject: subject.into(),
        payload: at("payload").json(&payload)?,
        run_at: at("next_at").instant(at("next_at").known(next_at)?)?,
        attempts: at("attempts").known(u16::try_from(attempts).ok())?,
    })
}
