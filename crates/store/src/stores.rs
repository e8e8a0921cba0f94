//! Every file of the installation, opened when it is first needed and closed when it is needed least.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use sportello_domain::ids::TenantId;
use tokio::sync::OnceCell;

use crate::{
    PlatformTx, Result, TenantTx,
    open::{Store, check_writable, make_folder},
    tx::Mode,
};

/// Where the data are and how many tenants' files may be open at once.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// The data folder.
    pub directory: PathBuf,
    /// The bound on open files; each costs up to five threads while it is busy and none after a minute of rest.
    pub max_open: usize,
}

/// The databases of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Stores(Arc<Inner>);

struct Inner {
    directory: PathBuf,
    max_open: usize,
    platform: Store,
    open: Mutex<Open>,
}

/// The tenants' files that are open, each with the turn in which it was last used.
#[derive(Default)]
struct Open {
    turn: u64,
    slots: HashMap<TenantId, Slot>,
}

struct Slot {
    store: Arc<OnceCell<Store>>,
    used: u64,
}

impl Stores {
    /// Opens the data folder, making it where it does not exist, and the platform's database.
    pub async fn open(settings: StoreSettings) -> Result<Self> {
        let StoreSettings { directory, max_open } = settings;
        make_folder(&directory.join("tenants")).await?;
        check_writable(&directory).await?;
        let platform = Store::platform(directory.join("platform.sqlite")).await?;
        Ok(Self(Arc::new(Inner { directory, max_open: max_open.max(1), platform, open: Mutex::default() })))
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
        PlatformTx::open(&self.0.platform, Mode::Read).await
    }

    /// Begins to change the platform's rows.
    pub async fn write_platform(&self) -> Result<PlatformTx> {
        PlatformTx::open(&self.0.platform, Mode::Write).await
    }

    /// Opens a tenant's file and brings its tables up to date, so that a problem shows before the first request.
    pub async fn prepare(&self, tenant: TenantId) -> Result<()> {
        self.read(tenant).await?.rollback().await
    }

    /// The tenant's file, whether or not it exists yet.
    pub fn file(&self, tenant: TenantId) -> PathBuf {
        Self::file_in(&self.0.directory, tenant)
    }

    /// The tenant's file in a data folder.
    pub(crate) fn file_in(directory: &Path, tenant: TenantId) -> PathBuf {
        directory.join("tenants").join(tenant.to_string()).join("rows.sqlite")
    }

    /// The data folder.
    pub fn directory(&self) -> &Path {
        &self.0.directory
    }

    /// Closes every file; what is still running ends first.
    pub async fn close(&self) {
        let slots: Vec<_> = self.lock().slots.drain().collect();
        for (_, slot) in slots {
            if let Some(store) = slot.store.get() {
                store.close().await;
            }
        }
        self.0.platform.close().await;
    }

    /// How many tenants' files are open.
    pub fn open_count(&self) -> usize {
        self.lock().slots.len()
    }

    async fn begin(&self, tenant: TenantId, mode: Mode) -> Result<TenantTx> {
        let slot = self.slot(tenant);
        let store = slot.get_or_try_init(|| Store::tenant(self.file(tenant), tenant)).await?;
        TenantTx::open(store, tenant, mode).await
    }

    /// The tenant's slot. Where there is no room for it, the slot that was used least recently makes some, one that nobody is
    /// opening right now before one that somebody is; its connections close when the last transaction on it ends.
    fn slot(&self, tenant: TenantId) -> Arc<OnceCell<Store>> {
        let mut open = self.lock();
        open.turn += 1;
        let turn = open.turn;
        if let Some(slot) = open.slots.get_mut(&tenant) {
            slot.used = turn;
            return Arc::clone(&slot.store);
        }
        while open.slots.len() >= self.0.max_open {
            let least = open.slots.iter().min_by_key(|(_, slot)| (Arc::strong_count(&slot.store) > 1, slot.used)).map(|(id, _)| *id);
            match least {
                Some(id) => open.slots.remove(&id),
                None => break,
            };
        }
        let store = Arc::new(OnceCell::new());
        open.slots.insert(tenant, Slot { store: Arc::clone(&store), used: turn });
        store
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stores").field("directory", &self.0.directory).finish_non_exhaustive()
    }
}
