//! The officer's side: notes for colleagues, filters that are kept, many cases at once, a list for a spreadsheet, two who work on one case.

use serde_json::json;
use sportello_domain::{
    ids::{CaseId, PersonId},
    office::{Assignee, InboxQuery},
    refusal::{Code, Refusal},
};
use sportello_engine::{
    Call, Failure, Unread,
    inbox::{self, AssignMany, NewFilter},
    messages,
    notes::{self, NewNote},
};
use uuid::Uuid;

use crate::world::{World, code, faults, key, laura, mario, page, staff};

async fn note(world: &World, who: &str, case: CaseId, text: &str) -> Result<sportello_domain::office::Note, Failure> {
    notes::write(&world.engine, &world.call(&staff(who)), case, Unread::known(NewNote { body: text.into() })).await
}

#[tokio::test]
async fn colleagues_see_a_note_and_the_citizen_does_not() {
    let world = World::new().await;
    let case = world.permit(&mario()).await.case.id;
    let written = note(&world, "officer", case, "nota-riservata").await.unwrap();
    assert_eq!(&*written.author.given_name, &*staff("officer").given_name);
    let read = notes::page(&world.engine, &world.call(&staff("operator")), case, page()).await.unwrap();
    assert_eq!(read.items, [written]);
    // Whose case it is may see the case, so it is told no; a stranger learns nothing.
    assert_eq!(code(notes::page(&world.engine, &world.call(&mario()), case, page()).await), Code::Forbidden);
    assert_eq!(code(notes::page(&world.engine, &world.call(&laura()), case, page()).await), Code::NotFound);
    assert_eq!(code(note(&world, "registrar", case, "x").await), Code::NotFound);
    // Nothing that the citizen reads or gets tells of it.
    let events = sportello_engine::cases::events(&world.engine, &world.call(&mario()), case, page()).await.unwrap();
    let letters = messages::page(&world.engine, &world.call(&mario()), case, page()).await.unwrap();
    assert!(!format!("{events:?}{letters:?}").contains("nota"));
    let draft = world.draft_for(&staff("operator"), crate::world::named(&laura()), "permit", json!({})).await.unwrap().case.id;
    assert_eq!(code(note(&world, "operator", draft, "x").await), Code::StillADraft);
}

#[tokio::test]
async fn a_note_is_written_once() {
    let world = World::new().await;
    let case = world.permit(&mario()).await.case.id;
    let call = Call { idempotency_key: Some(key("note", b"a")), ..world.call(&staff("officer")) };
    let write = async || notes::write(&world.engine, &call, case, Unread::known(NewNote { body: "a".into() })).await.unwrap();
    assert_eq!(write().await, write().await);
    assert_eq!(notes::page(&world.engine, &call, case, page()).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_filter_is_kept_for_its_owner() {
    let world = World::new().await;
    let query = InboxQuery { service: Some("permit".into()), assignee: Some(Assignee::Nobody), ..InboxQuery::default() };
    let save = async |who: &str, name: &str| {
        let new = NewFilter { name: name.into(), query: query.clone() };
        inbox::save(&world.engine, &world.call(&staff(who)), Unread::known(new)).await
    };
    let saved = save("officer", " Da assegnare ").await.unwrap();
    assert_eq!((&*saved.name, &saved.query), ("Da assegnare", &query));
    assert_eq!(code(save("officer", "Da assegnare").await), Code::NameTaken);
    save("operator", "Da assegnare").await.unwrap();
    assert_eq!(inbox::filters(&world.engine, &world.call(&staff("officer"))).await.unwrap(), std::slice::from_ref(&saved));
    assert_eq!(code(inbox::filter(&world.engine, &world.call(&staff("operator")), saved.id).await), Code::NotFound);
    assert_eq!(code(inbox::delete(&world.engine, &world.call(&staff("operator")), saved.id).await), Code::NotFound);
    assert_eq!(code(inbox::delete(&world.engine, &world.call_at(&staff("officer"), 7), saved.id).await), Code::VersionMismatch);
    inbox::delete(&world.engine, &world.call_at(&staff("officer"), 1), saved.id).await.unwrap();
    assert_eq!(inbox::filters(&world.engine, &world.call(&staff("officer"))).await.unwrap(), []);
    assert_eq!(code(save("administrator", "x").await), Code::Forbidden);
    assert_eq!(code(inbox::filters(&world.engine, &world.call(&mario())).await), Code::Forbidden);
    for number in 0..50 {
        save("officer", &format!("filtro {number}")).await.unwrap();
    }
    assert_eq!(faults(save("officer", "uno di troppo").await), [("/name".to_owned(), "too_many")]);
}

#[tokio::test]
async fn many_cases_are_given_at_once_and_each_says_why_not() {
    let world = World::new().await;
    let (first, second, ended) = (world.permit(&mario()).await.case, world.permit(&mario()).await.case, world.permit(&mario()).await.case);
    world.take(&mario(), ended.id, "withdraw", None).await.unwrap();
    let me = inbox_person(&world).await;
    let unknown = CaseId::new(Uuid::from_u128(9));
    let call = Call { idempotency_key: Some(key("bulk", b"a")), ..world.call(&staff("officer")) };
    let give =
        async |cases: Vec<CaseId>| inbox::assign(&world.engine, &call, Unread::known(AssignMany { cases, assignee: Some(me) })).await;
    let cases = vec![first.id, ended.id, unknown, second.id];
    let given = give(cases.clone()).await.unwrap();
    let told = |given: &[inbox::Assigned]| {
        let one = |one: &inbox::Assigned| one.outcome.as_ref().map(|view| view.case.assignee.is_some()).map_err(|refusal| refusal.code);
        given.iter().map(one).collect::<Vec<_>>()
    };
    let expected = [Ok(true), Err(Code::CaseConcluded), Err(Code::NotFound), Ok(true)];
    assert_eq!(told(&given), expected);
    // The same request again: the same answer, and nobody is given anything twice.
    let version = world.get(&staff("officer"), first.id).await.unwrap().case.version;
    let again = give(cases).await.unwrap();
    assert_eq!(told(&again), expected);
    assert!(again[0].outcome.as_ref().unwrap().replayed);
    assert_eq!(world.get(&staff("officer"), first.id).await.unwrap().case.version, version);
    let twice = AssignMany { cases: vec![first.id, first.id], assignee: None };
    assert_eq!(
        faults(inbox::assign(&world.engine, &world.call(&staff("officer")), Unread::known(twice)).await),
        [("/cases".to_owned(), "repeated")]
    );
    let stranger = AssignMany { cases: vec![first.id], assignee: Some(PersonId::new(Uuid::from_u128(8))) };
    let refused = inbox::assign(&world.engine, &world.call(&staff("officer")), Unread::known(stranger)).await.unwrap();
    assert_eq!(refused[0].outcome.as_ref().unwrap_err().faults[0].code, "not_an_officer");
    let operator =
        inbox::assign(&world.engine, &world.call(&staff("operator")), Unread::known(AssignMany { cases: vec![first.id], assignee: None }))
            .await;
    assert_eq!(code(operator), Code::Forbidden);
}

/// The officer's own id, as the list of roles tells it.
async fn inbox_person(world: &World) -> PersonId {
    let held = sportello_engine::assignments::page(&world.engine, &world.call(&staff("administrator")), page()).await.unwrap();
    held.items.iter().find(|held| held.person.given_name == staff("officer").given_name).unwrap().person.id
}

#[tokio::test]
async fn all_of_the_work_is_one_list() {
    let world = World::new().await;
    for _ in 0..3 {
        world.permit(&mario()).await;
    }
    let export = inbox::export(&world.engine, &world.call(&staff("officer")), InboxQuery::default()).await.unwrap();
    assert_eq!((export.cases.len(), export.cut), (3, false));
    assert!(export.cases.iter().all(|view| view.case.answers.is_null()), "no list holds answers");
    let none = InboxQuery { service: Some("badge".into()), ..InboxQuery::default() };
    assert_eq!(inbox::export(&world.engine, &world.call(&staff("officer")), none).await.unwrap().cases, []);
    assert_eq!(code(inbox::export(&world.engine, &world.call(&mario()), InboxQuery::default()).await), Code::Forbidden);
    let elsewhere = inbox::export(&world.engine, &world.call(&staff("registrar")), InboxQuery::default()).await.unwrap();
    assert_eq!(elsewhere.cases, [], "an office sees its own work");
}

#[tokio::test]
async fn two_who_work_on_one_case_are_told_of_each_other() {
    let world = World::new().await;
    let case = world.permit(&mario()).await.case;
    let late = world.call_at(&staff("officer"), case.version);
    world.take(&staff("operator"), case.id, "take-charge", None).await.unwrap();
    let take = sportello_engine::cases::Take { transition: "take-charge".into(), data: None, note: None };
    let refused = sportello_engine::cases::take(&world.engine, &late, case.id, Unread::known(take.clone())).await;
    let Err(Failure::Refused(Refusal { code: Code::VersionMismatch, detail: Some(detail), .. })) = refused else { panic!("{refused:?}") };
    let name = format!("{} {}", staff("operator").given_name, staff("operator").family_name);
    assert!(detail.it.starts_with(&format!("Nel frattempo la pratica è cambiata: Prendi, di {name}, il ")), "{}", detail.it);
    assert!(detail.en.starts_with(&format!("The case has changed meanwhile: Take, by {name}, on ")), "{}", detail.en);
    // To the citizen the office is one.
    let early = world.call_at(&mario(), case.version);
    let withdraw = sportello_engine::cases::Take { transition: "withdraw".into(), ..take };
    let refused = sportello_engine::cases::take(&world.engine, &early, case.id, Unread::known(withdraw)).await;
    let Err(Failure::Refused(Refusal { detail: Some(detail), .. })) = refused else { panic!("{refused:?}") };
    assert!(detail.en.contains("by somebody else") && !detail.en.contains(&name), "{}", detail.en);
}

#[tokio::test]
async fn the_bodys_texts_are_filled_in_for_the_case() {
    let world = World::new().await;
    let case = world.permit(&mario()).await.case;
    let texts = messages::templates(&world.engine, &world.call(&staff("officer")), case.id).await.unwrap();
    let receipt = texts.iter().find(|text| &*text.id == "receipt").unwrap();
    assert_eq!(&*receipt.subject, "Pratica ALF-2026-0000001");
    assert_eq!(code(messages::templates(&world.engine, &world.call(&mario()), case.id).await), Code::Forbidden);
}
