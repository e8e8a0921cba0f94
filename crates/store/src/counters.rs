//! Counters without gaps: a row for each name and year, raised in the transaction of what gets the number. A rollback gives the
//! number back, and no second writer can be between.

use sea_orm::{
    ConnectionTrait, DbErr,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};

use crate::{
    Result, TenantTx,
    convert::At,
    entities::counters::{Column, Entity},
};

/// The next number of a counter, from 1.
pub async fn next(tx: &TenantTx, name: &str, year: i16) -> Result<u64> {
    let raise = OnConflict::columns([Column::TenantId, Column::Name, Column::Year])
        .value(Column::Value, Expr::col((Entity, Column::Value)).add(1_i64))
        .to_owned();
    let statement = Query::insert()
        .into_table(Entity)
        .columns([Column::TenantId, Column::Name, Column::Year, Column::Value])
        .values([tx.tenant().uuid().into(), name.into(), year.into(), 1_i64.into()])
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(raise)
        .returning_col(Column::Value)
        .to_owned();
    let row = tx.session().query_one(&statement).await?;
    let value: i64 = At("counters", "value").known(row)?.try_get("", "value")?;
    At("counters", "value").natural(value)
}
