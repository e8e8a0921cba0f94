//! Idempotency keys: a command that is repeated is carried out once.
//!
//! The key is written in the transaction of the command's effect, so both are there or neither is. What is kept of the answer is
//! its status and which resource in which version: no body, hence no personal data.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use crate::{
    Result, TenantTx,
    convert::{At, micros},
    entities::idempotency_keys::{ActiveModel, Column, Entity, Model},
};

/// How long a key is kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Under what a key is unique, beside the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyScope<'a> {
    /// Who calls: a person's id or another stable name.
    pub caller: &'a str,
    /// Method and path.
    pub operation: &'a str,
    /// The key that the caller chose.
    pub key: &'a str,
}

/// What became of the first call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The status of the answer.
    pub status: u16,
    /// The resource that it was about.
    pub resource: Option<Uuid>,
    /// The version in which it was answered.
    pub version: Option<i64>,
}

/// What a key says when a command begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is new (or older than it is kept): carry the command out and call [`finish`].
    New,
    /// The same was carried out before: answer this.
    Replay(Outcome),
    /// The key served another request.
    Reused,
    /// The same is still running.
    InUse,
}

/// Takes a key for a request whose body has this fingerprint (SHA-256).
pub async fn begin(tx: &TenantTx, scope: KeyScope<'_>, fingerprint: &[u8; 32], now: Timestamp) -> Result<Begun> {
    let KeyScope { caller, operation, key } = scope;
    let oldest = micros(now - KEPT);
    let row = ActiveModel {
        tenant_id: Set(tx.tenant().uuid()),
        caller: Set(caller.to_owned()),
        operation: Set(operation.to_owned()),
        key: Set(key.to_owned()),
        fingerprint: Set(fingerprint.to_vec()),
        created_at: Set(micros(now)),
        status: Set(None),
        resource_id: Set(None),
        version: Set(None),
    };
    let take_over = OnConflict::columns([Column::TenantId, Column::Caller, Column::Operation, Column::Key])
        .update_columns([Column::Fingerprint, Column::CreatedAt, Column::Status, Column::ResourceId, Column::Version])
        .action_and_where(Expr::col((Entity, Column::CreatedAt)).lte(oldest))
        .to_owned();
    if Entity::insert(row).on_conflict(take_over).exec_without_returning(tx.session()).await? == 1 {
        return Ok(Begun::New);
    }
    let found = tx
        .rows::<Entity>()
        .filter(Column::Caller.eq(caller))
        .filter(Column::Operation.eq(operation))
        .filter(Column::Key.eq(key))
        .one(tx.session())
        .await?;
    begun(At("idempotency_keys", "key").known(found)?, fingerprint)
}

fn begun(row: Model, sent: &[u8; 32]) -> Result<Begun> {
    let Model { tenant_id: _, caller: _, operation: _, key: _, fingerprint, created_at: _, status, resource_id, version } = row;
    if fingerprint != sent {
        return Ok(Begun::Reused);
    }
    let Some(status) = status else { return Ok(Begun::InUse) };
    let status = u16::try_from(status).map_err(|_| At("idempotency_keys", "status").problem())?;
    Ok(Begun::Replay(Outcome { status, resource: resource_id, version }))
}

/// Writes down what became of the command.
pub async fn finish(tx: &TenantTx, scope: KeyScope<'_>, outcome: Outcome) -> Result<()> {
    let KeyScope { caller, operation, key } = scope;
    let Outcome { status, resource, version } = outcome;
    let status = i16::try_from(status).map_err(|_| At("idempotency_keys", "status").problem())?;
    tx.changes::<Entity>()
        .filter(Column::Caller.eq(caller))
        .filter(Column::Operation.eq(operation))
        .filter(Column::Key.eq(key))
        .col_expr(Column::Status, Expr::val(status))
        .col_expr(Column::ResourceId, Expr::val(resource))
        .col_expr(Column::Version, Expr::val(version))
        .exec(tx.session())
        .await?;
    Ok(())
}

/// Removes the keys that need not be kept any more, and answers how many they were.
pub async fn sweep(tx: &TenantTx, now: Timestamp) -> Result<u64> {
    let old = tx.removal::<Entity>().filter(Column::CreatedAt.lte(micros(now - KEPT)));
    Ok(old.exec(tx.session()).await?.rows_affected)
}
