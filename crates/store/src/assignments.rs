//! Assignments: who holds which role.

use jiff::civil::Date;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryResult, QueryTrait,
    sea_query::{Expr, ExprTrait, Order, SelectStatement},
};
use sportello_domain::{
    assignment::Assignment,
    ids::{AssignmentId, PersonId},
    permissions::Role,
};

use crate::{
    Cursor, Result, Slice, TenantTx,
    convert::{At, micros, text},
    entities::{
        assignments::{Column, Entity, Model},
        persons,
    },
    persons::{joined, person},
};

/// The most roles that one person is taken to hold at a tenant on a day.
const MOST_ROLES: u64 = 100;

/// Which assignments a list shows; each that is set narrows it.
#[derive(Clone, Debug, Default)]
pub struct AssignmentFilter {
    /// Of this person.
    pub person: Option<PersonId>,
    /// Of this role.
    pub role: Option<Role>,
    /// Of this office.
    pub office: Option<String>,
    /// That count on this day.
    pub on: Option<Date>,
}

/// The assignments of a person that count on a day.
pub async fn of_person(tx: &TenantTx, person: PersonId, on: Date) -> Result<Vec<Assignment>> {
    let filter = AssignmentFilter { person: Some(person), on: Some(on), ..AssignmentFilter::default() };
    Ok(list(tx, &filter, None, MOST_ROLES).await?.items)
}

/// Assignments, the newest first.
pub async fn list(tx: &TenantTx, filter: &AssignmentFilter, after: Option<&Cursor>, limit: u64) -> Result<Slice<Assignment>> {
    let mut select = base(tx);
    let AssignmentFilter { person, role, office, on } = filter;
    if let Some(person) = person {
        select.and_where(Column::PersonId.eq(person.uuid()));
    }
    if let Some(role) = role {
        select.and_where(Column::Role.eq(role.id()));
    }
    if let Some(office) = office {
        select.and_where(Column::Office.eq(office.as_str()));
    }
    if let Some(on) = on {
        let on = on.to_string();
        select.and_where(Column::ValidFrom.lte(on.as_str()));
        select.and_where(Column::ValidUntil.is_null().or(Column::ValidUntil.gte(on)));
    }
    if let Some(after) = after {
        select.and_where(Column::Id.lt(after.id));
    }
    select.order_by((Entity, Column::Id), Order::Desc).limit(limit.saturating_add(1));
    let rows = tx.all(&select).await?.iter().map(assignment).collect::<Result<Vec<_>>>()?;
    Ok(Slice::cut(rows, limit, |row| Cursor { key: String::new(), id: row.id.uuid() }))
}

/// The assignment with this id.
pub async fn find(tx: &TenantTx, id: AssignmentId) -> Result<Option<Assignment>> {
    let mut select = base(tx);
    select.and_where(Column::Id.eq(id.uuid()));
    tx.one(&select).await?.as_ref().map(assignment).transpose()
}

/// Gives a role. Only the person's id counts: the person must be known already.
pub async fn insert(tx: &TenantTx, assignment: &Assignment) -> Result<()> {
    let Assignment { id, person, role, office, valid_from, valid_until, granted_by, granted_at, version } = assignment;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        person_id: person.id.uuid(),
        role: role.id().to_owned(),
        office: text(office.as_ref()),
        valid_from: valid_from.to_string(),
        valid_until: valid_until.map(|day| day.to_string()),
        granted_by: granted_by.map(PersonId::uuid),
        granted_at: micros(*granted_at),
        version: *version,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// Sets the last day. Answers false where the assignment is not there in this version.
pub async fn end(tx: &TenantTx, id: AssignmentId, last: Date, version: i64) -> Result<bool> {
    let changed = tx
        .changes::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Version.eq(version))
        .col_expr(Column::ValidUntil, Expr::val(last.to_string()))
        .col_expr(Column::Version, Expr::val(version + 1))
        .exec(tx.session())
        .await?;
    Ok(changed.rows_affected == 1)
}

fn base(tx: &TenantTx) -> SelectStatement {
    let mut select = tx.rows::<Entity>().into_query();
    joined::add(&mut select, "holder", (Entity, Column::TenantId), (Entity, Column::PersonId));
    select
}

fn assignment(row: &QueryResult) -> Result<Assignment> {
    let at = |column| At("assignments", column);
    let holder = persons::Model::from_query_result(row, "holder__")?;
    let Model { tenant_id: _, id, person_id: _, role, office, valid_from, valid_until, granted_by, granted_at, version } =
        Model::from_query_result(row, "")?;
    Ok(Assignment {
        id: AssignmentId::new(id),
        person: person(holder),
        role: at("role").known(Role::from_id(&role))?,
        office: office.map(Into::into),
        valid_from: at("valid_from").day(&valid_from)?,
        valid_until: at("valid_until").day_or_none(valid_until)?,
        granted_by: granted_by.map(PersonId::new),
        granted_at: at("granted_at").instant(granted_at)?,
        version,
    })
}
