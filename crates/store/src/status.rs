//! How far the places of rows are, looked at without changing anything: what an operator asks before and after an update.

use std::path::PathBuf;

use sportello_domain::ids::TenantId;

use crate::{
    Placement, PlatformPlacement, PostgresSettings, Result, StoreSettings,
    placement::{Database, Schema, refused, steps_of},
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
    /// The step in it over which this program refuses it.
    pub refusing: Option<String>,
}

/// Somewhere that rows are kept.
pub(crate) enum Spot<'a> {
    /// A file, the platform's or a tenant's.
    File { path: PathBuf, schema: Schema, tenant: Option<TenantId> },
    /// A schema of a database.
    Database { name: &'a str, reached: &'a PostgresSettings, schema: Schema },
}

/// The platform's place, every database, and the files of some tenants where tenants have files.
pub(crate) fn spots<'a>(settings: &'a StoreSettings, tenants: &[TenantId]) -> Vec<Spot<'a>> {
    let mut all = vec![match &settings.platform {
        PlatformPlacement::File(path) => Spot::File { path: path.clone(), schema: Schema::Platform, tenant: None },
        PlatformPlacement::Postgres(reached) => Spot::Database { name: "platform", reached, schema: Schema::Platform },
    }];
    for (name, placement) in &settings.placements {
        match placement {
            Placement::Files(folder) => all.extend(tenants.iter().filter_map(|tenant| {
                let path = StoreSettings::file_in(folder, *tenant);
                // A tenant of a database has no file, and will not get one.
                let there = path.exists() || *name == settings.default_placement;
                there.then_some(Spot::File { path, schema: Schema::Tenants, tenant: Some(*tenant) })
            })),
            Placement::Postgres(reached) => all.push(Spot::Database { name, reached, schema: Schema::Tenants }),
        }
    }
    all
}

/// How far every place is.
pub async fn status(settings: &StoreSettings, tenants: &[TenantId]) -> Result<Vec<PlaceStatus>> {
    let mut all = Vec::new();
    for spot in spots(settings, tenants) {
        all.push(spot.status().await?);
    }
    Ok(all)
}

impl Spot<'_> {
    pub(crate) async fn status(&self) -> Result<PlaceStatus> {
        match self {
            Spot::File { path, schema, tenant } => {
                let applied = if path.exists() { Some(steps_of(path).await?) } else { None };
                Ok(of(path.display().to_string(), *schema, *tenant, applied))
            }
            Spot::Database { name, reached, schema } => {
                let applied = Database::steps_of(name, reached, *schema).await?;
                Ok(of((*name).to_owned(), *schema, None, Some(applied).filter(|steps| !steps.is_empty())))
            }
        }
    }
}

/// How far the steps are that were applied; none where the place does not exist.
fn of(place: String, schema: Schema, tenant: Option<TenantId>, applied: Option<Vec<String>>) -> PlaceStatus {
    let known = schema.steps();
    let exists = applied.is_some();
    let applied = applied.unwrap_or_default();
    let missing = known.iter().filter(|step| !applied.contains(step)).count();
    let refusing = refused(&applied, &known).cloned();
    PlaceStatus { place, tenant, exists, found: applied.into_iter().max(), known: known.into_iter().max(), missing, refusing }
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
