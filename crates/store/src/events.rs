//! The timeline of a case: only ever added to.

use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, DbErr, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, Query},
};
use serde_json::Value;
use sportello_domain::{
    case::Event,
    ids::{CaseId, EventId, PersonId},
    permissions::Role,
    service::Key,
};

use crate::{
    Cursor, Result, Slice, TenantTx,
    convert::{At, micros},
    entities::events::{Column, Entity, Model},
};

/// A step that is about to be added.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// The case.
    pub case: CaseId,
    /// What happened.
    pub kind: Key,
    /// When.
    pub at: Timestamp,
    /// In which role it was done.
    pub role: Role,
    /// Who did it; none for the product itself.
    pub actor: Option<PersonId>,
    /// Particulars, nothing special in them.
    pub data: Value,
}

/// Adds a step at the end of the case's timeline and answers it with its place.
pub async fn append(tx: &TenantTx, event: NewEvent) -> Result<Event> {
    let NewEvent { id, case, kind, at, role, actor, data } = event;
    let last = tx
        .select::<Entity>()
        .expr(Func::coalesce([Expr::col(Column::Sequence).max(), Expr::val(0_i64)]))
        .and_where(Column::CaseId.eq(case.uuid()))
        .take();
    let place = Expr::from(last).add(1_i64);
    let statement = Query::insert()
        .into_table(Entity)
        .columns([
            Column::TenantId,
            Column::Id,
            Column::CaseId,
            Column::Sequence,
            Column::Kind,
            Column::At,
            Column::Role,
            Column::ActorId,
            Column::Data,
        ])
        .values([
            tx.tenant().uuid().into(),
            id.uuid().into(),
            case.uuid().into(),
            place,
            kind.as_ref().into(),
            micros(at).into(),
            role.id().into(),
            actor.map(PersonId::uuid).into(),
            data.to_string().into(),
        ])
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .returning_col(Column::Sequence)
        .to_owned();
    let row = tx.one(&statement).await?;
    let sequence: i64 = At("events", "sequence").known(row)?.try_get("", "sequence")?;
    Ok(Event { id, case, sequence, kind, at, role, actor, data })
}

/// The timeline of a case, the first step first.
pub async fn of_case(tx: &TenantTx, case: CaseId, after: Option<&Cursor>, limit: u64) -> Result<Slice<Event>> {
    let mut select = tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid()));
    if let Some(after) = after {
        select = select.filter(Column::Sequence.gt(after.key.parse::<i64>().unwrap_or(i64::MAX)));
    }
    let rows = select.order_by_asc(Column::Sequence).limit(limit.saturating_add(1)).all(tx.session()).await?;
    let rows = rows.into_iter().map(event).collect::<Result<Vec<_>>>()?;
    Ok(Slice::cut(rows, limit, |row| Cursor { key: row.sequence.to_string(), id: row.id.uuid() }))
}

/// The last step of a case's timeline.
pub async fn last(tx: &TenantTx, case: CaseId) -> Result<Option<Event>> {
    let row = tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid())).order_by_desc(Column::Sequence).limit(1).one(tx.session()).await?;
    row.map(event).transpose()
}

/// When the newest step of any timeline was written: ids follow each other in time.
pub async fn newest(tx: &TenantTx) -> Result<Option<Timestamp>> {
    let row = tx.rows::<Entity>().order_by_desc(Column::Id).limit(1).one(tx.session()).await?;
    At("events", "at").instant_or_none(row.map(|row| row.at))
}

fn event(row: Model) -> Result<Event> {
    let place = |column| At("events", column);
    let Model { tenant_id: _, id, case_id, sequence, kind, at, role, actor_id, data } = row;
    Ok(Event {
        id: EventId::new(id),
        case: CaseId::new(case_id),
        sequence,
        kind: kind.into(),
        at: place("at").instant(at)?,
        role: place("role").known(Role::from_id(&role))?,
        actor: actor_id.map(PersonId::new),
        data: place("data").json(&data)?,
    })
}
