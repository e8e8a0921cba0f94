//! What is of a special category (GDPR art. 9), sealed with the tenant's data key and bound to its place: answers to forms and to
//! passages as rows of their own, files as sealed bytes.

use std::collections::BTreeMap;

use serde_json::Value;
use sportello_domain::ids::{CaseId, DocumentId, EventId, TenantId};
use sportello_store::{
    TenantTx,
    keys::{self, WrappedKey},
    special::{self, Sealed},
};

use crate::{Broken, Engine, Failure};

/// Marks the values of passages among those of a case; no section of a form can begin with it.
const PASSAGE: char = '@';

/// Marks what registers said among the values of a case; no section of a form can begin with it.
const LOOKUP: char = '#';

/// Whether a value is an answer to the form.
fn is_answer(field: &str) -> bool {
    !field.starts_with([PASSAGE, LOOKUP])
}

/// Keeps what registers said, by lookup: it is personal, and more than the form asked for, so it is sealed like special answers.
pub(crate) async fn keep_lookups(engine: &Engine, tx: &TenantTx, case: CaseId, said: &BTreeMap<String, Value>) -> Result<(), Failure> {
    let said = said.iter().map(|(lookup, value)| (format!("{LOOKUP}{lookup}"), value.clone())).collect();
    add(engine, tx, case, &said).await
}

/// Keeps the special answers of a case as they now are; what is not among them any more is thrown away.
pub(crate) async fn keep(engine: &Engine, tx: &TenantTx, case: CaseId, values: &BTreeMap<String, Value>) -> Result<(), Failure> {
    let old = special::get_all(tx, case).await?;
    let gone: Vec<&str> = old.keys().filter(|field| is_answer(field) && !values.contains_key(*field)).map(String::as_str).collect();
    if !gone.is_empty() {
        special::delete(tx, case, &gone).await?;
    }
    add(engine, tx, case, values).await
}

/// Keeps what a passage of a case was answered, under the step of the timeline that tells of it.
pub(crate) async fn keep_passage(
    engine: &Engine,
    tx: &TenantTx,
    case: CaseId,
    event: EventId,
    values: BTreeMap<String, Value>,
) -> Result<(), Failure> {
    let values = values.into_iter().map(|(field, value)| (format!("{}{field}", passage(event)), value)).collect();
    add(engine, tx, case, &values).await
}

/// Where the values of a passage are kept.
fn passage(event: EventId) -> String {
    format!("{PASSAGE}{event}/")
}

/// What a passage was answered, out of everything that is special on its case.
pub(crate) fn of_passage(values: &BTreeMap<String, Value>, event: EventId) -> impl Iterator<Item = (&str, &Value)> {
    let prefix = passage(event);
    values.iter().filter_map(move |(field, value)| Some((field.strip_prefix(&prefix)?, value)))
}

async fn add(engine: &Engine, tx: &TenantTx, case: CaseId, values: &BTreeMap<String, Value>) -> Result<(), Failure> {
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

/// What is special on a case, apart from its passages. Not to be printed.
#[derive(Default)]
pub(crate) struct Opened {
    /// The answers to its form, by `section/field`.
    pub(crate) answers: BTreeMap<String, Value>,
    /// What registers said, by lookup.
    pub(crate) lookups: BTreeMap<String, Value>,
}

impl Opened {
    /// Opens them.
    pub(crate) async fn of(engine: &Engine, tx: &TenantTx, case: CaseId) -> Result<Self, Failure> {
        let mut opened = Self::default();
        for (field, value) in open(engine, tx, case).await? {
            if let Some(lookup) = field.strip_prefix(LOOKUP) {
                opened.lookups.insert(lookup.to_owned(), value);
            } else if is_answer(&field) {
                opened.answers.insert(field, value);
            }
        }
        Ok(opened)
    }
}

/// Everything that is special on a case.
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

/// A file as it is kept: the length of the key's id, the id, the ciphertext.
pub(crate) async fn seal_file(engine: &Engine, tx: &TenantTx, document: DocumentId, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let key = current(engine, tx).await?;
    let length = u8::try_from(key.id.len()).map_err(|_| Failure::Broken(Broken::Inconsistent("the id of a data key is too long")))?;
    let sealed = engine.ports().keys.seal(tx.tenant(), &key.wrapped, &place_of_file(tx.tenant(), document), bytes)?;
    Ok([&[length], key.id.as_bytes(), &sealed].concat())
}

/// The bytes of a file that was sealed.
pub(crate) async fn open_file(engine: &Engine, tx: &TenantTx, document: DocumentId, kept: &[u8]) -> Result<Vec<u8>, Failure> {
    let damaged = || Failure::Broken(Broken::Inconsistent("the bytes of a document are not those that were sealed"));
    let (length, rest) = kept.split_first().ok_or_else(damaged)?;
    let (id, sealed) = rest.split_at_checked(usize::from(*length)).ok_or_else(damaged)?;
    let id = std::str::from_utf8(id).map_err(|_| damaged())?;
    let key = keys::find(tx, id).await?.ok_or(Failure::Broken(Broken::Inconsistent("a data key is gone")))?;
    Ok(engine.ports().keys.open(tx.tenant(), &key.wrapped, &place_of_file(tx.tenant(), document), sealed)?)
}

fn place_of_file(tenant: TenantId, document: DocumentId) -> Vec<u8> {
    format!("{tenant}|document|{document}").into_bytes()
}
