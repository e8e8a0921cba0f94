//! The receipt of a submission: what it tells, in which language, and to whom.

use serde_json::json;
use sportello_domain::{refusal::Code, text::Language};
use sportello_engine::{
    Unread, assignments,
    cases::{self, Assign},
};

use crate::world::{PDF, World, code, first, laura, mario, page, staff};

/// The receipt as the tests' printer writes it.
async fn receipt(world: &World, call: &sportello_engine::Call, id: sportello_domain::ids::CaseId) -> (String, String) {
    let receipt = cases::receipt(&world.engine, call, id).await.unwrap();
    (receipt.name, String::from_utf8(receipt.bytes).unwrap())
}

#[tokio::test]
async fn it_tells_what_the_law_lists_and_nothing_of_the_answers() {
    let world = World::new().await;
    let mario = mario();
    let draft = world.draft(&mario, "badge", first("what-nobody-prints")).await.unwrap().case;
    assert_eq!(code(cases::receipt(&world.engine, &world.call(&mario), draft.id).await), Code::StillADraft);
    world.attach(&mario, draft.id, "certificate", PDF).await.unwrap();
    let id = world.submit(&mario, draft.id).await.unwrap().case.id;
    let (name, text) = receipt(&world, &world.call(&mario), id).await;
    assert_eq!(name, "ricevuta-ALF-2026-0000001.pdf");
    for words in [
        "Comune",
        "Polizia locale",
        "ALF-2026-0000001",
        "\"0000001\"",
        "2 marzo 2026",
        "Mario Rossi",
        "30 giorni",
        "1º aprile 2026",
        "il silenzio dell'amministrazione non vale come risposta",
        "articoli 8 e 18-bis",
        "area personale",
    ] {
        assert!(text.contains(words), "{words:?} is not in {text}");
    }
    assert!(!text.contains("what-nobody-prints"));
    let english = sportello_engine::Call { language: Language::En, ..world.call(&mario) };
    let (name, text) = receipt(&world, &english, id).await;
    assert_eq!(name, "receipt-ALF-2026-0000001.pdf");
    assert!(text.contains("Receipt of submission") && text.contains("1 April 2026"), "{text}");
}

#[tokio::test]
async fn the_bodys_own_words_on_it_know_the_case() {
    let world = World::new().await;
    let mario = mario();
    let id = world.permit(&mario).await.case.id;
    let mut tenant = sportello_domain::tenant::Tenant::clone(&world.alfa);
    let remedies = json!({
        "subject": {"it": "Per la pratica {{case.code}}"},
        "body": {"it": "{{case.service}}, prot. {{ case.register_number }}: {{office.name}} risponde entro il {{case.due_date}}."},
    });
    tenant.templates.insert("receipt-remedies".into(), serde_json::from_value(remedies).unwrap());
    let call = sportello_engine::Call { tenant: std::sync::Arc::new(tenant), ..world.call(&mario) };
    let (_, text) = receipt(&world, &call, id).await;
    assert!(text.contains("Per la pratica ALF-2026-0000001"), "{text}");
    assert!(text.contains("Permesso, prot. 0000001: Polizia locale risponde entro il 01/04/2026."), "{text}");
}

#[tokio::test]
async fn it_stays_the_same_until_the_case_has_an_officer() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    let id = world.permit(&mario).await.case.id;
    let (_, before) = receipt(&world, &world.call(&mario), id).await;
    world.take(&officer, id, "take-charge", None).await.unwrap();
    world.take(&officer, id, "ask-integration", Some(json!({"request": "?"}))).await.unwrap();
    world.outside.hands.set("2026-03-20T09:00:00Z");
    let (_, later) = receipt(&world, &world.call(&mario), id).await;
    assert_eq!(before, later, "neither the day nor a suspension changes what was received");
    let people = assignments::page(&world.engine, &world.call(&staff("administrator")), page()).await.unwrap().items;
    let handler = people.iter().find(|held| held.person.given_name.as_ref() == "operator").unwrap().person.id;
    world.take(&mario, id, "answer", None).await.unwrap();
    cases::assign(&world.engine, &world.call(&officer), id, Unread::known(Assign { assignee: Some(handler) })).await.unwrap();
    let (_, assigned) = receipt(&world, &world.call(&mario), id).await;
    assert!(assigned.contains("operator Staff"), "{assigned}");
}

#[tokio::test]
async fn it_tells_the_remedies_that_the_body_wrote() {
    let mut world = World::new().await;
    let mario = mario();
    let id = world.permit(&mario).await.case.id;
    let mut alfa = (*world.alfa).clone();
    let remedies = json!({"subject": {"it": "Se non rispondiamo", "en": "If we do not answer"},
        "body": {"it": "Scrivi al segretario di {{tenant.name}}.", "en": "Write to the secretary of {{tenant.name}}."}});
    alfa.templates.insert(sportello_domain::receipt::REMEDIES.into(), serde_json::from_value(remedies).unwrap());
    world.alfa = std::sync::Arc::new(alfa);
    let (_, text) = receipt(&world, &world.call(&mario), id).await;
    assert!(text.contains("Se non rispondiamo") && text.contains("Scrivi al segretario di Comune."), "{text}");
}

#[tokio::test]
async fn only_who_may_read_the_case_gets_it() {
    let world = World::new().await;
    let id = world.permit(&mario()).await.case.id;
    assert_eq!(code(cases::receipt(&world.engine, &world.call(&laura()), id).await), Code::NotFound);
    let nobody = sportello_engine::Call { identity: None, ..world.call(&mario()) };
    assert_eq!(code(cases::receipt(&world.engine, &nobody, id).await), Code::Unauthenticated);
    assert!(cases::receipt(&world.engine, &world.call(&staff("officer")), id).await.is_ok());
}
