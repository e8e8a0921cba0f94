//! What went out to be paid online, under a notice number.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr};
use sportello_domain::{
    checkout::Checkout,
    ids::{CaseId, CheckoutId},
    money::Money,
};

use crate::{
    Result, TenantTx,
    convert::{At, micros},
    entities::checkouts::{Column, Entity, Model},
};

/// Adds a checkout.
pub async fn insert(tx: &TenantTx, checkout: &Checkout) -> Result<()> {
    let Checkout { id, case, notice, amount, settled, created_at } = checkout;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        case_id: case.uuid(),
        notice: notice.to_string(),
        amount_cents: At("checkouts", "amount_cents").integer(amount.cents())?,
        settled: *settled,
        created_at: micros(*created_at),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// The checkout with this id.
pub async fn find(tx: &TenantTx, id: CheckoutId) -> Result<Option<Checkout>> {
    tx.rows::<Entity>().filter(Column::Id.eq(id.uuid())).one(tx.session()).await?.map(checkout).transpose()
}

/// The checkout with this notice number.
pub async fn by_notice(tx: &TenantTx, notice: &str) -> Result<Option<Checkout>> {
    tx.rows::<Entity>().filter(Column::Notice.eq(notice)).one(tx.session()).await?.map(checkout).transpose()
}

/// The last checkout of a case.
pub async fn last_of(tx: &TenantTx, case: CaseId) -> Result<Option<Checkout>> {
    let select = tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid())).order_by_desc(Column::Id);
    select.one(tx.session()).await?.map(checkout).transpose()
}

/// Marks a checkout as paid. Answers false where it is already.
pub async fn settle(tx: &TenantTx, id: CheckoutId) -> Result<bool> {
    let open = tx.changes::<Entity>().filter(Column::Id.eq(id.uuid())).filter(Column::Settled.eq(false));
    Ok(open.col_expr(Column::Settled, Expr::val(true)).exec(tx.session()).await?.rows_affected == 1)
}

fn checkout(row: Model) -> Result<Checkout> {
    let at = |column| At("checkouts", column);
    let Model { tenant_id: _, id, case_id, notice, amount_cents, settled, created_at } = row;
    Ok(Checkout {
        id: CheckoutId::new(id),
        case: CaseId::new(case_id),
        notice: notice.into(),
        amount: Money::from_cents(at("amount_cents").natural(amount_cents)?),
        settled,
        created_at: at("created_at").instant(created_at)?,
    })
}
