//! What the product does: one command is one transaction, in which rows, events and what must leave the system change together
//! or not at all.
//!
//! A command is a free function in the module of its capability. It gets the [`Engine`] and a [`Call`] (who asks, where, under which
//! conditions), and goes the same way each time: identity (401), relation to the tenant (404), permission (403, or 404 for what the
//! caller may not know of), idempotency, version (428, 412), body (400), content (422), then rows, events, outbox, commit. The
//! first half of that way is [`desk::Desk`]; bodies arrive [`Unread`].
//!
//! What it needs from outside are the traits in [`ports`]; `connect` implements them and the binary puts both together.

pub mod assignments;
pub mod backlog;
mod call;
pub mod cases;
pub mod checkouts;
pub mod dead_letters;
mod desk;
pub mod documents;
mod failure;
pub mod fleet;
pub mod inbox;
pub mod jobs;
pub mod me;
pub mod messages;
pub mod meter;
pub mod notes;
mod notices;
pub mod opinions;
pub mod outbox;
mod papers;
pub mod payments;
mod persons;
pub mod ports;
pub mod ratings;
pub mod register;
pub mod registers;
pub mod search;
pub mod support;
mod vault;
pub mod work;

use std::{fmt, sync::Arc};

use jiff::{civil::Date, tz::TimeZone};
use sportello_domain::refusal::{Code, Refusal};
use sportello_store::Stores;
use uuid::Uuid;

pub use call::{Call, IdempotencyKey, Identity, IfMatch, Page, Paged, Unread};
pub use failure::{Broken, Failure};

use fleet::Fleet;
use meter::Meter;
use ports::{Ports, Unproven};

/// How many bytes of a hash stand for a person in logs.
const PSEUDONYM: usize = 16;

/// Everything that commands need. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Parts>, Arc<Meter>);

/// What an engine is made of.
#[derive(Clone)]
pub struct Parts {
    /// The rows.
    pub stores: Stores,
    /// The tenants' configuration.
    pub fleet: Arc<Fleet>,
    /// What comes from outside.
    pub ports: Ports,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}

impl Engine {
    /// An engine made of these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts), Arc::default())
    }

    /// The tenants' configuration.
    pub fn fleet(&self) -> &Arc<Fleet> {
        &self.0.fleet
    }

    /// The rows.
    pub fn stores(&self) -> &Stores {
        &self.0.stores
    }

    /// What comes from outside.
    pub(crate) fn ports(&self) -> &Ports {
        &self.0.ports
    }

    /// How often callers may ask.
    pub fn limiter(&self) -> &dyn ports::Limiter {
        self.0.ports.limiter.as_ref()
    }

    /// What it counts of its own work.
    pub fn meter(&self) -> &Meter {
        &self.1
    }

    /// What a person is called in logs: a keyed hash, the same from one request to the next and of no use without the key.
    pub fn pseudonym(&self, identity: &Identity) -> String {
        let known = format!("log|{}|{}", identity.issuer, identity.subject);
        let hash = self.0.ports.keys.lookup_key(identity.home, &known);
        hex::encode(hash.split_at(PSEUDONYM).0)
    }

    /// A new id, for requests and rows.
    pub fn new_id(&self) -> Uuid {
        self.0.ports.ids.uuid()
    }

    /// The instant.
    pub fn now(&self) -> jiff::Timestamp {
        self.0.ports.clock.now()
    }

    /// The civil day in Italy, by which registers and terms count.
    pub fn today(&self) -> Date {
        civil_day(self.now())
    }

    /// Who a bearer token proves.
    ///
    /// # Errors
    ///
    /// Says no more than whether a token is not taken or cannot be judged now; the log says why.
    pub async fn verify(&self, token: &str) -> Result<Identity, Refusal> {
        self.0.ports.tokens.verify(token).await.map_err(|problem| {
            tracing::debug!(%problem, "a token proved nobody");
            match problem {
                Unproven::Refused(_) => Code::Unauthenticated.into(),
                Unproven::NobodyCanTell(_) => Code::IssuerUnavailable.into(),
            }
        })
    }

    /// Each part that may be done without, and whether it is done without now: `redis`, without which each process counts callers alone,
    /// and `writes`, which a database refuses.
    pub fn degraded(&self) -> [(&'static str, bool); 2] {
        [("redis", self.limiter().is_alone()), ("writes", self.stores().is_read_only())]
    }

    /// Whether requests can be served: the platform's rows can be read and at least one tenant runs.
    pub async fn ready(&self) -> Result<(), Failure> {
        self.0.stores.read_platform().await?.rollback().await?;
        self.0.stores.look_again().await;
        if self.fleet().all().is_empty() { Err(Code::TenantUnavailable.into()) } else { Ok(()) }
    }
}

/// The civil day of an instant in Italy (`Europe/Rome`).
pub fn civil_day(at: jiff::Timestamp) -> Date {
    at.to_zoned_datetime(rome()).date()
}

/// Midnight at the beginning of a day in Italy.
pub(crate) fn midnight(day: Date) -> Option<jiff::Timestamp> {
    day.to_zoned_datetime(rome()).ok().map(|start| start.timestamp())
}

pub(crate) fn rome() -> TimeZone {
    TimeZone::get("Europe/Rome").unwrap_or(TimeZone::UTC)
}
