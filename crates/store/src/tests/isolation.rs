//! Rows of another tenant stay out of reach: they lie in another file, and if some ever lay in this one, no repository sees,
//! counts, changes or removes them.

use std::collections::BTreeMap;

use serde_json::json;
use sportello_domain::{
    assignment::Assignment,
    case::{Case, CaseMessage, CaseStatus, Payment, PaymentStatus, Person},
    checkout::{Checkout, Settlement, Verdict},
    ids::{AssignmentId, CaseId, CheckoutId, FilterId, JobId, MessageId, NoteId, OpinionId, OutboxId, PaymentId, SettlementId, TenantId},
    money::Money,
    office::{InboxQuery, Note, SavedFilter},
    opinion::Opinion,
    permissions::Role,
    rating::Rating,
    register::Annulment,
    terms::Norm,
    text::Text,
};
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use uuid::Uuid;

use super::{
    kit::{day, kit_of, known, lookup_key, now, open, stored, tables, uuid},
    repositories::{document, entry, new_event},
};
use crate::{
    TenantTx,
    assignments::{self, AssignmentFilter},
    cases::{self, CaseFilter, CaseOrder},
    checkouts, counters,
    definitions::{self, Stored},
    documents, events,
    idempotency::{self, Begun, KeyScope, Outcome},
    jobs::{self, Job},
    keys::{self, WrappedKey},
    limits::{self, Counted},
    messages, notes, opinions,
    outbox::{self, Outgoing},
    payments, persons, ratings, register, saved_filters, settlements,
    special::{self, Sealed},
    suspensions, work,
};

const COUNTED: Counted<'static> = Counted { service: "s", limit: "l", period: "2026", key: &[7; 32] };
const KEY: KeyScope<'static> = KeyScope { caller: "p", operation: "o", key: "k" };

/// One row in every table.
pub(super) struct Filled {
    person: Person,
    case: Case,
    draft: Case,
    assignment: Assignment,
    pub(super) document: sportello_domain::case::Document,
    message: CaseMessage,
    payment: Payment,
    entry: sportello_domain::register::Entry,
    outgoing: Outgoing,
    job: Job,
}

pub(super) async fn fill(tx: &TenantTx) -> Filled {
    let person = known(tx, "Maria").await;
    let mut case = open(tx.tenant(), &person, "2026-05-01");
    case.code = Some("CES-2026-0000001".into());
    case.delegate = Some(person.clone());
    case.assignee = Some(person.clone());
    let case = stored(tx, case).await;
    let draft = stored(tx, super::kit::draft(tx.tenant(), &person)).await;
    let assignment = Assignment {
        id: AssignmentId::new(uuid()),
        person: person.clone(),
        role: Role::Operator,
        office: None,
        valid_from: day("2026-01-01"),
        valid_until: None,
        granted_by: None,
        granted_at: now(),
        version: 1,
    };
    assignments::insert(tx, &assignment).await.unwrap();
    definitions::put(tx, &Stored { hash: "h".into(), format: 1, content: "{}".into() }).await.unwrap();
    keys::insert(tx, &WrappedKey { id: "k1".into(), wrapped: vec![1], created_at: now() }).await.unwrap();
    special::put(tx, case.id, "a/b", &Sealed { key_id: "k1".into(), ciphertext: vec![1] }).await.unwrap();
    events::append(tx, new_event(case.id)).await.unwrap();
    let document = document(case.id, "badge", true);
    documents::insert(tx, &document).await.unwrap();
    let message = message(&case);
    messages::insert(tx, &message).await.unwrap();
    let payment = payment(&case);
    payments::insert(tx, std::slice::from_ref(&payment)).await.unwrap();
    checkouts::insert(tx, &checkout(case.id)).await.unwrap();
    settlements::insert(tx, &settlement(case.id)).await.unwrap();
    counters::next(tx, "case", 2026).await.unwrap();
    let entry = entry(case.id, 1);
    register::insert(tx, &entry).await.unwrap();
    assert_eq!(idempotency::begin(tx, KEY, &[1; 32], now()).await.unwrap(), Begun::New);
    let outgoing = outgoing();
    outbox::enqueue(tx, &outgoing).await.unwrap();
    let job = job();
    jobs::enqueue(tx, &job).await.unwrap();
    suspensions::open(tx, case.id, Norm::Integration, day("2026-05-01")).await.unwrap();
    assert!(limits::take(tx, case.id, COUNTED, 1).await.unwrap());
    let note = Note { id: NoteId::new(uuid()), case: case.id, author: person.clone(), body: "n".into(), at: now() };
    notes::insert(tx, &note).await.unwrap();
    assert!(saved_filters::insert(tx, &saved_filter(&person)).await.unwrap());
    assert!(ratings::insert(tx, &rating(case.id)).await.unwrap());
    opinions::insert(tx, &asked(case.id)).await.unwrap();
    Filled { person, case, draft, assignment, document, message, payment, entry, outgoing, job }
}

fn asked(case: CaseId) -> Opinion {
    let (id, at) = (OpinionId::new(uuid()), now());
    Opinion { id, case, request: "r".into(), state: "s".into(), office: "o".into(), asked_at: at, due: None, given: None }
}

fn checkout(case: CaseId) -> Checkout {
    Checkout {
        id: CheckoutId::new(Uuid::from_u128(1)),
        case,
        notice: "1".into(),
        amount: Money::from_cents(1),
        settled: false,
        created_at: now(),
    }
}

fn settlement(case: CaseId) -> Settlement {
    Settlement {
        id: SettlementId::new(Uuid::from_u128(2)),
        case: Some(case),
        notice: "1".into(),
        amount: Money::from_cents(1),
        receipt: "r".into(),
        verdict: Verdict::Accepted,
        at: now(),
    }
}

fn rating(case: CaseId) -> Rating {
    Rating { case, service: "s".into(), stars: 5, aspect: None, text: None, at: now() }
}

fn saved_filter(person: &Person) -> SavedFilter {
    SavedFilter { id: FilterId::new(uuid()), person: person.id, name: "mine".into(), query: InboxQuery::default(), created_at: now() }
}

fn message(case: &Case) -> CaseMessage {
    CaseMessage { id: MessageId::new(uuid()), case: case.id, role: Role::System, author: None, subject: None, body: "b".into(), at: now() }
}

fn payment(case: &Case) -> Payment {
    Payment {
        id: PaymentId::new(uuid()),
        case: case.id,
        fee: "f".into(),
        title: Text::new("t", "t"),
        amount: Money::from_cents(1),
        status: PaymentStatus::Due,
        receipt: None,
        paid_at: None,
    }
}

fn outgoing() -> Outgoing {
    Outgoing { id: OutboxId::new(uuid()), kind: "mail".into(), payload: json!(1), created_at: now(), attempts: 0 }
}

fn job() -> Job {
    Job { id: JobId::new(uuid()), kind: "j".into(), subject: "s".into(), payload: json!(1), run_at: now(), attempts: 0 }
}

/// Everything in the file, table by table, as text.
async fn dump(raw: &mut SqliteConnection, tenant: TenantId) -> BTreeMap<String, Vec<String>> {
    let mut dump = BTreeMap::new();
    for table in tables(raw).await {
        let columns: Vec<String> =
            sqlx::query_scalar("SELECT name FROM pragma_table_info(?)").bind(&table).fetch_all(&mut *raw).await.unwrap();
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        let sql = format!("SELECT {} FROM \"{table}\" WHERE tenant_id = ? ORDER BY 1", quoted.join(" || '|' || "));
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(tenant.uuid()).fetch_all(&mut *raw).await.unwrap();
        dump.insert(table, rows.iter().map(|row| row.get(0)).collect());
    }
    dump
}

#[tokio::test]
async fn each_tenant_has_a_file_of_its_own() {
    let kit = kit_of(8).await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let filled = fill(&tx).await;
    tx.commit().await.unwrap();
    assert_ne!(kit.stores.file(kit.cesena).parent(), kit.stores.file(kit.santarcangelo).parent());
    let tx = kit.stores.write(kit.santarcangelo).await.unwrap();
    assert_sees_nothing(&tx, &filled).await;
    assert_changes_nothing(&tx, &filled).await;
}

#[tokio::test]
async fn a_row_of_another_tenant_in_the_file_is_out_of_reach_of_every_repository() {
    let kit = kit_of(8).await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let filled = fill(&tx).await;
    tx.commit().await.unwrap();

    let mut raw = kit.raw(kit.cesena).await;
    sqlx::raw_sql("DROP TRIGGER register_entries_never_changed").execute(&mut raw).await.unwrap();
    for table in tables(&mut raw).await {
        let sql = format!("UPDATE \"{table}\" SET tenant_id = ?");
        let moved = sqlx::query(AssertSqlSafe(sql)).bind(kit.santarcangelo.uuid()).execute(&mut raw).await.unwrap();
        assert!(moved.rows_affected() >= 1, "{table} has no row: this test must fill it");
    }
    let before = dump(&mut raw, kit.santarcangelo).await;

    let tx = kit.stores.write(kit.cesena).await.unwrap();
    assert_sees_nothing(&tx, &filled).await;
    assert_changes_nothing(&tx, &filled).await;
    // What is equal under another tenant is new here: keys, numbers and persons do not meet.
    assert_eq!(counters::next(&tx, "case", 2026).await.unwrap(), 1);
    assert_eq!(idempotency::begin(&tx, KEY, &[2; 32], now()).await.unwrap(), Begun::New);
    let own = persons::upsert(&tx, &lookup_key(&filled.person), &super::kit::person("Anna"), now()).await.unwrap();
    assert_ne!(own.id, filled.person.id);
    tx.commit().await.unwrap();
    assert_eq!(dump(&mut raw, kit.santarcangelo).await, before);
}

pub(super) async fn assert_sees_nothing(tx: &TenantTx, filled: &Filled) {
    let Filled { person, case, draft: _, assignment, document, message, payment, entry, outgoing: _, job: _ } = filled;
    assert_eq!(persons::find(tx, person.id).await.unwrap(), None);
    assert_eq!(persons::find_by_key(tx, &lookup_key(person)).await.unwrap(), None);
    assert_eq!(cases::find(tx, case.id).await.unwrap(), None);
    let by_person = CaseFilter { applicant_or_delegate: Some(person.id), ..CaseFilter::default() };
    for filter in [&CaseFilter::default(), &by_person] {
        for order in [CaseOrder::Newest, CaseOrder::Due] {
            assert_eq!(cases::page(tx, filter, order, None, 50).await.unwrap().items, []);
        }
        let counts = cases::counts(tx, filter, day("2026-05-04"), day("2026-05-11")).await.unwrap();
        assert_eq!(counts, cases::CaseCounts::default());
    }
    assert_eq!(assignments::find(tx, assignment.id).await.unwrap(), None);
    assert_eq!(assignments::of_person(tx, person.id, day("2026-05-04")).await.unwrap(), []);
    assert_eq!(assignments::list(tx, &AssignmentFilter::default(), None, 50).await.unwrap().items, []);
    assert_eq!(definitions::get(tx, "h").await.unwrap(), None);
    assert_eq!(keys::current(tx).await.unwrap(), None);
    assert_eq!(keys::find(tx, "k1").await.unwrap(), None);
    assert_eq!(special::get_all(tx, case.id).await.unwrap(), BTreeMap::new());
    assert_eq!(events::of_case(tx, case.id, None, 50).await.unwrap().items, []);
    assert_eq!(documents::find(tx, document.id).await.unwrap(), None);
    assert_eq!(documents::of_case(tx, case.id, None, 50).await.unwrap().items, []);
    assert_eq!(documents::counts(tx, case.id).await.unwrap(), BTreeMap::new());
    assert_eq!(documents::acts(tx, case.id).await.unwrap(), BTreeMap::new());
    assert_eq!(messages::find(tx, message.id).await.unwrap(), None);
    assert_eq!(messages::of_case(tx, case.id, None, 50).await.unwrap().items, []);
    assert_eq!(payments::find(tx, payment.id).await.unwrap(), None);
    assert_eq!(payments::of_case(tx, case.id).await.unwrap(), []);
    assert_eq!(register::find(tx, "main", 2026, entry.sequence).await.unwrap(), None);
    assert_eq!(register::page(tx, "main", 2026, None, 50).await.unwrap().items, []);
    assert_eq!(register::of_case(tx, case.id).await.unwrap(), []);
    assert_eq!(work::due::<Outgoing>(tx, now(), 50).await.unwrap(), []);
    assert_eq!(work::next_due::<Outgoing>(tx).await.unwrap(), None);
    assert_eq!(work::due::<Job>(tx, now(), 50).await.unwrap(), []);
    assert_eq!(work::next_due::<Job>(tx).await.unwrap(), None);
    assert_eq!(suspensions::of_case(tx, case.id).await.unwrap(), []);
    assert_eq!(limits::used(tx, COUNTED).await.unwrap(), 0);
    assert_eq!(notes::of_case(tx, case.id, None, 50).await.unwrap().items, []);
    assert_eq!(saved_filters::of_person(tx, person.id).await.unwrap(), []);
    assert_eq!(events::last(tx, case.id).await.unwrap(), None);
    assert_eq!(ratings::of_case(tx, case.id).await.unwrap(), None);
    assert_eq!(opinions::of_case(tx, case.id).await.unwrap(), []);
    assert_eq!(opinions::pending(tx, None, None, 50).await.unwrap().items, []);
    assert_eq!(ratings::of_service(tx, "s", None, 50).await.unwrap().items, []);
    assert_eq!(ratings::counts(tx, "s").await.unwrap(), BTreeMap::new());
    assert_eq!(checkouts::find(tx, checkout(case.id).id).await.unwrap(), None);
    assert_eq!(checkouts::by_notice(tx, "1").await.unwrap(), None);
    assert_eq!(checkouts::last_of(tx, case.id).await.unwrap(), None);
    assert_eq!(settlements::find(tx, settlement(case.id).id).await.unwrap(), None);
    assert_eq!(settlements::by_receipt(tx, "r").await.unwrap(), None);
    assert_eq!(settlements::page(tx, None, 50).await.unwrap().items, []);
    assert_eq!(payments::due_among(tx, &[case.id]).await.unwrap().len(), 0);
}

pub(super) async fn assert_changes_nothing(tx: &TenantTx, filled: &Filled) {
    let Filled { person, case, draft, assignment, document, message: _, payment, entry, outgoing, job } = filled;
    let own = Case { tenant: tx.tenant(), status: CaseStatus::ConcludedNegative, ..case.clone() };
    assert!(!cases::update(tx, &own, 1).await.unwrap());
    assert!(!cases::delete_draft(tx, draft.id, 1).await.unwrap());
    assert!(!assignments::end(tx, assignment.id, day("2026-05-04"), 1).await.unwrap());
    special::delete(tx, case.id, &["a/b"]).await.unwrap();
    limits::give_back(tx, case.id).await.unwrap();
    assert!(!documents::delete(tx, document.id).await.unwrap());
    assert!(!payments::settle(tx, payment.id, PaymentStatus::PaidAtDesk, None, now()).await.unwrap());
    assert!(!checkouts::settle(tx, checkout(case.id).id).await.unwrap());
    let mark = Annulment { at: now(), by: person.id, act: "a".into(), reason: "r".into() };
    assert!(!register::annul(tx, entry.id, &mark).await.unwrap());
    idempotency::finish(tx, KEY, Outcome { status: 200, resource: None, version: None }).await.unwrap();
    assert_eq!(idempotency::sweep(tx, now() + idempotency::KEPT).await.unwrap(), 0);
    work::done::<Outgoing>(tx, outgoing.id, now()).await.unwrap();
    work::failed::<Outgoing>(tx, outgoing.id, "x", None, now()).await.unwrap();
    work::done::<Job>(tx, job.id, now()).await.unwrap();
    work::failed::<Job>(tx, job.id, "x", None, now()).await.unwrap();
    assert!(!jobs::cancel(tx, &job.kind, &job.subject).await.unwrap());
    assert!(!suspensions::close(tx, case.id, day("2026-05-10")).await.unwrap());
}

#[tokio::test]
async fn nothing_can_refer_to_a_row_of_another_tenant() {
    let kit = kit_of(8).await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let filled = fill(&tx).await;
    tx.commit().await.unwrap();
    let mut raw = kit.raw(kit.cesena).await;
    sqlx::query("UPDATE persons SET tenant_id = ?").bind(kit.santarcangelo.uuid()).execute(&mut raw).await.unwrap();
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let case = Case { id: CaseId::new(uuid()), code: None, ..filled.case };
    let problem = cases::insert(&tx, &case).await.unwrap_err();
    assert_eq!(problem.to_string(), "The database answered with an error: FOREIGN KEY constraint failed.");
}
