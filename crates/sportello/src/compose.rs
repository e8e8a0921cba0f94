//! The composition: the one place where adapters are chosen and everything is put together. There are no globals; tests build the
//! same graph.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use sportello_connect::clock::{SortedIds, SystemClock};
use sportello_connect::files::FolderStore;
use sportello_connect::keys::MasterKey;
use sportello_connect::limiter::InProcessLimiter;
use sportello_connect::registers::{Connections, Demonstration};
use sportello_connect::spool::Spool;
use sportello_connect::tokens::{BuiltinIssuer, Verifier};
use sportello_domain::printed::Paper;
use sportello_domain::registers::{Adapter, Registers};
use sportello_domain::tenant::{People, Tenant};
use sportello_domain::text::Language;
use sportello_engine::fleet::{Fleet, TakenIn};
use sportello_engine::ports::{Clock, PortProblem, Ports, Printer, Reloader};
use sportello_engine::{Engine, Parts};
use sportello_store::{StoreSettings, Stores};
use sportello_tenancy::Installation;

use crate::settings::Settings;
use crate::stop::{Outcome, Stop};

/// How many tenants' files are open at once.
const MAX_OPEN: usize = 64;

/// A whole installation, ready to be asked.
pub(crate) struct Composed {
    pub(crate) engine: Engine,
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) issuer: Option<Arc<BuiltinIssuer>>,
    pub(crate) reloader: Arc<FolderReloader>,
    parts: Parts,
}

/// Takes `tenants/` in again.
#[derive(Clone, Debug)]
pub(crate) struct FolderReloader {
    tenants: PathBuf,
    fleet: Arc<Fleet>,
    demonstration: Demonstration,
}

impl FolderReloader {
    /// The bodies that ask for adapters of the demonstration where these do not answer.
    pub(crate) fn without_demo(&self) -> Vec<String> {
        let asks = |tenant: &Arc<Tenant>| {
            let Registers { population, land, payments } = tenant.registers;
            [population, land, payments].iter().any(|behind| behind.adapter == Adapter::Demo)
        };
        let nowhere = self.demonstration == Demonstration::Nowhere;
        self.fleet.all().into_iter().filter(|tenant| nowhere && asks(tenant)).map(|tenant| tenant.slug.to_string()).collect()
    }

    /// Reads the folder and puts it in force; it blocks on files.
    pub(crate) fn take_in(&self) -> Result<TakenIn, PortProblem> {
        let installation = sportello_tenancy::load(&self.tenants).map_err(|problem| PortProblem(problem.text(Language::En)))?;
        let taken = self.fleet.take_in(&installation);
        for slug in self.without_demo() {
            tracing::warn!(tenant = %slug, "asks for the demo adapters, which do not answer here: manual is in force");
        }
        tracing::info!(changed = ?taken.changed, stale = ?taken.stale, unavailable = ?taken.unavailable, "configuration taken in");
        Ok(taken)
    }
}

#[async_trait]
impl Reloader for FolderReloader {
    async fn reload(&self) -> Result<TakenIn, PortProblem> {
        let own = self.clone();
        tokio::task::spawn_blocking(move || own.take_in()).await.map_err(|error| PortProblem(error.to_string()))?
    }
}

/// Prints papers as PDF.
#[derive(Clone, Copy, Debug)]
struct Pdf;

impl Printer for Pdf {
    fn print(&self, paper: &Paper) -> Result<Vec<u8>, PortProblem> {
        sportello_documents::print(paper).map_err(|problem| PortProblem(problem.to_string()))
    }
}

impl Composed {
    /// Puts everything together over a configuration that was read. The built-in issuer is trusted only where `builtin` says so, and
    /// then every register is the demonstration's.
    pub(crate) async fn of(settings: &Settings, installation: &Installation, builtin: bool) -> Outcome<Self> {
        let stores = Stores::open(StoreSettings { directory: settings.data.clone(), max_open: MAX_OPEN }).await?;
        let keys = master_key(settings)?;
        let folder = settings.keys();
        let issuer =
            if builtin { Some(Arc::new(BuiltinIssuer::open(&folder).map_err(|error| Stop::of_io(&folder, &error))?)) } else { None };
        let trusted = issuer.clone();
        let extra = move |tenant: &Tenant| match &trusted {
            Some(issuer) => [People::Citizens, People::Staff].map(|people| issuer.configuration(&tenant.slug, people)).to_vec(),
            None => Vec::new(),
        };
        let fleet = Arc::new(Fleet::new(settings.snapshots(), Box::new(extra)));
        fleet.take_in(installation);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let demonstration = demonstration(settings, builtin);
        let connections = Connections(demonstration);
        let reloader = Arc::new(FolderReloader { tenants: settings.tenants.clone(), fleet: Arc::clone(&fleet), demonstration });
        let ports = Ports {
            ids: Arc::new(SortedIds::new(Arc::clone(&clock))),
            files: Arc::new(FolderStore::new(&settings.files)),
            keys: Arc::new(keys),
            limiter: Arc::new(InProcessLimiter::new(settings.quotas, Arc::clone(&clock))),
            printer: Arc::new(Pdf),
            population: Arc::new(connections),
            land: Arc::new(connections),
            payments: Arc::new(connections),
            mailer: Arc::new(Spool::new(settings.outgoing(), Arc::clone(&clock))),
            tokens: Arc::new(Verifier::new(Box::new(Arc::clone(&fleet)), Arc::clone(&clock))),
            reloader: Arc::clone(&reloader) as Arc<dyn Reloader>,
            clock,
        };
        let made = Parts { stores, fleet: Arc::clone(&fleet), ports };
        register(&made).await?;
        Ok(Self { engine: Engine::new(made.clone()), fleet, issuer, reloader, parts: made })
    }

    /// The same installation under another clock: for what is told about another day.
    pub(crate) fn at(&self, clock: Arc<dyn Clock>) -> Engine {
        let mut parts = self.parts.clone();
        parts.ports.ids = Arc::new(SortedIds::new(Arc::clone(&clock)));
        parts.ports.clock = clock;
        Engine::new(parts)
    }
}

/// Invented people answer in the demonstration, and in a trial on one's own machine where a body asks for them.
fn demonstration(settings: &Settings, builtin: bool) -> Demonstration {
    match (builtin, settings.listen.ip().is_loopback()) {
        (true, _) => Demonstration::Everywhere,
        (false, true) => Demonstration::WhereAsked,
        (false, false) => Demonstration::Nowhere,
    }
}

fn master_key(settings: &Settings) -> Outcome<MasterKey> {
    if let Some(path) = &settings.master_key {
        return MasterKey::read(path).map_err(|error| Stop::of_io(path, &error));
    }
    let path = settings.keys().join("master.key");
    MasterKey::keep(&path).map_err(|error| Stop::of_io(&path, &error))
}

/// Brings every tenant's file up to this program and writes down which slug leads to it.
async fn register(parts: &Parts) -> Outcome {
    let now = parts.ports.clock.now();
    for tenant in parts.fleet.all() {
        parts.stores.prepare(tenant.id).await?;
        let tx = parts.stores.write_platform().await?;
        let known = sportello_store::platform::register(&tx, tenant.id, &tenant.slug, now).await?;
        tx.commit().await?;
        if !known {
            return Err(Stop::new(
                format!("Nella cartella dei dati '{}' appartiene a un altro ente: usa un'altra cartella con --data.", tenant.slug),
                format!("In the data folder '{}' belongs to another body: use another folder with --data.", tenant.slug),
            ));
        }
    }
    Ok(())
}
