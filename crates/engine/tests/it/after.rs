//! After the submission: what may still be attached, and the language of the letters.

use serde_json::json;
use sportello_domain::text::Language;
use sportello_engine::{Call, Unread, cases, messages};

use crate::world::{PDF, World, faults, first, mario, page, staff, told};

const TOO_MANY: (&str, &str) = ("/kind", "too_many_documents");

fn owned((pointer, code): (&str, &'static str)) -> Vec<(String, &'static str)> {
    vec![(pointer.to_owned(), code)]
}

#[tokio::test]
async fn documents_are_taken_while_they_are_awaited_and_no_more_than_are_asked_for() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    let case = world.badge(&mario, "x").await.case.id;
    let early = world.attach(&mario, case, "report", PDF).await;
    assert_eq!(
        told(early),
        [(
            "/kind".to_owned(),
            "not_awaited",
            "La pratica non attende documenti: si allegano quando l'ufficio li chiede.".to_owned(),
            "The case awaits no documents: they are attached when the office asks for them.".to_owned(),
        )]
    );
    world.take(&officer, case, "take-charge", None).await.unwrap();
    assert_eq!(faults(world.attach(&mario, case, "report", PDF).await), owned(("/kind", "not_awaited")));
    for day in ["2026-03-03", "2026-03-05"] {
        world.outside.hands.set(&format!("{day}T09:00:00Z"));
        world.take(&officer, case, "ask-integration", Some(json!({"request": "more"}))).await.unwrap();
        world.outside.hands.set(&format!("{day}T10:00:00Z"));
        world.attach(&mario, case, "report", PDF).await.unwrap();
        world.attach(&mario, case, "report", PDF).await.unwrap();
        assert_eq!(
            told(world.attach(&mario, case, "report", PDF).await),
            [(
                "/kind".to_owned(),
                "too_many_documents",
                "Di questo documento si accettano al massimo 2 file ogni volta che l'ufficio chiede integrazioni.".to_owned(),
                "Of this document at most 2 files are taken each time the office asks for more.".to_owned(),
            )]
        );
        // Another kind has its own number, and the one of the draft is not counted again.
        world.attach(&mario, case, "certificate", PDF).await.unwrap();
        assert_eq!(faults(world.attach(&mario, case, "certificate", PDF).await), owned(TOO_MANY));
        assert_eq!(faults(world.attach(&mario, case, "holiday-photo", PDF).await), owned(("/kind", "unknown_kind")));
        world.take(&mario, case, "answer", Some(json!({"reply": "here"}))).await.unwrap();
        assert_eq!(faults(world.attach(&mario, case, "report", PDF).await), owned(("/kind", "not_awaited")));
    }
    // What is brought to the desk is taken in, as many as are asked for.
    world.outside.hands.set("2026-03-06T09:00:00Z");
    world.attach(&officer, case, "certificate", PDF).await.unwrap();
    assert_eq!(faults(world.attach(&officer, case, "certificate", PDF).await), owned(TOO_MANY));
}

#[tokio::test]
async fn letters_are_in_the_language_in_which_the_citizen_applied() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    for (language, receipt, request) in
        [(Language::En, "Case ALF-2026-0000001", "Something is missing"), (Language::It, "Pratica ALF-2026-0000002", "Manca qualcosa")]
    {
        let draft = world.draft(&mario, "badge", first("x")).await.unwrap().case.id;
        world.attach(&mario, draft, "certificate", PDF).await.unwrap();
        let call = Call { language, ..world.call(&mario) };
        let case = cases::submit(&world.engine, &call, draft, Unread::known(())).await.unwrap().case.id;
        let other = if language == Language::En { Language::It } else { Language::En };
        let call = |who| Call { language: other, ..world.call(who) };
        for (transition, data) in [("take-charge", None), ("ask-integration", Some(json!({"request": "more"})))] {
            let take = cases::Take { transition: transition.into(), data, note: None };
            cases::take(&world.engine, &call(&officer), case, Unread::known(take)).await.unwrap();
        }
        let subjects: Vec<_> = messages::page(&world.engine, &call(&mario), case, page())
            .await
            .unwrap()
            .items
            .into_iter()
            .map(|message| message.subject.unwrap().to_string())
            .collect();
        assert_eq!(subjects, [receipt, request]);
        let prepared = messages::templates(&world.engine, &call(&officer), case).await.unwrap();
        assert!(prepared.iter().any(|text| *text.subject == *request), "{prepared:?}");
    }
}

#[tokio::test]
async fn what_an_operator_submits_is_written_about_in_italian() {
    let world = World::new().await;
    let operator = staff("operator");
    let named = crate::world::named(&mario());
    let draft = world.draft_for(&operator, named, "permit", json!({"request": {"reason": "moving"}})).await.unwrap().case.id;
    let call = Call { language: Language::En, ..world.call(&operator) };
    let case = cases::submit(&world.engine, &call, draft, Unread::known(())).await.unwrap().case;
    assert_eq!(case.language, Language::It);
    let told = messages::page(&world.engine, &world.call(&mario()), case.id, page()).await.unwrap().items;
    assert_eq!(told[0].subject.as_deref(), Some("Pratica ALF-2026-0000001"));
}
