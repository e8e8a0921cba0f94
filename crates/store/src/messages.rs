//! The messages of a case.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use sportello_domain::{
    case::CaseMessage,
    ids::{CaseId, MessageId, PersonId},
    permissions::Role,
};

use crate::{
    Cursor, Result, Slice, TenantTx,
    convert::{At, micros, text},
    entities::messages::{Column, Entity, Model},
};

/// Adds a message.
pub async fn insert(tx: &TenantTx, message: &CaseMessage) -> Result<()> {
    let CaseMessage { id, case, role, author, subject, body, at } = message;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        case_id: case.uuid(),
        role: role.id().to_owned(),
        author_id: author.map(PersonId::uuid),
        subject: text(subject.as_ref()),
        body: body.to_string(),
        at: micros(*at),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// The message with this id.
pub async fn find(tx: &TenantTx, id: MessageId) -> Result<Option<CaseMessage>> {
    tx.rows::<Entity>().filter(Column::Id.eq(id.uuid())).one(tx.session()).await?.map(message).transpose()
}

/// The messages of a case, the oldest first.
pub async fn of_case(tx: &TenantTx, case: CaseId, after: Option<&Cursor>, limit: u64) -> Result<Slice<CaseMessage>> {
    let mut select = tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid()));
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after.id));
    }
    let rows = select.order_by_asc(Column::Id).limit(limit.saturating_add(1)).all(tx.session()).await?;
    let rows = rows.into_iter().map(message).collect::<Result<Vec<_>>>()?;
    Ok(Slice::cut(rows, limit, |row| Cursor { key: String::new(), id: row.id.uuid() }))
}

fn message(row: Model) -> Result<CaseMessage> {
    let place = |column| At("messages", column);
    let Model { tenant_id: _, id, case_id, role, author_id, subject, body, at } = row;
    Ok(CaseMessage {
        id: MessageId::new(id),
        case: CaseId::new(case_id),
        role: place("role").known(Role::from_id(&role))?,
        author: author_id.map(PersonId::new),
        subject: subject.map(Into::into),
        body: body.into(),
        at: place("at").instant(at)?,
    })
}
