//! A `PostgreSQL` database that tenants share.
//!
//! Three roles reach it: the *owner* makes the tables, the *server* reads and writes rows of one tenant at a time, the *backup*
//! reads all. The server is never the owner, and [`walls`] holds that at every start.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm_migration::MigratorTrait;
use secrecy::{ExposeSecret, SecretString};
use sportello_domain::ids::TenantId;
use sportello_migrations::{PlatformMigrator, TenantMigrator};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::Mutex;

use super::{read_only::Refusals, steps, turn_of, walls};
use crate::{Result, StoreProblem, session::Connection, tx::Mode};

/// How long is waited for a connection, and in the database for a lock.
const PATIENCE: Duration = Duration::from_secs(5);
/// A connection that rested longer is asked whether it lives before it is used.
const DOUBT: Duration = Duration::from_secs(10);
/// The oldest release that is served: 15.
const OLDEST: i32 = 150_000;
/// The lock under which steps are applied, one program at a time.
pub(super) const STEPS: i64 = 0x7370_6f72_7465_6c6c;
/// The lock that the writers of the platform's rows take in turn.
const PLATFORM: i64 = STEPS + 1;

/// How a database is reached.
#[derive(Clone, Debug)]
pub struct PostgresSettings {
    /// `postgres://…` of the role that serves.
    pub url: SecretString,
    /// The same of the role that owns the tables; only `db migrate` needs it.
    pub owner_url: Option<SecretString>,
    /// The same of the role that reads everything for backups.
    pub backup_url: Option<SecretString>,
    /// How many connections one process opens at the most.
    pub pool: u32,
}

impl PostgresSettings {
    /// Reached as the role that serves alone, by so many connections.
    pub fn serving(url: &str, pool: u32) -> Self {
        Self { url: url.into(), owner_url: None, backup_url: None, pool }
    }
}

/// Whose tables are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// Tenants' rows, behind the wall.
    Tenants,
    /// The directory of tenants.
    Platform,
}

impl Schema {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tenants => "sportello",
            Self::Platform => "platform",
        }
    }

    /// The names of the steps that this program knows.
    pub(crate) fn steps(self) -> Vec<String> {
        let names = |steps: Vec<Box<dyn sea_orm_migration::MigrationTrait>>| steps.iter().map(|step| step.name().to_owned()).collect();
        match self {
            Self::Tenants => names(TenantMigrator::migrations()),
            Self::Platform => names(PlatformMigrator::migrations()),
        }
    }
}

/// An open database.
pub(crate) struct Database {
    name: Arc<str>,
    schema: Schema,
    pub(super) options: PgConnectOptions,
    pub(super) pool: PgPool,
    /// Set from when a connection was found dead until one works again: meanwhile each is asked before it is used.
    doubtful: Arc<AtomicBool>,
    /// What became of writes.
    pub(super) refusals: Arc<Refusals>,
    /// Held by whoever looks whether anybody answers: one at a time, so that a database under load is not asked by all who wait.
    looking: Mutex<()>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("name", &self.name).field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// How a role reaches a schema.
pub(super) fn options(name: &str, url: &SecretString, schema: Schema) -> Result<PgConnectOptions> {
    let url = url.expose_secret();
    let wrong = |cause: String| StoreProblem::Address { database: name.to_owned(), cause };
    if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
        return Err(wrong("it does not begin with postgres://".to_owned()));
    }
    let options = PgConnectOptions::from_str(url).map_err(|error| wrong(error.to_string()))?;
    Ok(options.application_name("sportello").disable_statement_logging().options([
        ("search_path", schema.name()),
        // A transaction begins with a ROLLBACK that mostly finds nothing to undo, of which no one need be told.
        ("client_min_messages", "error"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "60s"),
        ("default_transaction_isolation", "read committed"),
    ]))
}

impl Database {
    /// Opens a database for serving. Refuses one that lacks steps, and one whose wall has a hole.
    pub(crate) async fn open(name: &str, settings: &PostgresSettings, schema: Schema) -> Result<Self> {
        let options = options(name, &settings.url, schema)?;
        let database = Self::lazily(name, options, schema, settings.pool);
        let mut connection = database.connect().await?;
        database.check(&mut connection).await?;
        Ok(database)
    }

    /// Opens it for rows that are carried about, apart from those that are served; it was looked at when the program began.
    pub(crate) async fn beside(name: &str, settings: &PostgresSettings) -> Result<Self> {
        Self::open_as(name, &settings.url).await
    }

    /// The same as the owner of the tables.
    pub(crate) async fn as_owner(name: &str, settings: &PostgresSettings) -> Result<Self> {
        match &settings.owner_url {
            Some(owner) => Self::open_as(name, owner).await,
            None => Err(StoreProblem::NoOwner { database: name.to_owned() }),
        }
    }

    async fn open_as(name: &str, url: &SecretString) -> Result<Self> {
        let database = Self::lazily(name, options(name, url, Schema::Tenants)?, Schema::Tenants, 2);
        database.connect().await?.close().await.map_err(|error| database.problem(&error))?;
        Ok(database)
    }

    pub(super) fn lazily(name: &str, options: PgConnectOptions, schema: Schema, most: u32) -> Self {
        let doubtful = Arc::new(AtomicBool::new(false));
        let doubt = Arc::clone(&doubtful);
        let refusals = Arc::new(Refusals::default());
        let refused = Arc::clone(&refusals);
        let pool = PgPoolOptions::new()
            .max_connections(most.max(1))
            .min_connections(0)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .before_acquire(move |connection, meta| {
                let ask = meta.idle_for > DOUBT || doubt.load(Ordering::Relaxed);
                let stale = refused.is_stale(meta.age);
                Box::pin(async move { Ok(!stale && (!ask || connection.ping().await.is_ok())) })
            })
            .connect_lazy_with(options.clone());
        Self { name: name.into(), schema, options, pool, doubtful, refusals, looking: Mutex::new(()) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many connections are open, and how many of them are in use.
    pub(crate) fn connections(&self) -> (usize, usize) {
        let (open, idle) = (self.pool.size() as usize, self.pool.num_idle());
        (open, open.saturating_sub(idle))
    }

    /// A connection of its own, outside the pool.
    pub(super) async fn connect(&self) -> Result<PgConnection> {
        let connecting = PgConnection::connect_with(&self.options);
        match tokio::time::timeout(PATIENCE, connecting).await {
            Ok(connection) => connection.map_err(|error| self.problem(&error)),
            Err(_) => Err(self.unreachable("no answer within 5 seconds")),
        }
    }

    fn unreachable(&self, cause: &str) -> StoreProblem {
        StoreProblem::Unreachable { database: self.name.to_string(), cause: cause.to_owned() }
    }

    /// Whether it is of a release that is served, at this program's step, and its wall without a hole.
    pub(super) async fn check(&self, connection: &mut PgConnection) -> Result<()> {
        let problem = |error| self.problem(&error);
        let version: i32 =
            sqlx::query_scalar("SELECT current_setting('server_version_num')::int").fetch_one(&mut *connection).await.map_err(problem)?;
        if version < OLDEST {
            return Err(StoreProblem::TooOld { database: self.name.to_string(), found: version / 10_000, oldest: OLDEST / 10_000 });
        }
        let missing = steps::lacking(&self.name, &self.steps(connection).await?, &self.schema.steps())?;
        if missing > 0 {
            return Err(StoreProblem::Behind { database: self.name.to_string(), missing });
        }
        if self.schema == Schema::Tenants {
            walls::check(&self.name, connection).await.map_err(|hole| hole.into_problem(problem))?;
        }
        Ok(())
    }

    /// The steps that the database holds.
    pub(crate) async fn steps(&self, connection: &mut PgConnection) -> Result<Vec<String>> {
        let problem = |error| self.problem(&error);
        let table = format!("{}.seaql_migrations", self.schema.name());
        let exists: bool =
            sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(table).fetch_one(&mut *connection).await.map_err(problem)?;
        if !exists {
            return Ok(Vec::new());
        }
        sqlx::query_scalar("SELECT version FROM seaql_migrations").fetch_all(connection).await.map_err(problem)
    }

    pub(crate) async fn connection(&self) -> Result<Connection> {
        match self.pool.acquire().await {
            Ok(connection) => Ok(Connection::Postgres(connection)),
            // The pool goes on trying where nobody answers; which of the two it was is worth knowing.
            Err(sqlx::Error::PoolTimedOut) => {
                if let Ok(_turn) = self.looking.try_lock() {
                    self.connect().await?;
                }
                Err(StoreProblem::Busy { place: self.name.to_string() })
            }
            Err(error) => Err(self.problem(&error)),
        }
    }

    /// Whether an error says that the connection is dead.
    pub(crate) fn has_lost(&self, error: &sqlx::Error) -> bool {
        let lost = match error {
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
            sqlx::Error::Database(database) => database.code().is_some_and(|code| code.starts_with("57P")),
            _ => false,
        };
        if lost {
            self.doubtful.store(true, Ordering::Relaxed);
        }
        lost
    }

    /// A connection works.
    pub(crate) fn works(&self) {
        if self.doubtful.load(Ordering::Relaxed) {
            self.doubtful.store(false, Ordering::Relaxed);
        }
    }

    /// Makes the database know a tenant.
    pub(crate) async fn claim(&self, tenant: TenantId) -> Result<()> {
        let problem = |error| self.problem(&error);
        let mut connection = self.connect().await?;
        let id = tenant.uuid();
        let claim = format!(
            "BEGIN; SET LOCAL app.tenant_id = '{id}'; \
             INSERT INTO tenant_state (tenant_id, epoch, status) VALUES ('{id}', 1, 'active') ON CONFLICT DO NOTHING; COMMIT"
        );
        sqlx::raw_sql(AssertSqlSafe(claim)).execute(&mut connection).await.map_err(problem)?;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    /// What an error of the database means, by its SQLSTATE (`PostgreSQL` documentation, appendix A).
    pub(crate) fn problem(&self, error: &sqlx::Error) -> StoreProblem {
        let database = || self.name.to_string();
        let said = match error {
            sqlx::Error::Io(error) => return self.unreachable(&error.to_string()),
            sqlx::Error::Tls(error) => return self.unreachable(&error.to_string()),
            sqlx::Error::PoolTimedOut => return StoreProblem::Busy { place: database() },
            sqlx::Error::Database(said) => said,
            other => return StoreProblem::Database { detail: other.to_string() },
        };
        match said.code().as_deref() {
            Some("57P01" | "57P02" | "57P03" | "53300" | "08006" | "08001" | "08004") => self.unreachable(said.message()),
            Some("55P03" | "57014" | "40001" | "40P01") => StoreProblem::Busy { place: database() },
            Some("28000" | "28P01" | "3D000" | "42501" | "3F000") => {
                StoreProblem::Denied { database: database(), detail: said.message().to_owned() }
            }
            Some("53100") => StoreProblem::Full { path: database() },
            Some("58030") => StoreProblem::Disk { path: database(), cause: said.message().to_owned() },
            Some("25006") => StoreProblem::NoWrites { database: database() },
            Some("XX001" | "XX002") => StoreProblem::Corrupt { place: database(), detail: said.message().to_owned() },
            _ => StoreProblem::Database { detail: said.message().to_owned() },
        }
    }
}

/// Undoes what a request that was cancelled may have left on the connection, begins, and says whose rows are meant: one round trip.
pub(super) fn begin(tenant: TenantId, mode: Mode) -> String {
    let id = tenant.uuid();
    let (begin, turn) = match mode {
        Mode::Read => ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", String::new()),
        Mode::Write => ("BEGIN", format!(" SELECT pg_advisory_xact_lock({});", turn_of(id))),
    };
    format!("ROLLBACK; {begin}; SET LOCAL app.tenant_id = '{id}';{turn} SELECT status FROM tenant_state WHERE tenant_id = '{id}'")
}

pub(super) fn begin_platform(mode: Mode) -> String {
    match mode {
        Mode::Read => "ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned(),
        Mode::Write => format!("ROLLBACK; BEGIN; SELECT pg_advisory_xact_lock({PLATFORM})"),
    }
}
