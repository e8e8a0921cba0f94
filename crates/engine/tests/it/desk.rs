//! An operator at the desk, and what an office reaches.

use serde_json::json;
use sportello_domain::{permissions::Role, refusal::Code, service::Channel};
use sportello_engine::{
    Unread, assignments,
    cases::{self, Assign},
};

use crate::world::{World, code, faults, first, mario, named, page, staff};

#[tokio::test]
async fn an_operator_begins_a_case_for_the_person_at_the_desk() {
    let world = World::new().await;
    let operator = staff("operator");
    assert_eq!(faults(world.draft(&operator, "badge", json!({})).await), [("/on_behalf_of".to_owned(), "required")]);
    let draft = world.draft_for(&operator, named(&mario()), "desk-only", json!({})).await.unwrap().case;
    assert_eq!((draft.channel, draft.delegate.is_none()), (Channel::Desk, true));
    assert!(draft.operator.is_some());
    assert_eq!(draft.applicant.tax_code.as_deref(), Some("RSSMRA80A01C573D"));
    let submitted = world.submit(&operator, draft.id).await.unwrap().case;
    assert_eq!(submitted.register_number.as_deref(), Some("0000001"));
    assert_eq!(world.get(&mario(), draft.id).await.unwrap().case.id, draft.id, "the citizen finds it at home");
    let events = cases::events(&world.engine, &world.call(&operator), draft.id, page()).await.unwrap().items;
    assert!(events.iter().all(|event| event.role == Role::Operator && event.actor.is_some()));
}

#[tokio::test]
async fn a_role_reaches_its_office_and_no_other() {
    let world = World::new().await;
    let clerk = staff("clerk");
    assignments::ensure(&world.engine, &world.alfa, &clerk, Role::Operator, Some("registry".into())).await.unwrap();
    assert_eq!(code(world.draft_for(&clerk, named(&mario()), "badge", json!({})).await), Code::Forbidden);
    assert!(world.draft_for(&clerk, named(&mario()), "elsewhere", json!({})).await.is_ok());
    let registrar = staff("registrar");
    let there = world.draft(&mario(), "elsewhere", json!({})).await.unwrap().case.id;
    world.submit(&mario(), there).await.unwrap();
    let here = world.permit(&mario()).await.case.id;
    assert!(world.take(&registrar, there, "take-charge", None).await.is_ok());
    assert_eq!(code(world.take(&registrar, here, "take-charge", None).await), Code::NotFound);
}

#[tokio::test]
async fn a_case_is_given_to_somebody_who_can_handle_it() {
    let world = World::new().await;
    let officer = staff("officer");
    let case = world.permit(&mario()).await.case;
    let people = assignments::page(&world.engine, &world.call(&staff("administrator")), page()).await.unwrap().items;
    let id = |name: &str| people.iter().find(|held| held.person.given_name.as_ref() == name).unwrap().person.id;
    let give = |to, version| {
        let call = world.call_at(&officer, version);
        let engine = world.engine.clone();
        async move { cases::assign(&engine, &call, case.id, Unread::known(Assign { assignee: to })).await }
    };
    for wrong in [id("registrar"), id("administrator"), case.applicant.id] {
        assert_eq!(faults(give(Some(wrong), case.version).await), [("/assignee".to_owned(), "not_an_officer")]);
    }
    let given = give(Some(id("operator")), case.version).await.unwrap().case;
    assert_eq!((given.assignee.unwrap().given_name.as_ref(), given.version), ("operator", case.version + 1));
    assert_eq!(code(give(None, case.version).await), Code::VersionMismatch);
    assert_eq!(give(None, given.version).await.unwrap().case.assignee, None);
    let draft = world.draft_for(&staff("operator"), named(&mario()), "badge", first("x")).await.unwrap().case.id;
    let early = cases::assign(&world.engine, &world.call(&officer), draft, Unread::known(Assign { assignee: None })).await;
    assert_eq!(code(early), Code::NotFound);
}
