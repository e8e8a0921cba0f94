//! The order of checks, and what a stranger learns: nothing.

use std::sync::Arc;

use serde_json::json;
use sportello_domain::{ids::CaseId, refusal::Code};
use sportello_engine::{
    Call, IfMatch, Unread,
    cases::{self, Assign, CaseQuery, Take},
    documents, inbox, messages, payments, register,
};

use crate::world::{World, citizen, code, first, laura, mario, page, staff, unreadable};

#[tokio::test]
async fn each_check_comes_before_the_next() {
    let world = World::new().await;
    let (mario, officer) = (mario(), staff("officer"));
    let case = world.permit(&mario).await.case;
    let take = |call: Call, id: CaseId| {
        let world = &world;
        async move { code(cases::take(&world.engine, &call, id, unreadable::<Take>()).await) }
    };
    let nobody = Call { identity: None, ..world.call(&officer) };
    assert_eq!(take(nobody, case.id).await, Code::Unauthenticated);
    let stranger = Call { tenant: Arc::clone(&world.beta), ..world.call(&officer) };
    assert_eq!(take(stranger, case.id).await, Code::NotFound);
    assert_eq!(take(world.call(&staff("nobody")), case.id).await, Code::NotFound, "staff without a role");
    assert_eq!(take(world.call(&laura()), case.id).await, Code::NotFound, "somebody else's case");
    let keyless = Call { idempotency_key: None, if_match: IfMatch::Missing, ..world.call(&officer) };
    assert_eq!(take(keyless, case.id).await, Code::IdempotencyKeyRequired);
    let versionless = Call { if_match: IfMatch::Missing, ..world.call(&officer) };
    assert_eq!(take(versionless, case.id).await, Code::IfMatchRequired);
    assert_eq!(take(Call { if_match: IfMatch::Other, ..world.call(&officer) }, case.id).await, Code::VersionMismatch);
    assert_eq!(take(world.call_at(&officer, case.version + 1), case.id).await, Code::VersionMismatch);
    assert_eq!(take(world.call_at(&officer, case.version), case.id).await, Code::MalformedJson);
    assert_eq!(code(world.take(&officer, case.id, "fly", None).await), Code::TransitionNotAvailable);
}

#[tokio::test]
async fn permission_comes_before_the_body() {
    let world = World::new().await;
    let (mario, manager) = (mario(), staff("manager"));
    let case = world.permit(&mario).await.case.id;
    assert_eq!(code(cases::create(&world.engine, &world.call(&manager), unreadable()).await), Code::Forbidden);
    assert_eq!(code(cases::search(&world.engine, &world.call(&mario), unreadable(), page()).await), Code::Forbidden);
    assert_eq!(code(cases::assign(&world.engine, &world.call(&mario), case, unreadable::<Assign>()).await), Code::Forbidden);
    assert_eq!(code(payments::record(&world.engine, &world.call(&mario), case, unreadable()).await), Code::Forbidden);
    assert_eq!(code(register::annul(&world.engine, &world.call(&staff("officer")), 2026, 1, unreadable()).await), Code::Forbidden);
    assert_eq!(code(inbox::page(&world.engine, &world.call(&mario), inbox::InboxQuery::default(), page()).await), Code::Forbidden);
    assert_eq!(code(cases::page(&world.engine, &world.call(&manager), CaseQuery::default(), page()).await), Code::Forbidden);
}

#[tokio::test]
async fn what_the_caller_may_not_know_of_is_not_there() {
    let world = World::new().await;
    let mario = mario();
    let draft = world.draft(&mario, "badge", first("x")).await.unwrap().case.id;
    let case = world.badge(&mario, "y").await.case.id;
    let file = documents::page(&world.engine, &world.call(&mario), case, page()).await.unwrap().items[0].id;
    let nowhere = CaseId::new(world.engine.new_id());
    for who in [laura(), staff("registrar"), staff("administrator"), staff("manager")] {
        for id in [draft, case, nowhere] {
            assert_eq!(code(world.get(&who, id).await), Code::NotFound);
            assert_eq!(code(cases::events(&world.engine, &world.call(&who), id, page()).await), Code::NotFound);
            assert_eq!(code(messages::page(&world.engine, &world.call(&who), id, page()).await), Code::NotFound);
            assert_eq!(code(cases::save(&world.engine, &world.call(&who), id, unreadable()).await), Code::NotFound);
            assert_eq!(code(cases::submit(&world.engine, &world.call(&who), id, unreadable()).await), Code::NotFound);
        }
        assert_eq!(code(documents::content(&world.engine, &world.call(&who), file).await), Code::NotFound);
    }
    // A draft was submitted to nobody yet.
    for who in [staff("officer"), staff("operator")] {
        assert_eq!(code(world.get(&who, draft).await), Code::NotFound);
    }
}

#[tokio::test]
async fn another_bodys_citizen_is_a_stranger() {
    let world = World::new().await;
    let mut abroad = citizen("VRDGPP70C15I304O");
    abroad.home = world.beta.id;
    assert_eq!(code(world.draft(&abroad, "badge", json!({})).await), Code::NotFound);
    let mut elsewhere = staff("officer");
    elsewhere.home = world.beta.id;
    let list = cases::page(&world.engine, &world.call(&elsewhere), CaseQuery::default(), page()).await;
    assert_eq!(code(list), Code::NotFound, "what one body's issuer says of its staff opens nothing at another");
    let nobody_is_kept =
        cases::validate(&world.engine, &world.call(&abroad), CaseId::new(world.engine.new_id()), Unread::known(None)).await;
    assert_eq!(code(nobody_is_kept), Code::NotFound);
}

#[tokio::test]
async fn two_who_read_the_same_version_do_not_both_write() {
    let world = World::new().await;
    let mario = mario();
    let draft = world.draft(&mario, "badge", first("one")).await.unwrap().case;
    let save = |text: &str| {
        let (call, patch) = (world.call_at(&mario, draft.version), json!({"request": {"diagnosis": text}}));
        let engine = world.engine.clone();
        async move { cases::save(&engine, &call, draft.id, Unread::known(patch)).await }
    };
    let (a, b) = tokio::join!(save("two"), save("three"));
    let outcomes = [a.is_ok(), b.is_ok()];
    assert_eq!(outcomes.iter().filter(|ok| **ok).count(), 1);
    let refused = if outcomes[0] { b } else { a };
    assert_eq!(code(refused), Code::VersionMismatch);
    let now = world.get(&mario, draft.id).await.unwrap().case;
    assert_eq!(now.version, draft.version + 1);
    assert_eq!(now.answers["request"]["diagnosis"], if outcomes[0] { "two" } else { "three" });
}
