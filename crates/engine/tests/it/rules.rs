//! Rules that a service brings itself: limits over past cases, checks in its own words, computed answers, mandates, and a form that
//! changes under an open draft.

use serde_json::{Value, json};
use sportello_domain::{form::changes::ChangeKind, refusal::Code};
use sportello_engine::{
    Failure, Unread,
    cases::{self, CaseView},
};
use tokio::task::JoinSet;

use crate::{
    fixture::{pass, with_service},
    world::{PDF, World, citizen, code, faults, laura, mario, named, staff},
};

fn answers(plate: &str) -> Value {
    json!({"vehicle": {"plate": plate, "from": "2026-03-02", "years": 2}})
}

async fn ask(world: &World, plate: &str) -> Result<CaseView, Failure> {
    let draft = world.draft(&mario(), "pass", answers(plate)).await.unwrap().case;
    world.submit(&mario(), draft.id).await
}

/// What is said about a request that is refused, in English.
fn said(result: Result<CaseView, Failure>) -> Vec<String> {
    match result.unwrap_err() {
        Failure::Refused(refusal) => refusal.faults.into_iter().map(|fault| fault.message.en).collect(),
        Failure::Broken(broken) => panic!("{broken:?}"),
    }
}

const LIMIT: (&str, &str) = ("/answers/vehicle/plate", "limit_reached");

fn owned(fault: (&str, &'static str)) -> (String, &'static str) {
    (fault.0.to_owned(), fault.1)
}

#[tokio::test]
async fn the_fourth_of_a_month_is_refused_in_whatever_spelling() {
    let world = World::new().await;
    for plate in ["AB123CD", "ab 123 cd", "AB-123-CD"] {
        ask(&world, plate).await.unwrap();
    }
    let fourth = world.draft(&mario(), "pass", answers("Ab 123cd")).await.unwrap().case;
    // It is told before one tries.
    let dry = cases::validate(&world.engine, &world.call(&mario()), fourth.id, Unread::known(None)).await.unwrap();
    assert_eq!((dry[0].pointer.as_str(), dry[0].code), LIMIT);
    let summary = cases::summary(&world.engine, &world.call(&mario()), fourth.id).await.unwrap();
    assert_eq!(summary.problems.len(), 1);
    let refused = world.submit(&mario(), fourth.id).await;
    assert_eq!(said(refused), ["This plate already has three passes this month."]);
    assert_eq!(faults(world.submit(&mario(), fourth.id).await), [owned(LIMIT)]);
    // Another plate, and another month, have their own.
    ask(&world, "CD456EF").await.unwrap();
    let april = json!({"vehicle": {"from": "2026-04-01"}});
    cases::save(&world.engine, &world.call(&mario()), fourth.id, Unread::known(april)).await.unwrap();
    world.submit(&mario(), fourth.id).await.unwrap();
    assert!(!world.holds("AB123CD2026"), "what is counted over stands nowhere but in the answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_and_one_place_left() {
    let world = World::new().await;
    for _ in 0..2 {
        ask(&world, "AB123CD").await.unwrap();
    }
    let mut drafts = Vec::new();
    for _ in 0..64 {
        drafts.push(world.draft(&mario(), "pass", answers("AB123CD")).await.unwrap().case.id);
    }
    let mut racing = JoinSet::new();
    for id in drafts {
        let (engine, call) = (world.engine.clone(), world.call(&mario()));
        racing.spawn(async move { cases::submit(&engine, &call, id, Unread::known(())).await });
    }
    let outcomes = racing.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(faults(refused), [owned(LIMIT)]);
    }
}

#[tokio::test]
async fn what_came_to_nothing_does_not_count_and_a_neighbour_does_not_either() {
    let world = World::new().await;
    let mut cases = Vec::new();
    for _ in 0..3 {
        cases.push(ask(&world, "AB123CD").await.unwrap().case.id);
    }
    assert_eq!(faults(ask(&world, "AB123CD").await), [owned(LIMIT)]);
    world.take(&mario(), cases[0], "withdraw", None).await.unwrap();
    ask(&world, "AB123CD").await.unwrap();
    assert_eq!(faults(ask(&world, "AB123CD").await), [owned(LIMIT)], "one was given back, not two");
    let beta = std::sync::Arc::clone(&world.beta);
    let there = sportello_engine::Identity { home: beta.id, ..mario() };
    let call = |call| sportello_engine::Call { tenant: std::sync::Arc::clone(&beta), ..call };
    let new = crate::world::new_case("pass", answers("AB123CD"), None);
    let draft = cases::create(&world.engine, &call(world.call(&there)), new).await.unwrap().case;
    cases::submit(&world.engine, &call(world.call(&there)), draft.id, Unread::known(())).await.unwrap();
}

#[tokio::test]
async fn a_rule_of_the_services_own_speaks_in_its_words() {
    let world = World::new().await;
    let draft =
        world.draft(&mario(), "pass", json!({"vehicle": {"plate": "AB123CD", "from": "2026-02-28", "years": 1}})).await.unwrap().case;
    assert_eq!(faults(world.submit(&mario(), draft.id).await), [("/answers/vehicle/from".to_owned(), "not_allowed")]);
    assert_eq!(said(world.submit(&mario(), draft.id).await), ["The pass cannot begin in the past."]);
    // A rule that cannot be decided yet leaves the word to what is missing.
    let empty = world.draft(&mario(), "pass", json!({"vehicle": {"plate": "AB123CD"}})).await.unwrap().case;
    assert_eq!(faults(world.submit(&mario(), empty.id).await), [("/answers/vehicle/from".to_owned(), "required")]);
}

#[tokio::test]
async fn a_computed_answer_is_the_products() {
    let world = World::new().await;
    let draft = world.draft(&mario(), "pass", answers("AB123CD")).await.unwrap().case;
    assert_eq!(draft.answers["vehicle"]["until"], "2028-03-01");
    let save = async |patch: Value| cases::save(&world.engine, &world.call(&mario()), draft.id, Unread::known(patch)).await;
    let forged = save(json!({"vehicle": {"until": "2099-12-31"}})).await;
    assert_eq!(faults(forged), [("/answers/vehicle/until".to_owned(), "computed")]);
    let longer = save(json!({"vehicle": {"years": 3}})).await.unwrap().case;
    assert_eq!(longer.answers["vehicle"]["until"], "2029-03-01");
    let repeated = save(json!({"vehicle": {"until": "2029-03-01"}})).await.unwrap().case;
    assert_eq!(repeated.answers["vehicle"]["until"], "2029-03-01");
    let dry = async |answers| cases::validate(&world.engine, &world.call(&mario()), draft.id, Unread::known(Some(answers))).await;
    let mut wrong = answers("AB123CD");
    wrong["vehicle"]["until"] = json!("2099-12-31");
    let found = dry(wrong).await.unwrap();
    assert_eq!((found[0].pointer.as_str(), found[0].code), ("/answers/vehicle/until", "computed"));
    assert_eq!(world.submit(&mario(), draft.id).await.unwrap().case.answers["vehicle"]["until"], "2029-03-01");
}

#[tokio::test]
async fn who_acts_for_another_shows_the_mandate() {
    let world = World::new().await;
    let draft = world.draft_for(&mario(), named(&laura()), "pass", answers("AB123CD")).await.unwrap().case;
    assert_eq!(faults(world.submit(&mario(), draft.id).await), [("/documents/mandate".to_owned(), "document_missing")]);
    world.attach(&mario(), draft.id, "mandate", PDF).await.unwrap();
    world.submit(&mario(), draft.id).await.unwrap();
    // For oneself nothing is asked, and an operator at the desk sees the person.
    ask(&world, "CD456EF").await.unwrap();
    let desk = world.draft_for(&staff("operator"), named(&laura()), "pass", answers("EF789GH")).await.unwrap().case;
    world.submit(&staff("operator"), desk.id).await.unwrap();
}

#[tokio::test]
async fn an_entry_of_a_group_is_asked_by_what_it_says_itself() {
    let world = World::new().await;
    let mut two = answers("AB123CD");
    two["passengers"] = json!({"list": [{"name": "Ada", "minor": true}, {"name": "Ugo", "minor": false, "guardian": "x"}]});
    let draft = world.draft(&mario(), "pass", two).await.unwrap().case;
    assert_eq!(
        faults(world.submit(&mario(), draft.id).await),
        [
            ("/answers/passengers/list/0/guardian".to_owned(), "required"),
            ("/answers/passengers/list/1/guardian".to_owned(), "not_applicable")
        ]
    );
    let many = json!({"passengers": {"list": [{"name": "A"}, {"name": "B"}, {"name": "C"}, {"name": "D"}]}});
    let saved = cases::save(&world.engine, &world.call(&mario()), draft.id, Unread::known(many)).await;
    assert_eq!(faults(saved), [("/answers/passengers/list".to_owned(), "too_many")]);
}

#[tokio::test]
async fn a_changed_form_carries_the_answers_and_tells_what_changed() {
    let mut world = World::new().await;
    let who = citizen("VRDGPP70C15I304O");
    let mut given = answers("AB123CD");
    given["passengers"] = json!({"list": [{"name": "Ada"}]});
    let draft = world.draft(&who, "pass", given).await.unwrap();
    assert_eq!(draft.changes, []);
    let mut other = pass();
    let mut sections = other["form"]["sections"].take();
    sections["vehicle"]["fields"].as_object_mut().unwrap().remove("plate");
    sections["vehicle"]["fields"]["colour"] = json!({"type": "text", "title": {"it": "Colore", "en": "Colour"}});
    sections["car"] = json!({"title": {"it": "Auto", "en": "Car"}, "fields": {"plate": {"type": "plate", "title": {"it": "Targa", "en": "Plate"}, "required": true}}});
    sections.as_object_mut().unwrap().remove("passengers");
    other["form"]["sections"] = sections;
    other["limits"] = json!({});
    world.alfa = std::sync::Arc::new(with_service(&world.alfa, other));
    world.put_in_force([&world.alfa, &world.beta]);

    let opened = world.get(&who, draft.case.id).await.unwrap();
    let told: Vec<_> = opened.changes.iter().map(|change| (change.pointer.as_str(), change.kind)).collect();
    assert_eq!(
        told,
        [("/answers/vehicle/colour", ChangeKind::Added), ("/answers/passengers/list", ChangeKind::Removed)],
        "a field that only moved is carried over"
    );
    assert_eq!(opened.case.answers["car"], json!({"plate": "AB123CD"}));
    assert_eq!(opened.case.answers.get("passengers"), None);
    assert_eq!(code(world.submit(&who, draft.case.id).await), Code::FormChanged);
    let saved = cases::save(&world.engine, &world.call(&who), draft.case.id, Unread::known(json!({}))).await.unwrap();
    assert_eq!(saved.changes, []);
    assert_eq!(saved.case.answers["car"], json!({"plate": "AB123CD"}));
    world.submit(&who, draft.case.id).await.unwrap();
}

#[tokio::test]
async fn what_was_declared_stays_in_the_words_that_were_agreed_to() {
    let mut world = World::new().await;
    let declaring = |statement: &str| {
        let mut service = pass();
        service["form"]["sections"]["vehicle"]["fields"]["truth"] = json!({"type": "declaration", "title": {"it": "Verità", "en": "Truth"},
            "required": true, "statement": {"it": statement, "en": statement}});
        service
    };
    world.alfa = std::sync::Arc::new(with_service(&world.alfa, declaring("Dichiaro il vero.")));
    world.put_in_force([&world.alfa, &world.beta]);
    let mut given = answers("AB123CD");
    given["vehicle"]["truth"] = json!(true);
    let draft = world.draft(&mario(), "pass", given.clone()).await.unwrap().case;
    let case = world.submit(&mario(), draft.id).await.unwrap().case;
    let open = world.draft(&mario(), "pass", given).await.unwrap().case;
    world.alfa = std::sync::Arc::new(with_service(&world.alfa, declaring("Dichiaro tutt'altro.")));
    world.put_in_force([&world.alfa, &world.beta]);
    let statement = async |id| {
        let summary = cases::summary(&world.engine, &world.call(&mario()), id).await.unwrap();
        summary.definition.form.sections["vehicle"].fields["truth"].statement.as_ref().unwrap().it.to_string()
    };
    assert_eq!(statement(case.id).await, "Dichiaro il vero.");
    // An open draft is asked again, and told so.
    assert_eq!(statement(open.id).await, "Dichiaro tutt'altro.");
    let told = world.get(&mario(), open.id).await.unwrap().changes;
    assert_eq!((told[0].pointer.as_str(), told[0].kind), ("/answers/vehicle/truth", ChangeKind::Changed));
}
