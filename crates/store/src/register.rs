//! The protocol register (DPR 445/2000 artt. 53–57). Its numbers come from [`crate::counters`]; that an entry is never changed or
//! removed is held by the database itself.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use sportello_domain::{
    ids::{CaseId, EntryId, PersonId},
    register::{Annulment, Direction, Entry},
};

use crate::{
    Cursor, Result, Slice, TenantTx,
    convert::{At, micros},
    entities::register_entries::{Column, Entity, Model},
};

/// The most entries that are read for one case.
const MOST_OF_CASE: u64 = 1000;

/// Adds an entry.
pub async fn insert(tx: &TenantTx, entry: &Entry) -> Result<()> {
    let Entry { id, register, year, sequence, date, at, direction, correspondent, subject, sha256, case, annulment } = entry;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        register: register.to_string(),
        year: *year,
        sequence: At("register_entries", "sequence").integer(*sequence)?,
        date: date.to_string(),
        at: micros(*at),
        direction: direction.id().to_owned(),
        correspondent: correspondent.to_string(),
        subject: subject.to_string(),
        sha256: sha256.to_string(),
        case_id: case.uuid(),
        annulled_at: annulment.as_ref().map(|mark| micros(mark.at)),
        annulled_by: annulment.as_ref().map(|mark| mark.by.uuid()),
        annulled_act: annulment.as_ref().map(|mark| mark.act.to_string()),
        annulled_reason: annulment.as_ref().map(|mark| mark.reason.to_string()),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// The entry with this number.
pub async fn find(tx: &TenantTx, register: &str, year: i16, sequence: u64) -> Result<Option<Entry>> {
    let Ok(sequence) = i64::try_from(sequence) else { return Ok(None) };
    let row = tx
        .rows::<Entity>()
        .filter(Column::Register.eq(register))
        .filter(Column::Year.eq(year))
        .filter(Column::Sequence.eq(sequence))
        .one(tx.session())
        .await?;
    row.map(entry).transpose()
}

/// The entries of a year, the highest number first.
pub async fn page(tx: &TenantTx, register: &str, year: i16, after: Option<&Cursor>, limit: u64) -> Result<Slice<Entry>> {
    let mut select = tx.rows::<Entity>().filter(Column::Register.eq(register)).filter(Column::Year.eq(year));
    if let Some(after) = after {
        select = select.filter(Column::Sequence.lt(after.key.parse::<i64>().unwrap_or(0)));
    }
    let rows = select.order_by_desc(Column::Sequence).limit(limit.saturating_add(1)).all(tx.session()).await?;
    let rows = rows.into_iter().map(entry).collect::<Result<Vec<_>>>()?;
    Ok(Slice::cut(rows, limit, |row| Cursor { key: row.sequence.to_string(), id: row.id.uuid() }))
}

/// The entries of a case, the oldest first.
pub async fn of_case(tx: &TenantTx, case: CaseId) -> Result<Vec<Entry>> {
    let select = tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid())).order_by_asc(Column::Id).limit(MOST_OF_CASE);
    select.all(tx.session()).await?.into_iter().map(entry).collect()
}

/// Marks an entry as annulled. Answers false where it is not there or was annulled before.
pub async fn annul(tx: &TenantTx, id: EntryId, annulment: &Annulment) -> Result<bool> {
    let Annulment { at, by, act, reason } = annulment;
    let marked = tx
        .changes::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::AnnulledAt.is_null())
        .col_expr(Column::AnnulledAt, Expr::val(micros(*at)))
        .col_expr(Column::AnnulledBy, Expr::val(by.uuid()))
        .col_expr(Column::AnnulledAct, Expr::val(act.as_ref()))
        .col_expr(Column::AnnulledReason, Expr::val(reason.as_ref()))
        .exec(tx.session())
        .await?;
    Ok(marked.rows_affected == 1)
}

fn entry(row: Model) -> Result<Entry> {
    let place = |column| At("register_entries", column);
    let Model {
        tenant_id: _,
        id,
        register,
        year,
        sequence,
        date,
        at,
        direction,
        correspondent,
        subject,
        sha256,
        case_id,
        annulled_at,
        annulled_by,
        annulled_act,
        annulled_reason,
    } = row;
    let annulment = match annulled_at {
        None => None,
        Some(at) => Some(Annulment {
            at: place("annulled_at").instant(at)?,
            by: PersonId::new(place("annulled_by").known(annulled_by)?),
            act: place("annulled_act").known(annulled_act)?.into(),
            reason: place("annulled_reason").known(annulled_reason)?.into(),
        }),
    };
    Ok(Entry {
        id: EntryId::new(id),
        register: register.into(),
        year,
        sequence: place("sequence").natural(sequence)?,
        date: place("date").day(&date)?,
        at: place("at").instant(at)?,
        direction: place("direction").known(Direction::from_id(&direction))?,
        correspondent: correspondent.into(),
        subject: subject.into(),
        sha256: sha256.into(),
        case: CaseId::new(case_id),
        annulment,
    })
}
