//! The very statements of a request, sent again without the product around them.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use sea_query_sqlx::SqlxValues;
use sportello_store::Observer;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// A statement with its values; what begins or ends a transaction has none.
#[derive(Clone, Debug)]
struct Sent {
    sql: String,
    values: Option<SqlxValues>,
    file: PathBuf,
}

/// What the product sent since it was asked last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(Arc<Mutex<Vec<Sent>>>);

impl Record {
    /// Who writes into it.
    pub(crate) fn observer(&self) -> Observer {
        let record = self.clone();
        Observer::new(move |file, statement| {
            let values = statement.values.clone().map(SqlxValues);
            let sent = Sent { sql: statement.sql.clone(), values, file: file.into() };
            record.0.lock().expect("nobody panicked").push(sent);
        })
    }

    /// Takes what was written, as one transaction.
    pub(crate) fn take(&self) -> Script {
        Script::of(std::mem::take(&mut *self.0.lock().expect("nobody panicked")))
    }
}

/// The statements of one request as one transaction, in however many the product sent them.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    statements: Vec<Sent>,
    writes: bool,
    /// In how many transactions the product sent them.
    pub(crate) transactions: usize,
}

impl Script {
    fn of(sent: Vec<Sent>) -> Self {
        let transactions = sent.iter().filter(|sent| sent.begins()).count();
        let writes = sent.iter().any(|sent| sent.sql.starts_with("BEGIN IMMEDIATE"));
        let begin = sent.iter().find(|sent| sent.begins() && (!writes || sent.sql.starts_with("BEGIN IMMEDIATE"))).cloned();
        let end = sent.iter().rfind(|sent| sent.values.is_none() && !sent.begins()).cloned();
        let between = sent.into_iter().filter(|sent| sent.values.is_some());
        Self { statements: begin.into_iter().chain(between).chain(end).collect(), writes, transactions }
    }

    /// How many statements there are between the beginning and the end.
    pub(crate) fn len(&self) -> usize {
        self.statements.iter().filter(|sent| sent.values.is_some()).count()
    }
}

impl Sent {
    fn begins(&self) -> bool {
        self.sql.starts_with("BEGIN")
    }
}

/// A copy of a file with a writer and a reader, opened as the product opens its own.
pub(crate) struct Copy {
    original: PathBuf,
    write: SqliteConnection,
    read: SqliteConnection,
}

impl Copy {
    /// Copies a file while nobody writes to it.
    pub(crate) async fn of(original: &Path, name: &str) -> Self {
        let plain = SqliteConnectOptions::new().filename(original);
        let mut connection = plain.connect().await.expect("the file opens");
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await.expect("a checkpoint");
        connection.close().await.expect("the file closes");
        let copy = original.with_file_name(name);
        std::fs::copy(original, &copy).expect("a copy");
        let options = SqliteConnectOptions::new().filename(&copy).foreign_keys(true).busy_timeout(Duration::from_secs(5));
        let options = options.disable_statement_logging();
        let writing = options.clone().journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let write = writing.connect().await.expect("the copy opens");
        let read = options.pragma("query_only", "ON").connect().await.expect("the copy opens");
        Self { original: original.to_owned(), write, read }
    }

    /// Sends statements again.
    pub(crate) async fn send(&mut self, script: &Script) {
        let connection = if script.writes { &mut self.write } else { &mut self.read };
        for Sent { sql, values, file } in &script.statements {
            assert_eq!(*file, self.original, "a statement for another file: {sql}");
            let sql = AssertSqlSafe(sql.as_str());
            let done = match values {
                None => sqlx::raw_sql(sql).fetch_all(&mut *connection).await,
                Some(values) => sqlx::query_with(sql, values.clone()).fetch_all(&mut *connection).await,
            };
            done.expect("what worked once works again");
        }
    }

    /// Whether the copy holds as many cases in the same states and as many events as the original.
    pub(crate) async fn assert_same(&mut self) {
        let sql = "SELECT (SELECT group_concat(n) FROM (SELECT status || count(*) AS n FROM cases GROUP BY status ORDER BY status)) \
                   || ' ' || (SELECT count(*) FROM events)";
        let mut original = SqliteConnectOptions::new().filename(&self.original).connect().await.expect("the file opens");
        let theirs: String = sqlx::query(sql).fetch_one(&mut original).await.expect("a row").get(0);
        let ours: String = sqlx::query(sql).fetch_one(&mut self.read).await.expect("a row").get(0);
        assert_eq!(ours, theirs, "the bound did what the product did");
    }
}
