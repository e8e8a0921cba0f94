//! Opinions that other offices are asked for.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use sportello_domain::{
    ids::{CaseId, OpinionId, PersonId},
    opinion::{Given, Opinion, Verdict},
    service::Key,
};

use crate::{
    Cursor, Result, Slice, TenantTx,
    convert::{At, micros},
    entities::opinions::{Column, Entity, Model},
};

/// The most opinions that a case is taken to have.
const MOST_OF_CASE: u64 = 200;

/// Asks for an opinion.
pub async fn insert(tx: &TenantTx, opinion: &Opinion) -> Result<()> {
    let Opinion { id, case, request, state, office, asked_at, due, given } = opinion;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        case_id: case.uuid(),
        request: request.to_string(),
        state: state.to_string(),
        office: office.to_string(),
        asked_at: micros(*asked_at),
        due_date: due.map(|day| day.to_string()),
        verdict: given.as_ref().map(|given| given.verdict.id().to_owned()),
        note: given.as_ref().and_then(|given| given.note.as_deref().map(str::to_owned)),
        given_by: given.as_ref().and_then(|given| given.by).map(PersonId::uuid),
        given_at: given.as_ref().map(|given| micros(given.at)),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// The opinion with this id.
pub async fn find(tx: &TenantTx, id: OpinionId) -> Result<Option<Opinion>> {
    tx.rows::<Entity>().filter(Column::Id.eq(id.uuid())).one(tx.session()).await?.map(opinion).transpose()
}

/// The opinions on a case, the first one asked for first.
pub async fn of_case(tx: &TenantTx, case: CaseId) -> Result<Vec<Opinion>> {
    let select = tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid())).order_by_asc(Column::Id).limit(MOST_OF_CASE);
    select.all(tx.session()).await?.into_iter().map(opinion).collect()
}

/// The opinions that some offices, or all of them, are still waited for, the first one asked for first.
pub async fn pending(tx: &TenantTx, offices: Option<&[Key]>, after: Option<&Cursor>, limit: u64) -> Result<Slice<Opinion>> {
    let mut select = tx.rows::<Entity>().filter(Column::Verdict.is_null());
    if let Some(offices) = offices {
        select = select.filter(Column::Office.is_in(offices.iter().map(AsRef::as_ref)));
    }
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after.id));
    }
    let rows = select.order_by_asc(Column::Id).limit(limit.saturating_add(1)).all(tx.session()).await?;
    let rows = rows.into_iter().map(opinion).collect::<Result<Vec<_>>>()?;
    Ok(Slice::cut(rows, limit, |row| Cursor { key: String::new(), id: row.id.uuid() }))
}

/// Writes down what was said. Answers false where something was said before.
pub async fn give(tx: &TenantTx, id: OpinionId, given: &Given) -> Result<bool> {
    let Given { verdict, note, by, at } = given;
    let written = tx
        .changes::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Verdict.is_null())
        .col_expr(Column::Verdict, Expr::val(verdict.id()))
        .col_expr(Column::Note, Expr::val(note.as_deref()))
        .col_expr(Column::GivenBy, Expr::val(by.map(PersonId::uuid)))
        .col_expr(Column::GivenAt, Expr::val(micros(*at)))
        .exec(tx.session())
        .await?;
    Ok(written.rows_affected == 1)
}

/// Waits no longer for what a case's offices have not said.
pub async fn forgo(tx: &TenantTx, case: CaseId) -> Result<u64> {
    let removed =
        tx.removal::<Entity>().filter(Column::CaseId.eq(case.uuid())).filter(Column::Verdict.is_null()).exec(tx.session()).await?;
    Ok(removed.rows_affected)
}

fn opinion(row: Model) -> Result<Opinion> {
    let place = |column| At("opinions", column);
    let Model { tenant_id: _, id, case_id, request, state, office, asked_at, due_date, verdict, note, given_by, given_at } = row;
    let given = match verdict {
        None => None,
        Some(verdict) => Some(Given {
            verdict: place("verdict").known(Verdict::from_id(&verdict))?,
            note: note.map(Into::into),
            by: given_by.map(PersonId::new),
            at: place("given_at").instant(place("given_at").known(given_at)?)?,
        }),
    };
    Ok(Opinion {
        id: OpinionId::new(id),
        case: CaseId::new(case_id),
        request: request.into(),
        state: state.into(),
        office: office.into(),
        asked_at: place("asked_at").instant(asked_at)?,
        due: place("due_date").day_or_none(due_date)?,
        given,
    })
}
