//! An installation of two bodies and the people who turn up in it.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sportello_domain::{
    case::Document,
    ids::CaseId,
    permissions::Role,
    refusal::{Code, Refusal},
    service::Key,
    tenant::{People, Tenant},
    text::Language,
};
use sportello_engine::{
    Call, Engine, Failure, IdempotencyKey, Identity, IfMatch, Page, Parts, Unread, assignments,
    cases::{self, CaseView, NewCase, NewPerson, Take},
    documents::{self, Upload},
    fleet::Fleet,
    work,
};
use sportello_store::{PostgresSettings, StoreSettings, Stores, due::Due};
use sportello_tenancy::{Installation, Loaded, Platform};
use sportello_test_postgres::TestDatabase;
use tempfile::TempDir;

use crate::{fixture::tenant, ports::Outside};

/// The day on which everything begins, a Monday.
pub(crate) const START: &str = "2026-03-02T09:00:00Z";

/// A PDF as far as its first bytes go.
pub(crate) const PDF: &[u8] = b"%PDF-1.7 a certificate";

/// An installation.
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) outside: Outside,
    pub(crate) alfa: Arc<Tenant>,
    pub(crate) beta: Arc<Tenant>,
    pub(crate) data: TempDir,
    keys: AtomicU64,
    database: Option<TestDatabase>,
}

impl World {
    /// Runs the jobs that are due at alfa and answers how many it were.
    pub(crate) async fn run_due(&self) -> usize {
        self.do_due(|due| matches!(due, Due::Job(_))).await
    }

    /// Sends what is due at alfa and answers how much it was.
    pub(crate) async fn send_due(&self) -> usize {
        self.do_due(|due| matches!(due, Due::Outgoing(_))).await
    }

    async fn do_due(&self, wanted: impl Fn(&Due) -> bool) -> usize {
        let mut count = 0;
        for due in work::due_at(&self.engine, &self.alfa).await.unwrap() {
            if wanted(&due) && work::carry_out(&self.engine, &self.alfa, due).await.unwrap() {
                count += 1;
            }
        }
        count
    }

    /// An installation where nothing happened yet.
    pub(crate) async fn new() -> Self {
        let data = TempDir::new().unwrap();
        let database = sportello_test_postgres::placement();
        let folder = data.path().join("data");
        let stores = Stores::open(match &database {
            Some(database) => StoreSettings::shared(folder, &PostgresSettings::serving(&database.server(), 8)),
            None => StoreSettings::embedded(folder, 4),
        });
        let stores = stores.await.unwrap();
        let fleet = Fleet::new(data.path().join("snapshots"), Box::new(|_| Vec::new()));
        let outside = Outside::default();
        outside.hands.set(START);
        let engine = Engine::new(Parts { stores, fleet: Arc::new(fleet), ports: outside.ports() });
        let (alfa, beta) = (Arc::new(tenant("alfa")), Arc::new(tenant("beta")));
        let world = Self { engine, outside, alfa, beta, data, keys: AtomicU64::new(1), database };
        world.put_in_force([&world.alfa, &world.beta]);
        for (name, role, office) in [
            ("officer", Role::CaseOfficer, None),
            ("operator", Role::Operator, None),
            ("colleague", Role::Operator, None),
            ("registrar", Role::CaseOfficer, Some("registry")),
            ("administrator", Role::Administrator, None),
            ("manager", Role::DeskManager, None),
        ] {
            assignments::ensure(&world.engine, &world.alfa, &staff(name), role, office.map(Into::into)).await.unwrap();
        }
        world
    }

    pub(crate) fn put_in_force<'a>(&self, tenants: impl IntoIterator<Item = &'a Arc<Tenant>>) {
        let loaded = |tenant: &Arc<Tenant>| {
            let slug = tenant.slug.to_string();
            (slug.clone(), Loaded { slug, id: Some(tenant.id), tenant: Some(Arc::clone(tenant)), problems: Vec::new() })
        };
        let tenants: BTreeMap<_, _> = tenants.into_iter().map(loaded).collect();
        let platform = Platform { name: "Test".to_owned(), support: Some("beta".to_owned()), ..Platform::default() };
        self.engine.fleet().take_in(&Installation { platform, tenants, problems: Vec::new() });
    }

    /// A request by somebody at alfa, about whatever version, under a key of its own.
    pub(crate) fn call(&self, who: &Identity) -> Call {
        let number = self.keys.fetch_add(1, Ordering::Relaxed);
        Call {
            tenant: Arc::clone(&self.alfa),
            identity: Some(who.clone()),
            language: Language::It,
            request_id: self.engine.new_id(),
            idempotency_key: Some(key(&format!("key-{number}"), b"{}")),
            if_match: IfMatch::Any,
        }
    }

    /// The same about one version.
    pub(crate) fn call_at(&self, who: &Identity, version: i64) -> Call {
        Call { if_match: IfMatch::Version(version), ..self.call(who) }
    }

    /// Begins a case.
    pub(crate) async fn draft(&self, who: &Identity, service: &str, answers: Value) -> Result<CaseView, Failure> {
        cases::create(&self.engine, &self.call(who), new_case(service, answers, None)).await
    }

    /// Begins a case for somebody.
    pub(crate) async fn draft_for(&self, who: &Identity, named: NewPerson, service: &str, answers: Value) -> Result<CaseView, Failure> {
        cases::create(&self.engine, &self.call(who), new_case(service, answers, Some(named))).await
    }

    /// Submits a draft.
    pub(crate) async fn submit(&self, who: &Identity, id: CaseId) -> Result<CaseView, Failure> {
        cases::submit(&self.engine, &self.call(who), id, Unread::known(())).await
    }

    /// A permit that was just submitted: a case with a fee and nothing special.
    pub(crate) async fn permit(&self, who: &Identity) -> CaseView {
        let draft = self.draft(who, "permit", json!({"request": {"reason": "moving house"}})).await.unwrap();
        self.submit(who, draft.case.id).await.unwrap()
    }

    /// A badge that was just submitted.
    pub(crate) async fn badge(&self, who: &Identity, diagnosis: &str) -> CaseView {
        let draft = self.draft(who, "badge", first(diagnosis)).await.unwrap();
        self.attach(who, draft.case.id, "certificate", PDF).await.unwrap();
        self.submit(who, draft.case.id).await.unwrap()
    }

    /// Takes a transition.
    pub(crate) async fn take(&self, who: &Identity, id: CaseId, transition: &str, data: Option<Value>) -> Result<CaseView, Failure> {
        let body = Unread::known(Take { transition: transition.into(), data, note: None });
        cases::take(&self.engine, &self.call(who), id, body).await
    }

    /// Reads a case.
    pub(crate) async fn get(&self, who: &Identity, id: CaseId) -> Result<CaseView, Failure> {
        cases::get(&self.engine, &self.call(who), id).await
    }

    /// Attaches a PDF.
    pub(crate) async fn attach(&self, who: &Identity, id: CaseId, kind: &str, bytes: &[u8]) -> Result<Document, Failure> {
        documents::add(&self.engine, &self.call(who), id, Unread::known(pdf(kind, bytes))).await
    }

    /// Whether bytes stand anywhere in the data folder or among the kept files.
    pub(crate) fn holds(&self, secret: &str) -> bool {
        let within = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        let rows = self.database.as_ref().map(TestDatabase::content).unwrap_or_default();
        within(rows.as_bytes())
            || files_under(self.data.path()).iter().any(|bytes| within(bytes))
            || self.outside.files.0.lock().unwrap().values().any(|file| within(file))
    }
}

fn files_under(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_under(&entry.path()));
        } else {
            found.push(std::fs::read(entry.path()).unwrap());
        }
    }
    found
}

/// A citizen of alfa.
pub(crate) fn citizen(tax_code: &str) -> Identity {
    let names = match tax_code {
        "BNCLRA85B41C573Q" => ("Laura", "Bianchi"),
        "VRDGPP70C15I304O" => ("Giuseppe", "Verdi"),
        _ => ("Mario", "Rossi"),
    };
    identity(People::Citizens, tax_code, Some(tax_code), names)
}

pub(crate) fn mario() -> Identity {
    citizen("RSSMRA80A01C573D")
}

pub(crate) fn laura() -> Identity {
    citizen("BNCLRA85B41C573Q")
}

/// A member of alfa's staff.
pub(crate) fn staff(name: &str) -> Identity {
    identity(People::Staff, name, None, (name, "Staff"))
}

fn identity(people: People, subject: &str, tax_code: Option<&str>, (given, family): (&str, &str)) -> Identity {
    Identity {
        issuer: "https://id.example.org".into(),
        subject: subject.into(),
        tax_code: tax_code.map(Into::into),
        given_name: given.into(),
        family_name: family.into(),
        email: Some(format!("{}@example.org", given.to_lowercase()).into()),
        level: 2,
        people,
        home: tenant("alfa").id,
    }
}

/// A person as somebody else names them.
pub(crate) fn named(who: &Identity) -> NewPerson {
    NewPerson {
        given_name: who.given_name.clone(),
        family_name: who.family_name.clone(),
        tax_code: who.tax_code.clone().unwrap(),
        email: None,
    }
}

pub(crate) fn key(key: &str, body: &[u8]) -> IdempotencyKey {
    IdempotencyKey { key: key.to_owned(), fingerprint: Sha256::digest(body).into(), operation: "POST /somewhere".to_owned() }
}

pub(crate) fn new_case(service: &str, answers: Value, on_behalf_of: Option<NewPerson>) -> Unread<NewCase> {
    Unread::known(NewCase { service: service.into(), answers, on_behalf_of, delegate: None })
}

/// Answers to a first badge.
pub(crate) fn first(diagnosis: &str) -> Value {
    json!({"request": {"kind": "first", "diagnosis": diagnosis}})
}

pub(crate) fn pdf(kind: &str, bytes: &[u8]) -> Upload {
    Upload {
        kind: Key::from(kind),
        declared_type: Some("application/pdf".to_owned()),
        file_name: Some("referto.pdf".to_owned()),
        bytes: bytes.to_vec(),
    }
}

/// A body that must not be read.
pub(crate) fn unreadable<T>() -> Unread<T> {
    Unread::new(|| Err(Refusal::new(Code::MalformedJson)))
}

pub(crate) fn page() -> Page {
    Page::default()
}

/// The code of a refusal.
#[track_caller]
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> Code {
    match result.unwrap_err() {
        Failure::Refused(refusal) => refusal.code,
        Failure::Broken(broken) => panic!("broken: {broken:?}"),
    }
}

/// Pointers and codes of what is wrong.
#[track_caller]
pub(crate) fn faults<T: std::fmt::Debug>(result: Result<T, Failure>) -> Vec<(String, &'static str)> {
    match result.unwrap_err() {
        Failure::Refused(refusal) => refusal.faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect(),
        Failure::Broken(broken) => panic!("broken: {broken:?}"),
    }
}

/// What is wrong, word for word: pointer, code, Italian, English.
#[track_caller]
pub(crate) fn told<T: std::fmt::Debug>(result: Result<T, Failure>) -> Vec<(String, &'static str, String, String)> {
    match result.unwrap_err() {
        Failure::Refused(refusal) => {
            refusal.faults.into_iter().map(|fault| (fault.pointer, fault.code, fault.message.it, fault.message.en)).collect()
        }
        Failure::Broken(broken) => panic!("broken: {broken:?}"),
    }
}
