//! What every test here needs: a folder, two tenants, ids that count up, and cases that differ where it matters.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    task::Poll,
    time::Duration,
};

use jiff::Timestamp;
use serde_json::json;
use sportello_domain::{
    case::{Case, CaseStatus, Person},
    ids::{CaseId, PersonId, TenantId},
    service::Channel,
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{StoreSettings, Stores, TenantTx, cases, persons};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// An id that is greater than all before it, as version 7 ids are.
pub(crate) fn uuid() -> Uuid {
    Uuid::from_u128((0x0198_u128 << 112) | u128::from(NEXT.fetch_add(1, Ordering::Relaxed)))
}

pub(crate) fn now() -> Timestamp {
    "2026-05-04T08:30:00.123456Z".parse().unwrap()
}

pub(crate) fn day(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

pub(crate) struct Kit {
    pub(crate) _folder: TempDir,
    pub(crate) stores: Stores,
    pub(crate) cesena: TenantId,
    pub(crate) santarcangelo: TenantId,
}

pub(crate) async fn kit() -> Kit {
    kit_of(8).await
}

pub(crate) async fn kit_of(max_open: usize) -> Kit {
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::open(StoreSettings { directory: folder.path().join("data"), max_open }).await.unwrap();
    Kit { _folder: folder, stores, cesena: TenantId::new(uuid()), santarcangelo: TenantId::new(uuid()) }
}

impl Kit {
    /// A connection past everything this crate guards.
    pub(crate) async fn raw(&self, tenant: TenantId) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.stores.file(tenant)).foreign_keys(false);
        SqliteConnection::connect_with(&options).await.unwrap()
    }
}

pub(crate) fn person(name: &str) -> Person {
    Person {
        id: PersonId::new(uuid()),
        tax_code: Some("RSSMRA80A01C573X".into()),
        given_name: name.into(),
        family_name: "Rossi".into(),
        email: Some("maria@example.org".into()),
    }
}

pub(crate) fn lookup_key(person: &Person) -> [u8; 32] {
    let mut key = [7; 32];
    key[..16].copy_from_slice(person.id.uuid().as_bytes());
    key
}

/// A person whom the tenant knows.
pub(crate) async fn known(tx: &TenantTx, name: &str) -> Person {
    let person = person(name);
    persons::upsert(tx, &lookup_key(&person), &person, now()).await.unwrap()
}

pub(crate) fn draft(tenant: TenantId, applicant: &Person) -> Case {
    Case {
        id: CaseId::new(uuid()),
        tenant,
        code: None,
        register_number: None,
        service: "pink-badge".into(),
        definition: "d".repeat(64).into(),
        status: CaseStatus::Draft,
        state: "draft".into(),
        answers: json!({"zeta": {"b": 1, "a": [true, null]}, "alpha": {"name": "È"}}),
        applicant: applicant.clone(),
        delegate: None,
        language: sportello_domain::text::Language::It,
        channel: Channel::Online,
        serving_tenant: tenant,
        operator: None,
        office: "mobility".into(),
        assignee: None,
        created_at: now(),
        updated_at: now(),
        submitted_at: None,
        due_date: None,
        concluded_at: None,
        outcome: None,
        version: 1,
    }
}

/// A case that was submitted and falls due on a day.
pub(crate) fn open(tenant: TenantId, applicant: &Person, due: &str) -> Case {
    Case {
        status: CaseStatus::InProgress,
        state: "submitted".into(),
        submitted_at: Some(now()),
        due_date: Some(day(due)),
        ..draft(tenant, applicant)
    }
}

/// Inserts a case and answers it.
pub(crate) async fn stored(tx: &TenantTx, case: Case) -> Case {
    cases::insert(tx, &case).await.unwrap();
    case
}

/// Polls a future so many times, giving the database's thread a moment between two, and answers its output if it got there;
/// else the future is dropped where it stands.
pub(crate) async fn abandoned_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    for _ in 0..polls {
        let polled = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        if let Poll::Ready(output) = polled {
            return Some(output);
        }
        tokio::time::sleep(Duration::from_micros(40)).await;
    }
    None
}

/// The tables of a tenant's file that hold rows of tenants, but for the one that says whose file it is.
pub(crate) async fn tables(raw: &mut SqliteConnection) -> Vec<String> {
    let sql = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'tenant_id'
               WHERE m.type = 'table' AND m.name <> 'tenant_state' ORDER BY m.name";
    sqlx::query_scalar(sql).fetch_all(raw).await.unwrap()
}
