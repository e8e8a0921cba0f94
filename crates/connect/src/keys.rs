//! Keys: one master key in a file wraps a data key of each tenant; data keys seal special values.
//!
//! A tenant's look-ups of persons have a key of their own, derived from the master key, so that a tenant that is handed over to another
//! installation takes its key along, and no other tenant's.
//!
//! Losing the master key loses every special value and every look-up of a person by fiscal code, so it belongs in the backup,
//! apart from the data. To extend: a keeper of keys outside the machine is another implementation of the same port.

use std::io;
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use sportello_domain::ids::TenantId;
use sportello_engine::ports::{Keys, PortProblem};

use crate::carried::Carried;
use crate::private_files;

/// Bytes of a key of AES-256.
pub(crate) const LENGTH: usize = 32;
/// Bytes of the nonce that stands before each sealed value.
const NONCE: usize = 12;

/// A key could not be used, or something was not sealed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value was not sealed with this key, for this place")]
pub(crate) struct Unsealable;

impl From<Unsealable> for PortProblem {
    fn from(problem: Unsealable) -> Self {
        Self(problem.to_string())
    }
}

/// The master key of an installation.
pub struct MasterKey {
    pub(crate) wrapping: RandomizedNonceKey,
    lookups: hmac::Key,
    /// One key of look-ups for all tenants, as programs had it that could not hand a tenant over.
    former_lookups: hmac::Key,
    /// By what archives call it.
    pub(crate) name: String,
    pub(crate) carried: Carried,
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MasterKey").finish_non_exhaustive()
    }
}

impl MasterKey {
    /// Reads the key in a file of the operator's, which is never made here: a wrong path must not pass for a new installation.
    pub fn read(path: &Path) -> io::Result<Self> {
        let bytes = private_files::read(path)?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Self::of(&bytes).map_err(|Unsealable| wrong_length(path, bytes.len()))
    }

    /// Reads the key in the data folder, making it on the first start.
    pub fn keep(path: &Path) -> io::Result<Self> {
        if private_files::read(path)?.is_none() {
            let mut new = [0; LENGTH];
            aws_lc_rs::rand::fill(&mut new).map_err(|_| io::Error::other("no randomness for a key"))?;
            private_files::create(path, &new)?;
        }
        Self::read(path)
    }

    fn of(bytes: &[u8]) -> Result<Self, Unsealable> {
        if bytes.len() != LENGTH {
            return Err(Unsealable);
        }
        // Each use has a key of its own, derived from the one in the file.
        let derived = |label: &str| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes), label.as_bytes());
        Ok(Self {
            wrapping: key(derived("sportello: wrapping of data keys, 1").as_ref())?,
            lookups: hmac::Key::new(hmac::HMAC_SHA256, derived("sportello: look-up of persons, 2").as_ref()),
            former_lookups: hmac::Key::new(hmac::HMAC_SHA256, derived("sportello: look-up of persons, 1").as_ref()),
            name: hex::encode(derived("sportello: name of the master key, 1").as_ref().get(..8).unwrap_or_default()),
            carried: Carried::default(),
        })
    }

    /// Where the keys of look-ups are that tenants brought along from another installation.
    pub fn with_carried(mut self, folder: &Path) -> io::Result<Self> {
        self.carried = Carried::open(&folder.join("lookups"), &self.wrapping)?;
        Ok(self)
    }

    /// The key of a tenant's look-ups.
    pub(crate) fn lookups_of(&self, tenant: TenantId) -> [u8; LENGTH] {
        self.carried.find(tenant, &self.wrapping).unwrap_or_else(|| self.derived_lookups(tenant))
    }

    /// The key of a tenant's look-ups that did not bring one.
    pub(crate) fn derived_lookups(&self, tenant: TenantId) -> [u8; LENGTH] {
        let mut key = [0; LENGTH];
        key.copy_from_slice(hmac::sign(&self.lookups, tenant.uuid().as_bytes()).as_ref());
        key
    }

    fn unwrap(&self, tenant: TenantId, wrapped: &[u8]) -> Result<RandomizedNonceKey, Unsealable> {
        key(&open(&self.wrapping, &wrapping_place(tenant), wrapped)?)
    }
}

impl Keys for MasterKey {
    fn lookup_key(&self, tenant: TenantId, text: &str) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.lookups_of(tenant));
        let mut hash = [0; 32];
        hash.copy_from_slice(hmac::sign(&key, text.as_bytes()).as_ref());
        hash
    }

    fn former_lookup_key(&self, tenant: TenantId, text: &str) -> Option<[u8; 32]> {
        let mut context = hmac::Context::with_key(&self.former_lookups);
        context.update(tenant.uuid().as_bytes());
        context.update(text.as_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(context.sign().as_ref());
        Some(hash)
    }

    fn new_data_key(&self, tenant: TenantId) -> Result<Vec<u8>, PortProblem> {
        let mut new = [0; LENGTH];
        aws_lc_rs::rand::fill(&mut new).map_err(|_| Unsealable)?;
        Ok(seal(&self.wrapping, &wrapping_place(tenant), &new)?)
    }

    fn seal(&self, tenant: TenantId, wrapped: &[u8], place: &[u8], plain: &[u8]) -> Result<Vec<u8>, PortProblem> {
        Ok(seal(&self.unwrap(tenant, wrapped)?, place, plain)?)
    }

    fn open(&self, tenant: TenantId, wrapped: &[u8], place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, PortProblem> {
        Ok(open(&self.unwrap(tenant, wrapped)?, place, sealed)?)
    }
}

fn wrong_length(path: &Path, found: usize) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{}: a master key has {LENGTH} bytes, this file has {found}", path.display()))
}

pub(crate) fn wrapping_place(tenant: TenantId) -> Vec<u8> {
    [b"data key|".as_slice(), tenant.uuid().as_bytes()].concat()
}

fn key(bytes: &[u8]) -> Result<RandomizedNonceKey, Unsealable> {
    RandomizedNonceKey::new(&AES_256_GCM, bytes).map_err(|_| Unsealable)
}

pub(crate) fn seal(key: &RandomizedNonceKey, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, Unsealable> {
    let mut sealed = plain.to_vec();
    let nonce = key.seal_in_place_append_tag(Aad::from(place), &mut sealed).map_err(|_| Unsealable)?;
    let mut out = nonce.as_ref().to_vec();
    out.append(&mut sealed);
    Ok(out)
}

pub(crate) fn open(key: &RandomizedNonceKey, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or(Unsealable)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
    let mut bytes = sealed.to_vec();
    let length = key.open_in_place(nonce, Aad::from(place), &mut bytes).map_err(|_| Unsealable)?.len();
    bytes.truncate(length);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId::new(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn a_value_opens_only_with_its_key_and_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let master = MasterKey::keep(&folder.path().join("keys/master.key")).unwrap();
        let (one, two) = (tenant(1), tenant(2));
        let wrapped = master.new_data_key(one).unwrap();
        let sealed = master.seal(one, &wrapped, b"1|case|field", b"pregnant").unwrap();
        assert!(!sealed.windows(8).any(|window| window == b"pregnant"));
        assert_eq!(master.open(one, &wrapped, b"1|case|field", &sealed), Ok(b"pregnant".to_vec()));
        assert_eq!(master.open(one, &wrapped, b"1|other|field", &sealed), Err(Unsealable.into()));
        assert_eq!(master.open(two, &wrapped, b"1|case|field", &sealed), Err(Unsealable.into()), "another tenant cannot unwrap the key");
        let other = master.new_data_key(one).unwrap();
        assert_eq!(master.open(one, &other, b"1|case|field", &sealed), Err(Unsealable.into()));
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(master.open(one, &wrapped, b"1|case|field", &changed), Err(Unsealable.into()));
        assert_eq!(master.open(one, &wrapped, b"1|case|field", b"short"), Err(Unsealable.into()));
        assert_ne!(sealed, master.seal(one, &wrapped, b"1|case|field", b"pregnant").unwrap(), "each sealing has a nonce of its own");
    }

    #[test]
    fn the_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let first = MasterKey::keep(&path).unwrap().lookup_key(tenant(1), "RSSMRA80A01C573D");
        let again = MasterKey::keep(&path).unwrap();
        assert_eq!(first, again.lookup_key(tenant(1), "RSSMRA80A01C573D"));
        assert_ne!(first, again.lookup_key(tenant(2), "RSSMRA80A01C573D"));
        assert_ne!(first, again.lookup_key(tenant(1), "BNCLRA85B41C573Q"));
        std::fs::write(&path, b"too short").unwrap();
        let error = MasterKey::keep(&path).unwrap_err().to_string();
        assert!(error.ends_with("master.key: a master key has 32 bytes, this file has 9"), "{error}");
        assert_eq!(MasterKey::read(&folder.path().join("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
