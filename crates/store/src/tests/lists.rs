//! Lists: what they hold, in which order, and that they go on where they stopped whatever comes in meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use sportello_domain::{
    case::{Case, CaseStatus},
    ids::{CaseId, PersonId},
};

use super::{
    kit::{day, draft, kit, known, now, open, stored},
    repositories::document,
};
use crate::{
    Cursor, NotACursor, TenantTx,
    cases::{self, CaseCounts, CaseFilter, CaseOrder},
    documents,
};

async fn walk(tx: &TenantTx, filter: &CaseFilter, order: CaseOrder, limit: u64) -> Vec<CaseId> {
    let (mut ids, mut place) = (Vec::new(), None);
    loop {
        let slice = cases::page(tx, filter, order, place.as_ref(), limit).await.unwrap();
        assert!(slice.items.len() <= usize::try_from(limit).unwrap());
        ids.extend(slice.items.iter().map(|case| case.id));
        // Through the text in which a client holds it.
        place = slice.next.map(|next| next.to_string().parse::<Cursor>().unwrap());
        if place.is_none() {
            return ids;
        }
    }
}

#[tokio::test]
async fn both_orders_show_every_case_once_in_pages_of_any_size() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let mut all = Vec::new();
    for number in 0..23 {
        let due = format!("2026-06-{:02}", 1 + number * 7 % 5);
        let case = if number % 6 == 0 { draft(kit.cesena, &maria) } else { open(kit.cesena, &maria, &due) };
        all.push(stored(&tx, case).await);
    }
    let newest: Vec<CaseId> = all.iter().rev().map(|case| case.id).collect();
    let mut by_due: Vec<&Case> = all.iter().collect();
    by_due.sort_by_key(|case| (case.due_date.is_none(), case.due_date, case.id));
    let by_due: Vec<CaseId> = by_due.into_iter().map(|case| case.id).collect();
    let of_maria = CaseFilter { applicant_or_delegate: Some(maria.id), ..CaseFilter::default() };
    for limit in [1, 2, 5, 22, 23, 24, 200] {
        for filter in [&CaseFilter::default(), &of_maria] {
            assert_eq!(walk(&tx, filter, CaseOrder::Newest, limit).await, newest, "limit {limit}");
            assert_eq!(walk(&tx, filter, CaseOrder::Due, limit).await, by_due, "limit {limit}");
        }
    }
}

#[tokio::test]
async fn what_comes_in_between_two_pages_neither_repeats_nor_hides_a_case() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let mut before = BTreeSet::new();
    for number in 1..=9 {
        before.insert(stored(&tx, open(kit.cesena, &maria, &format!("2026-06-{number:02}"))).await.id);
    }
    for order in [CaseOrder::Newest, CaseOrder::Due] {
        let (mut seen, mut place) = (Vec::new(), None);
        loop {
            let slice = cases::page(&tx, &CaseFilter::default(), order, place.as_ref(), 2).await.unwrap();
            seen.extend(slice.items.iter().map(|case| case.id));
            for due in ["2026-01-01", "2026-06-04", "2027-01-01"] {
                stored(&tx, open(kit.cesena, &maria, due)).await;
            }
            place = slice.next;
            // New ones come in at the end of the list by due date as fast as it is read.
            if place.is_none() || seen.len() > 40 {
                break;
            }
        }
        let distinct: BTreeSet<_> = seen.iter().copied().collect();
        assert_eq!(distinct.len(), seen.len(), "{order:?} repeats a case");
        assert!(before.is_subset(&distinct), "{order:?} hides a case");
    }
}

#[tokio::test]
async fn each_filter_narrows_and_together_they_narrow_more() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let (maria, anna, luca) = (known(&tx, "Maria").await, known(&tx, "Anna").await, known(&tx, "Luca").await);
    let one = Case {
        office: "mobility".into(),
        assignee: Some(luca.clone()),
        code: Some("CES-2026-0000001".into()),
        ..open(kit.cesena, &maria, "2026-06-01")
    };
    let two = Case {
        office: "registry".into(),
        delegate: Some(maria.clone()),
        service: "ztl-permit".into(),
        ..open(kit.cesena, &anna, "2026-06-10")
    };
    let three = Case { status: CaseStatus::ConcludedPositive, operator: Some(luca.id), ..open(kit.cesena, &anna, "2026-06-20") };
    for case in [&one, &two, &three] {
        cases::insert(&tx, case).await.unwrap();
    }
    let (one, two, three) = (one.id, two.id, three.id);
    let any = CaseFilter::default;
    let of = |person: PersonId| CaseFilter { applicant_or_delegate: Some(person), ..any() };
    let expectations: Vec<(&str, CaseFilter, Vec<CaseId>)> = vec![
        ("all", any(), vec![three, two, one]),
        ("applicant or delegate", of(maria.id), vec![two, one]),
        ("somebody without cases", of(luca.id), vec![]),
        ("office", CaseFilter { offices: Some(vec!["registry".into()]), ..any() }, vec![two]),
        ("offices", CaseFilter { offices: Some(vec!["registry".into(), "mobility".into()]), ..any() }, vec![three, two, one]),
        ("no office", CaseFilter { offices: Some(vec![]), ..any() }, vec![]),
        ("assignee", CaseFilter { assignee: Some(luca.id), ..any() }, vec![one]),
        ("unassigned", CaseFilter { unassigned: true, ..any() }, vec![three, two]),
        ("service", CaseFilter { service: Some("ztl-permit".into()), ..any() }, vec![two]),
        ("status", CaseFilter { status: vec![CaseStatus::InProgress], ..any() }, vec![two, one]),
        ("statuses", CaseFilter { status: vec![CaseStatus::Draft, CaseStatus::ConcludedPositive], ..any() }, vec![three]),
        ("due before", CaseFilter { due_before: Some(day("2026-06-10")), ..any() }, vec![one]),
        ("code", CaseFilter { code: Some("CES-2026-0000001".into()), ..any() }, vec![one]),
        ("operator", CaseFilter { operator: Some(luca.id), ..any() }, vec![three]),
        ("person and office", CaseFilter { offices: Some(vec!["registry".into()]), ..of(maria.id) }, vec![two]),
        ("person and status", CaseFilter { status: vec![CaseStatus::Draft], ..of(maria.id) }, vec![]),
    ];
    for (name, filter, expected) in expectations {
        assert_eq!(walk(&tx, &filter, CaseOrder::Newest, 2).await, expected, "{name}");
        let by_due: BTreeSet<_> = walk(&tx, &filter, CaseOrder::Due, 2).await.into_iter().collect();
        assert_eq!(by_due, expected.iter().copied().collect(), "{name}, by due date");
        let counts = cases::counts(&tx, &filter, day("2026-06-01"), day("2026-06-30")).await.unwrap();
        assert_eq!(counts.by_status.values().sum::<u64>(), u64::try_from(expected.len()).unwrap(), "{name}, counted");
    }
}

#[tokio::test]
async fn counts_tell_what_is_overdue_and_what_soon_will_be() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    stored(&tx, draft(kit.cesena, &maria)).await;
    for due in ["2026-05-03", "2026-05-04", "2026-05-11", "2026-05-12"] {
        stored(&tx, open(kit.cesena, &maria, due)).await;
    }
    stored(&tx, Case { due_date: None, ..open(kit.cesena, &maria, "2026-05-03") }).await;
    stored(&tx, Case { status: CaseStatus::ConcludedNegative, concluded_at: Some(now()), ..open(kit.cesena, &maria, "2026-05-03") }).await;
    let counts = cases::counts(&tx, &CaseFilter::default(), day("2026-05-04"), day("2026-05-11")).await.unwrap();
    let by_status = BTreeMap::from([(CaseStatus::Draft, 1), (CaseStatus::InProgress, 5), (CaseStatus::ConcludedNegative, 1)]);
    assert_eq!(counts, CaseCounts { by_status, overdue: 1, due_soon: 2 });
}

#[tokio::test]
async fn the_list_of_a_cases_documents_goes_on_where_it_stopped() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, draft(kit.cesena, &maria)).await;
    let mut expected = Vec::new();
    for _ in 0..5 {
        let document = document(case.id, "certificate", false);
        documents::insert(&tx, &document).await.unwrap();
        expected.push(document);
    }
    let first = documents::of_case(&tx, case.id, None, 3).await.unwrap();
    let rest = documents::of_case(&tx, case.id, first.next.as_ref(), 3).await.unwrap();
    assert_eq!(rest.next, None);
    assert_eq!([first.items, rest.items].concat(), expected);
}

#[test]
fn a_cursor_that_nobody_gave_out_is_refused() {
    let id = "0198a2c4d5e67f008000000000000001";
    let good: Cursor = format!("2026-06-01~{id}").parse().unwrap();
    assert_eq!(good.to_string(), format!("2026-06-01~{id}"));
    let bad = ["", "~", "x", id, "2026-06-01~x", &format!("2026'--~{id}"), &format!("{}~{id}", "1".repeat(21))];
    for text in bad {
        assert_eq!(text.parse::<Cursor>(), Err(NotACursor), "{text}");
    }
}
