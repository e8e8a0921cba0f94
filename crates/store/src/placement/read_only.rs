//! A database that takes no writes for a while: somebody set it so, or it became a replica.
//!
//! Each connection keeps what it was told when it was opened (`default_transaction_read_only`). So those that were open when a write was
//! refused are not used again, and neither are those from before it was seen to take writes again.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::AssertSqlSafe;

use super::postgres::Database;
use crate::Result;

/// How often connections are replaced at the most, however many writes are refused.
const PAUSE: Duration = Duration::from_secs(1);

/// Whether nothing can be written there, as whoever connects now is told.
pub(super) const READ_ONLY: &str = "pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool";

/// What became of the writes of a database.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    /// The last write was refused, and nobody found since that others are not.
    refused: AtomicBool,
    /// Connections that were opened before are not used again.
    renewed: Mutex<Option<Instant>>,
}

impl Refusals {
    fn renewed(&self) -> MutexGuard<'_, Option<Instant>> {
        self.renewed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what a connection of this age was told when it was opened may hold no longer.
    pub(super) fn is_stale(&self, age: Duration) -> bool {
        self.renewed().is_some_and(|at| age > at.elapsed())
    }
}

impl Database {
    /// It refused a write.
    pub(crate) fn refused_a_write(&self) {
        if !self.refusals.refused.swap(true, Ordering::Relaxed) {
            tracing::warn!(database = self.name(), "it takes no writes: what writes is refused until it does");
        }
        let mut renewed = self.refusals.renewed();
        if renewed.is_none_or(|at| at.elapsed() > PAUSE) {
            *renewed = Some(Instant::now());
        }
    }

    /// Whether it takes no writes, as far as is known.
    pub(crate) fn is_read_only(&self) -> bool {
        self.refusals.refused.load(Ordering::Relaxed)
    }

    /// Asks a database that refused a write whether it still would.
    pub(crate) async fn look_again(&self) -> Result<()> {
        if !self.is_read_only() {
            return Ok(());
        }
        let problem = |error| self.problem(&error);
        let mut connection = self.connect().await?;
        let question = sqlx::query_scalar(AssertSqlSafe(format!("SELECT {READ_ONLY}")));
        let read_only: bool = question.fetch_one(&mut connection).await.map_err(problem)?;
        if !read_only {
            *self.refusals.renewed() = Some(Instant::now());
            self.refusals.refused.store(false, Ordering::Relaxed);
            tracing::info!(database = self.name(), "it takes writes again");
        }
        Ok(())
    }
}
