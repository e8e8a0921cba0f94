//! The outside, in memory: a clock whose hands a test moves, ids that count, keys that seal, letters that can fail.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sportello_domain::ids::{DocumentId, TenantId};
use sportello_domain::printed::Paper;
use sportello_engine::{
    Identity,
    fleet::TakenIn,
    ports::{
        Allowance, Clock, Ids, Keys, LandRegister, Limiter, Mail, Mailer, ObjectStore, PaymentNode, PopulationRegister, PortProblem, Ports,
        Printer, Reloader, TokenVerifier, Unproven,
    },
};
use uuid::Uuid;

use crate::village::Village;

/// The outside and the handles by which a test moves it.
#[derive(Clone, Default)]
pub(crate) struct Outside {
    pub(crate) hands: Arc<Hands>,
    pub(crate) files: Arc<Files>,
    pub(crate) keys: Arc<Sealing>,
    pub(crate) post: Arc<Post>,
    pub(crate) village: Arc<Village>,
}

impl Outside {
    pub(crate) fn ports(&self) -> Ports {
        Ports {
            clock: Arc::clone(&self.hands) as Arc<dyn Clock>,
            ids: Arc::new(Counting(AtomicU64::new(1))),
            files: Arc::clone(&self.files) as Arc<dyn ObjectStore>,
            keys: Arc::clone(&self.keys) as Arc<dyn Keys>,
            limiter: Arc::new(Nobody),
            population: Arc::clone(&self.village) as Arc<dyn PopulationRegister>,
            land: Arc::clone(&self.village) as Arc<dyn LandRegister>,
            payments: Arc::clone(&self.village) as Arc<dyn PaymentNode>,
            printer: Arc::new(Plainly),
            mailer: Arc::clone(&self.post) as Arc<dyn Mailer>,
            tokens: Arc::new(Nobody),
            reloader: Arc::new(Nobody),
        }
    }
}

/// A clock that stands until somebody moves it.
#[derive(Default)]
pub(crate) struct Hands(AtomicI64);

impl Hands {
    pub(crate) fn set(&self, instant: &str) {
        self.0.store(instant.parse::<Timestamp>().unwrap().as_microsecond(), Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

struct Counting(AtomicU64);

impl Ids for Counting {
    fn uuid(&self) -> Uuid {
        let next = u128::from(self.0.fetch_add(1, Ordering::Relaxed));
        Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0000 + next)
    }
}

/// Files, as they are kept.
#[derive(Default)]
pub(crate) struct Files(pub(crate) Mutex<HashMap<DocumentId, Vec<u8>>>);

#[async_trait]
impl ObjectStore for Files {
    async fn put(&self, _: TenantId, document: DocumentId, bytes: Vec<u8>) -> Result<(), PortProblem> {
        self.0.lock().unwrap().insert(document, bytes);
        Ok(())
    }

    async fn get(&self, _: TenantId, document: DocumentId) -> Result<Option<Vec<u8>>, PortProblem> {
        Ok(self.0.lock().unwrap().get(&document).cloned())
    }

    async fn delete(&self, _: TenantId, document: DocumentId) -> Result<(), PortProblem> {
        self.0.lock().unwrap().remove(&document);
        Ok(())
    }
}

/// Whose look-ups of persons are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Program {
    /// This one's, which also knows how those before it made them.
    #[default]
    This,
    /// That of a program from before a body had a key of its own.
    Former,
    /// This one's at another installation, to which the body was carried.
    Elsewhere,
}

/// Seals by a stream of hashes over key and place, with a check at the end: what is sealed shows nothing and opens in its place only.
#[derive(Default)]
pub(crate) struct Sealing(Mutex<Program>);

impl Sealing {
    pub(crate) fn become_that_of(&self, program: Program) {
        *self.0.lock().unwrap() = program;
    }

    fn program(&self) -> Program {
        *self.0.lock().unwrap()
    }

    fn former(tenant: TenantId, text: &str) -> [u8; 32] {
        Sha256::digest(format!("formerly {tenant}{text}")).into()
    }

    fn stream(tenant: TenantId, wrapped: &[u8], place: &[u8], bytes: &[u8]) -> Vec<u8> {
        let block = |number: usize| {
            let key = [tenant.uuid().as_bytes(), wrapped, b"|", place, number.to_string().as_bytes()].concat();
            Sha256::digest(key)
        };
        bytes.iter().enumerate().map(|(place, byte)| byte ^ block(place / 32)[place % 32]).collect()
    }
}

impl Keys for Sealing {
    fn lookup_key(&self, tenant: TenantId, text: &str) -> [u8; 32] {
        match self.program() {
            Program::Former => Self::former(tenant, text),
            Program::This | Program::Elsewhere => Sha256::digest(format!("{tenant} {text}")).into(),
        }
    }

    fn former_lookup_key(&self, tenant: TenantId, text: &str) -> Option<[u8; 32]> {
        (self.program() == Program::This).then(|| Self::former(tenant, text))
    }

    fn new_data_key(&self, _: TenantId) -> Result<Vec<u8>, PortProblem> {
        Ok(b"wrapped".to_vec())
    }

    fn seal(&self, tenant: TenantId, wrapped: &[u8], place: &[u8], plain: &[u8]) -> Result<Vec<u8>, PortProblem> {
        let check = Sha256::digest(plain);
        Ok(Self::stream(tenant, wrapped, place, &[plain, &check[..8]].concat()))
    }

    fn open(&self, tenant: TenantId, wrapped: &[u8], place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, PortProblem> {
        let mut plain = Self::stream(tenant, wrapped, place, sealed);
        let check = plain.split_off(plain.len().saturating_sub(8));
        if Sha256::digest(&plain)[..8] == check { Ok(plain) } else { Err(PortProblem("not sealed here".to_owned())) }
    }
}

/// Letters that were sent; while it is shut, none is, and while it is slow, one at a time takes a while.
#[derive(Default)]
pub(crate) struct Post {
    pub(crate) begun: AtomicU64,
    pub(crate) sent: Mutex<Vec<Mail>>,
    pub(crate) shut: AtomicBool,
    pub(crate) slow: AtomicBool,
}

#[async_trait]
impl Mailer for Post {
    async fn send(&self, mail: &Mail) -> Result<(), PortProblem> {
        if self.shut.load(Ordering::Relaxed) {
            return Err(PortProblem("shut".to_owned()));
        }
        self.begun.fetch_add(1, Ordering::Relaxed);
        if self.slow.load(Ordering::Relaxed) {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        self.sent.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

/// What these tests do not use.
struct Nobody;

#[async_trait]
impl Limiter for Nobody {
    async fn take(&self, _: [u8; 32], _: Option<TenantId>) -> Allowance {
        Allowance { limit: 1, remaining: 1, reset_seconds: 1, allowed: true }
    }

    async fn take_look_up(&self, caller: [u8; 32]) -> Allowance {
        self.take(caller, None).await
    }
}

#[async_trait]
impl TokenVerifier for Nobody {
    async fn verify(&self, _: &str) -> Result<Identity, Unproven> {
        Err(Unproven::Refused("nobody".to_owned()))
    }
}

#[async_trait]
impl Reloader for Nobody {
    async fn reload(&self) -> Result<TakenIn, PortProblem> {
        Ok(TakenIn::default())
    }
}

/// Prints what a paper holds, as text that begins like a PDF.
struct Plainly;

impl Printer for Plainly {
    fn print(&self, paper: &Paper) -> Result<Vec<u8>, PortProblem> {
        Ok(format!("%PDF-1.7 {paper:?}").into_bytes())
    }
}
