//! One connection inside one transaction.
//!
//! The connection is owned *before* `BEGIN` is sent. Whoever drops the session without a commit or a rollback that succeeded,
//! at whatever point, closes the connection, and `SQLite` undoes the transaction; it never goes back to the pool half-way.

use std::{path::Path, sync::Arc};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Sqlite, pool::PoolConnection, sqlite::SqliteRow};
use tokio::sync::{Mutex, MutexGuard};

use crate::{Result, StoreProblem, open::Store, tx::Mode};

/// A connection inside a transaction.
pub(crate) struct Session {
    live: Mutex<Live>,
    file: Arc<Path>,
    mode: Mode,
    #[cfg(test)]
    pub(crate) statements: std::sync::Mutex<Vec<Statement>>,
}

struct Live {
    /// Absent once it went back to the pool.
    connection: Option<PoolConnection<Sqlite>>,
    /// Set while a statement runs: one that was abandoned leaves it set, and the session refuses to go on.
    midway: bool,
}

impl Session {
    /// Takes a connection and sends the statements that open a transaction; answers the row of the last one. The statements go
    /// in one message, so this is one round trip.
    pub(crate) async fn open(store: &Store, mode: Mode, sql: String) -> Result<(Self, Option<SqliteRow>)> {
        let file = store.file();
        let connection = store.pool(mode).acquire().await.map_err(|error| StoreProblem::of_sqlx(&file, &error))?;
        let session = Self {
            live: Mutex::new(Live { connection: Some(connection), midway: false }),
            file,
            mode,
            #[cfg(test)]
            statements: std::sync::Mutex::default(),
        };
        let row = {
            let mut live = session.live.lock().await;
            let connection = live.connection.as_mut().ok_or(StoreProblem::Abandoned)?;
            sqlx::raw_sql(AssertSqlSafe(sql)).fetch_optional(&mut **connection).await
        };
        match row {
            Ok(row) => Ok((session, row)),
            Err(error) => Err(StoreProblem::of_sqlx(&session.file, &error)),
        }
    }

    pub(crate) fn file(&self) -> String {
        self.file.display().to_string()
    }

    /// Sends `COMMIT` or `ROLLBACK` and, if that worked, lets the connection go back to the pool.
    pub(crate) async fn end(self, sql: &'static str) -> Result<()> {
        let mut live = self.live.lock().await;
        if live.midway {
            return Err(StoreProblem::Abandoned);
        }
        let connection = live.connection.as_mut().ok_or(StoreProblem::Abandoned)?;
        sqlx::raw_sql(sql).execute(&mut **connection).await.map_err(|error| StoreProblem::of_sqlx(&self.file, &error))?;
        live.connection = None;
        Ok(())
    }

    /// The connection for one statement.
    async fn borrow(&self) -> Result<MutexGuard<'_, Live>, DbErr> {
        let mut live = self.live.lock().await;
        if live.midway {
            return Err(StoreProblem::Abandoned.into_db_err());
        }
        live.midway = true;
        Ok(live)
    }

    fn settle<T>(&self, live: &mut Live, outcome: sqlx::Result<T>) -> Result<T, DbErr> {
        live.midway = false;
        outcome.map_err(|error| {
            let problem = match StoreProblem::of_sqlx(&self.file, &error) {
                // The readers' connections refuse to write; that says nothing about the folder.
                StoreProblem::ReadOnly { .. } if self.mode == Mode::Read => {
                    StoreProblem::Database { detail: "a transaction that only reads was asked to write".to_owned() }
                }
                problem => problem,
            };
            problem.into_db_err()
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(connection) = self.live.get_mut().connection.take() {
            drop(connection.detach());
        }
    }
}

impl Live {
    fn connection(&mut self) -> Result<&mut PoolConnection<Sqlite>, DbErr> {
        self.connection.as_mut().ok_or_else(|| StoreProblem::Abandoned.into_db_err())
    }
}

fn query(statement: Statement) -> sqlx::query::Query<'static, Sqlite, SqlxValues> {
    let values = statement.values.unwrap_or_else(|| sea_orm::sea_query::Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

#[async_trait::async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Sqlite
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        #[cfg(test)]
        self.note(&statement);
        let mut live = self.borrow().await?;
        let outcome = query(statement).execute(&mut **live.connection()?).await;
        self.settle(&mut live, outcome).map(ExecResult::from)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut live = self.borrow().await?;
        let outcome = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut **live.connection()?).await;
        self.settle(&mut live, outcome).map(ExecResult::from)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        #[cfg(test)]
        self.note(&statement);
        let mut live = self.borrow().await?;
        let outcome = query(statement).fetch_optional(&mut **live.connection()?).await;
        self.settle(&mut live, outcome).map(|row| row.map(QueryResult::from))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        #[cfg(test)]
        self.note(&statement);
        let mut live = self.borrow().await?;
        let outcome = query(statement).fetch_all(&mut **live.connection()?).await;
        self.settle(&mut live, outcome).map(|rows| rows.into_iter().map(QueryResult::from).collect())
    }
}

#[cfg(test)]
impl Session {
    fn note(&self, statement: &Statement) {
        self.statements.lock().unwrap().push(statement.clone());
    }
}
