//! Money that arrived, each receipt once.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use sportello_domain::{
    checkout::{Settlement, Verdict},
    ids::{CaseId, SettlementId},
    money::Money,
};

use crate::{
    Cursor, Result, Slice, TenantTx,
    convert::{At, micros},
    entities::settlements::{Column, Entity, Model},
};

/// Adds a settlement.
pub async fn insert(tx: &TenantTx, settlement: &Settlement) -> Result<()> {
    let Settlement { id, case, notice, amount, receipt, verdict, at } = settlement;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        case_id: case.map(CaseId::uuid),
        notice: notice.to_string(),
        amount_cents: At("settlements", "amount_cents").integer(amount.cents())?,
        receipt: receipt.to_string(),
        outcome: verdict.id().to_owned(),
        at: micros(*at),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// The settlement with this id.
pub async fn find(tx: &TenantTx, id: SettlementId) -> Result<Option<Settlement>> {
    tx.rows::<Entity>().filter(Column::Id.eq(id.uuid())).one(tx.session()).await?.map(settlement).transpose()
}

/// The settlement with this receipt.
pub async fn by_receipt(tx: &TenantTx, receipt: &str) -> Result<Option<Settlement>> {
    tx.rows::<Entity>().filter(Column::Receipt.eq(receipt)).one(tx.session()).await?.map(settlement).transpose()
}

/// All that arrived, in its order.
pub async fn page(tx: &TenantTx, after: Option<&Cursor>, limit: u64) -> Result<Slice<Settlement>> {
    let mut select = tx.rows::<Entity>();
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after.id));
    }
    let rows = select.order_by_asc(Column::Id).limit(limit.saturating_add(1)).all(tx.session()).await?;
    let rows = rows.into_iter().map(settlement).collect::<Result<Vec<_>>>()?;
    Ok(Slice::cut(rows, limit, |row| Cursor { key: String::new(), id: row.id.uuid() }))
}

fn settlement(row: Model) -> Result<Settlement> {
    let place = |column| At("settlements", column);
    let Model { tenant_id: _, id, case_id, notice, amount_cents, receipt, outcome, at } = row;
    Ok(Settlement {
        id: SettlementId::new(id),
        case: case_id.map(CaseId::new),
        notice: notice.into(),
        amount: Money::from_cents(place("amount_cents").natural(amount_cents)?),
        receipt: receipt.into(),
        verdict: place("outcome").known(Verdict::from_id(&outcome))?,
        at: place("at").instant(at)?,
    })
}
