//! What the engine needs from outside, as traits. Adapters live in `connect` and are chosen in the composition root.

mod payments;
mod registers;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use sportello_domain::{
    ids::{DocumentId, OutboxId, TenantId},
    printed::Paper,
};
use uuid::Uuid;

use crate::{Identity, fleet::TakenIn};

pub use payments::{PaymentNode, ToPay};
pub use registers::{LandRegister, PopulationRegister, Subject};

/// Every port.
#[derive(Clone)]
pub struct Ports {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn Ids>,
    /// The bytes of documents.
    pub files: Arc<dyn ObjectStore>,
    /// Keys and what they seal.
    pub keys: Arc<dyn Keys>,
    /// Who asks too much.
    pub limiter: Arc<dyn Limiter>,
    /// Papers.
    pub printer: Arc<dyn Printer>,
    /// Letters.
    pub mailer: Arc<dyn Mailer>,
    /// Who lives where.
    pub population: Arc<dyn PopulationRegister>,
    /// Who holds what.
    pub land: Arc<dyn LandRegister>,
    /// Where citizens pay online.
    pub payments: Arc<dyn PaymentNode>,
    /// What a token proves.
    pub tokens: Arc<dyn TokenVerifier>,
    /// Taking the configuration in again.
    pub reloader: Arc<dyn Reloader>,
}

/// Why something outside did not do what it was asked; for the log, with nothing personal in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PortProblem(pub String);

/// The time.
pub trait Clock: Send + Sync {
    /// The present instant, in whole microseconds: that is what every database keeps.
    fn now(&self) -> Timestamp;
}

/// New ids.
pub trait Ids: Send + Sync {
    /// A new `UUIDv7`, greater than those before it.
    fn uuid(&self) -> Uuid;
}

/// The bytes of documents.
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Keeps bytes; when it returns they survive a power cut.
    async fn put(&self, tenant: TenantId, document: DocumentId, bytes: Vec<u8>) -> Result<(), PortProblem>;

    /// The bytes; none where there are none.
    async fn get(&self, tenant: TenantId, document: DocumentId) -> Result<Option<Vec<u8>>, PortProblem>;

    /// Removes them; what is not there is removed already.
    async fn delete(&self, tenant: TenantId, document: DocumentId) -> Result<(), PortProblem>;
}

/// Keys and what they seal.
pub trait Keys: Send + Sync {
    /// A keyed hash; that of the same text for another tenant differs.
    fn lookup_key(&self, tenant: TenantId, text: &str) -> [u8; 32];

    /// The hash under which an earlier program kept the same; none where there was none.
    fn former_lookup_key(&self, tenant: TenantId, text: &str) -> Option<[u8; 32]> {
        let _ = (tenant, text);
        None
    }

    /// A new data key, wrapped by the master key.
    fn new_data_key(&self, tenant: TenantId) -> Result<Vec<u8>, PortProblem>;

    /// Seals bytes with a wrapped data key for one place, where alone they open again.
    fn seal(&self, tenant: TenantId, wrapped: &[u8], place: &[u8], plain: &[u8]) -> Result<Vec<u8>, PortProblem>;

    /// Opens what was sealed for the place.
    fn open(&self, tenant: TenantId, wrapped: &[u8], place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, PortProblem>;
}

/// Who asks too much.
#[async_trait]
pub trait Limiter: Send + Sync {
    /// Counts a request of a caller, known by a hash, at a tenant.
    async fn take(&self, caller: [u8; 32], tenant: Option<TenantId>) -> Allowance;

    /// Counts a look-up of a person or a property in a register: they are few, so that nobody leafs through one.
    async fn take_look_up(&self, caller: [u8; 32]) -> Allowance;

    /// Whether each process counts alone although they should count together: what they share does not answer.
    fn is_alone(&self) -> bool {
        false
    }
}

/// What a caller may still ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many in the window.
    pub limit: u64,
    /// How many are left.
    pub remaining: u64,
    /// When the window ends, in seconds.
    pub reset_seconds: u64,
    /// Whether this one may pass.
    pub allowed: bool,
}

/// Papers.
pub trait Printer: Send + Sync {
    /// The PDF of a paper; the same paper gives the same bytes. It computes, so it is called where nothing else waits.
    fn print(&self, paper: &Paper) -> Result<Vec<u8>, PortProblem>;
}

/// Letters.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a letter over; it may come twice under the same id.
    async fn send(&self, mail: &Mail) -> Result<(), PortProblem>;
}

/// A letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Stays the same when it is sent again.
    pub id: OutboxId,
    /// On whose behalf.
    pub tenant: TenantId,
    /// The tenant's name, as the sender.
    pub from: String,
    /// The address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

impl std::fmt::Debug for Mail {
    /// To whom and what stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("id", &self.id).field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// What a token proves.
#[async_trait]
pub trait TokenVerifier: Send + Sync {
    /// The person, or why it proves nobody.
    async fn verify(&self, token: &str) -> Result<Identity, Unproven>;
}

/// Why a token proves nobody; for the log, with nothing personal in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// It is not taken.
    #[error("{0}")]
    Refused(String),
    /// It may be good, but whoever could tell does not answer.
    #[error("{0}")]
    NobodyCanTell(String),
}

/// Taking the configuration in again.
#[async_trait]
pub trait Reloader: Send + Sync {
    /// Reads it and puts it in force.
    async fn reload(&self) -> Result<TakenIn, PortProblem>;
}
