//! Work that was given up, over the API: seen, tried again and dropped by who administers the body.

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use sportello_engine::work;
use sportello_store::{outbox::Outgoing, work as rows};

use crate::{
    cases::submitted,
    fixture::tenant,
    world::{ADMINISTRATOR, CITIZEN, OFFICER, STRANGER, World, by},
};

const LIST: &str = "/v1/tenants/alfa/dead-letters";

/// Two letters of alfa that were given up, and the case that they are about.
async fn given_up(world: &World) -> String {
    let case = submitted(world).await;
    world.post_as(OFFICER, &format!("{case}/messages"), &json!({"body": "Buongiorno"})).await.expect(201);
    let (stores, now) = (world.engine.stores(), world.engine.now());
    let tx = stores.write(tenant("alfa").id).await.unwrap();
    let due = rows::due::<Outgoing>(&tx, now, 10).await.unwrap();
    assert!(due.len() >= 2, "{due:?}");
    for outgoing in due {
        rows::failed::<Outgoing>(&tx, outgoing.id, "not_sent", None, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    case
}

fn retry(letter: &str, key: Option<&str>, tag: Option<&str>) -> TestRequest {
    let mut request = by(ADMINISTRATOR, TestRequest::post().uri(&format!("{letter}/retry")));
    if let Some(key) = key {
        request = request.insert_header(("idempotency-key", key.to_owned()));
    }
    if let Some(tag) = tag {
        request = request.insert_header(("if-match", tag.to_owned()));
    }
    request
}

fn drop(letter: &str, tag: &str) -> TestRequest {
    by(ADMINISTRATOR, TestRequest::delete().uri(letter)).insert_header(("if-match", tag.to_owned()))
}

async fn first(world: &World) -> (String, String) {
    let list = world.get_as(ADMINISTRATOR, LIST).await.expect(200);
    let letter = list["items"][0]["_links"]["self"]["href"].as_str().unwrap().to_owned();
    let etag = world.get_as(ADMINISTRATOR, &letter).await.header("etag").unwrap().to_owned();
    (letter, etag)
}

/// What was done about work on the timeline of a case, with the role in which it was.
async fn remedies(world: &World, case: &str) -> Vec<(Value, Value)> {
    let events = world.get_as(OFFICER, &format!("{case}/events?limit=200")).await.expect(200);
    let all = events["items"].as_array().unwrap().iter();
    all.filter(|event| event["kind"].as_str().unwrap().starts_with("work_"))
        .map(|event| (event["kind"].clone(), event["role"].clone()))
        .collect()
}

#[actix_web::test]
async fn what_was_given_up_is_listed_without_anything_personal_and_page_by_page() {
    let world = World::new().await;
    assert_eq!(world.get_as(ADMINISTRATOR, LIST).await.expect(200)["items"], json!([]));
    let case = given_up(&world).await;
    let list = world.get_as(ADMINISTRATOR, LIST).await.expect(200);
    let items = list["items"].as_array().unwrap();
    assert!(items.len() >= 2);
    let item = items[0].as_object().unwrap();
    let names: Vec<&str> = item.keys().map(String::as_str).collect();
    assert_eq!(names, ["id", "work", "kind", "subject", "tries", "error", "given_up_at", "version", "_links"]);
    assert_eq!((&item["work"], &item["error"], &item["tries"]), (&json!("letter"), &json!("not_sent"), &json!(1)));
    assert!(case.ends_with(item["subject"].as_str().unwrap()));

    let mut paged = Vec::new();
    let mut next = Some(format!("{LIST}?limit=1"));
    while let Some(path) = next {
        let page = world.get_as(ADMINISTRATOR, &path).await.expect(200);
        assert!(page["items"].as_array().unwrap().len() <= 1);
        paged.extend(page["items"].as_array().unwrap().iter().cloned());
        next = page["_links"]["next"]["href"].as_str().map(str::to_owned);
    }
    assert_eq!(&paged, items);
    let letter = item["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(world.get_as(ADMINISTRATOR, letter).await.expect(200), items[0]);
}

#[actix_web::test]
async fn what_is_tried_again_is_due_again_once_and_stands_on_the_timeline() {
    let world = World::new().await;
    let case = given_up(&world).await;
    let alfa = std::sync::Arc::new(tenant("alfa"));
    assert_eq!(work::due_at(&world.engine, &alfa).await.unwrap(), []);
    let (letter, etag) = first(&world).await;
    for _ in 0..2 {
        assert_eq!(world.send(retry(&letter, Some("r"), Some(&etag))).await.status, 204, "a repetition is answered alike");
    }
    assert_eq!(world.get_as(ADMINISTRATOR, &letter).await.problem(), (404, "not_found"));
    assert_eq!(world.send(retry(&letter, Some("other"), Some(&etag))).await.problem(), (404, "not_found"));
    let due = work::due_at(&world.engine, &alfa).await.unwrap();
    assert_eq!(due.len(), 1);
    assert!(work::carry_out(&world.engine, &alfa, due[0]).await.unwrap());
    assert_eq!(work::due_at(&world.engine, &alfa).await.unwrap(), []);
    assert_eq!(remedies(&world, &case).await, [(json!("work_retried"), json!("administrator"))]);
}

#[actix_web::test]
async fn what_is_dropped_is_gone_and_stands_on_the_timeline() {
    let world = World::new().await;
    let case = given_up(&world).await;
    let before = world.get_as(ADMINISTRATOR, LIST).await.expect(200)["items"].as_array().unwrap().len();
    let (letter, etag) = first(&world).await;
    assert_eq!(world.send(drop(&letter, &etag)).await.status, 204);
    assert_eq!(world.send(drop(&letter, &etag)).await.problem(), (404, "not_found"));
    assert_eq!(world.get_as(ADMINISTRATOR, LIST).await.expect(200)["items"].as_array().unwrap().len(), before - 1);
    assert_eq!(remedies(&world, &case).await, [(json!("work_dropped"), json!("administrator"))]);
}

#[actix_web::test]
async fn who_may_not_and_what_is_wrong_is_refused() {
    let world = World::new().await;
    given_up(&world).await;
    let (letter, etag) = first(&world).await;
    for path in [LIST, &letter] {
        assert_eq!(world.get_as(OFFICER, path).await.problem(), (403, "forbidden"));
        assert_eq!(world.get_as(CITIZEN, path).await.problem(), (403, "forbidden"));
        assert_eq!(world.get_as(STRANGER, path).await.problem(), (404, "not_found"));
        assert_eq!(world.send(TestRequest::get().uri(path)).await.problem(), (401, "unauthenticated"));
    }
    let unknown = format!("{LIST}/01970000-0000-7000-8000-00000000ffff");
    assert_eq!(world.get_as(ADMINISTRATOR, &unknown).await.problem(), (404, "not_found"));
    assert_eq!(world.get_as(ADMINISTRATOR, &format!("{LIST}/letter")).await.problem(), (404, "not_found"));
    assert_eq!(world.get_as(ADMINISTRATOR, &format!("{LIST}?limit=0")).await.problem(), (400, "invalid_parameter"));
    assert_eq!(world.get_as(ADMINISTRATOR, &format!("{LIST}?cursor=x")).await.problem(), (400, "invalid_parameter"));
    assert_eq!(world.send(retry(&letter, None, Some(&etag))).await.problem(), (400, "idempotency_key_required"));
    assert_eq!(world.send(retry(&letter, Some("a"), None)).await.problem(), (428, "if_match_required"));
    assert_eq!(world.send(retry(&letter, Some("b"), Some("\"1\""))).await.problem(), (412, "version_mismatch"));
    assert_eq!(world.send(drop(&letter, "\"1\"")).await.problem(), (412, "version_mismatch"));
    let bare = by(ADMINISTRATOR, TestRequest::delete().uri(&letter));
    assert_eq!(world.send(bare).await.problem(), (428, "if_match_required"));
    let officer = by(OFFICER, TestRequest::delete().uri(&letter)).insert_header(("if-match", etag.clone()));
    assert_eq!(world.send(officer).await.problem(), (403, "forbidden"));
    // Nothing of all that did anything.
    assert_eq!(world.get_as(ADMINISTRATOR, &letter).await.header("etag"), Some(etag.as_str()));
}
