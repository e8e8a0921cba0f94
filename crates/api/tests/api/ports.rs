//! The outside, in memory: a clock that stands still, ids that count, tokens that say who they are.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sportello_domain::{
    ids::{DocumentId, TenantId},
    printed::Paper,
    tenant::People,
};
use sportello_engine::{
    Identity,
    fleet::TakenIn,
    ports::{
        Allowance, Clock, Ids, Keys, Limiter, Mail, Mailer, ObjectStore, PortProblem, Ports, Printer, Reloader, TokenVerifier, Unproven,
    },
};
use uuid::Uuid;

use crate::village::Village;

/// How often a caller may look up.
pub(crate) const LOOK_UPS: u64 = 15;

/// All ports; a caller may ask so many times.
pub(crate) fn ports(limit: u64) -> Ports {
    Ports {
        clock: Arc::new(Still),
        ids: Arc::new(Counting(AtomicU64::new(1))),
        files: Arc::new(Files::default()),
        keys: Arc::new(Plain),
        limiter: Arc::new(Budget { limit, taken: Mutex::default() }),
        population: Arc::new(Village),
        land: Arc::new(Village),
        payments: Arc::new(Village),
        printer: Arc::new(Plainly),
        mailer: Arc::new(Nowhere),
        tokens: Arc::new(Spoken),
        reloader: Arc::new(Nowhere),
    }
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        "2026-11-24T10:00:00Z".parse().unwrap()
    }
}

struct Counting(AtomicU64);

impl Ids for Counting {
    fn uuid(&self) -> Uuid {
        let next = u128::from(self.0.fetch_add(1, Ordering::Relaxed));
        Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0000 + next)
    }
}

#[derive(Default)]
struct Files(Mutex<HashMap<DocumentId, Vec<u8>>>);

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

struct Plain;

impl Keys for Plain {
    fn lookup_key(&self, tenant: TenantId, text: &str) -> [u8; 32] {
        Sha256::digest(format!("{tenant} {text}")).into()
    }

    fn new_data_key(&self, _: TenantId) -> Result<Vec<u8>, PortProblem> {
        Ok(vec![1])
    }

    fn seal(&self, _: TenantId, _: &[u8], _: &[u8], plain: &[u8]) -> Result<Vec<u8>, PortProblem> {
        Ok(plain.iter().rev().copied().collect())
    }

    fn open(&self, _: TenantId, _: &[u8], _: &[u8], sealed: &[u8]) -> Result<Vec<u8>, PortProblem> {
        Ok(sealed.iter().rev().copied().collect())
    }
}

struct Budget {
    limit: u64,
    taken: Mutex<HashMap<[u8; 32], u64>>,
}

#[async_trait]
impl Limiter for Budget {
    async fn take(&self, caller: [u8; 32], _: Option<TenantId>) -> Allowance {
        let mut taken = self.taken.lock().unwrap();
        let count = taken.entry(caller).or_default();
        *count += 1;
        let remaining = self.limit.saturating_sub(*count);
        Allowance { limit: self.limit, remaining, reset_seconds: 30, allowed: *count <= self.limit }
    }

    async fn take_look_up(&self, caller: [u8; 32]) -> Allowance {
        let mut taken = self.taken.lock().unwrap();
        let count = taken.entry(caller).or_default();
        *count += 1;
        Allowance { limit: LOOK_UPS, remaining: LOOK_UPS.saturating_sub(*count), reset_seconds: 30, allowed: *count <= LOOK_UPS }
    }
}

struct Nowhere;

#[async_trait]
impl Mailer for Nowhere {
    async fn send(&self, _: &Mail) -> Result<(), PortProblem> {
        Ok(())
    }
}

#[async_trait]
impl Reloader for Nowhere {
    async fn reload(&self) -> Result<TakenIn, PortProblem> {
        Ok(TakenIn::default())
    }
}

/// The token of somebody whose issuer does not answer.
pub(crate) const UNJUDGED: &str = "unjudged";

/// A token is `citizen.<home>.<tax code>` or `staff.<home>.<subject>`.
struct Spoken;

#[async_trait]
impl TokenVerifier for Spoken {
    async fn verify(&self, token: &str) -> Result<Identity, Unproven> {
        if token == UNJUDGED {
            return Err(Unproven::NobodyCanTell("its issuer is silent".to_owned()));
        }
        identity(token).ok_or_else(|| Unproven::Refused("not one of ours".to_owned()))
    }
}

/// Who a token of the tests names.
pub(crate) fn identity(token: &str) -> Option<Identity> {
    let mut parts = token.split('.');
    let (people, home, subject) = (parts.next()?, parts.next()?, parts.next()?);
    let people = match people {
        "citizen" => People::Citizens,
        "staff" => People::Staff,
        _ => return None,
    };
    Some(Identity {
        issuer: format!("https://{home}.example.org").into(),
        subject: subject.into(),
        tax_code: (people == People::Citizens).then(|| subject.into()),
        given_name: "Ada".into(),
        family_name: "Neri".into(),
        email: None,
        level: 2,
        people,
        home: crate::fixture::tenant(home).id,
    })
}

/// Prints what a paper holds, as text that begins like a PDF.
struct Plainly;

impl Printer for Plainly {
    fn print(&self, paper: &Paper) -> Result<Vec<u8>, PortProblem> {
        Ok(format!("%PDF-1.7 {paper:?}").into_bytes())
    }
}
