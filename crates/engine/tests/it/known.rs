//! What registers know of a form: offered, marked where it was taken, asked again at the submission, seen by conditions.

use std::sync::{Arc, atomic::Ordering};

use serde_json::{Value, json};
use sportello_domain::{ids::CaseId, refusal::Code};
use sportello_engine::{
    Call, Unread,
    cases::{self, CaseView, NewCase},
};

use crate::{
    fixture::{both, pass, with_service},
    village::resident,
    world::{World, code, faults, laura, mario, named, page, staff},
};

/// A pass that knows who asks, and that only those can have of whom everything can be certified.
async fn world() -> World {
    let mut service = pass();
    service["limits"] = json!({});
    service["documents"] = json!({});
    service["form"]["sections"]["passengers"] = Value::Null;
    service["form"]["sections"].as_object_mut().unwrap().remove("passengers");
    service["form"]["sections"]["who"] = json!({"title": both("Chi", "Who"),
        "lookups": {"me": {"register": "population", "person": "applicant.tax_code"}},
        "fields": {
            "street": {"type": "text", "title": both("Via", "Street"), "required": true, "prefill": "registers.me.residence.street"},
            "note": {"type": "text", "title": both("Nota", "Note")}}});
    service["checks"] = json!({"certifiable": {"holds": "!registers.me.known || registers.me.certifiability == '2'",
        "refusal": both("Non certificabile.", "Cannot be certified.")}});
    let mut world = World::new().await;
    world.alfa = Arc::new(with_service(&world.alfa, service));
    world.put_in_force([&world.alfa, &world.beta]);
    world
}

fn answers(street: &str) -> Value {
    json!({"vehicle": {"plate": "AB123CD", "from": "2026-03-10", "years": 1}, "who": {"street": street}})
}

async fn save(world: &World, id: CaseId, answers: Value) -> CaseView {
    cases::save(&world.engine, &world.call(&mario()), id, Unread::known(answers)).await.unwrap()
}

fn sources(view: &CaseView) -> Vec<(String, Value, bool)> {
    view.known.iter().map(|known| (known.pointer.clone(), known.value.clone(), known.taken)).collect()
}

#[tokio::test]
async fn what_is_known_is_offered_and_marked_once_it_is_taken() {
    let world = world().await;
    world.outside.village.has([resident("Via Roma")]);
    let draft = world.draft(&mario(), "pass", json!({})).await.unwrap();
    let street = |taken| vec![("/answers/who/street".to_owned(), json!("Via Roma"), taken)];
    assert_eq!(sources(&draft), street(false));
    let saved = save(&world, draft.case.id, answers("Via Roma")).await;
    assert_eq!(sources(&saved), street(true));
    assert_eq!(world.outside.village.asked.load(Ordering::Relaxed), 1, "a question that was answered is not asked again");
    let submitted = world.submit(&mario(), draft.case.id).await.unwrap();
    assert_eq!(world.outside.village.asked.load(Ordering::Relaxed), 2, "but for the submission");
    assert_eq!(sources(&submitted), street(true));
    assert!(!world.holds("Via Roma\",\"since"), "what the register said is sealed");
}

#[tokio::test]
async fn what_the_register_no_longer_says_is_told_once() {
    let world = world().await;
    world.outside.village.has([resident("Via Roma")]);
    let id = world.draft(&mario(), "pass", answers("Via Roma")).await.unwrap().case.id;
    world.outside.village.has([resident("Via Nuova")]);
    let refused = world.submit(&mario(), id).await;
    assert_eq!(faults(refused), [("/answers/who/street".to_owned(), "register_changed")]);
    assert_eq!(sources(&world.get(&mario(), id).await.unwrap())[0].1, json!("Via Nuova"));
    let submitted = world.submit(&mario(), id).await.unwrap();
    assert_eq!(sources(&submitted), [], "the answer is the applicant's own now");
}

#[tokio::test]
async fn what_changed_is_not_told_to_a_request_that_is_refused_for_something_else() {
    let world = world().await;
    world.outside.village.has([resident("Via Roma")]);
    let draft = world.draft(&mario(), "pass", answers("Via Roma")).await.unwrap().case;
    world.outside.village.has([resident("Via Nuova")]);
    let stale = cases::submit(&world.engine, &world.call_at(&mario(), draft.version + 7), draft.id, Unread::known(())).await;
    assert_eq!(code(stale), Code::VersionMismatch);
    let keyless = Call { idempotency_key: None, ..world.call(&mario()) };
    assert_eq!(code(cases::submit(&world.engine, &keyless, draft.id, Unread::known(())).await), Code::IdempotencyKeyRequired);
    assert_eq!(faults(world.submit(&mario(), draft.id).await), [("/answers/who/street".to_owned(), "register_changed")]);
}

#[tokio::test]
async fn conditions_see_what_the_register_says() {
    let world = world().await;
    let mut guarded = resident("Via Roma");
    guarded["certifiability"] = json!("4");
    world.outside.village.has([guarded]);
    let id = world.draft(&mario(), "pass", answers("Via Roma")).await.unwrap().case.id;
    assert_eq!(faults(world.submit(&mario(), id).await), [("/answers".to_owned(), "not_allowed")]);
}

#[tokio::test]
async fn a_register_that_is_not_there_or_down_holds_nobody_up() {
    let world = world().await;
    let draft = world.draft(&mario(), "pass", answers("Via Roma")).await.unwrap();
    assert_eq!(sources(&draft), []);
    world.submit(&mario(), draft.case.id).await.unwrap();
    let events = cases::events(&world.engine, &world.call(&mario()), draft.case.id, page()).await.unwrap().items;
    assert!(events.iter().all(|event| &*event.kind != "register_asked"), "where nothing is connected nothing was asked");
    world.outside.village.has([resident("Via Roma")]);
    world.outside.village.shut.store(true, Ordering::Relaxed);
    let draft = world.draft(&mario(), "pass", answers("Via Roma")).await.unwrap();
    assert_eq!(sources(&draft), []);
    world.submit(&mario(), draft.case.id).await.unwrap();
}

#[tokio::test]
async fn a_delegate_learns_nothing_and_the_desk_is_helped() {
    let world = world().await;
    world.outside.village.has([resident("Via Roma")]);
    let by_laura = world.draft_for(&laura(), named(&mario()), "pass", json!({})).await.unwrap();
    assert_eq!((sources(&by_laura), world.outside.village.asked.load(Ordering::Relaxed)), (Vec::new(), 0));
    let at_the_desk = world.draft_for(&staff("operator"), named(&mario()), "pass", json!({})).await.unwrap();
    assert_eq!(sources(&at_the_desk).len(), 1);
    assert_eq!(at_the_desk.lookups.len(), 1, "the desk is told what became of the question");
    let new = NewCase { service: "pass".into(), answers: json!({}), on_behalf_of: Some(named(&mario())), delegate: Some(named(&laura())) };
    let with_laura = cases::create(&world.engine, &world.call(&staff("operator")), Unread::known(new)).await.unwrap();
    assert_eq!(sources(&with_laura).len(), 1);
    let to_laura = world.get(&laura(), with_laura.case.id).await.unwrap();
    assert_eq!((sources(&to_laura), to_laura.lookups), (Vec::new(), Vec::new()), "what the desk was told is not for who came");
    let to_mario = world.draft(&mario(), "pass", json!({})).await.unwrap();
    assert_eq!(to_mario.lookups, Vec::new(), "a citizen is told nothing of whom the population register knows");
    assert_eq!(code(world.get(&laura(), at_the_desk.case.id).await), Code::NotFound);
}
