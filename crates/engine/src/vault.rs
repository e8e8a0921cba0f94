//! Answers of a special category (GDPR art. 9): sealed with the tenant's data key, bound to their place, rows of their own.

use std::collections::BTreeMap;

use serde_json::Value;
use sportello_domain::ids::{CaseId, TenantId};
use sportello_store::{
    TenantTx,
    keys::{self, WrappedKey},
    special::{self, Sealed},
};

use crate::{Broken, Engine, Failure};

/// Keeps the special answers of a case as they now are; what is not among them any more is thrown away.
pub(crate) async fn keep(engine: &Engine, tx: &TenantTx, case: CaseId, values: &BTreeMap<String, Value>) -> Result<(), Failure> {
    let old = special::get_all(tx, case).await?;
    let gone: Vec<&str> = old.keys().filter(|field| !values.contains_key(*field)).map(String::as_str).collect();
    if !gone.is_empty() {
        special::delete(tx, case, &gone).await?;
    }
    if values.is_empty() {
        return Ok(());
    }
    let key = current(engine, tx).await?;
    let mut sealed = BTreeMap::new();
    for (field, value) in values {
        let plain = serde_json::to_vec(value).map_err(|_| Failure::Broken(Broken::Inconsistent("an answer is no JSON")))?;
        let ciphertext = engine.ports().keys.seal(tx.tenant(), &key.wrapped, &place(tx.tenant(), case, field), &plain)?;
        sealed.insert(field.clone(), Sealed { key_id: key.id.clone(), ciphertext });
    }
    Ok(special::put_all(tx, case, &sealed).await?)
}

/// The special answers of a case, by `section/field`.
pub(crate) async fn open(engine: &Engine, tx: &TenantTx, case: CaseId) -> Result<BTreeMap<String, Value>, Failure> {
    let mut known: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut values = BTreeMap::new();
    for (field, Sealed { key_id, ciphertext }) in special::get_all(tx, case).await? {
        if !known.contains_key(&key_id) {
            let key = keys::find(tx, &key_id).await?.ok_or(Failure::Broken(Broken::Inconsistent("a data key is gone")))?;
            known.insert(key_id.clone(), key.wrapped);
        }
        let wrapped = known.get(&key_id).map(Vec::as_slice).unwrap_or_default();
        let plain = engine.ports().keys.open(tx.tenant(), wrapped, &place(tx.tenant(), case, &field), &ciphertext)?;
        let value = serde_json::from_slice(&plain).map_err(|_| Failure::Broken(Broken::Inconsistent("a special answer is no JSON")))?;
        values.insert(field, value);
    }
    Ok(values)
}

/// The ciphertexts of a case, for a commitment that tells nothing of what they hide.
pub(crate) async fn ciphertexts(tx: &TenantTx, case: CaseId) -> Result<BTreeMap<String, String>, Failure> {
    Ok(special::get_all(tx, case).await?.into_iter().map(|(field, sealed)| (field, hex::encode(sealed.ciphertext))).collect())
}

/// A value opens only in the place that it was sealed for.
fn place(tenant: TenantId, case: CaseId, field: &str) -> Vec<u8> {
    format!("{tenant}|{case}|{field}").into_bytes()
}

async fn current(engine: &Engine, tx: &TenantTx) -> Result<WrappedKey, Failure> {
    if let Some(key) = keys::current(tx).await? {
        return Ok(key);
    }
    let wrapped = engine.ports().keys.new_data_key(tx.tenant())?;
    let key = WrappedKey { id: engine.new_id().to_string(), wrapped, created_at: engine.now() };
    keys::insert(tx, &key).await?;
    Ok(key)
}
