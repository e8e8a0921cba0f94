//! Definitions: what submissions pin, kept once for each content.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};

use crate::{
    Result, TenantTx,
    convert::At,
    entities::definitions::{Column, Entity, Model},
};

/// A definition as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the content, in hexadecimal.
    pub hash: String,
    /// The format of the content.
    pub format: u16,
    /// Canonical JSON (RFC 8785).
    pub content: String,
}

/// Keeps a definition; one that is there already stays untouched.
pub async fn put(tx: &TenantTx, definition: &Stored) -> Result<()> {
    let Stored { hash, format, content } = definition;
    let format = i16::try_from(*format).map_err(|_| At("definitions", "definition_format").problem())?;
    let row = Model { tenant_id: tx.tenant().uuid(), hash: hash.clone(), definition_format: format, content: content.clone() };
    Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::columns([Column::TenantId, Column::Hash]).do_nothing().to_owned())
        .exec_without_returning(tx.session())
        .await?;
    Ok(())
}

/// The definition with this hash.
pub async fn get(tx: &TenantTx, hash: &str) -> Result<Option<Stored>> {
    let row = tx.rows::<Entity>().filter(Column::Hash.eq(hash)).one(tx.session()).await?;
    row.map(stored).transpose()
}

fn stored(row: Model) -> Result<Stored> {
    let Model { tenant_id: _, hash, definition_format, content } = row;
    let format = u16::try_from(definition_format).map_err(|_| At("definitions", "definition_format").problem())?;
    Ok(Stored { hash, format, content })
}
