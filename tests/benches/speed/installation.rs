//! The product, put together as its binary does, with an observer of its statements.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use actix_web::HttpServer;
use async_trait::async_trait;
use sportello_api::{ApiSettings, ApiState, handlers};
use sportello_connect::{
    clock::{SortedIds, SystemClock},
    files::FolderStore,
    keys::MasterKey,
    limiter::{InProcessLimiter, Quotas},
    registers::{Connections, Demonstration},
    spool::Spool,
    tokens::{BuiltinIssuer, DEMO_ISSUER, DemoPerson, Verifier},
};
use sportello_domain::{
    permissions::Role,
    printed::Paper,
    tenant::{People, Tenant},
};
use sportello_engine::{
    Engine, Identity, Parts, assignments,
    fleet::{Fleet, TakenIn},
    ports::{Clock, PortProblem, Ports, Printer, Reloader},
};
use sportello_store::{PostgresSettings, StoreSettings, Stores};
use tempfile::TempDir;

use crate::{
    bare::{WORKERS, serve},
    replay::Record,
};

/// The body whose citizens ask.
pub(crate) const TENANT: &str = "cesena";
/// Nobody is told to wait.
const NO_LIMITS: Quotas =
    Quotas { per_caller_per_minute: 1_000_000_000, look_ups_per_caller_per_minute: 1_000_000_000, per_tenant_per_second: 1_000_000_000 };

/// A whole installation with a data folder of its own.
pub(crate) struct Installation {
    state: ApiState,
    engine: Engine,
    issuer: Arc<BuiltinIssuer>,
    /// The statements that it sends.
    pub(crate) record: Record,
    _data: TempDir,
}

struct Pdf;

impl Printer for Pdf {
    fn print(&self, paper: &Paper) -> Result<Vec<u8>, PortProblem> {
        sportello_documents::print(paper).map_err(|problem| PortProblem(problem.to_string()))
    }
}

struct Never;

#[async_trait]
impl Reloader for Never {
    async fn reload(&self) -> Result<TakenIn, PortProblem> {
        Err(PortProblem("nothing changes here".to_owned()))
    }
}

impl Installation {
    /// Reads the committed bodies and opens a new data folder, with the rows in files of it.
    pub(crate) async fn in_files() -> Self {
        Self::new(|folder| StoreSettings::embedded(folder, 8)).await
    }

    /// The same with the rows in a database, which it reaches as the role that serves.
    pub(crate) async fn in_database(address: &str) -> Self {
        Self::new(|folder| StoreSettings::shared(folder, &PostgresSettings::serving(address, 8))).await
    }

    async fn new(rows: impl FnOnce(PathBuf) -> StoreSettings) -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let path = |name: &str| data.path().join(name);
        let record = Record::default();
        let stores = Stores::open_observed(rows(path("data")), record.observer()).await.expect("the rows are reached");
        let issuer = Arc::new(BuiltinIssuer::open(&path("keys")).expect("a key"));
        let trusted = Arc::clone(&issuer);
        let extra =
            move |tenant: &Tenant| [People::Citizens, People::Staff].map(|people| trusted.configuration(&tenant.slug, people)).to_vec();
        let fleet = Arc::new(Fleet::new(path("snapshots"), Box::new(extra)));
        let bodies = sportello_tenancy::load(&sportello_tests::repository().join("tenants")).expect("the bodies are read");
        fleet.take_in(&bodies);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let registers = Arc::new(Connections(Demonstration::Everywhere));
        let ports = Ports {
            ids: Arc::new(SortedIds::new(Arc::clone(&clock))),
            files: Arc::new(FolderStore::new(path("files"))),
            keys: Arc::new(MasterKey::keep(&path("keys").join("master.key")).expect("a key")),
            limiter: Arc::new(InProcessLimiter::new(NO_LIMITS, Arc::clone(&clock))),
            printer: Arc::new(Pdf),
            population: registers.clone(),
            land: registers.clone(),
            payments: registers,
            mailer: Arc::new(Spool::new(path("outgoing"), Arc::clone(&clock))),
            tokens: Arc::new(Verifier::new(Box::new(Arc::clone(&fleet)), Arc::clone(&clock))),
            reloader: Arc::new(Never),
            clock,
        };
        let engine = Engine::new(Parts { stores, fleet, ports });
        let state = ApiState::new(engine.clone(), ApiSettings::default());
        Self { state, engine, issuer, record, _data: data }
    }

    /// Serves it whole.
    pub(crate) fn serve(&self) -> SocketAddr {
        let state = self.state.clone();
        serve(move |listener| sportello_api::serve(listener, WORKERS, state))
    }

    /// Serves its handlers without what surrounds them.
    pub(crate) fn serve_handlers(&self) -> SocketAddr {
        let state = self.state.clone();
        serve(move |listener| {
            let server = HttpServer::new(move || handlers(state.clone()));
            Ok(server.workers(WORKERS).disable_signals().tcp_nodelay(true).listen(listener)?.run())
        })
    }

    /// The file of the body's rows.
    pub(crate) fn file(&self) -> PathBuf {
        self.engine.stores().file(self.tenant().id)
    }

    /// The `Authorization` header of a citizen.
    pub(crate) fn citizen(&self, tax_code: &str) -> String {
        self.token(People::Citizens, &person(tax_code, Some(tax_code)))
    }

    /// The `Authorization` header of a case officer of every office.
    pub(crate) async fn officer(&self) -> String {
        let (tenant, person) = (self.tenant(), person("officer", None));
        let DemoPerson { subject, given_name, family_name, .. } = &person;
        let identity = Identity {
            issuer: DEMO_ISSUER.into(),
            subject: subject.as_str().into(),
            tax_code: None,
            given_name: given_name.as_str().into(),
            family_name: family_name.as_str().into(),
            email: None,
            level: 3,
            people: People::Staff,
            home: tenant.id,
        };
        assignments::ensure(&self.engine, &tenant, &identity, Role::CaseOfficer, None).await.expect("a role");
        self.token(People::Staff, &person)
    }

    /// The id of the body.
    pub(crate) fn id(&self) -> String {
        self.tenant().id.to_string()
    }

    fn tenant(&self) -> Arc<Tenant> {
        self.engine.fleet().find(TENANT).tenant().expect("the body runs")
    }

    fn token(&self, people: People, person: &DemoPerson) -> String {
        format!("Bearer {}", self.issuer.mint(TENANT, people, person, self.engine.now()).expect("a token"))
    }
}

fn person(subject: &str, tax_code: Option<&str>) -> DemoPerson {
    let sportello_tests::Resident { given_name, family_name, .. } = sportello_tests::MARIO;
    DemoPerson {
        subject: subject.to_owned(),
        tax_code: tax_code.map(str::to_owned),
        given_name: given_name.to_owned(),
        family_name: family_name.to_owned(),
        email: None,
        level: 3,
    }
}
