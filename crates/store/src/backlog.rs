//! How much work waits: the same two questions for every table of work.

use jiff::Timestamp;
use sea_orm::{
    ColumnTrait,
    sea_query::{Alias, Asterisk, Expr, Func},
};

use crate::{
    Result, TenantTx,
    convert::{At, micros},
    entities::Owned,
};

/// How much work of one kind there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Due, and not yet done.
    pub waiting: u64,
    /// Given up after many tries.
    pub given_up: u64,
}

impl From<u64> for Backlog {
    fn from(waiting: u64) -> Self {
        Self { waiting, given_up: 0 }
    }
}

/// How many rows are due.
pub(crate) async fn waiting<E: Owned>(tx: &TenantTx, next_at: E::Column, now: Timestamp) -> Result<u64> {
    count(tx, tx.select::<E>().and_where(next_at.lte(micros(now))).take()).await
}

/// How many rows were given up: neither done nor to be tried again.
pub(crate) async fn given_up<E: Owned>(tx: &TenantTx, next_at: E::Column, done_at: E::Column) -> Result<u64> {
    count(tx, tx.select::<E>().and_where(next_at.is_null()).and_where(done_at.is_null()).take()).await
}

async fn count(tx: &TenantTx, mut select: sea_orm::sea_query::SelectStatement) -> Result<u64> {
    select.expr_as(Func::count(Expr::col(Asterisk)), Alias::new("number"));
    let at = At("work", "number");
    at.natural(at.known(tx.one(&select).await?)?.try_get("", "number")?)
}
