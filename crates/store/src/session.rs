//! One connection inside one transaction.
//!
//! The connection is owned *before* `BEGIN` is sent. Whoever drops the session without a commit or a rollback that succeeded,
//! at whatever point, closes the connection, and the database undoes the transaction; it never goes back to the pool half-way.

use futures_util::TryStreamExt as _;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Database, Postgres, Row, Sqlite, pool::PoolConnection, query::Query};
use tokio::sync::{Mutex, MutexGuard};

use crate::{Observer, Result, StoreProblem, placement::Place, tx::Mode};

/// How often opening a transaction is tried, where a connection of the pool had died at rest.
const TRIES: usize = 3;

/// A connection out of a pool.
pub(crate) enum Connection {
    /// To a file.
    Sqlite(PoolConnection<Sqlite>),
    /// To a server.
    Postgres(PoolConnection<Postgres>),
}

impl Connection {
    /// Sends plain statements and answers the first column of the last row, if it is a text.
    async fn run(&mut self, sql: String) -> sqlx::Result<Option<String>> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite(connection) => sql.fetch_all(&mut **connection).await.map(|rows| rows.last().and_then(|row| row.try_get(0).ok())),
            Self::Postgres(connection) => {
                sql.fetch_all(&mut **connection).await.map(|rows| rows.last().and_then(|row| row.try_get(0).ok()))
            }
        }
    }

    async fn execute(&mut self, statement: Statement) -> sqlx::Result<ExecResult> {
        match self {
            Self::Sqlite(connection) => query(statement).execute(&mut **connection).await.map(ExecResult::from),
            Self::Postgres(connection) => query(statement).execute(&mut **connection).await.map(ExecResult::from),
        }
    }

    async fn one(&mut self, statement: Statement) -> sqlx::Result<Option<QueryResult>> {
        match self {
            Self::Sqlite(connection) => Ok(query(statement).fetch_optional(&mut **connection).await?.map(QueryResult::from)),
            Self::Postgres(connection) => Ok(query(statement).fetch_optional(&mut **connection).await?.map(QueryResult::from)),
        }
    }

    async fn all(&mut self, statement: Statement) -> sqlx::Result<Vec<QueryResult>> {
        match self {
            Self::Sqlite(connection) => {
                Ok(query(statement).fetch_all(&mut **connection).await?.into_iter().map(QueryResult::from).collect())
            }
            Self::Postgres(connection) => {
                Ok(query(statement).fetch_all(&mut **connection).await?.into_iter().map(QueryResult::from).collect())
            }
        }
    }

    /// Hands over the rows of a statement as they come; stops where that fails.
    async fn each<E>(&mut self, statement: Statement, mut see: impl FnMut(QueryResult) -> Result<(), E>) -> sqlx::Result<Result<(), E>> {
        match self {
            Self::Sqlite(connection) => {
                let mut rows = query(statement).fetch(&mut **connection);
                while let Some(row) = rows.try_next().await? {
                    if let Err(stopped) = see(row.into()) {
                        return Ok(Err(stopped));
                    }
                }
            }
            Self::Postgres(connection) => {
                let mut rows = query(statement).fetch(&mut **connection);
                while let Some(row) = rows.try_next().await? {
                    if let Err(stopped) = see(row.into()) {
                        return Ok(Err(stopped));
                    }
                }
            }
        }
        Ok(Ok(()))
    }

    async fn unprepared(&mut self, sql: String) -> sqlx::Result<ExecResult> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite(connection) => sql.execute(&mut **connection).await.map(ExecResult::from),
            Self::Postgres(connection) => sql.execute(&mut **connection).await.map(ExecResult::from),
        }
    }

    /// Closes it instead of giving it back; the database undoes what was not committed.
    fn close(self) {
        match self {
            Self::Sqlite(connection) => drop(connection.detach()),
            Self::Postgres(connection) => drop(connection.detach()),
        }
    }
}

fn query<D: Database>(statement: Statement) -> Query<'static, D, SqlxValues>
where
    SqlxValues: sqlx::IntoArguments<D>,
{
    let values = statement.values.unwrap_or_else(|| sea_orm::sea_query::Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

/// A connection inside a transaction.
pub(crate) struct Session {
    live: Mutex<Live>,
    place: Place,
    mode: Mode,
    observer: Option<Observer>,
}

struct Live {
    /// Absent once it went back to the pool.
    connection: Option<Connection>,
    /// Set while a statement runs: one that was abandoned leaves it set, and the session refuses to go on.
    midway: bool,
}

impl Session {
    /// Takes a connection and sends the statements that open a transaction; answers the text of the last one's row. The statements
    /// go in one message, so this is one round trip.
    pub(crate) async fn open(place: &Place, mode: Mode, sql: &str, observer: Option<Observer>) -> Result<(Self, Option<String>)> {
        let mut tries = 1;
        loop {
            let connection = place.connection(mode).await?;
            let session = Self {
                live: Mutex::new(Live { connection: Some(connection), midway: false }),
                place: place.clone(),
                mode,
                observer: observer.clone(),
            };
            session.note(|| Statement::from_string(place.backend(), sql));
            let opened = {
                let mut live = session.live.lock().await;
                live.connection.as_mut().ok_or(StoreProblem::Abandoned)?.run(sql.to_owned()).await
            };
            match opened {
                Ok(row) => {
                    place.works();
                    return Ok((session, row));
                }
                Err(error) if tries < TRIES && place.is_worth_another(&error) => tries += 1,
                Err(error) => return Err(place.problem(&error)),
            }
        }
    }

    /// Where its rows are kept, as a name for people.
    pub(crate) fn place(&self) -> String {
        self.place.name().to_owned()
    }

    /// Makes what was written last.
    pub(crate) async fn commit(self) -> Result<()> {
        let sent = self.end("COMMIT").await?;
        sent.map_err(|error| self.place.problem(&error))
    }

    /// Undoes what was written. Where the transaction cannot be told so, because a full disk or a lost connection ended it already, the
    /// connection is closed, which undoes it as well.
    pub(crate) async fn rollback(self) -> Result<()> {
        if let Err(error) = self.end("ROLLBACK").await? {
            tracing::debug!(place = self.place.name(), %error, "a connection was closed instead of rolled back");
        }
        Ok(())
    }

    /// Sends the last statement and, if that worked, lets the connection go back to the pool.
    async fn end(&self, sql: &'static str) -> Result<sqlx::Result<()>> {
        self.note(|| Statement::from_string(self.place.backend(), sql));
        let mut live = self.live.lock().await;
        if live.midway {
            return Err(StoreProblem::Abandoned);
        }
        live.midway = true;
        let sent = live.connection.as_mut().ok_or(StoreProblem::Abandoned)?.run(sql.to_owned()).await;
        Ok(sent.map(|_| live.connection = None))
    }

    /// Hands over the rows of a statement one by one, so that they need not all be held. Whoever stops on the way ends the
    /// transaction with it.
    pub(crate) async fn each<E: From<StoreProblem>>(
        &self,
        statement: Statement,
        see: impl FnMut(QueryResult) -> Result<(), E>,
    ) -> Result<(), E> {
        self.note(|| statement.clone());
        let mut live = self.borrow().await.map_err(StoreProblem::from)?;
        let outcome = live.connection().map_err(StoreProblem::from)?.each(statement, see).await;
        match outcome {
            Ok(Err(stopped)) => Err(stopped),
            Ok(Ok(())) => Ok(self.settle(&mut live, Ok(())).map_err(StoreProblem::from)?),
            Err(error) => Ok(self.settle(&mut live, Err(error)).map_err(StoreProblem::from)?),
        }
    }

    fn note(&self, statement: impl FnOnce() -> Statement) {
        if let Some(observer) = &self.observer {
            observer.see(self.place.name(), &statement());
        }
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
            let problem = match self.place.problem(&error) {
                // The readers' connections refuse to write; that says nothing about the folder.
                StoreProblem::ReadOnly { .. } | StoreProblem::NoWrites { .. } if self.mode == Mode::Read => {
                    StoreProblem::Database { detail: "a transaction that only reads was asked to write".to_owned() }
                }
                problem => {
                    if let StoreProblem::NoWrites { .. } = problem {
                        self.place.refused_a_write();
                    }
                    problem
                }
            };
            problem.into_db_err()
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(connection) = self.live.get_mut().connection.take() {
            connection.close();
        }
    }
}

impl Live {
    fn connection(&mut self) -> Result<&mut Connection, DbErr> {
        self.connection.as_mut().ok_or_else(|| StoreProblem::Abandoned.into_db_err())
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        self.place.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.note(|| statement.clone());
        let mut live = self.borrow().await?;
        let outcome = live.connection()?.execute(statement).await;
        self.settle(&mut live, outcome)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.note(|| Statement::from_string(self.place.backend(), sql));
        let mut live = self.borrow().await?;
        let outcome = live.connection()?.unprepared(sql.to_owned()).await;
        self.settle(&mut live, outcome)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.note(|| statement.clone());
        let mut live = self.borrow().await?;
        let outcome = live.connection()?.one(statement).await;
        self.settle(&mut live, outcome)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.note(|| statement.clone());
        let mut live = self.borrow().await?;
        let outcome = live.connection()?.all(statement).await;
        self.settle(&mut live, outcome)
    }
}
