//! Citizens for themselves and for each other.

use serde_json::json;
use sportello_domain::{permissions::Role, refusal::Code};
use sportello_engine::{
    Identity, Unread,
    cases::{self, CaseQuery, NewCase, NewPerson},
};

use crate::{
    fixture::{badge, with_service},
    world::{PDF, World, citizen, code, faults, first, laura, mario, named, page, staff, told},
};

#[tokio::test]
async fn a_delegate_acts_for_another_and_both_see_the_case() {
    let world = World::new().await;
    let (mario, laura) = (mario(), laura());
    let draft = world.draft_for(&mario, named(&laura), "badge", first("hers")).await.unwrap().case;
    assert_eq!(draft.applicant.given_name.as_ref(), "Laura");
    assert_eq!(draft.delegate.as_ref().unwrap().given_name.as_ref(), "Mario");
    world.attach(&mario, draft.id, "certificate", PDF).await.unwrap();
    world.attach(&mario, draft.id, "mandate", PDF).await.unwrap();
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
async fn nobody_acts_for_another_where_the_service_knows_no_mandate() {
    let mut world = World::new().await;
    let refused = world.draft_for(&mario(), named(&laura()), "permit", json!({})).await;
    assert_eq!(
        told(refused),
        [(
            "/on_behalf_of".to_owned(),
            "no_delegates",
            "Il servizio «Permesso» non prevede deleghe: la domanda la presenta la persona interessata.".to_owned(),
            "The service “Permit” knows no mandate: the person concerned applies.".to_owned(),
        )]
    );
    assert_eq!(world.draft_for(&mario(), named(&mario()), "permit", json!({})).await.unwrap().case.delegate, None);
    assert_eq!(world.draft_for(&staff("operator"), named(&laura()), "permit", json!({})).await.unwrap().case.delegate, None);
    // A draft that was begun while mandates were known does not outlive the rule.
    let draft = world.draft_for(&mario(), named(&laura()), "badge", first("hers")).await.unwrap().case;
    world.attach(&mario(), draft.id, "certificate", PDF).await.unwrap();
    let mut without = badge();
    without.as_object_mut().unwrap().remove("delegates");
    world.alfa = std::sync::Arc::new(with_service(&world.alfa, without));
    world.put_in_force([&world.alfa, &world.beta]);
    cases::save(&world.engine, &world.call(&mario()), draft.id, Unread::known(json!({}))).await.unwrap();
    assert_eq!(faults(world.submit(&mario(), draft.id).await), [("/on_behalf_of".to_owned(), "no_delegates")]);
}

#[tokio::test]
async fn the_desk_names_who_came_with_a_mandate() {
    let world = World::new().await;
    let operator = staff("operator");
    let begin = async |who: &Identity, service: &str, on_behalf_of: Option<NewPerson>, delegate: NewPerson| {
        let new = NewCase { service: service.into(), answers: first("hers"), on_behalf_of, delegate: Some(delegate) };
        cases::create(&world.engine, &world.call(who), Unread::known(new)).await
    };
    let case = begin(&operator, "badge", Some(named(&laura())), named(&mario())).await.unwrap().case;
    assert_eq!((case.applicant.given_name.as_ref(), case.delegate.unwrap().given_name.as_ref()), ("Laura", "Mario"));
    world.attach(&operator, case.id, "certificate", PDF).await.unwrap();
    assert_eq!(faults(world.submit(&operator, case.id).await), [("/documents/mandate".to_owned(), "document_missing")]);
    world.attach(&operator, case.id, "mandate", PDF).await.unwrap();
    world.submit(&operator, case.id).await.unwrap();
    assert_eq!(world.get(&mario(), case.id).await.unwrap().case.id, case.id);
    let own = begin(&operator, "badge", Some(named(&laura())), named(&laura())).await.unwrap().case;
    assert_eq!(own.delegate, None, "who came is whom it is for");
    let refused = begin(&operator, "permit", Some(named(&laura())), named(&mario())).await;
    assert_eq!(faults(refused), [("/on_behalf_of".to_owned(), "no_delegates")]);
    let wrong = NewPerson { tax_code: "RSSMRA80A01C573X".into(), ..named(&mario()) };
    let refused = begin(&operator, "badge", Some(named(&laura())), wrong).await;
    assert_eq!(faults(refused), [("/delegate/tax_code".to_owned(), "check_letter")]);
    let online = begin(&mario(), "badge", Some(named(&laura())), named(&mario())).await;
    assert_eq!(
        told(online),
        [(
            "/delegate".to_owned(),
            "not_allowed",
            "Chi si presenta con una delega lo indica lo sportello: online il delegato sei tu, per la persona in on_behalf_of.".to_owned(),
            "Who comes with a mandate is named by the desk: online the delegate is you, for the person in on_behalf_of.".to_owned(),
        )]
    );
}

#[tokio::test]
async fn a_section_brings_its_rules_along_and_nobody_files_under_another_code() {
    let world = World::new().await;
    let (mario, laura) = (mario(), laura());
    let submit = async |who: &Identity, named: Option<NewPerson>, code: &str| {
        let answers = json!({"who": {"tax-code": code}});
        let new = NewCase { service: "own-code".into(), answers, on_behalf_of: named, delegate: None };
        let draft = cases::create(&world.engine, &world.call(who), Unread::known(new)).await.unwrap().case.id;
        if *who == self::mario() && world.get(who, draft).await.unwrap().case.delegate.is_some() {
            world.attach(who, draft, "mandate", PDF).await.unwrap();
        }
        world.submit(who, draft).await
    };
    submit(&mario, None, "RSSMRA80A01C573D").await.unwrap();
    submit(&mario, None, " rssmra80a01 c573d").await.unwrap();
    assert_eq!(
        told(submit(&mario, None, "BNCLRA85B41C573Q").await),
        [("/answers/who/tax-code".to_owned(), "not_allowed", "Non è il suo codice.".to_owned(), "It is not their code.".to_owned())]
    );
    // Two codes that mean the same are two people's (decision 6).
    assert_eq!(faults(submit(&mario, None, "RSSMRA80A01C57PZ").await), [("/answers/who/tax-code".to_owned(), "not_allowed")]);
    submit(&citizen("RSSMRA80A01C57PZ"), None, "RSSMRA80A01C57PZ").await.unwrap();
    // For another it is the other's, whoever writes it.
    submit(&mario, Some(named(&laura)), "BNCLRA85B41C573Q").await.unwrap();
    assert_eq!(
        faults(submit(&mario, Some(named(&laura)), "RSSMRA80A01C573D").await),
        [("/answers/who/tax-code".to_owned(), "not_allowed")]
    );
    submit(&staff("operator"), Some(named(&laura)), "BNCLRA85B41C573Q").await.unwrap();
    assert_eq!(
        faults(submit(&staff("operator"), Some(named(&laura)), "RSSMRA80A01C573D").await),
        [("/answers/who/tax-code".to_owned(), "not_allowed")]
    );
    // Without an answer the word is left to that.
    let empty = world.draft(&mario, "own-code", json!({})).await.unwrap().case.id;
    assert_eq!(faults(world.submit(&mario, empty).await), [("/answers/who/tax-code".to_owned(), "required")]);
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
