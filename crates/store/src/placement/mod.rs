//! Where rows are kept: a `SQLite` file for each tenant, or a `PostgreSQL` database that tenants share under row-level security.
//!
//! What differs between the two stands in this folder and in [`session`](crate::session), and nowhere else: how a connection is
//! had, what opens a transaction, what an error means. The repositories and the schema are the same over both.
//!
//! A transaction that writes excludes every other one of its tenant until it ends: a file's lock does that, and in a shared
//! database an advisory lock that is held as long as the transaction. One that reads sees a single moment.

mod postgres;
mod read_only;
mod server;
mod sqlite;
mod steps;
mod update;
mod walls;

use std::sync::Arc;

use sea_orm::DbBackend;
use sportello_domain::ids::TenantId;
use uuid::Uuid;

use crate::{Result, StoreProblem, session::Connection, tx::Mode};

pub use postgres::PostgresSettings;
pub(crate) use postgres::{Database, Schema};
pub use server::ServerState;
pub(crate) use sqlite::{File, check_writable, make_folder, put_aside, steps_of};
pub(crate) use steps::refused;

/// Somewhere rows are kept. Cheap to clone.
#[derive(Clone)]
pub(crate) enum Place {
    /// A file of its own.
    File(Arc<File>),
    /// A database under row-level security.
    Database(Arc<Database>),
}

impl Place {
    /// What it is called where somebody is told of a problem.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::File(file) => file.name(),
            Self::Database(database) => database.name(),
        }
    }

    pub(crate) const fn backend(&self) -> DbBackend {
        match self {
            Self::File(_) => DbBackend::Sqlite,
            Self::Database(_) => DbBackend::Postgres,
        }
    }

    pub(crate) async fn connection(&self, mode: Mode) -> Result<Connection> {
        match self {
            Self::File(file) => file.connection(mode).await,
            Self::Database(database) => database.connection().await,
        }
    }

    /// The statements that open a transaction over a tenant's rows; the last one answers whether the tenant is served from here.
    pub(crate) fn begin(&self, tenant: TenantId, mode: Mode) -> String {
        match self {
            Self::File(_) => sqlite::begin(tenant, mode),
            Self::Database(_) => postgres::begin(tenant, mode),
        }
    }

    /// The statements that open a transaction over the platform's rows.
    pub(crate) fn begin_platform(&self, mode: Mode) -> String {
        match self {
            Self::File(_) => sqlite::begin_platform(mode),
            Self::Database(_) => postgres::begin_platform(mode),
        }
    }

    /// What an error of the database means here.
    pub(crate) fn problem(&self, error: &sqlx::Error) -> StoreProblem {
        match self {
            Self::File(file) => file.problem(error),
            Self::Database(database) => database.problem(error),
        }
    }

    /// Whether a connection that could not open a transaction may be tried again with another one: nothing was done yet.
    pub(crate) fn is_worth_another(&self, error: &sqlx::Error) -> bool {
        match self {
            Self::File(_) => false,
            Self::Database(database) => database.has_lost(error),
        }
    }

    /// A connection of it opened a transaction.
    pub(crate) fn works(&self) {
        if let Self::Database(database) = self {
            database.works();
        }
    }

    /// It refused to write.
    pub(crate) fn refused_a_write(&self) {
        if let Self::Database(database) = self {
            database.refused_a_write();
        }
    }

    /// Whether what was opened is what one would find there now: a file may have been replaced.
    pub(crate) fn is_current(&self) -> bool {
        match self {
            Self::File(file) => file.is_current(),
            Self::Database(_) => true,
        }
    }

    /// Makes the place know the tenant, where it does not yet.
    pub(crate) async fn admit(&self, tenant: TenantId) -> Result<()> {
        match self {
            Self::File(file) => file.claim(tenant).await,
            Self::Database(database) => database.claim(tenant).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::File(file) => file.close().await,
            Self::Database(database) => database.close().await,
        }
    }
}

/// The lock that the writers of a tenant take in turn.
fn turn_of(tenant: Uuid) -> i64 {
    let (high, low) = tenant.as_u64_pair();
    i64::from_ne_bytes((high ^ low).to_ne_bytes())
}
