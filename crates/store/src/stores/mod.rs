//! Every place of the installation, and which tenant's rows are at which.
//!
//! Files are opened when they are first needed and closed when they are needed least; databases are opened at the start, where a
//! hole in the wall between tenants stops the program.

mod observer;
mod routes;
mod settings;

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use sportello_domain::ids::TenantId;

use crate::{
    PlatformTx, Result, StoreProblem, TenantTx,
    due::Agenda,
    placement::{Database, File, Place, Schema, check_writable, make_folder},
    platform,
    tx::Mode,
};
use routes::Routes;

pub use observer::Observer;
pub use settings::{EMBEDDED, Placement, PlatformPlacement, StoreSettings};

/// The databases of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Stores(Arc<Inner>);

struct Inner {
    settings: StoreSettings,
    platform: Place,
    databases: HashMap<Arc<str>, Arc<Database>>,
    observer: Option<Observer>,
    routes: Routes,
    agenda: Arc<Agenda>,
}

impl Stores {
    /// Opens the data folder, making it where it does not exist, the platform's database and every database of a placement.
    pub async fn open(settings: StoreSettings) -> Result<Self> {
        Self::make(settings, None).await
    }

    /// The same, with somebody who sees the statements.
    pub async fn open_observed(settings: StoreSettings, observer: Observer) -> Result<Self> {
        Self::make(settings, Some(observer)).await
    }

    async fn make(settings: StoreSettings, observer: Option<Observer>) -> Result<Self> {
        make_folder(&settings.directory).await?;
        check_writable(&settings.directory).await?;
        if !settings.placements.contains_key(&settings.default_placement) {
            return Err(settings.unknown(&settings.default_placement));
        }
        let mut databases = HashMap::new();
        for (name, placement) in &settings.placements {
            match placement {
                Placement::Files(folder) => make_folder(folder).await?,
                Placement::Postgres(reached) => {
                    databases.insert(Arc::clone(name), Arc::new(Database::open(name, reached, Schema::Tenants).await?));
                }
            }
        }
        let platform = match &settings.platform {
            PlatformPlacement::File(path) => Place::File(Arc::new(File::platform(path.clone()).await?)),
            PlatformPlacement::Postgres(reached) => Place::Database(Arc::new(Database::open("platform", reached, Schema::Platform).await?)),
        };
        let routes = Routes::new(settings.max_open);
        Ok(Self(Arc::new(Inner { settings, platform, databases, observer, routes, agenda: Arc::default() })))
    }

    /// Brings every database of a placement up to this program, as its owner. Files bring themselves up to date when they open.
    pub async fn migrate_databases(settings: &StoreSettings) -> Result<()> {
        for (name, placement) in &settings.placements {
            if let Placement::Postgres(reached) = placement {
                Database::migrate(name, reached, Schema::Tenants).await?;
            }
        }
        if let PlatformPlacement::Postgres(reached) = &settings.platform {
            Database::migrate("platform", reached, Schema::Platform).await?;
        }
        Ok(())
    }

    /// Begins to read a tenant's rows, all as of one moment.
    pub async fn read(&self, tenant: TenantId) -> Result<TenantTx> {
        self.begin(tenant, Mode::Read).await
    }

    /// Begins to change a tenant's rows, alone until the transaction ends.
    pub async fn write(&self, tenant: TenantId) -> Result<TenantTx> {
        self.begin(tenant, Mode::Write).await
    }

    /// Begins to read the platform's rows.
    pub async fn read_platform(&self) -> Result<PlatformTx> {
        PlatformTx::open(&self.0.platform, Mode::Read, self.0.observer.clone()).await
    }

    /// Begins to change the platform's rows.
    pub async fn write_platform(&self) -> Result<PlatformTx> {
        PlatformTx::open(&self.0.platform, Mode::Write, self.0.observer.clone()).await
    }

    /// Opens a tenant's place and, where it is a file, brings its tables up to date, so that a problem shows before the first
    /// request.
    pub async fn prepare(&self, tenant: TenantId) -> Result<()> {
        self.read(tenant).await?.rollback().await
    }

    /// The tenant's file in the data folder, whether or not it exists.
    pub fn file(&self, tenant: TenantId) -> PathBuf {
        StoreSettings::file_in(&self.0.settings.directory.join("tenants"), tenant)
    }

    /// The data folder.
    pub fn directory(&self) -> &Path {
        &self.0.settings.directory
    }

    /// Where a tenant goes that comes in.
    pub fn default_placement(&self) -> &str {
        &self.0.settings.default_placement
    }

    /// The names of all placements.
    pub fn placements(&self) -> Vec<&str> {
        self.0.settings.placements.keys().map(AsRef::as_ref).collect()
    }

    /// Closes every place; what is still running ends first.
    pub async fn close(&self) {
        for file in self.0.routes.clear() {
            file.close().await;
        }
        for database in self.0.databases.values() {
            database.close().await;
        }
        self.0.platform.close().await;
    }

    /// How many tenants' files are open.
    pub fn open_count(&self) -> usize {
        self.0.routes.open_files()
    }

    /// Every database, the platform's included.
    fn all_databases(&self) -> impl Iterator<Item = &Arc<Database>> {
        let platform = match &self.0.platform {
            Place::Database(database) => Some(database),
            Place::File(_) => None,
        };
        self.0.databases.values().chain(platform)
    }

    /// The connections to each database that is shared: its name, how many are open, how many of them are in use.
    pub fn connections(&self) -> Vec<(&str, usize, usize)> {
        let counted = |database| {
            let (open, used) = Database::connections(database);
            (database.name(), open, used)
        };
        self.all_databases().map(|database| counted(database)).collect()
    }

    /// Whether a database refused the last write, and nobody found since that it takes others.
    pub fn is_read_only(&self) -> bool {
        self.all_databases().any(|database| database.is_read_only())
    }

    /// Asks each database that refused a write whether it still would.
    pub async fn look_again(&self) {
        for database in self.all_databases() {
            if let Err(problem) = database.look_again().await {
                tracing::debug!(%problem, "it is not known whether a database takes writes again");
            }
        }
    }

    /// A tenant that was moved is looked up once more, and served from where it went. Where that is a file, what is to be done there was
    /// planned elsewhere.
    async fn begin(&self, tenant: TenantId, mode: Mode) -> Result<TenantTx> {
        match self.open_tx(tenant, mode).await {
            Err(StoreProblem::Moved { .. }) => {
                self.0.routes.forget(tenant);
                let tx = self.open_tx(tenant, mode).await?;
                tx.look_into();
                Ok(tx)
            }
            begun => begun,
        }
    }

    async fn open_tx(&self, tenant: TenantId, mode: Mode) -> Result<TenantTx> {
        let place = self.place(tenant).await?;
        let agenda = matches!(place, Place::File(_)).then(|| Arc::clone(&self.0.agenda));
        TenantTx::open(&place, tenant, mode, self.observer(), agenda).await
    }

    /// Where the data are.
    pub(crate) fn settings(&self) -> &StoreSettings {
        &self.0.settings
    }

    pub(crate) fn observer(&self) -> Option<Observer> {
        self.0.observer.clone()
    }

    /// When the files are to be looked into.
    pub(crate) fn agenda(&self) -> &Agenda {
        &self.0.agenda
    }

    /// Whether a tenant was served from a database when it was last asked for.
    pub(crate) fn was_in_a_database(&self, tenant: TenantId) -> bool {
        self.0.routes.was_in_a_database(tenant)
    }

    /// Every database of a placement.
    pub(crate) fn databases(&self) -> impl Iterator<Item = Arc<Database>> {
        self.0.databases.values().map(Arc::clone)
    }

    /// Whether rows may be in files.
    pub(crate) fn has_files(&self) -> bool {
        self.0.settings.placements.values().any(|placement| matches!(placement, Placement::Files(_)))
    }

    /// Whether a placement, or the one of who comes in, is a folder of files.
    pub(crate) fn is_in_files(&self, placement: Option<&str>) -> bool {
        let settings = &self.0.settings;
        let name = placement.unwrap_or(&settings.default_placement);
        matches!(settings.placements.get(name), Some(Placement::Files(_)))
    }

    async fn place(&self, tenant: TenantId) -> Result<Place> {
        let slot = self.0.routes.slot(tenant);
        let place = slot.get_or_try_init(|| self.look_up(tenant)).await?;
        if place.is_current() {
            return Ok(place.clone());
        }
        // Another file is there under the same name: what is written to the old one nobody would ever read.
        self.0.routes.forget(tenant);
        self.0.routes.slot(tenant).get_or_try_init(|| self.look_up(tenant)).await.cloned()
    }

    async fn look_up(&self, tenant: TenantId) -> Result<Place> {
        let settings = &self.0.settings;
        let tx = self.read_platform().await?;
        let name = platform::placement(&tx, tenant).await?;
        tx.rollback().await?;
        let name: Arc<str> = name.map_or_else(|| Arc::clone(&settings.default_placement), Into::into);
        let place = match settings.placements.get(&name) {
            Some(Placement::Files(folder)) => {
                return Ok(Place::File(Arc::new(File::tenant(StoreSettings::file_in(folder, tenant), tenant).await?)));
            }
            Some(Placement::Postgres(_)) => self.0.databases.get(&name).map(|database| Place::Database(Arc::clone(database))),
            None => None,
        };
        let place = place.ok_or_else(|| settings.unknown(&name))?;
        place.admit(tenant).await?;
        Ok(place)
    }
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stores").field("directory", &self.0.settings.directory).finish_non_exhaustive()
    }
}
