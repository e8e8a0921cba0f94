//! What is due for a case and whether it was paid.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use sportello_domain::{
    case::{Payment, PaymentStatus},
    ids::{CaseId, PaymentId},
    money::Money,
};

use crate::{
    Result, TenantTx,
    convert::{At, micros, text},
    entities::payments::{Column, Entity, Model},
};

/// The most payments that a case is taken to have.
const MOST: u64 = 1000;

/// Adds payments, all in one statement.
pub async fn insert(tx: &TenantTx, payments: &[Payment]) -> Result<()> {
    let rows = payments.iter().map(|payment| row(tx, payment)).collect::<Result<Vec<_>>>()?;
    Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model)).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// The payment with this id.
pub async fn find(tx: &TenantTx, id: PaymentId) -> Result<Option<Payment>> {
    tx.rows::<Entity>().filter(Column::Id.eq(id.uuid())).one(tx.session()).await?.map(payment).transpose()
}

/// The payments of a case, in the order in which they were added.
pub async fn of_case(tx: &TenantTx, case: CaseId) -> Result<Vec<Payment>> {
    let select = tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid())).order_by_asc(Column::Id).limit(MOST);
    select.all(tx.session()).await?.into_iter().map(payment).collect()
}

/// Those of a few cases for which something is due.
pub async fn due_among(tx: &TenantTx, cases: &[CaseId]) -> Result<BTreeSet<CaseId>> {
    let select = tx
        .select::<Entity>()
        .column(Column::CaseId)
        .distinct()
        .and_where(Column::CaseId.is_in(cases.iter().map(|case| case.uuid())))
        .and_where(Column::Status.eq(PaymentStatus::Due.id()))
        .take();
    tx.all(&select).await?.iter().map(|row| Ok(CaseId::new(row.try_get("", "case_id")?))).collect()
}

/// Marks a payment as paid in a way. Answers false where it is not due (any more).
pub async fn settle(tx: &TenantTx, id: PaymentId, way: PaymentStatus, receipt: Option<&str>, at: Timestamp) -> Result<bool> {
    let settled = tx
        .changes::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Status.eq(PaymentStatus::Due.id()))
        .col_expr(Column::Status, Expr::val(way.id()))
        .col_expr(Column::Receipt, Expr::val(receipt))
        .col_expr(Column::PaidAt, Expr::val(micros(at)))
        .exec(tx.session())
        .await?;
    Ok(settled.rows_affected == 1)
}

fn row(tx: &TenantTx, payment: &Payment) -> Result<Model> {
    let Payment { id, case, fee, title, amount, status, receipt, paid_at } = payment;
    Ok(Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        case_id: case.uuid(),
        fee: fee.to_string(),
        title: At("payments", "title").written(title)?,
        amount_cents: At("payments", "amount_cents").integer(amount.cents())?,
        status: status.id().to_owned(),
        receipt: text(receipt.as_ref()),
        paid_at: paid_at.map(micros),
    })
}

fn payment(row: Model) -> Result<Payment> {
    let at = |column| At("payments", column);
    let Model { tenant_id: _, id, case_id, fee, title, amount_cents, status, receipt, paid_at } = row;
    Ok(Payment {
        id: PaymentId::new(id),
        case: CaseId::new(case_id),
        fee: fee.into(),
        title: at("title").parsed(&title)?,
        amount: Money::from_cents(at("amount_cents").natural(amount_cents)?),
        status: at("status").known(PaymentStatus::from_id(&status))?,
        receipt: receipt.map(Into::into),
        paid_at: at("paid_at").instant_or_none(paid_at)?,
    })
}
