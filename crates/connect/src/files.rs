//! Documents as files: `files/<tenant>/<two letters>/<document>` under the data folder, which no web server serves.
//!
//! Names come from ids alone, never from what somebody called a file. To extend: object storage is another implementation of the
//! same port.

use std::io;
use std::path::PathBuf;

use async_trait::async_trait;
use sportello_domain::ids::{DocumentId, TenantId};
use sportello_engine::ports::{ObjectStore, PortProblem};

use crate::private_files;

/// A folder of documents.
#[derive(Clone, Debug)]
pub struct FolderStore {
    folder: PathBuf,
}

impl FolderStore {
    /// The documents under a folder, which is made when the first one arrives.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn path(&self, tenant: TenantId, document: DocumentId) -> PathBuf {
        let name = document.to_string();
        // The last letters are random, so the folders fill evenly.
        let drawer = name.get(name.len().saturating_sub(2)..).unwrap_or_default().to_owned();
        self.folder.join(tenant.to_string()).join(drawer).join(name)
    }
}

#[async_trait]
impl ObjectStore for FolderStore {
    async fn put(&self, tenant: TenantId, document: DocumentId, bytes: Vec<u8>) -> Result<(), PortProblem> {
        let path = self.path(tenant, document);
        apart(move || private_files::replace(&path, &bytes)).await
    }

    async fn get(&self, tenant: TenantId, document: DocumentId) -> Result<Option<Vec<u8>>, PortProblem> {
        let path = self.path(tenant, document);
        apart(move || private_files::read(&path)).await
    }

    async fn delete(&self, tenant: TenantId, document: DocumentId) -> Result<(), PortProblem> {
        let path = self.path(tenant, document);
        apart(move || match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }
}

/// Work on files leaves the threads that answer requests. What the system says of a failure names no path and nobody.
pub(crate) async fn apart<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, PortProblem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(PortProblem(format!("files: {error}"))),
        Err(_) => Err(PortProblem("files: the work was abandoned".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_kept_comes_back_to_its_tenant_alone() {
        let data = tempfile::tempdir().unwrap();
        let store = FolderStore::new(data.path().join("files"));
        let id = |number| uuid::Uuid::from_u128(number);
        let (one, two, document) = (TenantId::new(id(1)), TenantId::new(id(2)), DocumentId::new(id(3)));
        store.put(one, document, b"bytes".to_vec()).await.unwrap();
        assert_eq!(store.get(one, document).await.unwrap().as_deref(), Some(b"bytes".as_slice()));
        assert_eq!(store.get(two, document).await.unwrap(), None);
        store.delete(one, document).await.unwrap();
        store.delete(one, document).await.unwrap();
        assert_eq!(store.get(one, document).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_says_so() {
        let data = tempfile::NamedTempFile::new().unwrap();
        let store = FolderStore::new(data.path().join("files"));
        let id = uuid::Uuid::from_u128(1);
        assert!(store.put(TenantId::new(id), DocumentId::new(id), Vec::new()).await.is_err());
    }
}
