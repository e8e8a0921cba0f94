//! What goes in comes out.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::json;
use sportello_domain::{
    assignment::Assignment,
    case::{CaseMessage, CaseStatus, Document, Outcome as CaseOutcome, Payment, PaymentStatus},
    checkout::{self, Settlement},
    ids::{
        AssignmentId, CaseId, DocumentId, EntryId, EventId, FilterId, JobId, MessageId, NoteId, OpinionId, OutboxId, PaymentId,
        SettlementId,
    },
    money::Money,
    office::{Assignee, InboxQuery, Note, SavedFilter},
    opinion::{Given, Opinion, Verdict},
    permissions::Role,
    rating::{Aspect, Rating},
    register::{Annulment, Direction, Entry},
    service::{FileType, Privacy},
    terms::Norm,
    text::Text,
};

use super::kit::{day, draft, kit, kit_of, known, lookup_key, now, open, person, stored, uuid};
use crate::{
    Backlog, StoreProblem, TenantTx,
    assignments::{self, AssignmentFilter},
    cases, counters,
    definitions::{self, Stored},
    documents,
    events::{self, NewEvent},
    idempotency::{self, Begun, KeyScope, Outcome},
    jobs::{self, Job},
    keys::{self, WrappedKey},
    limits::{self, Counted},
    messages, notes, opinions,
    outbox::{self, Outgoing},
    payments, persons, platform, ratings, register, saved_filters, settlements,
    special::{self, Sealed},
    suspensions, work,
};

#[tokio::test]
async fn a_case_comes_back_as_it_went_in_with_its_people() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let (maria, anna, luca) = (known(&tx, "Maria").await, known(&tx, "Anna").await, known(&tx, "Luca").await);
    let plain = stored(&tx, draft(kit.cesena, &maria)).await;
    let mut full = open(kit.cesena, &maria, "2026-06-03");
    full.code = Some("CES-2026-0000001".into());
    full.register_number = Some("0000001".into());
    full.delegate = Some(anna);
    full.language = sportello_domain::text::Language::En;
    full.assignee = Some(luca.clone());
    full.operator = Some(luca.id);
    full.serving_tenant = kit.santarcangelo;
    full.status = CaseStatus::ConcludedPositive;
    full.concluded_at = Some(now());
    full.outcome = Some(CaseOutcome { transition: "grant".into(), note: Some("ok".into()), act: Some(DocumentId::new(uuid())) });
    let full = stored(&tx, full).await;
    tx.commit().await.unwrap();

    let tx = kit.stores.read(kit.cesena).await.unwrap();
    assert_eq!(cases::find(&tx, plain.id).await.unwrap().as_ref(), Some(&plain));
    assert_eq!(cases::find(&tx, full.id).await.unwrap().as_ref(), Some(&full));
    // The order of keys is part of the answers.
    assert_eq!(cases::find(&tx, plain.id).await.unwrap().unwrap().answers.to_string(), plain.answers.to_string());
}

#[tokio::test]
async fn a_case_that_an_older_program_wrote_is_written_about_in_italian() {
    let kit = kit_of(8).await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, draft(kit.cesena, &maria)).await;
    tx.commit().await.unwrap();
    // The binary before knows no such column.
    let mut raw = kit.raw(kit.cesena).await;
    let columns = "tenant_id, service, definition, status, phase, state, answers, applicant_id, channel, serving_tenant_id, office, \
                   created_at, updated_at, due_key, version";
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "INSERT INTO cases (id, {columns}) SELECT x'019b78cc00007000800000000000abcd', {columns} FROM cases"
    )))
    .execute(&mut raw)
    .await
    .unwrap();
    let tx = kit.stores.read(kit.cesena).await.unwrap();
    let older =
        cases::find(&tx, CaseId::new(sea_orm::prelude::Uuid::from_u128(0x019b_78cc_0000_7000_8000_0000_0000_abcd))).await.unwrap().unwrap();
    assert_eq!((older.language, older.service), (sportello_domain::text::Language::It, case.service));
}

#[tokio::test]
async fn of_two_who_change_the_same_version_one_learns_of_the_other() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let mut case = stored(&tx, draft(kit.cesena, &maria)).await;
    tx.commit().await.unwrap();

    let tx = kit.stores.write(kit.cesena).await.unwrap();
    case.office = "first".into();
    assert!(cases::update(&tx, &case, 1).await.unwrap());
    case.office = "second".into();
    assert!(!cases::update(&tx, &case, 1).await.unwrap());
    let found = cases::find(&tx, case.id).await.unwrap().unwrap();
    assert_eq!((found.office.as_ref(), found.version), ("first", 2));
    assert!(!cases::delete_draft(&tx, case.id, 1).await.unwrap());
    assert!(cases::delete_draft(&tx, case.id, 2).await.unwrap());
    assert_eq!(cases::find(&tx, case.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_draft_goes_with_all_that_is_in_it_and_a_case_that_was_submitted_stays() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, draft(kit.cesena, &maria)).await;
    let submitted = stored(&tx, open(kit.cesena, &maria, "2026-06-03")).await;
    keys::insert(&tx, &WrappedKey { id: "k1".into(), wrapped: vec![1], created_at: now() }).await.unwrap();
    special::put(&tx, case.id, "health/cause", &Sealed { key_id: "k1".into(), ciphertext: vec![9, 9] }).await.unwrap();
    events::append(&tx, new_event(case.id)).await.unwrap();
    assert!(cases::delete_draft(&tx, case.id, 1).await.unwrap());
    assert_eq!(special::get_all(&tx, case.id).await.unwrap(), BTreeMap::new());
    assert_eq!(events::of_case(&tx, case.id, None, 10).await.unwrap().items, []);
    assert!(!cases::delete_draft(&tx, submitted.id, 1).await.unwrap());
}

#[tokio::test]
async fn another_tenants_case_is_not_taken_in() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let problem = cases::insert(&tx, &draft(kit.santarcangelo, &maria)).await.unwrap_err();
    assert!(matches!(problem, StoreProblem::WrongTenant { .. }), "{problem:?}");
}

#[tokio::test]
async fn a_person_who_is_known_keeps_the_id_and_takes_the_new_name() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = person("Maria");
    let key = lookup_key(&maria);
    assert_eq!(persons::upsert(&tx, &key, &maria, now()).await.unwrap(), maria);
    let mut again = person("Maria Elena");
    again.email = None;
    let updated = persons::upsert(&tx, &key, &again, now()).await.unwrap();
    assert_eq!(updated.id, maria.id);
    assert_eq!(updated.given_name.as_ref(), "Maria Elena");
    assert_eq!(updated.email, maria.email, "an address that was not given is not forgotten");
    assert_eq!(persons::find_by_key(&tx, &key).await.unwrap(), Some(updated.clone()));
    assert_eq!(persons::find(&tx, maria.id).await.unwrap(), Some(updated));
    assert_eq!(persons::find_by_key(&tx, &[0; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn an_assignment_counts_between_its_days_and_ends_once() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let luca = known(&tx, "Luca").await;
    let assignment = Assignment {
        id: AssignmentId::new(uuid()),
        person: luca.clone(),
        role: Role::CaseOfficer,
        office: Some("mobility".into()),
        valid_from: day("2026-01-01"),
        valid_until: None,
        granted_by: Some(luca.id),
        granted_at: now(),
        version: 1,
    };
    assignments::insert(&tx, &assignment).await.unwrap();
    assert_eq!(assignments::of_person(&tx, luca.id, day("2025-12-31")).await.unwrap(), []);
    assert_eq!(assignments::of_person(&tx, luca.id, day("2026-01-01")).await.unwrap(), vec![assignment.clone()]);
    assert!(!assignments::end(&tx, assignment.id, day("2026-05-04"), 7).await.unwrap());
    assert!(assignments::end(&tx, assignment.id, day("2026-05-04"), 1).await.unwrap());
    assert_eq!(assignments::of_person(&tx, luca.id, day("2026-05-04")).await.unwrap().len(), 1);
    assert_eq!(assignments::of_person(&tx, luca.id, day("2026-05-05")).await.unwrap(), []);
    let ended = assignments::find(&tx, assignment.id).await.unwrap().unwrap();
    assert_eq!((ended.version, ended.valid_until), (2, Some(day("2026-05-04"))));
    let filter = AssignmentFilter { role: Some(Role::Operator), ..AssignmentFilter::default() };
    assert_eq!(assignments::list(&tx, &filter, None, 10).await.unwrap().items, []);
}

#[tokio::test]
async fn equal_definitions_are_kept_once() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let definition = Stored { hash: "ab".repeat(32), format: 1, content: r#"{"service":"pink-badge"}"#.into() };
    definitions::put(&tx, &definition).await.unwrap();
    definitions::put(&tx, &Stored { content: "{}".into(), ..definition.clone() }).await.unwrap();
    assert_eq!(definitions::get(&tx, &definition.hash).await.unwrap(), Some(definition));
    assert_eq!(definitions::get(&tx, "00").await.unwrap(), None);
}

#[tokio::test]
async fn special_values_are_replaced_and_removed_by_field() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, draft(kit.cesena, &maria)).await;
    assert_eq!(keys::current(&tx).await.unwrap(), None);
    for id in ["0001", "0002"] {
        keys::insert(&tx, &WrappedKey { id: id.into(), wrapped: vec![3; 40], created_at: now() }).await.unwrap();
    }
    assert_eq!(keys::current(&tx).await.unwrap().unwrap().id, "0002");
    assert_eq!(keys::find(&tx, "0001").await.unwrap().unwrap().wrapped, vec![3; 40]);
    let sealed = |byte| Sealed { key_id: "0002".into(), ciphertext: vec![byte; 20] };
    special::put_all(&tx, case.id, &BTreeMap::from([("a/b".into(), sealed(1)), ("a/c".into(), sealed(2))])).await.unwrap();
    special::put_all(&tx, case.id, &BTreeMap::new()).await.unwrap();
    special::put(&tx, case.id, "a/b", &sealed(3)).await.unwrap();
    let expected = BTreeMap::from([("a/b".to_owned(), sealed(3)), ("a/c".to_owned(), sealed(2))]);
    assert_eq!(special::get_all(&tx, case.id).await.unwrap(), expected);
    special::delete(&tx, case.id, &["a/c", "not/there"]).await.unwrap();
    special::delete(&tx, case.id, &[]).await.unwrap();
    assert_eq!(special::get_all(&tx, case.id).await.unwrap().len(), 1);
}

pub(super) fn new_event(case: CaseId) -> NewEvent {
    NewEvent {
        id: EventId::new(uuid()),
        case,
        kind: "created".into(),
        at: now(),
        role: Role::Citizen,
        actor: None,
        data: json!({"to": "submitted"}),
    }
}

#[tokio::test]
async fn a_timeline_counts_from_one_for_each_case() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let (one, two) = (stored(&tx, draft(kit.cesena, &maria)).await, stored(&tx, draft(kit.cesena, &maria)).await);
    for sequence in 1..=3 {
        let event = events::append(&tx, new_event(one.id)).await.unwrap();
        assert_eq!(event.sequence, sequence);
    }
    assert_eq!(events::append(&tx, new_event(two.id)).await.unwrap().sequence, 1);
    let first = events::of_case(&tx, one.id, None, 2).await.unwrap();
    assert_eq!(first.items.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2]);
    let rest = events::of_case(&tx, one.id, first.next.as_ref(), 2).await.unwrap();
    assert_eq!((rest.items.len(), rest.items[0].sequence, rest.next), (1, 3, None));
    assert_eq!(rest.items[0].data, json!({"to": "submitted"}));
}

pub(super) fn document(case: CaseId, kind: &str, is_act: bool) -> Document {
    Document {
        id: DocumentId::new(uuid()),
        case,
        kind: kind.into(),
        is_act,
        name: "certificato.pdf".into(),
        file_type: FileType::P7m,
        size: 12_345,
        sha256: "0f".repeat(32).into(),
        privacy: Privacy::Special,
        uploaded_by: sportello_domain::ids::PersonId::new(uuid()),
        uploaded_at: now(),
    }
}

#[tokio::test]
async fn documents_are_counted_by_kind_and_the_newest_act_counts() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, draft(kit.cesena, &maria)).await;
    let certificate = document(case.id, "certificate", false);
    let (old, new) = (document(case.id, "badge", true), document(case.id, "badge", true));
    for document in [&certificate, &document(case.id, "certificate", false), &old, &new] {
        documents::insert(&tx, document).await.unwrap();
    }
    assert_eq!(documents::find(&tx, certificate.id).await.unwrap().as_ref(), Some(&certificate));
    assert_eq!(documents::counts(&tx, case.id).await.unwrap(), BTreeMap::from([("certificate".into(), 2)]));
    assert_eq!(documents::acts(&tx, case.id).await.unwrap(), BTreeMap::from([("badge".into(), new.id)]));
    assert!(documents::delete(&tx, certificate.id).await.unwrap());
    assert!(!documents::delete(&tx, certificate.id).await.unwrap());
    assert_eq!(documents::of_case(&tx, case.id, None, 10).await.unwrap().items.len(), 3);
}

#[tokio::test]
async fn messages_and_payments_come_back_and_a_payment_is_settled_once() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, draft(kit.cesena, &maria)).await;
    let message = CaseMessage {
        id: MessageId::new(uuid()),
        case: case.id,
        role: Role::System,
        author: None,
        subject: Some("Ricevuta".into()),
        body: "Presentata".into(),
        at: now(),
    };
    messages::insert(&tx, &message).await.unwrap();
    assert_eq!(messages::find(&tx, message.id).await.unwrap().as_ref(), Some(&message));
    assert_eq!(messages::of_case(&tx, case.id, None, 10).await.unwrap().items, [message]);

    let mut payment = Payment {
        id: PaymentId::new(uuid()),
        case: case.id,
        fee: "stamp-duty".into(),
        title: Text::new("Marca da bollo", "Stamp duty"),
        amount: Money::from_cents(1600),
        status: PaymentStatus::Due,
        receipt: None,
        paid_at: None,
    };
    payments::insert(&tx, std::slice::from_ref(&payment)).await.unwrap();
    payments::insert(&tx, &[]).await.unwrap();
    assert_eq!(payments::of_case(&tx, case.id).await.unwrap(), [payment.clone()]);
    assert!(payments::settle(&tx, payment.id, PaymentStatus::PaidAtDesk, Some("R-1"), now()).await.unwrap());
    assert!(!payments::settle(&tx, payment.id, PaymentStatus::PaidAtDesk, Some("R-2"), now()).await.unwrap());
    payment.status = PaymentStatus::PaidAtDesk;
    payment.receipt = Some("R-1".into());
    payment.paid_at = Some(now());
    assert_eq!(payments::find(&tx, payment.id).await.unwrap(), Some(payment));
}

pub(super) fn entry(case: CaseId, sequence: u64) -> Entry {
    Entry {
        id: EntryId::new(uuid()),
        register: "main".into(),
        year: 2026,
        sequence,
        date: day("2026-05-04"),
        at: now(),
        direction: Direction::Incoming,
        correspondent: "Maria Rossi".into(),
        subject: "Istanza".into(),
        sha256: "0a".repeat(32).into(),
        case,
        annulment: None,
    }
}

#[tokio::test]
async fn an_entry_of_the_register_is_only_annulled_and_only_once() {
    let kit = kit_of(8).await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, draft(kit.cesena, &maria)).await;
    for sequence in 1..=3 {
        register::insert(&tx, &entry(case.id, sequence)).await.unwrap();
    }
    let mut two = register::find(&tx, "main", 2026, 2).await.unwrap().unwrap();
    assert_eq!(register::find(&tx, "main", 2026, 9).await.unwrap(), None);
    assert_eq!(register::find(&tx, "main", 2026, u64::MAX).await.unwrap(), None);
    let mark = Annulment { at: now(), by: maria.id, act: "Determina 7".into(), reason: "Doppia".into() };
    assert!(register::annul(&tx, two.id, &mark).await.unwrap());
    assert!(!register::annul(&tx, two.id, &mark).await.unwrap());
    two.annulment = Some(mark);
    let page = register::page(&tx, "main", 2026, None, 2).await.unwrap();
    assert_eq!(page.items.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(page.items[1], two);
    let rest = register::page(&tx, "main", 2026, page.next.as_ref(), 2).await.unwrap();
    assert_eq!((rest.items.len(), rest.items[0].sequence, rest.next), (1, 1, None));
    assert_eq!(register::of_case(&tx, case.id).await.unwrap().len(), 3);
    tx.commit().await.unwrap();

    let mut raw = kit.raw(kit.cesena).await;
    for (statement, refusal) in [
        ("UPDATE register_entries SET subject = 'x' WHERE sequence = 1", "an entry of the register is never changed, only annulled once"),
        (
            "UPDATE register_entries SET annulled_reason = 'x' WHERE sequence = 2",
            "an entry of the register is never changed, only annulled once",
        ),
        ("DELETE FROM register_entries WHERE sequence = 3", "an entry of the register is never removed"),
    ] {
        let error = sqlx::query(statement).execute(&mut raw).await.unwrap_err();
        assert_eq!(error.as_database_error().unwrap().message(), refusal);
    }
}

#[tokio::test]
async fn counters_are_apart_by_name_and_year() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    for (name, year, expected) in [("case", 2026, 1), ("case", 2026, 2), ("case", 2027, 1), ("register", 2026, 1), ("case", 2026, 3)] {
        assert_eq!(counters::next(&tx, name, year).await.unwrap(), expected, "{name} {year}");
    }
}

async fn begin(tx: &TenantTx, key: &str, body: u8, at: jiff::Timestamp) -> Begun {
    let scope = KeyScope { caller: "p1", operation: "POST /cases", key };
    idempotency::begin(tx, scope, &[body; 32], at).await.unwrap()
}

#[tokio::test]
async fn an_idempotency_key_answers_new_in_use_replay_and_reused() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let outcome = Outcome { status: 201, resource: Some(uuid()), version: Some(3) };
    let scope = KeyScope { caller: "p1", operation: "POST /cases", key: "k" };
    assert_eq!(begin(&tx, "k", 1, now()).await, Begun::New);
    assert_eq!(begin(&tx, "k", 1, now()).await, Begun::InUse);
    assert_eq!(begin(&tx, "k", 2, now()).await, Begun::Reused);
    idempotency::finish(&tx, scope, outcome).await.unwrap();
    assert_eq!(begin(&tx, "k", 1, now()).await, Begun::Replay(outcome));
    assert_eq!(begin(&tx, "k", 2, now()).await, Begun::Reused);
    for other in [KeyScope { caller: "p2", ..scope }, KeyScope { operation: "POST /x", ..scope }] {
        assert_eq!(idempotency::begin(&tx, other, &[2; 32], now()).await.unwrap(), Begun::New);
    }
    let late = now() + SignedDuration::from_hours(23);
    assert_eq!(begin(&tx, "k", 1, late).await, Begun::Replay(outcome));
    assert_eq!(idempotency::sweep(&tx, late).await.unwrap(), 0);
    let later = now() + SignedDuration::from_hours(24);
    assert_eq!(begin(&tx, "k", 2, later).await, Begun::New, "a key that is no longer kept is free");
    assert_eq!(idempotency::sweep(&tx, later).await.unwrap(), 2);
}

#[tokio::test]
async fn the_outbox_gives_what_is_due_until_it_is_done_or_given_up() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let make = |seconds| Outgoing {
        id: OutboxId::new(uuid()),
        kind: "mail".into(),
        payload: json!({"message": "m"}),
        created_at: now() + SignedDuration::from_secs(seconds),
        attempts: 0,
    };
    let (first, second, third) = (make(0), make(1), make(60));
    for outgoing in [&third, &second, &first] {
        outbox::enqueue(&tx, outgoing).await.unwrap();
    }
    let soon = now() + SignedDuration::from_secs(10);
    assert_eq!(work::due::<Outgoing>(&tx, soon, 10).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(work::due::<Outgoing>(&tx, soon, 1).await.unwrap(), vec![first.clone()]);
    work::done::<Outgoing>(&tx, first.id, soon).await.unwrap();
    work::failed::<Outgoing>(&tx, second.id, "timeout", Some(soon), now()).await.unwrap();
    assert_eq!(work::backlog::<Outgoing>(&tx, soon).await.unwrap(), Backlog { waiting: 1, given_up: 0 });
    assert_eq!(work::due::<Outgoing>(&tx, soon, 10).await.unwrap(), [Outgoing { attempts: 1, ..second.clone() }]);
    work::failed::<Outgoing>(&tx, second.id, "gone", None, now()).await.unwrap();
    assert_eq!(work::due::<Outgoing>(&tx, soon, 10).await.unwrap(), []);
    assert_eq!(work::next_due::<Outgoing>(&tx).await.unwrap(), Some(third.created_at));
    assert_eq!(work::backlog::<Outgoing>(&tx, third.created_at).await.unwrap(), Backlog { waiting: 1, given_up: 1 });
}

#[tokio::test]
async fn a_job_of_one_kind_and_subject_is_planned_anew_not_twice() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let job = |seconds| Job {
        id: JobId::new(uuid()),
        kind: "limit".into(),
        subject: "case-1".into(),
        payload: json!(null),
        run_at: now() + SignedDuration::from_secs(seconds),
        attempts: 0,
    };
    let first = job(0);
    jobs::enqueue(&tx, &first).await.unwrap();
    jobs::enqueue(&tx, &job(30)).await.unwrap();
    assert_eq!(work::due::<Job>(&tx, now(), 10).await.unwrap(), []);
    let later = now() + SignedDuration::from_secs(30);
    let due = work::due::<Job>(&tx, later, 10).await.unwrap();
    assert_eq!((due.len(), due[0].id), (1, first.id));
    assert_eq!(work::backlog::<Job>(&tx, later).await.unwrap(), Backlog { waiting: 1, given_up: 0 });
    work::done::<Job>(&tx, first.id, later).await.unwrap();
    assert_eq!(work::backlog::<Job>(&tx, later).await.unwrap(), Backlog::default());
    assert_eq!(work::next_due::<Job>(&tx).await.unwrap(), None);
    assert!(!jobs::cancel(&tx, "limit", "case-1").await.unwrap());
    jobs::enqueue(&tx, &job(60)).await.unwrap();
    work::failed::<Job>(&tx, first.id, "later", Some(later), now()).await.unwrap();
    assert_eq!(work::due::<Job>(&tx, later, 10).await.unwrap()[0].attempts, 1);
    assert!(jobs::cancel(&tx, "limit", "case-1").await.unwrap());
}

#[tokio::test]
async fn a_suspension_is_opened_and_closed() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, open(kit.cesena, &maria, "2026-06-03")).await;
    assert!(!suspensions::close(&tx, case.id, day("2026-05-10")).await.unwrap());
    suspensions::open(&tx, case.id, Norm::Integration, day("2026-05-05")).await.unwrap();
    assert!(suspensions::close(&tx, case.id, day("2026-05-10")).await.unwrap());
    suspensions::open(&tx, case.id, Norm::Integration, day("2026-05-20")).await.unwrap();
    let spans: Vec<_> = suspensions::of_case(&tx, case.id).await.unwrap().into_iter().map(|span| (span.from, span.to)).collect();
    assert_eq!(spans, [(day("2026-05-05"), Some(day("2026-05-10"))), (day("2026-05-20"), None)]);
}

#[tokio::test]
async fn the_platform_knows_slugs_and_generations() {
    let kit = kit().await;
    let tx = kit.stores.write_platform().await.unwrap();
    assert!(platform::register(&tx, kit.cesena, "cesena", crate::EMBEDDED, now()).await.unwrap());
    assert!(platform::register(&tx, kit.cesena, "comune-di-cesena", crate::EMBEDDED, now()).await.unwrap());
    assert!(platform::register(&tx, kit.cesena, "cesena", crate::EMBEDDED, now()).await.unwrap());
    assert!(!platform::register(&tx, kit.santarcangelo, "cesena", crate::EMBEDDED, now()).await.unwrap());
    assert_eq!(platform::generation(&tx).await.unwrap(), None);
    assert_eq!(platform::record_generation(&tx, "a", now()).await.unwrap(), 1);
    assert_eq!(platform::record_generation(&tx, "a", now()).await.unwrap(), 1);
    assert_eq!(platform::record_generation(&tx, "b", now()).await.unwrap(), 2);
    tx.commit().await.unwrap();
    let tx = kit.stores.read_platform().await.unwrap();
    assert_eq!(platform::find(&tx, "comune-di-cesena").await.unwrap(), Some(kit.cesena));
    assert_eq!(platform::find(&tx, "sarsina").await.unwrap(), None);
    assert_eq!(platform::slugs(&tx).await.unwrap().len(), 2);
    assert_eq!(platform::generation(&tx).await.unwrap().unwrap().hash, "b");
}

#[tokio::test]
async fn a_use_of_a_limit_is_taken_once_and_given_back_once() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let mut cases = Vec::new();
    for _ in 0..3 {
        cases.push(stored(&tx, draft(kit.cesena, &maria)).await.id);
    }
    let may = Counted { service: "pass", limit: "plate", period: "2026-05", key: &[1; 32] };
    assert!(!limits::take(&tx, cases[0], may, 0).await.unwrap());
    assert!(limits::take(&tx, cases[0], may, 2).await.unwrap());
    assert!(limits::take(&tx, cases[1], may, 2).await.unwrap());
    assert!(!limits::take(&tx, cases[2], may, 2).await.unwrap());
    for other in [Counted { period: "2026-06", ..may }, Counted { key: &[2; 32], ..may }, Counted { limit: "person", ..may }] {
        assert_eq!(limits::used(&tx, other).await.unwrap(), 0);
    }
    limits::give_back(&tx, cases[0]).await.unwrap();
    limits::give_back(&tx, cases[0]).await.unwrap();
    limits::give_back(&tx, cases[2]).await.unwrap();
    assert_eq!(limits::used(&tx, may).await.unwrap(), 1);
    assert!(limits::take(&tx, cases[2], may, 2).await.unwrap());
}

#[tokio::test]
async fn a_note_comes_back_with_who_wrote_it() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let (maria, luca) = (known(&tx, "Maria").await, known(&tx, "Luca").await);
    let case = stored(&tx, draft(kit.cesena, &maria)).await;
    let note = |author: &sportello_domain::case::Person| Note {
        id: NoteId::new(uuid()),
        case: case.id,
        author: author.clone(),
        body: "Chiamare l'ufficio tributi.".into(),
        at: now(),
    };
    let (first, second) = (note(&maria), note(&luca));
    notes::insert(&tx, &first).await.unwrap();
    notes::insert(&tx, &second).await.unwrap();
    let page = notes::of_case(&tx, case.id, None, 1).await.unwrap();
    assert_eq!(page.items, [first]);
    assert_eq!(notes::of_case(&tx, case.id, page.next.as_ref(), 1).await.unwrap().items, std::slice::from_ref(&second));
    assert_eq!(notes::find(&tx, second.id).await.unwrap(), Some(second));
}

#[tokio::test]
async fn a_saved_filter_is_its_owners_and_has_its_name_once() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let (maria, luca) = (known(&tx, "Maria").await, known(&tx, "Luca").await);
    let query = InboxQuery {
        service: Some("pink-badge".into()),
        status: vec![CaseStatus::InProgress],
        assignee: Some(Assignee::Person(luca.id)),
        due_before: Some(day("2026-06-01")),
    };
    let filter = SavedFilter { id: FilterId::new(uuid()), person: maria.id, name: "Urgenti".into(), query, created_at: now() };
    assert!(saved_filters::insert(&tx, &filter).await.unwrap());
    let twice = SavedFilter { id: FilterId::new(uuid()), ..filter.clone() };
    assert!(!saved_filters::insert(&tx, &twice).await.unwrap());
    assert!(saved_filters::insert(&tx, &SavedFilter { person: luca.id, ..twice }).await.unwrap());
    assert_eq!(saved_filters::of_person(&tx, maria.id).await.unwrap(), std::slice::from_ref(&filter));
    assert_eq!(saved_filters::find(&tx, luca.id, filter.id).await.unwrap(), None);
    assert!(!saved_filters::delete(&tx, luca.id, filter.id).await.unwrap());
    assert!(saved_filters::delete(&tx, maria.id, filter.id).await.unwrap());
    assert!(!saved_filters::delete(&tx, maria.id, filter.id).await.unwrap());
}

#[tokio::test]
async fn a_case_is_rated_once_and_counted_with_its_service() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let mut rated = Vec::new();
    for stars in [5, 5, 2] {
        let case = stored(&tx, draft(kit.cesena, &maria)).await.id;
        let aspect = if stars == 5 { Aspect::Clear } else { Aspect::Lost };
        let rating = Rating { case, service: "pink-badge".into(), stars, aspect: Some(aspect), text: Some("Grazie.".into()), at: now() };
        assert!(ratings::insert(&tx, &rating).await.unwrap());
        assert!(!ratings::insert(&tx, &Rating { stars: 1, ..rating.clone() }).await.unwrap());
        rated.push(rating);
    }
    assert_eq!(ratings::of_case(&tx, rated[0].case).await.unwrap(), Some(rated[0].clone()));
    assert_eq!(ratings::counts(&tx, "pink-badge").await.unwrap(), BTreeMap::from([(2, 1), (5, 2)]));
    assert_eq!(ratings::counts(&tx, "other").await.unwrap(), BTreeMap::new());
    let first = ratings::of_service(&tx, "pink-badge", None, 2).await.unwrap();
    assert_eq!(first.items, [rated[2].clone(), rated[1].clone()]);
    assert_eq!(ratings::of_service(&tx, "pink-badge", first.next.as_ref(), 2).await.unwrap().items, [rated[0].clone()]);
}

#[tokio::test]
async fn an_opinion_is_given_once_and_waited_for_until_then() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, open(kit.cesena, &maria, "2026-06-03")).await;
    let asked = |request: &str, office: &str| Opinion {
        id: OpinionId::new(uuid()),
        case: case.id,
        request: request.into(),
        state: "conference".into(),
        office: office.into(),
        asked_at: now(),
        due: Some(day("2026-05-24")),
        given: None,
    };
    let (heritage, works) = (asked("heritage", "culture"), asked("works", "works"));
    opinions::insert(&tx, &heritage).await.unwrap();
    opinions::insert(&tx, &works).await.unwrap();
    assert_eq!(opinions::pending(&tx, Some(&["works".into()]), None, 50).await.unwrap().items, std::slice::from_ref(&works));
    let given = Given { verdict: Verdict::Conditional, note: Some("Con prescrizioni".into()), by: Some(case.applicant.id), at: now() };
    assert!(opinions::give(&tx, heritage.id, &given).await.unwrap());
    assert!(!opinions::give(&tx, heritage.id, &Given { verdict: Verdict::Silent, ..given.clone() }).await.unwrap());
    assert_eq!(opinions::forgo(&tx, case.id).await.unwrap(), 1);
    assert_eq!(opinions::of_case(&tx, case.id).await.unwrap(), [Opinion { given: Some(given), ..heritage.clone() }]);
    assert_eq!(opinions::find(&tx, works.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_receipt_comes_once() {
    let kit = kit().await;
    let settlement = |id| Settlement {
        id: SettlementId::new(id),
        case: None,
        notice: "1".into(),
        amount: Money::from_cents(100),
        receipt: "r".into(),
        verdict: checkout::Verdict::UnknownNotice,
        at: now(),
    };
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    settlements::insert(&tx, &settlement(uuid())).await.unwrap();
    tx.commit().await.unwrap();
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    assert!(settlements::insert(&tx, &settlement(uuid())).await.is_err());
}
