//! Who was kept as a former program kept people is the same person for this one, and for both while one takes the other's place.

use serde_json::json;
use sportello_domain::{ids::CaseId, permissions::Role, refusal::Code};
use sportello_engine::{
    Failure, Identity, Unread, assignments,
    cases::{self, CaseQuery, CaseSearch, CaseView},
    inbox::{self, InboxQuery},
};

use crate::{
    ports::Program,
    world::{World, citizen, code, faults, laura, mario, named, page, staff},
};

async fn at_the_former_program() -> World {
    let world = World::new().await;
    world.outside.keys.become_that_of(Program::Former);
    world
}

fn update(world: &World) {
    world.outside.keys.become_that_of(Program::This);
}

/// The cases of somebody, newest first.
async fn own(world: &World, who: &Identity) -> Vec<CaseId> {
    let page = cases::page(&world.engine, &world.call(who), CaseQuery::default(), page()).await.unwrap();
    page.items.into_iter().map(|item| item.case.id).collect()
}

#[tokio::test]
async fn a_citizen_is_found_and_not_made_a_second_time() {
    let world = at_the_former_program().await;
    let before = world.permit(&mario()).await.case;
    update(&world);
    assert_eq!(own(&world, &mario()).await, [before.id]);
    // Whose address has changed since is still the same person, under the same key.
    let moved = Identity { email: Some("mario@example.net".into()), ..mario() };
    let after = world.permit(&moved).await.case;
    assert_eq!((after.applicant.id, after.applicant.email.as_deref()), (before.applicant.id, Some("mario@example.net")));
    assert_eq!(own(&world, &mario()).await, [after.id, before.id]);
    // One who was never here is kept under the body's own key, and stays one person, too.
    let new = world.permit(&laura()).await.case;
    assert_eq!(world.permit(&laura()).await.case.applicant.id, new.applicant.id);
    assert_ne!(new.applicant.id, before.applicant.id);
}

#[tokio::test]
async fn both_programs_find_the_same_person_while_one_takes_the_others_place() {
    let world = at_the_former_program().await;
    let mut cases = vec![world.permit(&mario()).await.case];
    for program in [Program::This, Program::Former, Program::This] {
        world.outside.keys.become_that_of(program);
        cases.push(world.permit(&mario()).await.case);
    }
    assert!(cases.iter().all(|case| case.applicant.id == cases[0].applicant.id));
    cases.reverse();
    assert_eq!(own(&world, &mario()).await, cases.iter().map(|case| case.id).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_desk_finds_who_was_kept_before() {
    let world = at_the_former_program().await;
    let before = world.permit(&mario()).await.case;
    update(&world);
    let operator = staff("operator");
    let after = world.draft_for(&operator, named(&mario()), "permit", json!({})).await.unwrap().case;
    assert_eq!(after.applicant.id, before.applicant.id);
    for spelling in ["RSSMRA80A01C573D", "rssmra80a01c57pz"] {
        let search = CaseSearch { tax_code: spelling.into(), service: None, status: None };
        let found = cases::search(&world.engine, &world.call(&staff("officer")), Unread::known(search), page()).await.unwrap();
        assert_eq!(found.items.iter().map(|item| item.case.id).collect::<Vec<_>>(), [before.id], "{spelling}");
    }
    // Who acts for one who is known must know the name as well, however that person is kept.
    let wrong = citizen("VRDGPP70C15I304O");
    let other = cases::NewPerson { given_name: "Marco".into(), ..named(&mario()) };
    let refused = world.draft_for(&wrong, other, "badge", json!({})).await;
    assert_eq!(faults(refused), [("/on_behalf_of".to_owned(), "name_mismatch")]);
}

#[tokio::test]
async fn who_held_a_role_holds_it_and_is_given_others() {
    let world = at_the_former_program().await;
    let clerk = staff("clerk");
    let first = assignments::ensure(&world.engine, &world.alfa, &clerk, Role::Operator, None).await.unwrap();
    update(&world);
    inbox::page(&world.engine, &world.call(&clerk), InboxQuery::default(), page()).await.unwrap();
    let again = assignments::ensure(&world.engine, &world.alfa, &clerk, Role::Operator, None).await.unwrap();
    assert_eq!((again.new, again.assignment.id), (false, first.assignment.id));
    let more = assignments::ensure(&world.engine, &world.alfa, &clerk, Role::CaseOfficer, None).await.unwrap();
    assert_eq!((more.new, more.assignment.person.id), (true, first.assignment.person.id));
}

/// At another installation nobody has the former key: what is there stays, and who logs in begins anew.
#[tokio::test]
async fn at_another_installation_a_log_in_does_not_find_who_was_kept_before() {
    let world = at_the_former_program().await;
    let clerk = staff("clerk");
    let (before, _) =
        (world.permit(&mario()).await.case, assignments::ensure(&world.engine, &world.alfa, &clerk, Role::Operator, None).await);
    update(&world);
    let kept = world.permit(&laura()).await.case;
    world.outside.keys.become_that_of(Program::Elsewhere);
    assert_eq!(code(world.get(&mario(), before.id).await), Code::NotFound);
    assert_eq!(code(inbox::page(&world.engine, &world.call(&clerk), InboxQuery::default(), page()).await), Code::NotFound);
    assert_ne!(world.permit(&mario()).await.case.applicant.id, before.applicant.id);
    assert_eq!(world.get(&staff("officer"), before.id).await.unwrap().case, before, "the desk has it as it was");
    assert_eq!(world.permit(&laura()).await.case.applicant.id, kept.applicant.id, "who is kept under the body's own key is found");
}

async fn ask(world: &World) -> Result<CaseView, Failure> {
    let answers = json!({"vehicle": {"plate": "AB123CD", "from": "2026-03-02", "years": 2}});
    let draft = world.draft(&mario(), "pass", answers).await.unwrap().case;
    world.submit(&mario(), draft.id).await
}

#[tokio::test]
async fn limits_are_counted_anew_and_what_was_taken_before_is_given_back_where_it_was() {
    const LIMIT: (&str, &str) = ("/answers/vehicle/plate", "limit_reached");
    let reached = [(LIMIT.0.to_owned(), LIMIT.1)];
    let world = at_the_former_program().await;
    let mut before = Vec::new();
    for _ in 0..3 {
        before.push(ask(&world).await.unwrap().case);
    }
    assert_eq!(faults(ask(&world).await), reached);
    update(&world);
    for _ in 0..3 {
        ask(&world).await.unwrap();
    }
    assert_eq!(faults(ask(&world).await), reached, "exact from now on");
    world.take(&mario(), before[0].id, "withdraw", None).await.unwrap();
    assert_eq!(faults(ask(&world).await), reached, "none of those that are counted now was given back");
    world.outside.keys.become_that_of(Program::Former);
    ask(&world).await.unwrap();
    assert_eq!(faults(ask(&world).await), reached, "one of those of before was");
}
