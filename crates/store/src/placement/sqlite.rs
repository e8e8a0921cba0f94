//! A `SQLite` file of its own: its folder, its pragmas, its migrations.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::SqlxSqliteConnector;
use sea_orm_migration::MigratorTrait;
use sportello_domain::ids::TenantId;
use sportello_migrations::{PlatformMigrator, TenantMigrator};
use sqlx::{
    ConnectOptions, Row, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

use super::steps;
use crate::{Result, StoreProblem, session::Connection, tx::Mode};

/// How long is waited for a lock or a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// Each connection has a thread; what has rested this long is closed.
const IDLE: Duration = Duration::from_mins(1);
/// How many readers a file has at the most; the writer is one, as `SQLite` wants it.
const READERS: u32 = 4;

/// An open file: one connection that writes, so that writers queue fairly, and a few that only read.
pub(crate) struct File {
    write: SqlitePool,
    read: SqlitePool,
    path: PathBuf,
    name: String,
    /// Which file it was when it was opened.
    identity: Option<Identity>,
}

/// What tells a file from another one that came under its name.
type Identity = (u64, u64);

fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("path", &self.path).finish_non_exhaustive()
    }
}

impl File {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn connection(&self, mode: Mode) -> Result<Connection> {
        let pool = match mode {
            Mode::Read => &self.read,
            Mode::Write => &self.write,
        };
        pool.acquire().await.map(Connection::Sqlite).map_err(|error| self.problem(&error))
    }

    pub(crate) fn problem(&self, error: &sqlx::Error) -> StoreProblem {
        StoreProblem::of_sqlite(&self.path, error)
    }

    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    /// Opens the platform's file.
    pub(crate) async fn platform(path: PathBuf) -> Result<Self> {
        let file = Self::new(path);
        migrate::<PlatformMigrator>(&file).await?;
        Ok(file)
    }

    /// Opens a tenant's file; a new one is marked as the tenant's, and nobody else's is taken for it.
    pub(crate) async fn tenant(path: PathBuf, tenant: TenantId) -> Result<Self> {
        let mut file = Self::made(path).await?;
        file.claim(tenant).await?;
        file.identity = identity(&file.path);
        Ok(file)
    }

    /// The same without a mark on a new one: nobody is served from it yet.
    pub(crate) async fn whoever(path: PathBuf, tenant: TenantId) -> Result<Self> {
        let file = Self::made(path).await?;
        file.belongs_to(tenant).await?;
        Ok(file)
    }

    async fn made(path: PathBuf) -> Result<Self> {
        if let Some(folder) = path.parent() {
            make_folder(folder).await?;
        }
        let file = Self::new(path);
        migrate::<TenantMigrator>(&file).await?;
        Ok(file)
    }

    /// Whether the file that was opened is still the one under its name. Where none is, there is nothing better.
    pub(super) fn is_current(&self) -> bool {
        self.identity.is_none() || identity(&self.path).is_none_or(|now| Some(now) == self.identity)
    }

    fn new(path: PathBuf) -> Self {
        let options = SqliteConnectOptions::new().filename(&path).foreign_keys(true).busy_timeout(PATIENCE).disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .min_connections(0)
            .acquire_timeout(PATIENCE)
            .idle_timeout(IDLE)
            .max_lifetime(None)
            .test_before_acquire(false);
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A protocol number that was answered must survive a power cut.
            .synchronous(SqliteSynchronous::Full);
        Self {
            write: pool.clone().max_connections(1).connect_lazy_with(writing),
            read: pool.max_connections(READERS).connect_lazy_with(options.pragma("query_only", "ON")),
            name: path.display().to_string(),
            path,
            identity: None,
        }
    }

    /// A file to be looked at over a single connection that leaves nothing behind, whoever makes it: where nobody has it open, there is
    /// no log beside it, and none is made.
    pub(crate) fn looking(path: PathBuf) -> Self {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let options = SqliteConnectOptions::new().filename(&path).read_only(true).busy_timeout(PATIENCE).disable_statement_logging();
        let options = options.immutable(!Path::new(&log).exists());
        let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_lazy_with(options);
        Self { write: pool.clone(), read: pool, name: path.display().to_string(), path, identity: None }
    }

    /// What the database says is damaged in it, ten things at the most; reads all of it.
    pub(crate) async fn damage(&self) -> Result<Vec<String>> {
        let said: Vec<String> =
            sqlx::query_scalar("PRAGMA quick_check(10)").fetch_all(&self.read).await.map_err(|error| self.problem(&error))?;
        Ok(said.into_iter().filter(|said| said != "ok").collect())
    }

    pub(super) async fn claim(&self, tenant: TenantId) -> Result<()> {
        if self.belongs_to(tenant).await? {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO tenant_state (tenant_id, epoch, status) SELECT ?, 1, 'active' WHERE NOT EXISTS (SELECT 1 FROM tenant_state)",
        )
        .bind(tenant.uuid())
        .execute(&self.write)
        .await
        .map_err(|error| self.problem(&error))?;
        Ok(())
    }

    /// Whether the file is marked as the tenant's; a problem where it is another one's.
    async fn belongs_to(&self, tenant: TenantId) -> Result<bool> {
        let rows = sqlx::query("SELECT tenant_id FROM tenant_state").fetch_all(&self.write).await;
        let rows = rows.map_err(|error| self.problem(&error))?;
        let own = rows.iter().any(|row| row.try_get::<Uuid, _>(0).is_ok_and(|id| id == tenant.uuid()));
        if own || rows.is_empty() { Ok(own) } else { Err(StoreProblem::WrongTenant { place: self.name.clone(), tenant }) }
    }
}

/// Applies the steps that a file lacks, all or none: the single connection is put into a transaction by hand, since the library
/// runs steps on `SQLite` without one. Whoever is interrupted here drops the pool, which undoes it.
async fn migrate<M: MigratorTrait>(store: &File) -> Result<()> {
    let problem = |error| store.problem(&error);
    let known: Vec<String> = M::migrations().iter().map(|step| step.name().to_owned()).collect();
    if steps::lacking(&store.name, &applied(store).await?, &known)? == 0 {
        return Ok(());
    }
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&store.write).await.map_err(problem)?;
    let library = SqlxSqliteConnector::from_sqlx_sqlite_pool(store.write.clone());
    M::up(&library, None).await?;
    sqlx::raw_sql("COMMIT").execute(&store.write).await.map_err(problem)?;
    Ok(())
}

/// The steps that a file holds, without writing to it.
async fn applied(store: &File) -> Result<Vec<String>> {
    read_steps(&store.write, &store.path).await
}

async fn read_steps(pool: &SqlitePool, file: &Path) -> Result<Vec<String>> {
    let problem = |error| StoreProblem::of_sqlite(file, &error);
    let exists = sqlx::query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'")
        .fetch_optional(pool)
        .await
        .map_err(problem)?;
    if exists.is_none() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("SELECT version FROM seaql_migrations").fetch_all(pool).await.map_err(problem)?;
    rows.iter().map(|row| row.try_get(0).map_err(problem)).collect()
}

/// The steps that a file holds, over a connection that cannot change it.
pub(crate) async fn steps_of(file: &Path) -> Result<Vec<String>> {
    let store = File::looking(file.to_owned());
    let found = read_steps(&store.read, file).await;
    store.close().await;
    found
}

/// Gives a file another name, with what the database keeps beside it: left behind, that would be read into the next file.
pub(crate) async fn put_aside(file: &Path, aside: &Path) -> Result<()> {
    for beside in ["", "-wal", "-shm"] {
        let named = |path: &Path| PathBuf::from(format!("{}{beside}", path.display()));
        match tokio::fs::rename(named(file), named(aside)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(StoreProblem::of_io(file, &error)),
            _ => {}
        }
    }
    Ok(())
}

/// Makes a folder that only its owner may enter, where it does not exist.
pub(crate) async fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = tokio::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(folder).await.map_err(|error| StoreProblem::of_io(folder, &error))
}

/// Writes a page into the folder and removes it: better to learn at the start than with the first submission that nothing can
/// be written there.
pub(crate) async fn check_writable(folder: &Path) -> Result<()> {
    let probe = folder.join(format!(".write-check-{}", std::process::id()));
    let written = async {
        tokio::fs::write(&probe, [0_u8; 4096]).await?;
        tokio::fs::remove_file(&probe).await
    };
    written.await.map_err(|error| StoreProblem::of_io(folder, &error))
}

const fn begins(mode: Mode) -> &'static str {
    match mode {
        Mode::Read => "BEGIN",
        Mode::Write => "BEGIN IMMEDIATE",
    }
}

/// Opens a transaction and says whether the tenant is served from this file.
pub(super) fn begin(tenant: TenantId, mode: Mode) -> String {
    format!("{}; SELECT status FROM tenant_state WHERE tenant_id = X'{}'", begins(mode), tenant.uuid().simple())
}

pub(super) fn begin_platform(mode: Mode) -> String {
    begins(mode).to_owned()
}
