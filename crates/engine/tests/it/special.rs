//! What is of a special category: sealed wherever it is kept, shown to whom it concerns and to who decides.

use serde_json::{Value, json};
use sportello_domain::refusal::Code;
use sportello_engine::{
    Unread,
    cases::{self, CaseQuery},
    documents,
    inbox::{self, InboxQuery},
};

use crate::world::{World, code, first, mario, named, page, staff};

const SECRET: &str = "gravidanza-a-rischio-73";
const IN_FILE: &str = "%PDF-1.7 referto-segreto-51";
const IN_PASSAGE: &str = "nuovo-certificato-88";

#[tokio::test]
async fn no_secret_stands_in_any_file() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    let draft = world.draft(&mario, "badge", first(SECRET)).await.unwrap().case.id;
    world.attach(&mario, draft, "certificate", IN_FILE.as_bytes()).await.unwrap();
    world.submit(&mario, draft).await.unwrap();
    world.take(&officer, draft, "take-charge", None).await.unwrap();
    world.take(&officer, draft, "ask-integration", Some(json!({"request": "a newer certificate"}))).await.unwrap();
    let answer = json!({"reply": "here it is", "health": IN_PASSAGE});
    world.take(&mario, draft, "answer", Some(answer)).await.unwrap();
    world.send_due().await;
    world.run_due().await;
    for secret in [SECRET, "referto-segreto-51", IN_PASSAGE] {
        assert!(!world.holds(secret), "{secret}");
        assert!(!world.outside.post.sent.lock().unwrap().iter().any(|mail| mail.body.contains(secret)), "{secret}");
    }
    assert!(world.holds("here it is"), "the search does find what stands there");
    // It is all there for those whom it concerns.
    for who in [&mario, &officer] {
        let case = world.get(who, draft).await.unwrap().case;
        assert_eq!(case.answers["request"]["diagnosis"], SECRET);
        assert_eq!(case.answers.as_object().unwrap().len(), 1, "answers to passages are no answers to the form");
        let file = documents::page(&world.engine, &world.call(who), draft, page()).await.unwrap().items[0].id;
        let content = documents::content(&world.engine, &world.call(who), file).await.unwrap();
        assert_eq!(content.bytes, IN_FILE.as_bytes());
        assert_eq!(health(&world, who, draft).await, json!(IN_PASSAGE));
    }
}

async fn health(world: &World, who: &sportello_engine::Identity, case: sportello_domain::ids::CaseId) -> Value {
    let events = cases::events(&world.engine, &world.call(who), case, page()).await.unwrap().items;
    events.iter().rev().find(|event| event.data["transition"] == "answer").unwrap().data["data"]["health"].clone()
}

#[tokio::test]
async fn who_serves_at_the_desk_sees_it_until_the_submission() {
    let world = World::new().await;
    let (operator, colleague) = (staff("operator"), staff("colleague"));
    let draft = world.draft_for(&operator, named(&mario()), "badge", first(SECRET)).await.unwrap().case;
    assert_eq!(draft.answers["request"]["diagnosis"], SECRET);
    let file = world.attach(&operator, draft.id, "certificate", IN_FILE.as_bytes()).await.unwrap().id;
    assert!(documents::content(&world.engine, &world.call(&operator), file).await.is_ok());
    assert_eq!(code(world.get(&colleague, draft.id).await), Code::NotFound);
    let submitted = world.submit(&operator, draft.id).await.unwrap().case;
    for case in [submitted, world.get(&operator, draft.id).await.unwrap().case, world.get(&colleague, draft.id).await.unwrap().case] {
        assert_eq!(case.answers["request"], json!({"kind": "first", "diagnosis": null}));
    }
    assert_eq!(code(documents::content(&world.engine, &world.call(&operator), file).await), Code::NotFound);
    assert_eq!(documents::page(&world.engine, &world.call(&operator), draft.id, page()).await.unwrap().items.len(), 0);
    let summary = cases::summary(&world.engine, &world.call(&operator), draft.id).await.unwrap();
    assert_eq!((summary.answers["request"]["diagnosis"].clone(), summary.documents.len()), (Value::Null, 0));
    let officer = staff("officer");
    assert_eq!(world.get(&officer, draft.id).await.unwrap().case.answers["request"]["diagnosis"], SECRET);
    assert!(documents::content(&world.engine, &world.call(&officer), file).await.is_ok());
}

#[tokio::test]
async fn what_a_passage_was_answered_is_for_the_same_eyes() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    let case = world.badge(&mario, SECRET).await.case.id;
    world.take(&officer, case, "take-charge", None).await.unwrap();
    world.take(&officer, case, "ask-integration", Some(json!({"request": "more"}))).await.unwrap();
    world.take(&mario, case, "answer", Some(json!({"health": IN_PASSAGE}))).await.unwrap();
    assert_eq!(health(&world, &staff("operator"), case).await, Value::Null);
    assert_eq!(health(&world, &officer, case).await, json!(IN_PASSAGE));
}

#[tokio::test]
async fn a_special_answer_is_taken_out_and_put_back() {
    let world = World::new().await;
    let mario = mario();
    let draft = world.draft(&mario, "badge", first(SECRET)).await.unwrap().case;
    let save = |patch: Value| {
        let (call, engine) = (world.call(&mario), world.engine.clone());
        async move { cases::save(&engine, &call, draft.id, Unread::known(patch)).await }
    };
    let untouched = save(json!({"applicant": {"email": "m@example.org"}})).await.unwrap().case;
    assert_eq!(untouched.answers["request"]["diagnosis"], SECRET);
    let removed = save(json!({"request": {"diagnosis": null}})).await.unwrap().case;
    assert_eq!(removed.answers["request"].get("diagnosis"), None);
    assert_eq!(world.get(&mario, draft.id).await.unwrap().case.answers["request"].get("diagnosis"), None);
    let other = save(json!({"request": {"diagnosis": "another"}})).await.unwrap().case;
    assert_eq!(other.answers["request"]["diagnosis"], "another");
}

#[tokio::test]
async fn no_list_holds_answers() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    world.badge(&mario, SECRET).await;
    for who in [&mario, &officer] {
        let list = cases::page(&world.engine, &world.call(who), CaseQuery::default(), page()).await.unwrap();
        assert_eq!(list.items.iter().map(|view| view.case.answers.clone()).collect::<Vec<_>>(), [Value::Null]);
    }
    let inbox = inbox::page(&world.engine, &world.call(&staff("manager")), InboxQuery::default(), page()).await.unwrap();
    assert_eq!(inbox.page.items[0].case.answers, Value::Null);
}
