//! Citizens for themselves and for each other.

use serde_json::json;
use sportello_domain::{permissions::Role, refusal::Code};
use sportello_engine::{
    Unread,
    cases::{self, CaseQuery, NewPerson},
};

use crate::world::{PDF, World, citizen, code, faults, first, laura, mario, named, page, staff};

#[tokio::test]
async fn a_delegate_acts_for_another_and_both_see_the_case() {
    let world = World::new().await;
    let (mario, laura) = (mario(), laura());
    let draft = world.draft_for(&mario, named(&laura), "badge", first("hers")).await.unwrap().case;
    assert_eq!(draft.applicant.given_name.as_ref(), "Laura");
    assert_eq!(draft.delegate.as_ref().unwrap().given_name.as_ref(), "Mario");
    world.attach(&mario, draft.id, "certificate", PDF).await.unwrap();
    assert_eq!(world.get(&laura, draft.id).await.unwrap().case.id, draft.id, "whom it is for sees it too");
    let submitted = world.submit(&mario, draft.id).await.unwrap().case;
    for who in [&mario, &laura] {
        let list = cases::page(&world.engine, &world.call(who), CaseQuery::default(), page()).await.unwrap();
        assert_eq!(list.items.iter().map(|view| view.case.id).collect::<Vec<_>>(), [draft.id]);
        assert_eq!(world.get(who, draft.id).await.unwrap().case.answers["request"]["diagnosis"], "hers");
    }
    let events = cases::events(&world.engine, &world.call(&laura), draft.id, page()).await.unwrap().items;
    assert!(events.iter().all(|event| event.role == Role::Delegate), "{events:?}");
    let officer = staff("officer");
    world.take(&officer, submitted.id, "take-charge", None).await.unwrap();
    world.take(&officer, submitted.id, "ask-integration", Some(json!({"request": "more"}))).await.unwrap();
    world.take(&mario, submitted.id, "answer", Some(json!({"reply": "done"}))).await.unwrap();
    assert_eq!(world.take(&laura, submitted.id, "withdraw", None).await.unwrap().case.state.as_ref(), "withdrawn");
}

#[tokio::test]
async fn a_delegate_learns_nothing_that_they_do_not_know() {
    let world = World::new().await;
    let (mario, laura) = (mario(), laura());
    world.permit(&laura).await;
    let seen = world.draft_for(&mario, named(&laura), "badge", json!({})).await.unwrap().case;
    assert_eq!(seen.applicant.email, None, "where she wants to be written to is hers to tell");
    let guess = NewPerson { given_name: "Anna".into(), ..named(&laura) };
    let refused = world.draft_for(&mario, guess, "badge", json!({})).await;
    assert_eq!(faults(refused), [("/on_behalf_of".to_owned(), "name_mismatch")]);
    let own = world.get(&laura, seen.id).await.unwrap().case;
    assert_eq!((own.applicant.given_name.as_ref(), own.applicant.email.as_deref()), ("Laura", Some("laura@example.org")));
}

#[tokio::test]
async fn a_code_that_is_wrong_is_pointed_at() {
    let world = World::new().await;
    let wrong = NewPerson { tax_code: "BNCLRA85B41C573X".into(), ..named(&laura()) };
    let refused = world.draft_for(&mario(), wrong, "badge", json!({})).await;
    assert_eq!(faults(refused), [("/on_behalf_of/tax_code".to_owned(), "check_letter")]);
}

#[tokio::test]
async fn naming_oneself_is_acting_for_oneself() {
    let world = World::new().await;
    let own = world.draft_for(&mario(), named(&mario()), "badge", json!({})).await.unwrap().case;
    assert_eq!((own.applicant.given_name.as_ref(), own.delegate), ("Mario", None));
}

#[tokio::test]
async fn two_people_whose_codes_mean_the_same_are_two_people() {
    let world = World::new().await;
    let (mario, omocode) = (mario(), citizen("RSSMRA80A01C57PZ"));
    let case = world.permit(&mario).await.case.id;
    assert_eq!(code(world.get(&omocode, case).await), Code::NotFound);
    assert_eq!(cases::page(&world.engine, &world.call(&omocode), CaseQuery::default(), page()).await.unwrap().items.len(), 0);
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let world = World::new().await;
    let mario = mario();
    let draft = world.draft(&mario, "permit", json!({})).await.unwrap().case;
    let found = cases::validate(&world.engine, &world.call(&mario), draft.id, Unread::known(None)).await.unwrap();
    assert_eq!(found.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/answers/request/reason"]);
    let answers = Unread::known(Some(json!({"request": {"reason": "moving"}})));
    assert_eq!(cases::validate(&world.engine, &world.call(&mario), draft.id, answers).await.unwrap(), []);
    assert_eq!(world.get(&mario, draft.id).await.unwrap().case, draft);
}
