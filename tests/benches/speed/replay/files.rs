//! On a copy of a file, by this program.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::runtime::Runtime;

use super::{Replay, Script, Sent};
use crate::measure::timed;

/// A copy of a file with a writer and a reader, opened as the product opens its own.
pub(crate) struct Copy<'a> {
    runtime: &'a Runtime,
    original: PathBuf,
    write: SqliteConnection,
    read: SqliteConnection,
}

impl<'a> Copy<'a> {
    /// Copies a file while nobody writes to it.
    pub(crate) fn of(runtime: &'a Runtime, original: &Path, name: &str) -> Self {
        let copy = original.with_file_name(name);
        let (write, read) = runtime.block_on(async {
            let plain = SqliteConnectOptions::new().filename(original);
            let mut connection = plain.connect().await.expect("the file opens");
            sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await.expect("a checkpoint");
            connection.close().await.expect("the file closes");
            std::fs::copy(original, &copy).expect("a copy");
            let options = SqliteConnectOptions::new().filename(&copy).foreign_keys(true).busy_timeout(Duration::from_secs(5));
            let options = options.disable_statement_logging();
            let writing = options.clone().journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
            let write = writing.connect().await.expect("the copy opens");
            (write, options.pragma("query_only", "ON").connect().await.expect("the copy opens"))
        });
        Self { runtime, original: original.to_owned(), write, read }
    }

    /// Asserts that the copy holds as many cases in the same states and as many events as the original.
    pub(crate) fn assert_same(&mut self) {
        let sql = "SELECT (SELECT group_concat(n) FROM (SELECT status || count(*) AS n FROM cases GROUP BY status ORDER BY status)) \
                   || ' ' || (SELECT count(*) FROM events)";
        self.runtime.block_on(async {
            let mut original = SqliteConnectOptions::new().filename(&self.original).connect().await.expect("the file opens");
            let theirs: String = sqlx::query(sql).fetch_one(&mut original).await.expect("a row").get(0);
            let ours: String = sqlx::query(sql).fetch_one(&mut self.read).await.expect("a row").get(0);
            assert_eq!(ours, theirs, "the bound did what the product did");
        });
    }
}

impl Replay for Copy<'_> {
    fn prepare(&mut self, _: &Script, _: usize) {}

    fn send(&mut self, script: &Script) -> f64 {
        let connection = if script.statements.iter().any(writes) { &mut self.write } else { &mut self.read };
        let once = as_one(script);
        let again = async {
            for Sent { sql, values, place } in once {
                assert_eq!(Path::new(place), self.original, "a statement for another file: {sql}");
                let sql = AssertSqlSafe(sql.as_str());
                let done = match values {
                    None => sqlx::raw_sql(sql).fetch_all(&mut *connection).await,
                    Some(values) => sqlx::query_with(sql, SqlxValues(values.clone())).fetch_all(&mut *connection).await,
                };
                done.expect("what worked once works again");
            }
        };
        timed(|| self.runtime.block_on(again)).0
    }

    fn workers(&mut self) -> Vec<u32> {
        Vec::new()
    }
}

fn writes(sent: &Sent) -> bool {
    sent.sql.starts_with("BEGIN IMMEDIATE")
}

/// The statements as one transaction, in however many the product sent them: the bound waits for the disk once.
fn as_one(script: &Script) -> Vec<&Sent> {
    let sent = &script.statements;
    let begin = sent.iter().find(|sent| writes(sent)).or_else(|| sent.iter().find(|sent| sent.begins()));
    let end = sent.iter().rfind(|sent| sent.values.is_none() && !sent.begins());
    begin.into_iter().chain(sent.iter().filter(|sent| sent.values.is_some())).chain(end).collect()
}
