//! A database looked at as the role that serves, whatever is wrong with it: what a start refuses over, and what an operator asks beside.

use jiff::{SignedDuration, Timestamp};
use sqlx::{AssertSqlSafe, Row};

use super::{
    postgres::{Database, PostgresSettings, Schema, options},
    read_only::READ_ONLY,
};
use crate::{Result, StoreProblem, convert::At};

/// How a database server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerState {
    /// Its machine and port.
    pub address: String,
    /// Its release.
    pub release: i32,
    /// How many connections it takes from the role that serves, from all programs together.
    pub connections: i32,
    /// How far its clock is ahead of this machine's.
    pub ahead: SignedDuration,
    /// Whether it takes no writes.
    pub read_only: bool,
    /// Over what the server would not start.
    pub refused: Option<StoreProblem>,
}

/// The last of these is its clock, so that it is young when it arrives.
fn state() -> String {
    format!(
        "SELECT current_setting('server_version_num')::int / 10000 AS release,
       LEAST(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
               - COALESCE(current_setting('reserved_connections', true)::int, 0),
             (SELECT NULLIF(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
             (SELECT NULLIF(datconnlimit, -1) FROM pg_database WHERE datname = current_database())) AS connections,
       {READ_ONLY} AS read_only,
       (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint AS now"
    )
}

impl Database {
    /// A database to be looked at over a single connection, whatever is wrong with it.
    pub(crate) fn looking(name: &str, settings: &PostgresSettings, schema: Schema) -> Result<Self> {
        Ok(Self::lazily(name, options(name, &settings.url, schema)?, schema, 1))
    }

    /// The steps of a database that may lack some, without applying any.
    pub(crate) async fn steps_of(name: &str, settings: &PostgresSettings, schema: Schema) -> Result<Vec<String>> {
        let database = Self::looking(name, settings, schema)?;
        let mut connection = database.connect().await?;
        database.steps(&mut connection).await
    }

    /// Looks at the server, by the clock of this machine.
    pub(crate) async fn server(&self, clock: &(dyn Fn() -> Timestamp + Sync)) -> Result<ServerState> {
        let problem = |error| self.problem(&error);
        let mut connection = self.connect().await?;
        let before = clock();
        let row = sqlx::query(AssertSqlSafe(state())).fetch_one(&mut connection).await.map_err(problem)?;
        // Its clock was read in the middle of the time that the answer took.
        let here = before + clock().duration_since(before) / 2;
        let there = At("server", "now").instant(row.try_get("now").map_err(problem)?)?;
        Ok(ServerState {
            address: format!("{}:{}", self.options.get_host(), self.options.get_port()),
            release: row.try_get("release").map_err(problem)?,
            connections: row.try_get("connections").map_err(problem)?,
            ahead: there.duration_since(here),
            read_only: row.try_get("read_only").map_err(problem)?,
            refused: self.check(&mut connection).await.err(),
        })
    }
}
