//! Private notes on cases, each with who wrote it.

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, Order, QueryResult, QueryTrait, sea_query::SelectStatement};
use sportello_domain::{
    ids::{CaseId, NoteId},
    office::Note,
};

use crate::{
    Cursor, Result, Slice, TenantTx,
    convert::{At, micros},
    entities::{
        notes::{Column, Entity, Model},
        persons,
    },
    persons::{joined, person},
};

/// Adds a note.
pub async fn insert(tx: &TenantTx, note: &Note) -> Result<()> {
    let Note { id, case, author, body, at } = note;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        case_id: case.uuid(),
        author_id: author.id.uuid(),
        body: body.to_string(),
        at: micros(*at),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// The note with this id.
pub async fn find(tx: &TenantTx, id: NoteId) -> Result<Option<Note>> {
    let mut select = with_author(tx);
    select.and_where(Column::Id.eq(id.uuid()));
    tx.one(&select).await?.as_ref().map(note).transpose()
}

/// The notes on a case, the oldest first.
pub async fn of_case(tx: &TenantTx, case: CaseId, after: Option<&Cursor>, limit: u64) -> Result<Slice<Note>> {
    let mut select = with_author(tx);
    select.and_where(Column::CaseId.eq(case.uuid()));
    if let Some(after) = after {
        select.and_where(Column::Id.gt(after.id));
    }
    select.order_by((Entity, Column::Id), Order::Asc).limit(limit.saturating_add(1));
    let rows = tx.all(&select).await?.iter().map(note).collect::<Result<Vec<_>>>()?;
    Ok(Slice::cut(rows, limit, |row| Cursor { key: String::new(), id: row.id.uuid() }))
}

fn with_author(tx: &TenantTx) -> SelectStatement {
    let mut select = tx.rows::<Entity>().into_query();
    joined::add(&mut select, "author", (Entity, Column::TenantId), (Entity, Column::AuthorId));
    select
}

fn note(row: &QueryResult) -> Result<Note> {
    let author = persons::Model::from_query_result(row, "author__")?;
    let Model { tenant_id: _, id, case_id, author_id: _, body, at } = Model::from_query_result(row, "")?;
    Ok(Note {
        id: NoteId::new(id),
        case: CaseId::new(case_id),
        author: person(author),
        body: body.into(),
        at: At("notes", "at").instant(at)?,
    })
}
