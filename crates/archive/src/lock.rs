//! One command at a time carries a tenant's rows about. The lock ends with the process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use sportello_connect::private_files;
use sportello_domain::ids::TenantId;

use crate::{Problem, Result};

/// The right to carry a tenant's rows about, until it is dropped.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Takes it, where nobody has it. The data folder is the one that all processes of an installation share.
    pub fn take(data: &Path, tenant: TenantId, slug: &str) -> Result<Self> {
        let folder = data.join("moves");
        let path = folder.join(format!("{tenant}.lock"));
        let problem = |error: std::io::Error| Problem::of_io(&path, &error);
        private_files::make_folder(&folder).map_err(problem)?;
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(problem)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Problem::Occupied(slug.to_owned())),
            Err(TryLockError::Error(error)) => Err(problem(error)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
