//! Lists, search and the inbox: what is in them, in which order, and what never is.

use serde_json::json;
use sportello_domain::{case::CaseStatus, ids::CaseId, refusal::Code};
use sportello_engine::{
    Identity, Page, Unread,
    cases::{self, CaseQuery, CaseSearch},
    inbox::{self, Assignee, InboxQuery},
    me,
};

use crate::world::{World, citizen, code, faults, first, laura, mario, named, page, staff};

fn ids<'a>(views: impl IntoIterator<Item = &'a cases::CaseView>) -> Vec<CaseId> {
    views.into_iter().map(|view| view.case.id).collect()
}

async fn listed(world: &World, who: &Identity, status: &[CaseStatus]) -> Vec<CaseId> {
    let query = CaseQuery { service: None, status: status.to_vec() };
    ids(&cases::page(&world.engine, &world.call(who), query, page()).await.unwrap().items)
}

#[tokio::test]
async fn no_question_brings_a_citizens_draft_before_staff() {
    let world = World::new().await;
    let draft = world.draft(&mario(), "badge", first("x")).await.unwrap().case.id;
    let officer = staff("officer");
    let drafts = [CaseStatus::Draft];
    for status in [&[][..], &drafts, &[CaseStatus::Draft, CaseStatus::Draft], &[CaseStatus::Draft, CaseStatus::InProgress]] {
        assert_eq!(listed(&world, &officer, status).await, []);
        let query = InboxQuery { status: status.to_vec(), ..InboxQuery::default() };
        let inbox = inbox::page(&world.engine, &world.call(&officer), query, page()).await.unwrap();
        assert_eq!((inbox.page.items.len(), inbox.counts.len()), (0, 0), "{status:?}");
        let search = CaseSearch { tax_code: "RSSMRA80A01C573D".into(), service: None, status: status.first().copied() };
        let found = cases::search(&world.engine, &world.call(&officer), Unread::known(search), page()).await.unwrap();
        assert_eq!(found.items.len(), 0);
    }
    assert_eq!(listed(&world, &mario(), &[]).await, [draft]);
    let operator = staff("operator");
    let own = world.draft_for(&operator, named(&laura()), "badge", json!({})).await.unwrap().case.id;
    assert_eq!(listed(&world, &operator, &drafts).await, [own]);
    assert_eq!(listed(&world, &staff("colleague"), &drafts).await, []);
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps() {
    let world = World::new().await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(world.permit(&mario()).await.case.id);
    }
    all.reverse();
    let (mut read, mut cursor) = (Vec::new(), None);
    loop {
        let page = Page { limit: 2, cursor };
        let part = cases::page(&world.engine, &world.call(&mario()), CaseQuery::default(), page).await.unwrap();
        read.extend(ids(&part.items));
        cursor = part.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(read, all);
    let wrong = Page { limit: 2, cursor: Some("made up".to_owned()) };
    assert_eq!(code(cases::page(&world.engine, &world.call(&mario()), CaseQuery::default(), wrong).await), Code::InvalidParameter);
}

#[tokio::test]
async fn a_person_is_found_however_the_code_is_written() {
    let world = World::new().await;
    let (plain, omocode) = (world.permit(&mario()).await.case.id, world.permit(&citizen("RSSMRA80A01C57PZ")).await.case.id);
    world.permit(&laura()).await;
    let officer = staff("officer");
    let search = |tax_code: &str, limit: u64, cursor: Option<String>| {
        let search = CaseSearch { tax_code: tax_code.into(), service: None, status: None };
        let (call, engine) = (world.call(&officer), world.engine.clone());
        async move { cases::search(&engine, &call, Unread::known(search), Page { limit, cursor }).await }
    };
    for spelling in ["RSSMRA80A01C573D", "rssmra80a01c57pz", "RSS MRA 80A01 C573D"] {
        assert_eq!(ids(&search(spelling, 50, None).await.unwrap().items), [omocode, plain], "{spelling}");
    }
    let one = search("RSSMRA80A01C573D", 1, None).await.unwrap();
    assert_eq!(ids(&one.items), [omocode]);
    let two = search("RSSMRA80A01C573D", 1, one.next).await.unwrap();
    assert_eq!((ids(&two.items), two.next), (vec![plain], None));
    assert_eq!(faults(search("RSSMRA80A01C573X", 50, None).await), [("/tax_code".to_owned(), "check_letter")]);
    let registrar = CaseSearch { tax_code: "RSSMRA80A01C573D".into(), service: None, status: None };
    let found = cases::search(&world.engine, &world.call(&staff("registrar")), Unread::known(registrar), page()).await.unwrap();
    assert_eq!(found.items.len(), 0, "another office's cases are not found either");
}

#[tokio::test]
async fn the_inbox_shows_what_falls_due_first_and_counts_all_of_it() {
    let world = World::new().await;
    let officer = staff("officer");
    let early = world.permit(&mario()).await.case.id;
    world.outside.hands.set("2026-03-20T09:00:00Z");
    let late = world.permit(&laura()).await.case.id;
    let done = world.permit(&laura()).await.case.id;
    world.take(&laura(), done, "withdraw", None).await.unwrap();
    world.take(&officer, early, "take-charge", None).await.unwrap();
    let inbox = |query: InboxQuery| {
        let (call, engine) = (world.call(&officer), world.engine.clone());
        async move { inbox::page(&engine, &call, query, page()).await.unwrap() }
    };
    let all = inbox(InboxQuery::default()).await;
    assert_eq!(ids(&all.page.items), [early, late]);
    assert_eq!(all.counts.into_iter().collect::<Vec<_>>(), [(CaseStatus::InProgress, 2)]);
    assert_eq!((all.overdue, all.due_soon), (0, 0));
    world.outside.hands.set("2026-03-25T09:00:00Z");
    assert_eq!(inbox(InboxQuery::default()).await.due_soon, 1, "1 April is seven days away");
    world.outside.hands.set("2026-04-02T09:00:00Z");
    assert_eq!(inbox(InboxQuery::default()).await.overdue, 1);
    let before = InboxQuery { due_before: Some("2026-04-02".parse().unwrap()), ..InboxQuery::default() };
    assert_eq!(ids(&inbox(before).await.page.items), [early]);
    let mine = InboxQuery { assignee: Some(Assignee::Me), ..InboxQuery::default() };
    assert_eq!(ids(&inbox(mine).await.page.items), []);
    let nobodys = InboxQuery { assignee: Some(Assignee::Nobody), ..InboxQuery::default() };
    assert_eq!(ids(&inbox(nobodys).await.page.items), [early, late]);
    let over = InboxQuery { status: vec![CaseStatus::ConcludedNegative], ..InboxQuery::default() };
    assert_eq!(ids(&inbox(over).await.page.items), [done]);
    let work = me::inbox(&world.engine, &officer).await.unwrap();
    assert_eq!((work.len(), work[0].open, work[0].overdue), (1, 2, 1));
    let asked = me::inbox(&world.engine, &mario()).await.unwrap();
    assert_eq!((asked[0].open, asked[0].cases.len()), (1, 0), "a citizen is asked, and has no office's work");
}
