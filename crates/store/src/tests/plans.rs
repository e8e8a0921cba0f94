//! No statement walks over a whole table, and the lists that are read all day do not sort: asked of the database itself, for
//! every statement that the repositories send.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use sportello_domain::{
    case::{CaseStatus, PaymentStatus},
    checkout::{self, Checkout, Settlement},
    dead_letter::{DeadLetter, Work},
    ids::{
        AssignmentId, CaseId, CheckoutId, DeadLetterId, DocumentId, EntryId, FilterId, JobId, MessageId, NoteId, OpinionId, OutboxId,
        PaymentId, PersonId, SettlementId,
    },
    money::Money,
    office::{InboxQuery, Note, SavedFilter},
    opinion::{Given, Opinion, Verdict},
    rating::Rating,
    register::Annulment,
    terms::Norm,
};

use super::{
    kit::{Kit, day, draft, kit_of, known, lookup_key, now, stored, uuid},
    repositories::{entry, new_event},
};
use crate::{
    Cursor, TenantTx, assignments,
    assignments::AssignmentFilter,
    cases::{self, CaseFilter, CaseOrder},
    checkouts, counters, dead_letters, definitions, documents, events,
    idempotency::{self, KeyScope, Outcome},
    jobs::{self, Job},
    keys,
    limits::{self, Counted},
    messages, notes, opinions,
    outbox::Outgoing,
    payments, persons, ratings, register, saved_filters, settlements, special, suspensions, work,
};

async fn plan(kit: &Kit, tx: &TenantTx, mut statement: Statement) -> Vec<String> {
    statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    let rows = tx.session().query_all_raw(statement).await.unwrap();
    kit.taken();
    rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}

/// The branches of a list by person are limited before they are walked.
fn walks_over_a_table(step: &str) -> bool {
    step.starts_with("SCAN ") && !["SCAN applicant_id", "SCAN delegate_id", "SCAN CONSTANT ROW"].contains(&step)
}

#[tokio::test]
async fn no_statement_walks_over_a_table() {
    let kit = kit_of(8).await;
    let tx = kit.begun().await;
    send_everything(&tx).await;
    let statements = kit.taken();
    assert!(statements.len() > 60, "{} statements were sent", statements.len());
    for statement in statements {
        let sql = statement.sql.clone();
        let steps = plan(&kit, &tx, statement).await;
        let bounded = sql.contains("LIMIT") && !steps.iter().any(|step| step.contains("TEMP B-TREE"));
        for step in steps {
            assert!(!walks_over_a_table(&step), "{step}\n{sql}");
            // The tenant alone is all of the file: fine for a list that stops at its limit, and for nothing else.
            assert!(bounded || !step.ends_with("(tenant_id=?)"), "{step}\n{sql}");
        }
    }
}

#[tokio::test]
async fn the_lists_that_are_read_all_day_come_out_of_an_index_in_order() {
    let kit = kit_of(8).await;
    let tx = kit.begun().await;
    let place = Cursor { key: "0-2026-06-01".into(), id: uuid() };
    let open = || vec![CaseStatus::InProgress, CaseStatus::SuspendedApplicant];
    let any = CaseFilter::default;
    let person = PersonId::new(uuid());
    let lists: [(&str, CaseFilter, CaseOrder, &str); 6] = [
        ("the newest", any(), CaseOrder::Newest, "tenant_id=? AND id<?"),
        (
            "one office's inbox",
            CaseFilter { offices: Some(vec!["a".into()]), status: open(), ..any() },
            CaseOrder::Due,
            "cases_by_office_phase_due_key_id",
        ),
        (
            "an officer's inbox",
            CaseFilter { assignee: Some(person), status: open(), ..any() },
            CaseOrder::Due,
            "cases_by_assignee_id_phase_due_key_id",
        ),
        ("what nobody handles", CaseFilter { unassigned: true, status: open(), ..any() }, CaseOrder::Due, "phase=?"),
        ("the tenant's inbox", CaseFilter { status: open(), ..any() }, CaseOrder::Due, "cases_by_phase_due_key_id"),
        ("by code", CaseFilter { code: Some("c".into()), ..any() }, CaseOrder::Newest, "cases_by_code"),
    ];
    for (name, filter, order, index) in lists {
        for place in [None, Some(&place)] {
            cases::page(&tx, &filter, order, place, 50).await.unwrap();
            let plan = plan(&kit, &tx, kit.taken().remove(0)).await;
            assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{name} sorts: {plan:?}");
            if name != "the newest" || place.is_some() {
                assert!(plan[0].contains(index), "{name} does not use {index}: {plan:?}");
            }
        }
    }
    let filter = CaseFilter { applicant_or_delegate: Some(person), ..any() };
    cases::page(&tx, &filter, CaseOrder::Newest, Some(&place), 50).await.unwrap();
    let plan = plan(&kit, &tx, kit.taken().remove(0)).await.join("\n");
    for index in ["cases_by_applicant_id_id", "cases_by_delegate_id_id"] {
        assert!(plan.contains(&format!("{index} (tenant_id=? AND {}=? AND id<?)", &index[9..index.len() - 3])), "{plan}");
    }
}

pub(super) async fn send_everything(tx: &TenantTx) {
    let maria = known(tx, "Maria").await;
    let case = stored(tx, draft(tx.tenant(), &maria)).await;
    send_lists_of_cases(tx, maria.id).await;
    send_parts_of_a_case(tx, case.id).await;
    persons::find(tx, maria.id).await.unwrap();
    persons::find_by_key(tx, &lookup_key(&maria)).await.unwrap();
    cases::find(tx, case.id).await.unwrap();
    cases::update(tx, &case, 1).await.unwrap();
    definitions::get(tx, "h").await.unwrap();
    keys::current(tx).await.unwrap();
    keys::find(tx, "k").await.unwrap();
    keys::newest(tx, 100).await.unwrap();
    counters::next(tx, "n", 2026).await.unwrap();
    counters::next(tx, "n", 2026).await.unwrap();
    let counted = Counted { service: "s", limit: "l", period: "2026-05", key: &[1; 32] };
    let note = Note { id: NoteId::new(uuid()), case: case.id, author: maria.clone(), body: "n".into(), at: now() };
    notes::insert(tx, &note).await.unwrap();
    notes::find(tx, note.id).await.unwrap();
    notes::of_case(tx, case.id, Some(&Cursor { key: String::new(), id: uuid() }), 10).await.unwrap();
    let filter =
        SavedFilter { id: FilterId::new(uuid()), person: maria.id, name: "f".into(), query: InboxQuery::default(), created_at: now() };
    saved_filters::insert(tx, &filter).await.unwrap();
    saved_filters::find(tx, maria.id, filter.id).await.unwrap();
    saved_filters::of_person(tx, maria.id).await.unwrap();
    saved_filters::delete(tx, maria.id, filter.id).await.unwrap();
    events::last(tx, case.id).await.unwrap();
    events::newest(tx).await.unwrap();
    let rating = Rating { case: case.id, service: "s".into(), stars: 5, aspect: None, text: None, at: now() };
    ratings::insert(tx, &rating).await.unwrap();
    ratings::of_case(tx, case.id).await.unwrap();
    ratings::counts(tx, "s").await.unwrap();
    ratings::of_service(tx, "s", Some(&Cursor { key: String::new(), id: uuid() }), 10).await.unwrap();
    payments::due_among(tx, &[case.id, case.id]).await.unwrap();
    let checkout = Checkout {
        id: CheckoutId::new(uuid()),
        case: case.id,
        notice: "1".into(),
        amount: Money::from_cents(1),
        settled: false,
        created_at: now(),
    };
    checkouts::insert(tx, &checkout).await.unwrap();
    assert_eq!(checkouts::find(tx, checkout.id).await.unwrap(), Some(checkout.clone()));
    assert_eq!(checkouts::by_notice(tx, "1").await.unwrap(), checkouts::last_of(tx, case.id).await.unwrap());
    assert!(checkouts::settle(tx, checkout.id).await.unwrap() && !checkouts::settle(tx, checkout.id).await.unwrap());
    let settlement = Settlement {
        id: SettlementId::new(uuid()),
        case: None,
        notice: "1".into(),
        amount: checkout.amount,
        receipt: "r".into(),
        verdict: checkout::Verdict::UnknownNotice,
        at: now(),
    };
    settlements::insert(tx, &settlement).await.unwrap();
    assert_eq!(settlements::find(tx, settlement.id).await.unwrap(), Some(settlement.clone()));
    assert_eq!(settlements::by_receipt(tx, "r").await.unwrap(), Some(settlement.clone()));
    settlements::page(tx, Some(&Cursor { key: String::new(), id: uuid() }), 10).await.unwrap();
    limits::take(tx, case.id, counted, 3).await.unwrap();
    limits::used(tx, counted).await.unwrap();
    limits::give_back(tx, case.id).await.unwrap();
    assignments::of_person(tx, maria.id, day("2026-05-04")).await.unwrap();
    assignments::find(tx, AssignmentId::new(uuid())).await.unwrap();
    assignments::end(tx, AssignmentId::new(uuid()), day("2026-05-04"), 1).await.unwrap();
    let place = Cursor { key: String::new(), id: uuid() };
    let filters = [AssignmentFilter::default(), AssignmentFilter { office: Some("a".into()), ..AssignmentFilter::default() }];
    for filter in filters {
        assignments::list(tx, &filter, Some(&place), 50).await.unwrap();
    }
    register::insert(tx, &entry(case.id, 1)).await.unwrap();
    register::find(tx, "main", 2026, 1).await.unwrap();
    register::page(tx, "main", 2026, None, 50).await.unwrap();
    register::page(tx, "main", 2026, Some(&Cursor { key: "7".into(), id: uuid() }), 50).await.unwrap();
    register::of_case(tx, case.id).await.unwrap();
    let mark = Annulment { at: now(), by: maria.id, act: "a".into(), reason: "r".into() };
    register::annul(tx, EntryId::new(uuid()), &mark).await.unwrap();
    let scope = KeyScope { caller: "c", operation: "o", key: "k" };
    for _ in 0..2 {
        idempotency::begin(tx, scope, &[0; 32], now()).await.unwrap();
    }
    idempotency::finish(tx, scope, Outcome { status: 200, resource: None, version: None }).await.unwrap();
    idempotency::sweep(tx, now()).await.unwrap();
    send_deliveries(tx).await;
    cases::delete_draft(tx, CaseId::new(uuid()), 1).await.unwrap();
}

async fn send_lists_of_cases(tx: &TenantTx, person: PersonId) {
    let any = CaseFilter::default;
    let filters = [
        any(),
        CaseFilter { applicant_or_delegate: Some(person), ..any() },
        CaseFilter { offices: Some(vec!["a".into(), "b".into()]), ..any() },
        CaseFilter { offices: Some(vec!["a".into()]), status: CaseStatus::ALL.to_vec(), ..any() },
        CaseFilter { assignee: Some(person), due_before: Some(day("2026-05-04")), ..any() },
        CaseFilter { unassigned: true, service: Some("s".into()), operator: Some(person), ..any() },
        CaseFilter { code: Some("c".into()), ..any() },
    ];
    for filter in &filters {
        for order in [CaseOrder::Newest, CaseOrder::Due] {
            for place in [None, Some(&Cursor { key: "0-2026-06-01".into(), id: uuid() })] {
                cases::page(tx, filter, order, place, 50).await.unwrap();
            }
        }
        // What is counted is walked over, so it is counted with the status: only what is open.
        let filter = CaseFilter { status: vec![CaseStatus::InProgress, CaseStatus::SuspendedApplicant], ..filter.clone() };
        cases::counts(tx, &filter, day("2026-05-04"), day("2026-05-11")).await.unwrap();
    }
}

async fn send_parts_of_a_case(tx: &TenantTx, case: CaseId) {
    let place = Cursor { key: "1".into(), id: uuid() };
    events::append(tx, new_event(case)).await.unwrap();
    for place in [None, Some(&place)] {
        events::of_case(tx, case, place, 50).await.unwrap();
        documents::of_case(tx, case, place, 50).await.unwrap();
        messages::of_case(tx, case, place, 50).await.unwrap();
    }
    documents::find(tx, DocumentId::new(uuid())).await.unwrap();
    documents::counts(tx, case).await.unwrap();
    documents::acts(tx, case).await.unwrap();
    documents::delete(tx, DocumentId::new(uuid())).await.unwrap();
    messages::find(tx, MessageId::new(uuid())).await.unwrap();
    payments::find(tx, PaymentId::new(uuid())).await.unwrap();
    payments::of_case(tx, case).await.unwrap();
    payments::settle(tx, PaymentId::new(uuid()), PaymentStatus::PaidAtDesk, None, now()).await.unwrap();
    assert_eq!(special::get_all(tx, case).await.unwrap(), BTreeMap::new());
    special::delete(tx, case, &["a/b"]).await.unwrap();
    suspensions::open(tx, case, Norm::Integration, day("2026-05-04")).await.unwrap();
    suspensions::close(tx, case, day("2026-05-05")).await.unwrap();
    suspensions::of_case(tx, case).await.unwrap();
    let asked = asked(case);
    opinions::insert(tx, &asked).await.unwrap();
    opinions::find(tx, asked.id).await.unwrap();
    opinions::of_case(tx, case).await.unwrap();
    for place in [None, Some(&place)] {
        opinions::pending(tx, Some(std::slice::from_ref(&asked.office)), place, 50).await.unwrap();
        opinions::pending(tx, None, place, 50).await.unwrap();
    }
    opinions::give(tx, asked.id, &Given { verdict: Verdict::Silent, note: None, by: None, at: now() }).await.unwrap();
    opinions::forgo(tx, case).await.unwrap();
}

fn asked(case: CaseId) -> Opinion {
    let (id, at) = (OpinionId::new(uuid()), now());
    Opinion { id, case, request: "works".into(), state: "conference".into(), office: "works".into(), asked_at: at, due: None, given: None }
}

async fn send_deliveries(tx: &TenantTx) {
    work::due::<Outgoing>(tx, now(), 50).await.unwrap();
    work::next_due::<Outgoing>(tx).await.unwrap();
    work::backlog::<Outgoing>(tx, now()).await.unwrap();
    work::done::<Outgoing>(tx, OutboxId::new(uuid()), now()).await.unwrap();
    work::failed::<Outgoing>(tx, OutboxId::new(uuid()), "e", None, now()).await.unwrap();
    let job = Job { id: JobId::new(uuid()), kind: "k".into(), subject: "s".into(), payload: json!(1), run_at: now(), attempts: 0 };
    jobs::enqueue(tx, &job).await.unwrap();
    work::due::<Job>(tx, now(), 50).await.unwrap();
    work::next_due::<Job>(tx).await.unwrap();
    work::backlog::<Job>(tx, now()).await.unwrap();
    work::done::<Job>(tx, job.id, now()).await.unwrap();
    work::failed::<Job>(tx, job.id, "e", None, now()).await.unwrap();
    jobs::cancel(tx, "k", "s").await.unwrap();
    work::find_due::<Job>(tx, job.id, now()).await.unwrap();
    work::find_due::<Outgoing>(tx, OutboxId::new(uuid()), now()).await.unwrap();
    for place in [None, Some(&Cursor { key: "7".into(), id: uuid() })] {
        dead_letters::page(tx, place, 50).await.unwrap();
    }
    let mut letter = DeadLetter {
        id: DeadLetterId::new(uuid()),
        work: Work::Job,
        kind: "k".into(),
        subject: None,
        tries: 8,
        error: "e".into(),
        given_up_at: now(),
    };
    dead_letters::find(tx, letter.id).await.unwrap();
    for work in [Work::Job, Work::Letter] {
        letter.work = work;
        dead_letters::retry(tx, &letter, now()).await.unwrap();
        dead_letters::drop(tx, &letter).await.unwrap();
    }
}
