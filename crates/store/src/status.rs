//! How far the places of rows are, looked at without changing anything: what an operator asks before and after an update.

use sea_orm_migration::MigratorTrait;
use sportello_domain::ids::TenantId;
use sportello_migrations::{PlatformMigrator, TenantMigrator};
use std::path::{Path, PathBuf};

use crate::{
    Placement, PlatformPlacement, Result, StoreSettings,
    placement::{Database, Schema, steps_of},
};

/// A file, or a schema of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceStatus {
    /// What it is called: a path, or the name of a placement.
    pub place: String,
    /// Whose rows a file holds; none for the platform's and for a database.
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

impl PlaceStatus {
    fn of(place: String, tenant: Option<TenantId>, known: Vec<String>, applied: Option<Vec<String>>) -> Self {
        let exists = applied.is_some();
        let applied = applied.unwrap_or_default();
        let missing = known.iter().filter(|step| !applied.contains(step)).count();
        Self { place, tenant, exists, found: applied.into_iter().max(), known: known.into_iter().max(), missing }
    }
}

/// The platform's place, every database, and the files of some tenants where tenants have files.
pub async fn status(settings: &StoreSettings, tenants: &[TenantId]) -> Result<Vec<PlaceStatus>> {
    let mut all = vec![match &settings.platform {
        PlatformPlacement::File(path) => of_file::<PlatformMigrator>(path.clone(), None).await?,
        PlatformPlacement::Postgres(reached) => {
            let applied = Database::steps_of("platform", reached, Schema::Platform).await?;
            PlaceStatus::of("platform".to_owned(), None, Schema::Platform.steps(), Some(applied).filter(|steps| !steps.is_empty()))
        }
    }];
    for (name, placement) in &settings.placements {
        match placement {
            Placement::Files(folder) => {
                for tenant in tenants {
                    let path = StoreSettings::file_in(folder, *tenant);
                    // A tenant of a database has no file, and will not get one.
                    if path.exists() || *name == settings.default_placement {
                        all.push(of_file::<TenantMigrator>(path, Some(*tenant)).await?);
                    }
                }
            }
            Placement::Postgres(reached) => {
                let applied = Database::steps_of(name, reached, Schema::Tenants).await?;
                all.push(PlaceStatus::of(name.to_string(), None, Schema::Tenants.steps(), Some(applied).filter(|steps| !steps.is_empty())));
            }
        }
    }
    Ok(all)
}

async fn of_file<M: MigratorTrait>(path: PathBuf, tenant: Option<TenantId>) -> Result<PlaceStatus> {
    let known = M::migrations().iter().map(|step| step.name().to_owned()).collect();
    let applied = if Path::exists(&path) { Some(steps_of(&path).await?) } else { None };
    Ok(PlaceStatus::of(path.display().to_string(), tenant, known, applied))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stores;

    #[tokio::test]
    async fn looking_makes_nothing_and_sees_what_is_there() {
        let data = tempfile::tempdir().unwrap();
        let settings = StoreSettings::embedded(data.path().to_owned(), 4);
        let tenant = TenantId::new(uuid::Uuid::from_u128(7));
        let before = status(&settings, &[tenant]).await.unwrap();
        assert!(before.iter().all(|file| !file.exists && file.missing > 0 && file.found.is_none()), "{before:?}");
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);

        let stores = Stores::open(settings.clone()).await.unwrap();
        stores.prepare(tenant).await.unwrap();
        let after = status(&settings, &[tenant]).await.unwrap();
        assert!(after.iter().all(|file| file.exists && file.missing == 0 && file.found == file.known), "{after:?}");
    }
}
