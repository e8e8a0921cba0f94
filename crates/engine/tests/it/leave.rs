//! What leaves the system: letters, at least once, until they are sent or given up.

use std::sync::atomic::Ordering;

use serde_json::json;
use sportello_engine::{
    Unread, cases,
    messages::{self, NewMessage},
    outbox,
};

use crate::world::{World, mario, page, staff};

#[tokio::test]
async fn a_receipt_stands_on_the_case_and_goes_out_once() {
    let world = World::new().await;
    let case = world.permit(&mario()).await.case;
    let messages = messages::page(&world.engine, &world.call(&mario()), case.id, page()).await.unwrap().items;
    assert_eq!(messages.iter().map(|message| message.body.as_ref()).collect::<Vec<_>>(), ["Entro il 01/04/2026."]);
    assert_eq!(world.send_due().await, 1);
    assert_eq!(world.send_due().await, 0);
    let sent = world.outside.post.sent.lock().unwrap().clone();
    assert_eq!((sent.len(), sent[0].to.as_str(), sent[0].subject.as_str()), (1, "mario@example.org", "Pratica ALF-2026-0000001"));
}

#[tokio::test]
async fn the_address_given_in_the_request_comes_first() {
    let world = World::new().await;
    let answers = json!({"request": {"kind": "duplicate"}, "applicant": {"email": "now@example.org"}});
    let draft = world.draft(&mario(), "badge", answers).await.unwrap().case.id;
    world.submit(&mario(), draft).await.unwrap();
    world.send_due().await;
    assert_eq!(world.outside.post.sent.lock().unwrap()[0].to, "now@example.org");
}

#[tokio::test]
async fn a_draft_that_was_refused_tells_nobody() {
    let world = World::new().await;
    let draft = world.draft(&mario(), "permit", json!({})).await.unwrap().case.id;
    assert!(world.submit(&mario(), draft).await.is_err());
    assert_eq!(outbox::next_due(&world.engine, &world.alfa).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_not_sent_is_tried_again_later_and_later_and_then_given_up() {
    let world = World::new().await;
    world.permit(&mario()).await;
    world.outside.post.shut.store(true, Ordering::Relaxed);
    let mut waits = Vec::new();
    while let Some(next) = outbox::next_due(&world.engine, &world.alfa).await.unwrap() {
        world.outside.hands.set(&next.to_string());
        waits.push(next);
        assert_eq!(world.send_due().await, 1);
        assert_eq!(world.send_due().await, 0, "not before its time");
    }
    let minutes: Vec<i64> = waits.windows(2).map(|pair| (pair[1].as_second() - pair[0].as_second()) / 60).collect();
    assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60]);
    assert_eq!(world.outside.post.sent.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_letter_that_failed_goes_out_under_the_same_id() {
    let world = World::new().await;
    world.permit(&mario()).await;
    world.outside.post.shut.store(true, Ordering::Relaxed);
    world.send_due().await;
    world.outside.post.shut.store(false, Ordering::Relaxed);
    world.outside.hands.set("2026-03-02T09:01:00Z");
    assert_eq!(world.send_due().await, 1);
    assert_eq!(world.outside.post.sent.lock().unwrap().len(), 1);
    assert_eq!(outbox::next_due(&world.engine, &world.alfa).await.unwrap(), None);
}

#[tokio::test]
async fn what_the_office_writes_is_announced_and_not_repeated() {
    let world = World::new().await;
    let case = world.permit(&mario()).await.case.id;
    world.send_due().await;
    let body = || Unread::known(NewMessage { subject: None, body: "Your medical record is incomplete".into() });
    messages::write(&world.engine, &world.call(&mario()), case, body()).await.unwrap();
    assert_eq!(world.send_due().await, 0, "nobody is told of what they wrote themselves");
    messages::write(&world.engine, &world.call(&staff("officer")), case, body()).await.unwrap();
    assert_eq!(world.send_due().await, 1);
    let letter = world.outside.post.sent.lock().unwrap().last().unwrap().clone();
    assert!(letter.subject.contains("ALF-2026-0000001") && !letter.body.contains("medical"), "{}", letter.body);
}

#[tokio::test]
async fn a_template_that_lacks_leaves_nobody_without_a_receipt() {
    let mut world = World::new().await;
    let mut bare = (*world.alfa).clone();
    bare.templates.clear();
    world.alfa = std::sync::Arc::new(bare);
    let case = world.permit(&mario()).await.case.id;
    let found = messages::page(&world.engine, &world.call(&mario()), case, page()).await.unwrap().items;
    assert!(found[0].body.contains("ALF-2026-0000001") && found[0].body.contains("01/04/2026"), "{}", found[0].body);
    assert!(cases::events(&world.engine, &world.call(&mario()), case, page()).await.is_ok());
}
