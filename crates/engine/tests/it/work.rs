//! Whoever works for all tenants: what is due is done, by one, and what is in hand is finished.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use serde_json::json;
use sportello_domain::permissions::Role;
use sportello_engine::{
    cases,
    work::{self, Scope},
};
use tokio::{sync::watch, task::JoinSet};

use crate::world::{World, mario, page, staff};

/// So many workers as in processes of their own, until something is so or a while has passed.
async fn until(world: &World, workers: usize, scope: Scope, so: impl Fn() -> bool) {
    let (stop, stopped) = watch::channel(false);
    let mut running = JoinSet::new();
    for _ in 0..workers {
        running.spawn(work::run(world.engine.clone(), scope, stopped.clone()));
    }
    for _ in 0..600 {
        if so() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.send(true).unwrap();
    running.join_all().await;
}

/// Where the rows of these tests are, where they are not, and how many work there: files belong to one.
fn here() -> (Scope, Scope, usize) {
    if sportello_test_postgres::wanted() { (Scope::Databases, Scope::Files, 3) } else { (Scope::Files, Scope::Databases, 1) }
}

fn sent(world: &World) -> usize {
    world.outside.post.sent.lock().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_and_letters_are_done_once_however_many_work() {
    let (world, (scope, _, workers)) = (World::new().await, here());
    let mut cases = Vec::new();
    for _ in 0..12 {
        cases.push(world.permit(&mario()).await.case.id);
    }
    let waiting = cases[0];
    world.take(&staff("officer"), waiting, "take-charge", None).await.unwrap();
    world.take(&staff("officer"), waiting, "ask-integration", Some(json!({"request": "a plan"}))).await.unwrap();
    until(&world, workers, scope, || sent(&world) >= 12).await;
    let ids: BTreeSet<_> = world.outside.post.sent.lock().unwrap().iter().map(|mail| mail.id).collect();
    assert_eq!(ids.len(), sent(&world), "a letter went out twice");
    assert!(ids.len() >= 12, "{}", ids.len());
    // The limit ends the wait by itself.
    world.outside.hands.set("2026-06-01T09:00:00Z");
    until(&world, workers, scope, || false).await;
    let events = cases::events(&world.engine, &world.call(&mario()), waiting, page()).await.unwrap().items;
    let ended = events.iter().filter(|event| event.role == Role::System && event.data["to"] == "incomplete").count();
    assert_eq!(ended, 1, "{events:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_place_is_worked_by_whom_it_concerns() {
    let world = World::new().await;
    world.permit(&mario()).await;
    until(&world, 1, here().1, || false).await;
    assert_eq!(sent(&world), 0);
    until(&world, 1, Scope::Everywhere, || sent(&world) > 0).await;
    assert_eq!(sent(&world), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_told_to_stop_finishes_what_is_in_hand_and_gives_the_rest_back() {
    let world = World::new().await;
    for _ in 0..3 {
        world.permit(&mario()).await;
    }
    let post = Arc::clone(&world.outside.post);
    post.slow.store(true, Ordering::Relaxed);
    until(&world, 1, Scope::Everywhere, || post.begun.load(Ordering::Relaxed) == 1).await;
    assert_eq!(sent(&world), 1, "what was in hand was finished, and no more begun");
    // The clock of this world stands still: no lease runs out.
    post.slow.store(false, Ordering::Relaxed);
    until(&world, 1, Scope::Everywhere, || sent(&world) == 3).await;
    assert_eq!(sent(&world), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_worker_had_taken_is_done_when_its_lease_is_over() {
    let world = World::new().await;
    world.permit(&mario()).await;
    let post = Arc::clone(&world.outside.post);
    post.slow.store(true, Ordering::Relaxed);
    let (_stop, stopped) = watch::channel(false);
    let mut killed = JoinSet::new();
    killed.spawn(work::run(world.engine.clone(), Scope::Everywhere, stopped));
    while post.begun.load(Ordering::Relaxed) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    killed.shutdown().await;
    assert_eq!(sent(&world), 0);
    post.slow.store(false, Ordering::Relaxed);
    world.outside.hands.set("2026-03-02T09:02:01Z");
    until(&world, 1, Scope::Everywhere, || sent(&world) == 1).await;
    assert_eq!(sent(&world), 1);
}
