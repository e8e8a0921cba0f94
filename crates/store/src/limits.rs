//! Uses of limits over past cases, exact however many ask at once: a use is taken by one statement that counts and compares.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use sportello_domain::ids::CaseId;

use crate::{
    Result, TenantTx,
    convert::At,
    entities::{limit_counts, limit_uses},
};

/// The most limits that a case is taken to have used; a service has a few.
const MOST: u64 = 100;

/// What is counted: a limit of a service in a span, over what a keyed hash stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted<'a> {
    /// The service's id.
    pub service: &'a str,
    /// The limit's id in the service.
    pub limit: &'a str,
    /// The span.
    pub period: &'a str,
    /// The keyed hash of what it is counted over.
    pub key: &'a [u8],
}

/// How many uses were taken.
pub async fn used(tx: &TenantTx, counted: Counted<'_>) -> Result<u64> {
    use limit_counts::Column;
    let row = tx.rows::<limit_counts::Entity>();
    let row = row
        .filter(Column::Service.eq(counted.service))
        .filter(Column::LimitId.eq(counted.limit))
        .filter(Column::Period.eq(counted.period))
        .filter(Column::KeyHash.eq(counted.key.to_vec()))
        .one(tx.session())
        .await?;
    row.map_or(Ok(0), |row| At("limit_counts", "used").natural(row.used))
}

/// Takes one of `most` uses for a case. Answers false, and takes nothing, where none is left.
pub async fn take(tx: &TenantTx, case: CaseId, counted: Counted<'_>, most: u32) -> Result<bool> {
    use limit_counts::{Column, Entity};
    if most == 0 {
        return Ok(false);
    }
    let one_more = OnConflict::columns([Column::TenantId, Column::Service, Column::LimitId, Column::Period, Column::KeyHash])
        .value(Column::Used, Expr::col((Entity, Column::Used)).add(1_i64))
        .action_and_where(Expr::col((Entity, Column::Used)).lt(i64::from(most)))
        .to_owned();
    let statement = Query::insert()
        .into_table(Entity)
        .columns([Column::TenantId, Column::Service, Column::LimitId, Column::Period, Column::KeyHash, Column::Used])
        .values([
            tx.tenant().uuid().into(),
            counted.service.into(),
            counted.limit.into(),
            counted.period.into(),
            counted.key.to_vec().into(),
            1_i64.into(),
        ])
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(one_more)
        .to_owned();
    if tx.session().execute(&statement).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let row = limit_uses::Model {
        tenant_id: tx.tenant().uuid(),
        case_id: case.uuid(),
        limit_id: counted.limit.to_owned(),
        service: counted.service.to_owned(),
        period: counted.period.to_owned(),
        key_hash: counted.key.to_vec(),
    };
    limit_uses::Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(true)
}

/// Gives back what a case took. Doing it twice is doing it once.
pub async fn give_back(tx: &TenantTx, case: CaseId) -> Result<()> {
    use limit_counts::Column;
    let taken = tx.rows::<limit_uses::Entity>().filter(limit_uses::Column::CaseId.eq(case.uuid())).limit(MOST).all(tx.session()).await?;
    for limit_uses::Model { tenant_id: _, case_id: _, limit_id, service, period, key_hash } in taken {
        tx.changes::<limit_counts::Entity>()
            .filter(Column::Service.eq(service))
            .filter(Column::LimitId.eq(limit_id))
            .filter(Column::Period.eq(period))
            .filter(Column::KeyHash.eq(key_hash))
            .col_expr(Column::Used, Expr::col(Column::Used).sub(1_i64))
            .exec(tx.session())
            .await?;
    }
    tx.removal::<limit_uses::Entity>().filter(limit_uses::Column::CaseId.eq(case.uuid())).exec(tx.session()).await?;
    Ok(())
}
