//! Repeated and simultaneous requests: each is carried out once, and no number is missing or given twice.

use serde_json::json;
use sportello_domain::refusal::Code;
use sportello_engine::{
    Call, Engine, Unread,
    cases::{self, CaseQuery},
    messages::{self, NewMessage},
    register::{self, Annul},
};
use tokio::task::JoinSet;

use crate::world::{World, code, faults, key, laura, mario, named, new_case, page, staff};

async fn begin(engine: Engine, call: Call) -> (sportello_domain::ids::CaseId, bool) {
    let made = cases::create(&engine, &call, new_case("permit", json!({"request": {"reason": "x"}}), None)).await.unwrap();
    (made.case.id, made.replayed)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_many_times_at_once_makes_one_case() {
    let world = World::new().await;
    let call = Call { idempotency_key: Some(key("once", b"{}")), ..world.call(&mario()) };
    let mut racing = JoinSet::new();
    for _ in 0..8 {
        racing.spawn(begin(world.engine.clone(), call.clone()));
    }
    let made = racing.join_all().await;
    assert!(made.iter().all(|(id, _)| *id == made[0].0), "{made:?}");
    assert_eq!(made.iter().filter(|(_, replayed)| !replayed).count(), 1);
    let all = cases::page(&world.engine, &world.call(&mario()), CaseQuery::default(), page()).await.unwrap();
    assert_eq!(all.items.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_submitted_many_times_at_once_has_one_number() {
    let world = World::new().await;
    let draft = world.draft(&mario(), "permit", json!({"request": {"reason": "x"}})).await.unwrap().case;
    let mut racing = JoinSet::new();
    for number in 0..8 {
        // Half of them repeat one request, half are requests of their own.
        let name = if number % 2 == 0 { "same".to_owned() } else { format!("own-{number}") };
        let call = Call { idempotency_key: Some(key(&name, b"{}")), ..world.call_at(&mario(), draft.version) };
        let engine = world.engine.clone();
        racing.spawn(async move { cases::submit(&engine, &call, draft.id, Unread::known(())).await });
    }
    let outcomes = racing.join_all().await;
    let numbers: Vec<_> = outcomes.iter().flatten().map(|view| view.case.register_number.clone()).collect();
    assert!(!numbers.is_empty() && numbers.iter().all(|number| number.as_deref() == Some("0000001")));
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), Code::VersionMismatch);
    }
    let entries = register::page(&world.engine, &world.call(&staff("officer")), 2026, page()).await.unwrap();
    assert_eq!(entries.items.len(), 1);
}

#[tokio::test]
async fn a_key_serves_one_request_of_one_caller() {
    let world = World::new().await;
    let used = |who| Call { idempotency_key: Some(key("k", b"one")), ..world.call(who) };
    let (mario, laura) = (mario(), laura());
    let first = begin(world.engine.clone(), used(&mario)).await;
    assert_eq!(begin(world.engine.clone(), used(&mario)).await, (first.0, true));
    assert_ne!(begin(world.engine.clone(), used(&laura)).await.0, first.0, "another caller's keys are another's");
    let other_body = Call { idempotency_key: Some(key("k", b"two")), ..world.call(&mario) };
    let reused = cases::create(&world.engine, &other_body, new_case("permit", json!({}), None)).await;
    assert_eq!(code(reused), Code::IdempotencyKeyReused);
    world.outside.hands.set("2026-03-03T09:00:00Z");
    let next_day = begin(world.engine.clone(), used(&mario)).await;
    assert!(next_day.0 != first.0 && !next_day.1, "kept for twenty-four hours");
}

#[tokio::test]
async fn what_was_refused_may_be_tried_again_under_its_key() {
    let world = World::new().await;
    let call = Call { idempotency_key: Some(key("k", b"{}")), ..world.call(&staff("operator")) };
    let nobody = cases::create(&world.engine, &call, new_case("badge", json!({}), None)).await;
    assert_eq!(faults(nobody), [("/on_behalf_of".to_owned(), "required")]);
    let somebody = cases::create(&world.engine, &call, new_case("badge", json!({}), Some(named(&mario())))).await.unwrap();
    assert!(!somebody.replayed);
}

#[tokio::test]
async fn a_message_is_written_once() {
    let world = World::new().await;
    let case = world.permit(&mario()).await.case.id;
    let call = world.call(&mario());
    let body = || Unread::known(NewMessage { subject: None, body: "When?".into() });
    let one = messages::write(&world.engine, &call, case, body()).await.unwrap();
    assert_eq!(messages::write(&world.engine, &call, case, body()).await.unwrap(), one);
    let all = messages::page(&world.engine, &world.call(&mario()), case, page()).await.unwrap().items;
    assert_eq!(all.iter().filter(|message| message.author.is_some()).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_have_no_gaps_whoever_comes_at_once_and_whoever_is_refused() {
    let world = World::new().await;
    let mut drafts = Vec::new();
    for number in 0..20 {
        // Every fourth lacks its reason and will be refused.
        let answers = if number % 4 == 3 { json!({}) } else { json!({"request": {"reason": "x"}}) };
        drafts.push(world.draft(&mario(), "permit", answers).await.unwrap().case.id);
    }
    let mut racing = JoinSet::new();
    for draft in drafts {
        let (engine, call) = (world.engine.clone(), world.call(&mario()));
        racing.spawn(async move { cases::submit(&engine, &call, draft, Unread::known(())).await });
    }
    let outcomes = racing.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 15);
    let entries = register::page(&world.engine, &world.call(&staff("officer")), 2026, page()).await.unwrap().items;
    let mut sequences: Vec<u64> = entries.iter().map(|entry| entry.sequence).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, (1..=15).collect::<Vec<u64>>());
    for entry in &entries {
        let case = outcomes.iter().flatten().find(|view| view.case.id == entry.case).unwrap();
        assert_eq!(case.case.register_number.as_deref(), Some(&*format!("{:07}", entry.sequence)));
    }
}

#[tokio::test]
async fn the_register_counts_by_the_year_in_rome_and_is_only_ever_annulled() {
    let world = World::new().await;
    world.outside.hands.set("2026-12-31T22:59:59Z");
    assert_eq!(world.permit(&mario()).await.case.code.as_deref(), Some("ALF-2026-0000001"));
    world.outside.hands.set("2026-12-31T23:00:00Z");
    assert_eq!(world.permit(&mario()).await.case.code.as_deref(), Some("ALF-2027-0000001"));
    let administrator = staff("administrator");
    let annul = || Unread::known(Annul { act: "Det. 1/2027".into(), reason: "Entered twice".into() });
    let entry = register::annul(&world.engine, &world.call_at(&administrator, 1), 2027, 1, annul()).await.unwrap();
    assert_eq!((entry.date.to_string(), register::version(&entry)), ("2027-01-01".to_owned(), 2));
    let stale = register::annul(&world.engine, &world.call_at(&administrator, 1), 2027, 1, annul()).await;
    assert_eq!(code(stale), Code::VersionMismatch);
    let again = register::annul(&world.engine, &world.call_at(&administrator, 2), 2027, 1, annul()).await;
    assert_eq!(code(again), Code::AlreadyAnnulled);
    let missing = register::annul(&world.engine, &world.call(&administrator), 2027, 9, annul()).await;
    assert_eq!(code(missing), Code::NotFound);
    assert_eq!(world.permit(&mario()).await.case.register_number.as_deref(), Some("0000002"), "its number is never used again");
}
