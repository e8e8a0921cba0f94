//! Keys of look-ups that tenants brought along when they were handed over: a file for each, wrapped by the master key, beside it.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use aws_lc_rs::aead::RandomizedNonceKey;
use sportello_domain::ids::TenantId;

use crate::keys::{LENGTH, open, seal};
use crate::private_files;

/// A folder of such keys. Those that are in it when the program starts must open; one that comes later is found when it is needed.
#[derive(Default)]
pub(crate) struct Carried {
    folder: Option<PathBuf>,
    known: RwLock<HashMap<TenantId, [u8; LENGTH]>>,
}

impl Carried {
    pub(crate) fn open(folder: &Path, wrapping: &RandomizedNonceKey) -> io::Result<Self> {
        let carried = Self { folder: Some(folder.to_owned()), known: RwLock::default() };
        let names = match std::fs::read_dir(folder) {
            Ok(entries) => entries.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<Vec<_>>>()?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        for tenant in names.iter().filter_map(|name| name.to_str()?.parse::<TenantId>().ok()) {
            carried.read(tenant, wrapping)?;
        }
        Ok(carried)
    }

    /// The tenant's key, if it brought one.
    pub(crate) fn find(&self, tenant: TenantId, wrapping: &RandomizedNonceKey) -> Option<[u8; LENGTH]> {
        if let Some(key) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&tenant) {
            return Some(*key);
        }
        if !self.path(tenant)?.exists() {
            return None;
        }
        self.read(tenant, wrapping).inspect_err(|error| tracing::error!(%tenant, %error, "the key of look-ups cannot be read")).ok()?
    }

    /// Keeps a key that a tenant brings.
    pub(crate) fn keep(&self, tenant: TenantId, key: [u8; LENGTH], wrapping: &RandomizedNonceKey) -> io::Result<()> {
        let path = self.path(tenant).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let sealed = seal(wrapping, &place(tenant), &key).map_err(io::Error::other)?;
        private_files::replace(&path, &sealed)?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(tenant, key);
        Ok(())
    }

    fn path(&self, tenant: TenantId) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(tenant.to_string()))
    }

    fn read(&self, tenant: TenantId, wrapping: &RandomizedNonceKey) -> io::Result<Option<[u8; LENGTH]>> {
        let Some(path) = self.path(tenant) else { return Ok(None) };
        let Some(sealed) = private_files::read(&path)? else { return Ok(None) };
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, format!("{}: the master key does not open it", path.display()));
        let plain = open(wrapping, &place(tenant), &sealed).map_err(|_| wrong())?;
        let key: [u8; LENGTH] = plain.try_into().map_err(|_| wrong())?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(tenant, key);
        Ok(Some(key))
    }
}

/// What a key of look-ups is bound to where it is wrapped.
pub(crate) fn place(tenant: TenantId) -> Vec<u8> {
    [b"look-ups|".as_slice(), tenant.uuid().as_bytes()].concat()
}
