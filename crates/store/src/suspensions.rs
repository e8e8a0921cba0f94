//! The spans in which a case's term waited for the applicant (L. 241/1990 art. 2 c. 7, art. 10-bis).

use jiff::civil::Date;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use sportello_domain::{
    ids::CaseId,
    terms::{Norm, Pause},
};

use crate::{
    Result, TenantTx,
    convert::At,
    entities::suspensions::{Column, Entity, Model},
};

/// The most suspensions that a case is taken to have; the law knows one, the configuration a few.
const MOST: u64 = 100;

/// Begins a suspension: `from` is the day on which the wait began. Beginning twice on one day is beginning once.
pub async fn open(tx: &TenantTx, case: CaseId, norm: Norm, from: Date) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        case_id: case.uuid(),
        from_date: from.to_string(),
        to_date: None,
        norm: norm.id().to_owned(),
    };
    let again = sea_orm::sea_query::OnConflict::columns([Column::TenantId, Column::CaseId, Column::FromDate])
        .value(Column::ToDate, Expr::val(None::<String>))
        .value(Column::Norm, Expr::val(norm.id()))
        .to_owned();
    Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// Ends the suspension that is open: `to` is the day on which the wait ended. Answers false where none is.
pub async fn close(tx: &TenantTx, case: CaseId, to: Date) -> Result<bool> {
    let closed = tx
        .changes::<Entity>()
        .filter(Column::CaseId.eq(case.uuid()))
        .filter(Column::ToDate.is_null())
        .col_expr(Column::ToDate, Expr::val(to.to_string()))
        .exec(tx.session())
        .await?;
    Ok(closed.rows_affected > 0)
}

/// The suspensions of a case, the first one first.
pub async fn of_case(tx: &TenantTx, case: CaseId) -> Result<Vec<Pause>> {
    let rows =
        tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid())).order_by_asc(Column::FromDate).limit(MOST).all(tx.session()).await?;
    rows.into_iter().map(pause).collect()
}

fn pause(row: Model) -> Result<Pause> {
    let at = |column| At("suspensions", column);
    let Model { tenant_id: _, case_id: _, from_date, to_date, norm } = row;
    let norm = at("norm").known(Norm::from_id(&norm))?;
    Ok(Pause { norm, from: at("from_date").day(&from_date)?, to: at("to_date").day_or_none(to_date)? })
}
