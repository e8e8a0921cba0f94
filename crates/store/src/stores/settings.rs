//! Where the data of an installation are.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use sportello_domain::ids::TenantId;

use crate::{StoreProblem, placement::PostgresSettings};

/// The placement that there is where none is named: a file for each tenant in the data folder.
pub const EMBEDDED: &str = "embedded";

/// Where rows of tenants may be kept.
#[derive(Clone, Debug)]
pub enum Placement {
    /// A file for each tenant, in this folder.
    Files(PathBuf),
    /// A database that they share.
    Postgres(PostgresSettings),
}

/// Where the platform's own rows are kept.
#[derive(Clone, Debug)]
pub enum PlatformPlacement {
    /// A file.
    File(PathBuf),
    /// A database; tenants' rows may be in it as well.
    Postgres(PostgresSettings),
}

/// Where the data are and how many tenants' files may be open at once.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// The data folder.
    pub directory: PathBuf,
    /// The bound on open files; each costs up to five threads while it is busy and none after a minute of rest.
    pub max_open: usize,
    /// The directory of tenants.
    pub platform: PlatformPlacement,
    /// Every placement by its name.
    pub placements: BTreeMap<Arc<str>, Placement>,
    /// Where a tenant goes that comes in.
    pub default_placement: Arc<str>,
}

impl StoreSettings {
    /// Everything in files of a data folder.
    pub fn embedded(directory: PathBuf, max_open: usize) -> Self {
        Self {
            max_open,
            platform: PlatformPlacement::File(directory.join("platform.sqlite")),
            placements: BTreeMap::from([(EMBEDDED.into(), Placement::Files(directory.join("tenants")))]),
            default_placement: EMBEDDED.into(),
            directory,
        }
    }

    /// The platform's rows and every tenant's in one database.
    pub fn shared(directory: PathBuf, database: &PostgresSettings) -> Self {
        Self {
            platform: PlatformPlacement::Postgres(database.clone()),
            placements: BTreeMap::from([("main".into(), Placement::Postgres(database.clone()))]),
            default_placement: "main".into(),
            ..Self::embedded(directory, 1)
        }
    }

    /// What is said of a placement that the settings do not name.
    pub(crate) fn unknown(&self, name: &str) -> StoreProblem {
        let known: Vec<&str> = self.placements.keys().map(AsRef::as_ref).collect();
        StoreProblem::UnknownPlacement { placement: name.to_owned(), known: known.join(", ") }
    }

    /// A tenant's file in a folder of files.
    pub(crate) fn file_in(folder: &Path, tenant: TenantId) -> PathBuf {
        folder.join(tenant.to_string()).join("rows.sqlite")
    }
}
