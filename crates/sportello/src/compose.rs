//! The composition: the one place where adapters are chosen and everything is put together. There are no globals; tests build the
//! same graph.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use sportello_connect::clock::{SortedIds, SystemClock};
use sportello_connect::files::FolderStore;
use sportello_connect::keys::MasterKey;
use sportello_connect::limiter::InProcessLimiter;
use sportello_connect::redis::{Redis, SharedLimiter};
use sportello_connect::registers::{Connections, Demonstration};
use sportello_connect::spool::Spool;
use sportello_connect::tokens::{BuiltinIssuer, Verifier};
use sportello_domain::printed::Paper;
use sportello_domain::registers::{Adapter, Registers};
use sportello_domain::tenant::{People, Tenant};
use sportello_domain::text::Language;
use sportello_engine::fleet::{Fleet, TakenIn};
use sportello_engine::ports::{Clock, Ids, Limiter, PortProblem, Ports, Printer, Reloader};
use sportello_engine::{Engine, Parts};
use sportello_store::Stores;
use sportello_tenancy::problem::{Message, Problem, Span, Words};
use sportello_tenancy::{Installation, snapshot};

use crate::settings::Settings;
use crate::stop::{Outcome, Stop};

/// A whole installation, ready to be asked.
pub(crate) struct Composed {
    pub(crate) engine: Engine,
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) issuer: Option<Arc<BuiltinIssuer>>,
    pub(crate) reloader: Arc<FolderReloader>,
    parts: Parts,
}

/// Reads the folder of the bodies beside the last good configurations in the data folder.
pub(crate) fn read(settings: &Settings) -> Result<Installation, Problem> {
    let snapshots = settings.snapshots();
    sportello_tenancy::load_beside(&settings.tenants, &|slug| snapshot::read(&snapshots, slug).map(Arc::new))
}

/// Takes `tenants/` in again.
#[derive(Clone)]
pub(crate) struct FolderReloader {
    tenants: PathBuf,
    doors: Doors,
    demonstration: Demonstration,
    /// Through which the other processes are told.
    redis: Option<Redis>,
}

impl FolderReloader {
    /// The bodies that ask for adapters of the demonstration where these do not answer.
    pub(crate) fn without_demo(&self) -> Vec<String> {
        let asks = |tenant: &Arc<Tenant>| {
            let Registers { population, land, payments } = tenant.registers;
            [population, land, payments].iter().any(|behind| behind.adapter == Adapter::Demo)
        };
        let nowhere = self.demonstration == Demonstration::Nowhere;
        self.doors.fleet.all().into_iter().filter(|tenant| nowhere && asks(tenant)).map(|tenant| tenant.slug.to_string()).collect()
    }
}

#[async_trait]
impl Reloader for FolderReloader {
    /// Takes it in here and tells the other processes.
    async fn reload(&self) -> Result<TakenIn, PortProblem> {
        let taken = self.reload_here().await?;
        if let Some(redis) = &self.redis
            && let Err(error) = redis.tell().await
        {
            tracing::warn!(error, "the other processes were not told that the configuration changed");
        }
        Ok(taken)
    }
}

impl FolderReloader {
    /// Takes it in whenever another process did, for as long as the program runs.
    pub(crate) async fn follow(&self) {
        let Some(redis) = &self.redis else { return };
        redis
            .listen(|| async {
                tracing::info!("another process took the configuration in");
                if let Err(problem) = self.reload_here().await {
                    tracing::warn!(%problem, "the configuration stays as it is");
                }
            })
            .await;
    }

    async fn reload_here(&self) -> Result<TakenIn, PortProblem> {
        let (tenants, fleet) = (self.tenants.clone(), Arc::clone(&self.doors.fleet));
        let read = move || sportello_tenancy::load_beside(&tenants, &|slug| fleet.last_good(slug));
        let read = tokio::task::spawn_blocking(read).await.map_err(|error| PortProblem(error.to_string()))?;
        let mut installation = read.map_err(|problem| PortProblem(problem.text(Language::En)))?;
        for (slug, stop) in self.doors.register(&mut installation).await {
            tracing::error!(tenant = slug, reason = stop.text(Language::En), "the body is not taken in");
        }
        let taken = self.doors.take_in(installation).await?;
        for slug in self.without_demo() {
            tracing::warn!(tenant = %slug, "asks for the demo adapters, which do not answer here: manual is in force");
        }
        Ok(taken)
    }
}

/// Where bodies come in, when the program starts and while it runs.
#[derive(Clone)]
struct Doors {
    stores: Stores,
    fleet: Arc<Fleet>,
    clock: Arc<dyn Clock>,
}

impl Doors {
    /// Brings the file of every body that comes in up to this program and writes down which slug leads to it. One for which that
    /// fails is left out, and its reason is answered.
    async fn register(&self, installation: &mut Installation) -> Vec<(String, Stop)> {
        let mut refused = Vec::new();
        for (slug, loaded) in &mut installation.tenants {
            let running = self.fleet.find(slug).tenant();
            let Some(tenant) = loaded.tenant.clone().or_else(|| self.fleet.last_good(slug)) else { continue };
            if running.is_some_and(|running| running.slug == tenant.slug && running.id == tenant.id) {
                continue;
            }
            if let Err(stop) = self.register_one(&tenant).await {
                let detail = Words::new(stop.text(Language::It), stop.text(Language::En));
                loaded.problems.push(Problem::new(Message::NotTakenIn { detail }, &Span::of_file(format!("{slug}/tenant.yaml")), "id"));
                loaded.tenant = None;
                refused.push((slug.clone(), stop));
            }
        }
        refused
    }

    async fn register_one(&self, tenant: &Tenant) -> Outcome {
        let tx = self.stores.write_platform().await?;
        let known =
            sportello_store::platform::register(&tx, tenant.id, &tenant.slug, self.stores.default_placement(), self.clock.now()).await?;
        tx.commit().await?;
        if known {
            return Ok(self.stores.prepare(tenant.id).await?);
        }
        Err(Stop::new(
            format!("Nella cartella dei dati '{}' appartiene a un altro ente: usa un'altra cartella con --data.", tenant.slug),
            format!("In the data folder '{}' belongs to another body: use another folder with --data.", tenant.slug),
        ))
    }

    /// Puts a configuration in force; that blocks on files.
    async fn take_in(&self, installation: Installation) -> Result<TakenIn, PortProblem> {
        let fleet = Arc::clone(&self.fleet);
        let taken = tokio::task::spawn_blocking(move || fleet.take_in(&installation)).await;
        let taken = taken.map_err(|error| PortProblem(error.to_string()))?;
        tracing::info!(changed = ?taken.changed, stale = ?taken.stale, unavailable = ?taken.unavailable, "configuration taken in");
        Ok(taken)
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
    pub(crate) async fn of(settings: &Settings, mut installation: Installation, builtin: bool) -> Outcome<Self> {
        let stores = Stores::open(settings.stores()?).await?;
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
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let demonstration = demonstration(settings, builtin);
        let connections = Connections(demonstration);
        let doors = Doors { stores: stores.clone(), fleet: Arc::clone(&fleet), clock: Arc::clone(&clock) };
        if let Some((_, stop)) = doors.register(&mut installation).await.into_iter().next() {
            return Err(stop);
        }
        doors.take_in(installation).await.map_err(|problem| Stop::new(problem.to_string(), problem.to_string()))?;
        let ids = Arc::new(SortedIds::new(Arc::clone(&clock)));
        let redis = settings.redis(ids.uuid())?;
        let limiter: Arc<dyn Limiter> = match &redis {
            Some(redis) => Arc::new(SharedLimiter::new(redis.clone(), settings.quotas, Arc::clone(&clock))),
            None => Arc::new(InProcessLimiter::new(settings.quotas, Arc::clone(&clock))),
        };
        let reloader = Arc::new(FolderReloader { tenants: settings.tenants.clone(), doors, demonstration, redis });
        let ports = Ports {
            ids,
            files: Arc::new(FolderStore::new(&settings.files)),
            keys: Arc::new(keys),
            limiter,
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

/// The master key, with what tenants brought along from elsewhere.
pub(crate) fn master_key(settings: &Settings) -> Outcome<MasterKey> {
    let folder = settings.keys();
    let key = if let Some(path) = &settings.master_key {
        MasterKey::read(path).map_err(|error| Stop::of_io(path, &error))?
    } else {
        let path = settings.made_key();
        MasterKey::keep(&path).map_err(|error| Stop::of_io(&path, &error))?
    };
    key.with_carried(&folder).map_err(|error| Stop::of_io(&folder, &error))
}
