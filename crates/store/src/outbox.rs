//! What must leave the system: written in the transaction of the command that causes it, sent afterwards, at least once.

use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use serde_json::Value;
use sportello_domain::{
    dead_letter::{DeadLetter, Work},
    ids::{DeadLetterId, OutboxId},
    service::Key,
};
use uuid::Uuid;

use crate::{
    Backlog, Result, TenantTx, backlog,
    convert::{At, micros},
    entities::outbox::{Column, Entity, Model},
};

/// Something to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Its id, which the receiver may use to see it once.
    pub id: OutboxId,
    /// What it is: who sends it follows from it.
    pub kind: Key,
    /// What is needed to send it, nothing special in it.
    pub payload: Value,
    /// Since when.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u16,
}

/// Puts something up to be sent at once.
pub async fn enqueue(tx: &TenantTx, outgoing: &Outgoing) -> Result<()> {
    let Outgoing { id, kind, payload, created_at, attempts } = outgoing;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        kind: kind.to_string(),
        payload: payload.to_string(),
        created_at: micros(*created_at),
        next_at: Some(micros(*created_at)),
        attempts: i16::try_from(*attempts).unwrap_or(i16::MAX),
        done_at: None,
        last_error: None,
        given_up_at: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    tx.plan(*created_at);
    Ok(())
}

/// What is to be sent now, the longest due first.
pub async fn due(tx: &TenantTx, now: Timestamp, limit: u64) -> Result<Vec<Outgoing>> {
    let rows = tx
        .rows::<Entity>()
        .filter(Column::NextAt.lte(micros(now)))
        .order_by_asc(Column::NextAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(tx.session())
        .await?;
    rows.into_iter().map(outgoing).collect()
}

/// Something, if it is to be sent now: it may have been sent since it was listed.
pub async fn find_due(tx: &TenantTx, id: OutboxId, now: Timestamp) -> Result<Option<Outgoing>> {
    let row = tx.rows::<Entity>().filter(Column::Id.eq(id.uuid())).filter(Column::NextAt.lte(micros(now))).one(tx.session()).await?;
    row.map(outgoing).transpose()
}

/// When something is next to be sent; none where nothing waits.
pub async fn next_due(tx: &TenantTx) -> Result<Option<Timestamp>> {
    let row = tx.rows::<Entity>().filter(Column::NextAt.is_not_null()).order_by_asc(Column::NextAt).one(tx.session()).await?;
    At("outbox", "next_at").instant_or_none(row.and_then(|row| row.next_at))
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

/// It was sent.
pub async fn done(tx: &TenantTx, id: OutboxId, now: Timestamp) -> Result<()> {
    tx.changes::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .col_expr(Column::NextAt, Expr::val(None::<i64>))
        .col_expr(Column::DoneAt, Expr::val(micros(now)))
        .col_expr(Column::LastError, Expr::val(None::<String>))
        .exec(tx.session())
        .await?;
    Ok(())
}

/// It was tried in vain: again at `retry`, or never where there is none; what stays then is the list of dead letters. What somebody
/// else sent meanwhile stays as it is.
pub async fn failed(tx: &TenantTx, id: OutboxId, error: &str, retry: Option<Timestamp>, now: Timestamp) -> Result<()> {
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
    let at = |column| At("outbox", column);
    Ok(DeadLetter {
        id: DeadLetterId::new(row.id),
        work: Work::Letter,
        subject: at("payload").json(&row.payload)?.get("case").and_then(Value::as_str).and_then(|id| id.parse().ok()),
        kind: row.kind.into(),
        tries: at("attempts").known(u16::try_from(row.attempts).ok())?,
        error: row.last_error.unwrap_or_default().into(),
        given_up_at: at("given_up_at").instant(at("given_up_at").known(row.given_up_at)?)?,
    })
}

fn outgoing(row: Model) -> Result<Outgoing> {
    let at = |column| At("outbox", column);
    let Model { tenant_id: _, id, kind, payload, created_at, next_at: _, attempts, done_at: _, last_error: _, given_up_at: _ } = row;
    Ok(Outgoing {
        id: OutboxId::new(id),
        kind: kind.into(),
        payload: at("payload").json(&payload)?,
        created_at: at("created_at").instant(created_at)?,
        attempts: at("attempts").known(u16::try_from(attempts).ok())?,
    })
}
