//! The law's clock on real cases: terms, waits, limits.

use serde_json::json;
use sportello_domain::{case::CaseStatus, ids::CaseId, permissions::Role, terms::Explained};
use sportello_engine::{cases, jobs};

use crate::world::{World, mario, page, staff};

async fn asked(world: &World) -> CaseId {
    let (mario, officer) = (mario(), staff("officer"));
    let id = world.permit(&mario).await.case.id;
    world.take(&officer, id, "take-charge", None).await.unwrap();
    id
}

async fn ask(world: &World, id: CaseId) {
    let waiting = world.take(&staff("officer"), id, "ask-integration", Some(json!({"request": "a plan"}))).await.unwrap().case;
    assert_eq!(waiting.status, CaseStatus::SuspendedApplicant);
}

async fn term(world: &World, id: CaseId) -> Explained {
    cases::term(&world.engine, &world.call(&mario()), id).await.unwrap()
}

fn due(explained: &Explained) -> Option<String> {
    explained.due.map(|day| day.to_string())
}

#[tokio::test]
async fn a_wait_stops_the_term_once_and_what_is_left_runs_on() {
    let world = World::new().await;
    let id = asked(&world).await;
    assert_eq!(due(&term(&world, id).await).as_deref(), Some("2026-04-01"));
    world.outside.hands.set("2026-03-12T09:00:00Z");
    ask(&world, id).await;
    assert_eq!(world.get(&mario(), id).await.unwrap().case.due_date, None, "nobody knows how long the wait will last");
    world.outside.hands.set("2026-03-22T09:00:00Z");
    let answered = world.take(&mario(), id, "answer", Some(json!({"reply": "here"}))).await.unwrap().case;
    assert_eq!(answered.due_date.unwrap().to_string(), "2026-04-11");
    let explained = term(&world, id).await;
    assert_eq!(due(&explained).as_deref(), Some("2026-04-11"));
    assert_eq!(explained.days.iter().filter(|day| day.counted.is_some()).count(), 30);
    // A second request may be made, but the term runs on (L. 241/1990 art. 2 c. 7).
    world.outside.hands.set("2026-03-25T09:00:00Z");
    ask(&world, id).await;
    world.outside.hands.set("2026-03-30T09:00:00Z");
    let again = world.take(&mario(), id, "answer", None).await.unwrap().case;
    assert_eq!(again.due_date.unwrap().to_string(), "2026-04-11");
}

#[tokio::test]
async fn a_wait_ends_by_itself_when_its_last_day_is_over() {
    let world = World::new().await;
    let id = asked(&world).await;
    world.outside.hands.set("2026-03-12T09:00:00Z");
    ask(&world, id).await;
    // Thirty days from the 12th: 11 April, to its last minute in Rome.
    world.outside.hands.set("2026-04-11T21:59:59Z");
    assert_eq!(world.run_due().await, 0);
    world.outside.hands.set("2026-04-11T22:00:00Z");
    assert_eq!(world.run_due().await, 1);
    let closed = world.get(&mario(), id).await.unwrap().case;
    assert_eq!((&*closed.state, closed.status), ("incomplete", CaseStatus::ConcludedNegative));
    let events = cases::events(&world.engine, &world.call(&mario()), id, page()).await.unwrap().items;
    let last = events.last().unwrap();
    assert_eq!((last.role, last.actor, &last.data["to"]), (Role::System, None, &json!("incomplete")));
    assert_eq!(world.run_due().await, 0, "once");
    assert_eq!(jobs::next_due(&world.engine, &world.alfa).await.unwrap(), None);
}

#[tokio::test]
async fn a_limit_that_falls_on_a_holiday_moves_on() {
    let world = World::new().await;
    let id = asked(&world).await;
    // Thirty days from 6 March is Easter Sunday; Monday is a holiday too.
    world.outside.hands.set("2026-03-06T09:00:00Z");
    ask(&world, id).await;
    let next = jobs::next_due(&world.engine, &world.alfa).await.unwrap().unwrap();
    assert_eq!(next.to_string(), "2026-04-07T22:00:00Z");
}

#[tokio::test]
async fn a_wait_that_was_answered_does_not_end_by_itself() {
    let world = World::new().await;
    let id = asked(&world).await;
    ask(&world, id).await;
    world.take(&mario(), id, "answer", None).await.unwrap();
    world.outside.hands.set("2026-06-01T09:00:00Z");
    assert_eq!(world.run_due().await, 0);
    assert_eq!(&*world.get(&mario(), id).await.unwrap().case.state, "examination");
}

#[tokio::test]
async fn a_second_wait_has_a_limit_of_its_own() {
    let world = World::new().await;
    let id = asked(&world).await;
    ask(&world, id).await;
    world.outside.hands.set("2026-03-20T09:00:00Z");
    world.take(&mario(), id, "answer", None).await.unwrap();
    ask(&world, id).await;
    world.outside.hands.set("2026-04-10T09:00:00Z");
    assert_eq!(world.run_due().await, 0, "the first one's day has passed, the second one's has not");
    world.outside.hands.set("2026-04-21T09:00:00Z");
    assert_eq!(world.run_due().await, 1);
}
