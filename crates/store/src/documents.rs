//! The documents of a case: what is known of a file; its bytes lie with the object store, under the document's id.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Order},
};
use sportello_domain::{
    case::Document,
    ids::{CaseId, DocumentId, PersonId},
    service::{FileType, Key, Privacy},
};

use crate::{
    Cursor, Result, Slice, TenantTx,
    convert::{At, micros},
    entities::documents::{Column, Entity, Model},
};

/// The most kinds of documents that a case is taken to have.
const MOST_KINDS: u64 = 1000;
/// The most acts that a case is taken to have.
const MOST_ACTS: u64 = 1000;

/// Adds a document.
pub async fn insert(tx: &TenantTx, document: &Document) -> Result<()> {
    let Document { id, case, kind, is_act, name, file_type, size, sha256, privacy, uploaded_by, uploaded_at } = document;
    let row = Model {
        tenant_id: tx.tenant().uuid(),
        id: id.uuid(),
        case_id: case.uuid(),
        kind: kind.to_string(),
        is_act: *is_act,
        name: name.to_string(),
        file_type: file_type.media_type().to_owned(),
        size: *size,
        sha256: sha256.to_string(),
        privacy: privacy_id(*privacy).to_owned(),
        uploaded_by: uploaded_by.uuid(),
        uploaded_at: micros(*uploaded_at),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// The document with this id.
pub async fn find(tx: &TenantTx, id: DocumentId) -> Result<Option<Document>> {
    tx.rows::<Entity>().filter(Column::Id.eq(id.uuid())).one(tx.session()).await?.map(document).transpose()
}

/// The documents of a case, the oldest first.
pub async fn of_case(tx: &TenantTx, case: CaseId, after: Option<&Cursor>, limit: u64) -> Result<Slice<Document>> {
    let mut select = tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid()));
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after.id));
    }
    let rows = select.order_by_asc(Column::Id).limit(limit.saturating_add(1)).all(tx.session()).await?;
    let rows = rows.into_iter().map(document).collect::<Result<Vec<_>>>()?;
    Ok(Slice::cut(rows, limit, |row| Cursor { key: String::new(), id: row.id.uuid() }))
}

/// How many documents of each kind citizens and desks attached; acts are not counted.
pub async fn counts(tx: &TenantTx, case: CaseId) -> Result<BTreeMap<Key, u16>> {
    let select = tx
        .select::<Entity>()
        .column(Column::Kind)
        .expr_as(Expr::col(Column::Id).count(), "count")
        .and_where(Column::CaseId.eq(case.uuid()))
        .and_where(Column::IsAct.eq(false))
        .group_by_col(Column::Kind)
        .limit(MOST_KINDS)
        .take();
    let mut counts = BTreeMap::new();
    for row in tx.all(&select).await? {
        let (kind, count): (String, i64) = (row.try_get("", "kind")?, row.try_get("", "count")?);
        counts.insert(kind.into(), u16::try_from(count).unwrap_or(u16::MAX));
    }
    Ok(counts)
}

/// The acts of a case: the newest document of each kind of act.
pub async fn acts(tx: &TenantTx, case: CaseId) -> Result<BTreeMap<Key, DocumentId>> {
    let select = tx
        .select::<Entity>()
        .columns([Column::Kind, Column::Id])
        .and_where(Column::CaseId.eq(case.uuid()))
        .and_where(Column::IsAct.eq(true))
        .order_by(Column::Id, Order::Asc)
        .limit(MOST_ACTS)
        .take();
    let mut acts = BTreeMap::new();
    for row in tx.all(&select).await? {
        let (kind, id): (String, uuid::Uuid) = (row.try_get("", "kind")?, row.try_get("", "id")?);
        acts.insert(kind.into(), DocumentId::new(id));
    }
    Ok(acts)
}

/// Removes a document. Answers false where it is not there.
pub async fn delete(tx: &TenantTx, id: DocumentId) -> Result<bool> {
    let removed = tx.removal::<Entity>().filter(Column::Id.eq(id.uuid())).exec(tx.session()).await?;
    Ok(removed.rows_affected == 1)
}

const fn privacy_id(privacy: Privacy) -> &'static str {
    match privacy {
        Privacy::Ordinary => "ordinary",
        Privacy::Special => "special",
    }
}

fn document(row: Model) -> Result<Document> {
    let at = |column| At("documents", column);
    let Model { tenant_id: _, id, case_id, kind, is_act, name, file_type, size, sha256, privacy, uploaded_by, uploaded_at } = row;
    let known_type = FileType::ALL.into_iter().find(|known| known.media_type() == file_type);
    let known_privacy = [Privacy::Ordinary, Privacy::Special].into_iter().find(|known| privacy_id(*known) == privacy);
    Ok(Document {
        id: DocumentId::new(id),
        case: CaseId::new(case_id),
        kind: kind.into(),
        is_act,
        name: name.into(),
        file_type: at("file_type").known(known_type)?,
        size,
        sha256: sha256.into(),
        privacy: at("privacy").known(known_privacy)?,
        uploaded_by: PersonId::new(uploaded_by),
        uploaded_at: at("uploaded_at").instant(uploaded_at)?,
    })
}
