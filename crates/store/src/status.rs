//! How far the files are, looked at without changing anything: what an operator asks before and after an update.

use std::path::{Path, PathBuf};

use sea_orm_migration::MigratorTrait;
use sportello_domain::ids::TenantId;
use sportello_migrations::{PlatformMigrator, TenantMigrator};

use crate::{Result, Stores, open};

/// A file of the data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStatus {
    /// Where it is.
    pub file: PathBuf,
    /// Whose rows it holds; none for the platform's.
    pub tenant: Option<TenantId>,
    /// Whether it exists yet.
    pub exists: bool,
    /// The newest step in it.
    pub found: Option<String>,
    /// The newest step that this program knows.
    pub known: Option<String>,
    /// How many steps it lacks.
    pub missing: usize,
}

/// The platform's file and those of some tenants in a data folder.
pub async fn status(directory: &Path, tenants: &[TenantId]) -> Result<Vec<FileStatus>> {
    let mut all = vec![status_of(directory, None).await?];
    for tenant in tenants {
        all.push(status_of(directory, Some(*tenant)).await?);
    }
    Ok(all)
}

/// One of them: a tenant's, or the platform's.
pub async fn status_of(directory: &Path, tenant: Option<TenantId>) -> Result<FileStatus> {
    match tenant {
        None => one::<PlatformMigrator>(directory.join("platform.sqlite"), None).await,
        Some(id) => one::<TenantMigrator>(Stores::file_in(directory, id), tenant).await,
    }
}

async fn one<M: MigratorTrait>(file: PathBuf, tenant: Option<TenantId>) -> Result<FileStatus> {
    let known: Vec<String> = M::migrations().iter().map(|step| step.name().to_owned()).collect();
    let exists = file.exists();
    let applied = if exists { open::steps_of(&file).await? } else { Vec::new() };
    let missing = known.iter().filter(|step| !applied.contains(step)).count();
    Ok(FileStatus { file, tenant, exists, found: applied.into_iter().max(), known: known.into_iter().max(), missing })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreSettings;

    #[tokio::test]
    async fn looking_makes_nothing_and_sees_what_is_there() {
        let data = tempfile::tempdir().unwrap();
        let tenant = TenantId::new(uuid::Uuid::from_u128(7));
        let before = status(data.path(), &[tenant]).await.unwrap();
        assert!(before.iter().all(|file| !file.exists && file.missing > 0 && file.found.is_none()), "{before:?}");
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);

        let stores = Stores::open(StoreSettings { directory: data.path().to_owned(), max_open: 4 }).await.unwrap();
        stores.prepare(tenant).await.unwrap();
        let after = status(data.path(), &[tenant]).await.unwrap();
        assert!(after.iter().all(|file| file.exists && file.missing == 0 && file.found == file.known), "{after:?}");
    }
}
