//! A `PostgreSQL` database brought up to this program by its owner, while servers go on working in it.
//!
//! A step that changes a table waits for those who use it, and whoever comes next waits behind the step. Should an update and a server
//! wait for each other, it is the update that gives way: it waits for a lock less long than it takes the database to notice that two
//! wait for each other, undoes all that it did, and tries again. So no request is lost, as long as the steps themselves are quick.

use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr, SqlxPostgresConnector};
use sea_orm_migration::MigratorTrait;
use sportello_migrations::{PlatformMigrator, TenantMigrator};
use sqlx::AssertSqlSafe;

use super::{
    postgres::{Database, PostgresSettings, STEPS, Schema, options},
    steps, walls,
};
use crate::{Result, StoreProblem};

/// How long an update waits for a lock: `deadlock_timeout` is a second.
const GIVES_WAY: (&str, &str) = ("lock_timeout", "500ms");
/// How often it is tried, and how long after it gave way.
const TRIES: u32 = 60;
const PAUSE: Duration = Duration::from_secs(1);

impl Database {
    /// Applies, as the owner, the steps that the database lacks, all or none, and raises the wall around every table of tenants.
    pub(crate) async fn migrate(name: &str, settings: &PostgresSettings, schema: Schema) -> Result<()> {
        let Some(owner) = &settings.owner_url else {
            return Err(StoreProblem::NoOwner { database: name.to_owned() });
        };
        let owner = options(name, owner, schema)?.options([GIVES_WAY]);
        let server = options(name, &settings.url, schema)?.get_username().to_owned();
        let backup = match &settings.backup_url {
            Some(url) => Some(options(name, url, schema)?.get_username().to_owned()),
            None => None,
        };
        let roles = walls::Roles { server: &server, backup: backup.as_deref() };
        // One connection: the library runs all steps of a call in one transaction.
        let database = Self::lazily(name, owner, schema, 1);
        let mut tries = 1;
        loop {
            match database.bring_up(schema, roles).await {
                Err(StoreProblem::Busy { .. }) if tries < TRIES => tries += 1,
                ended => {
                    database.close().await;
                    return ended;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn bring_up(&self, schema: Schema, roles: walls::Roles<'_>) -> Result<()> {
        let problem = |error| self.problem(&error);
        let mut guard = self.connect().await?;
        sqlx::query("SELECT pg_advisory_lock($1)").bind(STEPS).execute(&mut guard).await.map_err(problem)?;
        let made = format!("CREATE SCHEMA IF NOT EXISTS {}", schema.name());
        sqlx::raw_sql(AssertSqlSafe(made)).execute(&mut guard).await.map_err(problem)?;
        if steps::lacking(self.name(), &self.steps(&mut guard).await?, &schema.steps())? > 0 {
            let library = SqlxPostgresConnector::from_sqlx_postgres_pool(self.pool.clone());
            let applied = match schema {
                Schema::Tenants => TenantMigrator::up(&library, None).await,
                Schema::Platform => PlatformMigrator::up(&library, None).await,
            };
            applied.map_err(|error| self.of_library(error))?;
        }
        match schema {
            Schema::Tenants => walls::raise(&mut guard, roles).await,
            Schema::Platform => walls::open_platform(&mut guard, roles).await,
        }
        .map_err(problem)
    }

    /// What an error means that came through the library.
    fn of_library(&self, error: DbErr) -> StoreProblem {
        match &error {
            DbErr::Exec(RuntimeErr::SqlxError(said)) | DbErr::Query(RuntimeErr::SqlxError(said)) => self.problem(said),
            _ => error.into(),
        }
    }
}
