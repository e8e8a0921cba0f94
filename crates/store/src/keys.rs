//! The tenant's data keys, each wrapped by the installation's master key. The newest seals; the older ones still open.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Result, TenantTx,
    convert::{At, micros},
    entities::tenant_keys::{Column, Entity, Model},
};

/// A data key that only the master key can unwrap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// Its id; ids of later keys sort later.
    pub id: String,
    /// The wrapped bytes.
    pub wrapped: Vec<u8>,
    /// Since when.
    pub created_at: Timestamp,
}

/// The key that seals now; none before the first.
pub async fn current(tx: &TenantTx) -> Result<Option<WrappedKey>> {
    tx.rows::<Entity>().order_by_desc(Column::KeyId).one(tx.session()).await?.map(key).transpose()
}

/// The key with this id.
pub async fn find(tx: &TenantTx, id: &str) -> Result<Option<WrappedKey>> {
    tx.rows::<Entity>().filter(Column::KeyId.eq(id)).one(tx.session()).await?.map(key).transpose()
}

/// So many of the newest keys.
pub async fn newest(tx: &TenantTx, limit: u64) -> Result<Vec<WrappedKey>> {
    let rows = tx.rows::<Entity>().order_by_desc(Column::KeyId).limit(limit).all(tx.session()).await?;
    rows.into_iter().map(key).collect()
}

/// Adds a key.
pub async fn insert(tx: &TenantTx, key: &WrappedKey) -> Result<()> {
    let WrappedKey { id, wrapped, created_at } = key;
    let row = Model { tenant_id: tx.tenant().uuid(), key_id: id.clone(), wrapped: wrapped.clone(), created_at: micros(*created_at) };
    Entity::insert(row.into_active_model()).exec_without_returning(tx.session()).await?;
    Ok(())
}

fn key(row: Model) -> Result<WrappedKey> {
    let Model { tenant_id: _, key_id, wrapped, created_at } = row;
    Ok(WrappedKey { id: key_id, wrapped, created_at: At("tenant_keys", "created_at").instant(created_at)? })
}
