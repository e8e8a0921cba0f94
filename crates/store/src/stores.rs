//! Every place of the installation, and which tenant's rows are at which.
//!
//! Files are opened when they are first needed and closed when they are needed least; databases are opened at the start, where a
//! hole in the wall between tenants stops the program.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::Statement;
use sportello_domain::ids::TenantId;
use tokio::sync::OnceCell;

use crate::{
    PlatformTx, Result, Spot, StoreProblem, TenantTx,
    due::Agenda,
    placement::{Database, File, Place, PostgresSettings, Schema, check_writable, make_folder, put_aside},
    platform,
    tx::Mode,
};

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

    /// A tenant's file in a folder of files.
    pub(crate) fn file_in(folder: &Path, tenant: TenantId) -> PathBuf {
        folder.join(tenant.to_string()).join("rows.sqlite")
    }
}

/// Somebody who sees every statement before it is sent, with the name of the place to which it goes: benchmarks send the same again
/// without the product around them, tests ask the database for its plan.
#[derive(Clone)]
pub struct Observer(Arc<See>);

type See = dyn Fn(&str, &Statement) + Send + Sync;

impl Observer {
    /// Calls a function for each statement.
    pub fn new(see: impl Fn(&str, &Statement) + Send + Sync + 'static) -> Self {
        Self(Arc::new(see))
    }

    pub(crate) fn see(&self, place: &str, statement: &Statement) {
        self.0(place, statement);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// The databases of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Stores(Arc<Inner>);

struct Inner {
    settings: StoreSettings,
    platform: Place,
    databases: HashMap<Arc<str>, Arc<Database>>,
    observer: Option<Observer>,
    routes: Mutex<Routes>,
    agenda: Arc<Agenda>,
}

/// The tenants whose place was looked up, each with the turn in which it was last used.
#[derive(Default)]
struct Routes {
    turn: u64,
    slots: HashMap<TenantId, Slot>,
}

struct Slot {
    place: Arc<OnceCell<Place>>,
    used: u64,
}

impl Slot {
    /// Whether it holds a file, or may come to hold one.
    fn is_file(&self) -> bool {
        !matches!(self.place.get(), Some(Place::Database(_)))
    }
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
            return Err(unknown(&settings, &settings.default_placement));
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
        Ok(Self(Arc::new(Inner { settings, platform, databases, observer, routes: Mutex::default(), agenda: Arc::default() })))
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

    /// Whether a tenant's rows may be at a placement: they are in a database, or a file of it is there.
    pub fn may_hold(&self, tenant: TenantId, placement: &str) -> bool {
        match self.0.settings.placements.get(placement) {
            Some(Placement::Files(folder)) => StoreSettings::file_in(folder, tenant).exists(),
            Some(Placement::Postgres(_)) => true,
            None => false,
        }
    }

    /// A tenant's rows at a placement, whatever the directory says, over connections of its own. A file that is not there is made,
    /// with no rows.
    pub async fn spot(&self, tenant: TenantId, placement: &str) -> Result<Spot> {
        let place = match self.0.settings.placements.get(placement) {
            Some(Placement::Files(folder)) => self.file_spot(folder, tenant).await?,
            Some(Placement::Postgres(reached)) => Place::Database(Arc::new(Database::beside(placement, reached).await?)),
            None => return Err(unknown(&self.0.settings, placement)),
        };
        Ok(Spot { place, tenant })
    }

    /// The same with the right to remove what the protocol register holds: in a database that is the owner's.
    pub async fn owned_spot(&self, tenant: TenantId, placement: &str) -> Result<Spot> {
        let place = match self.0.settings.placements.get(placement) {
            Some(Placement::Files(folder)) => self.file_spot(folder, tenant).await?,
            Some(Placement::Postgres(reached)) => Place::Database(Arc::new(Database::as_owner(placement, reached).await?)),
            None => return Err(unknown(&self.0.settings, placement)),
        };
        Ok(Spot { place, tenant })
    }

    async fn file_spot(&self, folder: &Path, tenant: TenantId) -> Result<Place> {
        Ok(Place::File(Arc::new(File::whoever(StoreSettings::file_in(folder, tenant), tenant).await?)))
    }

    /// Puts a damaged file of a tenant aside, with what belongs to it; answers what it is called now. None where rows are in a
    /// database.
    pub async fn put_aside(&self, tenant: TenantId, placement: &str, mark: &str) -> Result<Option<PathBuf>> {
        let Some(Placement::Files(folder)) = self.0.settings.placements.get(placement) else { return Ok(None) };
        let file = StoreSettings::file_in(folder, tenant);
        let aside = file.with_file_name(format!("rows.damaged-{mark}.sqlite"));
        put_aside(&file, &aside).await?;
        Ok(Some(aside))
    }

    /// Closes every place; what is still running ends first.
    pub async fn close(&self) {
        let slots: Vec<_> = self.lock().slots.drain().collect();
        for (_, slot) in slots {
            if let Some(place @ Place::File(_)) = slot.place.get() {
                place.close().await;
            }
        }
        for database in self.0.databases.values() {
            database.close().await;
        }
        self.0.platform.close().await;
    }

    /// How many tenants' files are open.
    pub fn open_count(&self) -> usize {
        self.lock().slots.values().filter(|slot| slot.is_file()).count()
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
                self.lock().slots.remove(&tenant);
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

    pub(crate) fn observer(&self) -> Option<Observer> {
        self.0.observer.clone()
    }

    /// When the files are to be looked into.
    pub(crate) fn agenda(&self) -> &Agenda {
        &self.0.agenda
    }

    /// Whether a tenant was served from a database when it was last asked for.
    pub(crate) fn was_in_a_database(&self, tenant: TenantId) -> bool {
        self.lock().slots.get(&tenant).is_some_and(|slot| matches!(slot.place.get(), Some(Place::Database(_))))
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
        let slot = self.slot(tenant);
        let place = slot.get_or_try_init(|| self.look_up(tenant)).await?;
        if place.is_current() {
            return Ok(place.clone());
        }
        // Another file is there under the same name: what is written to the old one nobody would ever read.
        self.lock().slots.remove(&tenant);
        self.slot(tenant).get_or_try_init(|| self.look_up(tenant)).await.cloned()
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
        let place = place.ok_or_else(|| unknown(settings, &name))?;
        place.admit(tenant).await?;
        Ok(place)
    }

    /// The tenant's slot. Where there is no room for a file, the slot that was used least recently makes some, one that nobody is
    /// opening right now before one that somebody is; its connections close when the last transaction on it ends.
    fn slot(&self, tenant: TenantId) -> Arc<OnceCell<Place>> {
        let mut routes = self.lock();
        routes.turn += 1;
        let turn = routes.turn;
        if let Some(slot) = routes.slots.get_mut(&tenant) {
            slot.used = turn;
            return Arc::clone(&slot.place);
        }
        while routes.slots.values().filter(|slot| slot.is_file()).count() >= self.0.settings.max_open.max(1) {
            let files = routes.slots.iter().filter(|(_, slot)| slot.is_file());
            let least = files.min_by_key(|(_, slot)| (Arc::strong_count(&slot.place) > 1, slot.used)).map(|(id, _)| *id);
            match least {
                Some(id) => routes.slots.remove(&id),
                None => break,
            };
        }
        let place = Arc::new(OnceCell::new());
        routes.slots.insert(tenant, Slot { place: Arc::clone(&place), used: turn });
        place
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Routes> {
        self.0.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown(settings: &StoreSettings, name: &str) -> StoreProblem {
    let known: Vec<&str> = settings.placements.keys().map(AsRef::as_ref).collect();
    StoreProblem::UnknownPlacement { placement: name.to_owned(), known: known.join(", ") }
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stores").field("directory", &self.0.settings.directory).finish_non_exhaustive()
    }
}
