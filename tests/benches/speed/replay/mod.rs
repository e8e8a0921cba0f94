//! The very statements of a request, sent again without the product around them.

pub(crate) mod files;
pub(crate) mod pgbench;
mod script;

use std::sync::{Arc, Mutex};

use sea_orm::sea_query::Values;
use sportello_store::Observer;

/// A statement with its values; what begins or ends a transaction has none.
#[derive(Clone, Debug)]
struct Sent {
    sql: String,
    values: Option<Values>,
    /// The file, or the placement in a database.
    place: String,
}

/// What the product sent since it was asked last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(Arc<Mutex<Vec<Sent>>>);

impl Record {
    /// Who writes into it.
    pub(crate) fn observer(&self) -> Observer {
        let record = self.clone();
        Observer::new(move |place, statement| {
            let sent = Sent { sql: statement.sql.clone(), values: statement.values.clone(), place: place.to_owned() };
            record.0.lock().expect("nobody panicked").push(sent);
        })
    }

    /// Takes what was written.
    pub(crate) fn take(&self) -> Script {
        Script { statements: std::mem::take(&mut *self.0.lock().expect("nobody panicked")) }
    }
}

/// The statements of one request, in the transactions in which the product sent them.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    statements: Vec<Sent>,
}

impl Script {
    /// How many statements there are between the beginnings and the ends.
    pub(crate) fn len(&self) -> usize {
        self.statements.iter().filter(|sent| sent.values.is_some()).count()
    }

    /// In how many transactions they were sent.
    pub(crate) fn transactions(&self) -> usize {
        self.statements.iter().filter(|sent| sent.begins()).count()
    }

    /// Whether another request sent the same statements, whatever their values.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.statements.iter().map(|sent| &sent.sql).eq(other.statements.iter().map(|sent| &sent.sql))
    }
}

impl Sent {
    fn begins(&self) -> bool {
        self.values.is_none() && self.sql.contains("BEGIN")
    }
}

/// Who sends statements again, on rows of its own that are the same as the product's.
pub(crate) trait Replay {
    /// Gets ready for so many requests that send statements like these, the first of which is not counted.
    fn prepare(&mut self, script: &Script, times: usize);

    /// Sends them; answers how long that took, in microseconds.
    fn send(&mut self, script: &Script) -> f64;

    /// The processes beside this one that work for the product.
    fn workers(&mut self) -> Vec<u32>;
}
