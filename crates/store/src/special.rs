//! Answers of special categories: ciphertext in, ciphertext out. Nothing here can read them.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, sea_query::OnConflict};
use sportello_domain::ids::CaseId;

use crate::{
    Result, TenantTx,
    entities::special_values::{Column, Entity, Model},
};

/// The most special answers that a case can have; a form is far below.
const MOST: u64 = 1000;

/// A sealed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The data key that it was sealed with.
    pub key_id: String,
    /// The ciphertext with all that is needed to open it but the key.
    pub ciphertext: Vec<u8>,
}

/// Keeps the value of a field (`section/field`); an older one is replaced.
pub async fn put(tx: &TenantTx, case: CaseId, field: &str, value: &Sealed) -> Result<()> {
    put_all(tx, case, &BTreeMap::from([(field.to_owned(), value.clone())])).await
}

/// Keeps the values of several fields in one statement; older ones are replaced.
pub async fn put_all(tx: &TenantTx, case: CaseId, values: &BTreeMap<String, Sealed>) -> Result<()> {
    let rows = values.iter().map(|(field, Sealed { key_id, ciphertext })| {
        Model {
            tenant_id: tx.tenant().uuid(),
            case_id: case.uuid(),
            field: field.clone(),
            key_id: key_id.clone(),
            ciphertext: ciphertext.clone(),
        }
        .into_active_model()
    });
    let replace = OnConflict::columns([Column::TenantId, Column::CaseId, Column::Field])
        .update_columns([Column::KeyId, Column::Ciphertext])
        .to_owned();
    Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx.session()).await?;
    Ok(())
}

/// Every sealed value of a case, by `section/field`.
pub async fn get_all(tx: &TenantTx, case: CaseId) -> Result<BTreeMap<String, Sealed>> {
    let rows = tx.rows::<Entity>().filter(Column::CaseId.eq(case.uuid())).limit(MOST).all(tx.session()).await?;
    let read = |Model { tenant_id: _, case_id: _, field, key_id, ciphertext }| (field, Sealed { key_id, ciphertext });
    Ok(rows.into_iter().map(read).collect())
}

/// Removes the values of these fields, those that are there.
pub async fn delete(tx: &TenantTx, case: CaseId, fields: &[&str]) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    let fields = Column::Field.is_in(fields.iter().copied());
    tx.removal::<Entity>().filter(Column::CaseId.eq(case.uuid())).filter(fields).exec(tx.session()).await?;
    Ok(())
}
