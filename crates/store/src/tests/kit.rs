//! What every test here needs: a folder, two tenants, ids that count up, and cases that differ where it matters.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
};

use jiff::Timestamp;
use sea_orm::Statement;
use serde_json::json;
use sportello_domain::{
    case::{Case, CaseStatus, Person},
    ids::{CaseId, PersonId, TenantId},
    service::Channel,
};
use sportello_test_postgres::TestDatabase;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Observer, PostgresSettings, StoreSettings, Stores, TenantTx, cases, persons};

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
    pub(crate) stores: Stores,
    pub(crate) settings: StoreSettings,
    pub(crate) database: Option<TestDatabase>,
    pub(crate) _folder: TempDir,
    pub(crate) cesena: TenantId,
    pub(crate) santarcangelo: TenantId,
    seen: Arc<Mutex<Vec<Statement>>>,
}

/// Two tenants where the suites are to run: in files, or in a database that they share.
pub(crate) async fn kit() -> Kit {
    match sportello_test_postgres::placement() {
        Some(database) => kit_in(database).await,
        None => kit_of(8).await,
    }
}

/// Two tenants in files of which so many may be open.
pub(crate) async fn kit_of(max_open: usize) -> Kit {
    let folder = tempfile::tempdir().unwrap();
    let settings = StoreSettings::embedded(folder.path().join("data"), max_open);
    kit_with(settings, folder, None).await
}

/// Two tenants in a database.
pub(crate) async fn kit_in(database: TestDatabase) -> Kit {
    let folder = tempfile::tempdir().unwrap();
    let settings = StoreSettings::shared(folder.path().join("data"), &PostgresSettings::serving(&database.server(), 8));
    kit_with(settings, folder, Some(database)).await
}

async fn kit_with(settings: StoreSettings, folder: TempDir, database: Option<TestDatabase>) -> Kit {
    let seen: Arc<Mutex<Vec<Statement>>> = Arc::default();
    let all = Arc::clone(&seen);
    let observer = Observer::new(move |_, statement| all.lock().unwrap().push(statement.clone()));
    let stores = Stores::open_observed(settings.clone(), observer).await.unwrap();
    let (cesena, santarcangelo) = (TenantId::new(uuid()), TenantId::new(uuid()));
    Kit { stores, settings, database, _folder: folder, cesena, santarcangelo, seen }
}

impl Kit {
    /// A transaction of one of the tenants whose own statements alone will be seen: where its rows are was looked up before.
    pub(crate) async fn begun(&self) -> TenantTx {
        let tx = self.stores.write(self.cesena).await.unwrap();
        self.taken();
        tx
    }

    /// The statements that were sent since it was asked last, without those that begin and end a transaction.
    pub(crate) fn taken(&self) -> Vec<Statement> {
        let mut seen = std::mem::take(&mut *self.seen.lock().unwrap());
        seen.retain(|statement| statement.values.is_some());
        seen
    }

    /// How many statements of any kind were sent since it was asked last.
    pub(crate) fn taken_all(&self) -> usize {
        std::mem::take(&mut *self.seen.lock().unwrap()).len()
    }

    /// A connection to a tenant's file past everything this crate guards.
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

/// Polls a future so many times, each time but the first when it asks for it, and answers its output if it got there; else the
/// future is dropped where it stands.
pub(crate) async fn abandoned_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut left = polls;
    std::future::poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            // What would be polled no more need not wait to be woken.
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The tables of a tenant's file that hold rows of tenants, but for the one that says whose file it is.
pub(crate) async fn tables(raw: &mut SqliteConnection) -> Vec<String> {
    let sql = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'tenant_id'
               WHERE m.type = 'table' AND m.name <> 'tenant_state' ORDER BY m.name";
    sqlx::query_scalar(sql).fetch_all(raw).await.unwrap()
}
