//! The citizen's side: what is asked of me, and what I thought of it.

use serde_json::json;
use sportello_domain::{rating::Aspect, refusal::Code};
use sportello_engine::{
    Failure, Unread, assignments,
    me::{self, Ask},
    ratings::{self, NewRating},
};

use crate::world::{World, code, faults, laura, mario, page, staff};

#[tokio::test]
async fn what_is_asked_of_a_citizen_comes_with_the_most_urgent_first() {
    let world = World::new().await;
    let none = me::inbox(&world.engine, &mario()).await.unwrap();
    assert_eq!((none.len(), none[0].open, none[0].asked.len()), (1, 0, 0));
    let draft = world.draft(&mario(), "permit", json!({})).await.unwrap().case;
    let unpaid = world.permit(&mario()).await.case;
    let waiting = world.badge(&mario(), "private").await.case;
    let officer = staff("officer");
    world.take(&officer, waiting.id, "take-charge", None).await.unwrap();
    world.take(&officer, waiting.id, "ask-integration", Some(json!({"request": "La seconda pagina."}))).await.unwrap();
    let plain = world.badge(&mario(), "private").await.case;
    world.permit(&laura()).await;

    let work = me::inbox(&world.engine, &mario()).await.unwrap().remove(0);
    let asked: Vec<_> = work.asked.iter().map(|(ask, view)| (*ask, view.case.id)).collect();
    assert_eq!(asked, [(Ask::Answer, waiting.id), (Ask::Pay, unpaid.id), (Ask::Finish, draft.id)]);
    assert_eq!(work.open, 3, "what nothing is asked about is open too: {}", plain.id);
    assert!(work.asked.iter().all(|(_, view)| view.case.answers.is_null()), "no list holds answers");
}

async fn rate(
    world: &World,
    who: &sportello_engine::Identity,
    case: sportello_domain::ids::CaseId,
    stars: u8,
    aspect: Option<Aspect>,
) -> Result<sportello_domain::rating::Rating, Failure> {
    let new = NewRating { stars, aspect, text: Some("Rapidi.".into()) };
    ratings::give(&world.engine, &world.call(who), case, Unread::known(new)).await
}

#[tokio::test]
async fn a_case_is_rated_once_by_whose_it_is() {
    let world = World::new().await;
    let draft = world.draft(&mario(), "permit", json!({})).await.unwrap().case.id;
    assert_eq!(code(rate(&world, &mario(), draft, 5, None).await), Code::StillADraft);
    let case = world.permit(&mario()).await.case.id;
    assert_eq!(code(rate(&world, &laura(), case, 1, None).await), Code::NotFound);
    assert_eq!(code(rate(&world, &staff("officer"), case, 5, None).await), Code::Forbidden);
    assert_eq!(faults(rate(&world, &mario(), case, 2, Some(Aspect::Clear)).await), [("/aspect".to_owned(), "not_applicable")]);
    assert_eq!(code(ratings::get(&world.engine, &world.call(&mario()), case).await), Code::NotFound);
    let rating = rate(&world, &mario(), case, 5, Some(Aspect::Clear)).await.unwrap();
    assert_eq!(ratings::get(&world.engine, &world.call(&mario()), case).await.unwrap(), rating);
    assert_eq!(code(rate(&world, &mario(), case, 1, None).await), Code::AlreadyRated);
}

#[tokio::test]
async fn a_body_reads_what_was_thought_and_who_decides_does_not() {
    let world = World::new().await;
    for stars in [5, 4] {
        let case = world.permit(&mario()).await.case.id;
        rate(&world, &mario(), case, stars, None).await.unwrap();
    }
    let opinion = async |who: &str, service: &str| ratings::opinion(&world.engine, &world.call(&staff(who)), &service.into(), page()).await;
    let found = opinion("administrator", "permit").await.unwrap();
    assert_eq!(found.counts.into_iter().collect::<Vec<_>>(), [(4, 1), (5, 1)]);
    assert_eq!(found.ratings.items.len(), 2);
    assert!(opinion("manager", "badge").await.unwrap().ratings.items.is_empty());
    assert_eq!(code(opinion("officer", "permit").await), Code::Forbidden);
    let beta = std::sync::Arc::clone(&world.beta);
    assignments::ensure(
        &world.engine,
        &beta,
        &sportello_engine::Identity { home: beta.id, ..staff("neighbour") },
        sportello_domain::permissions::Role::Administrator,
        None,
    )
    .await
    .unwrap();
    let there = sportello_engine::Call {
        tenant: std::sync::Arc::clone(&beta),
        ..world.call(&sportello_engine::Identity { home: beta.id, ..staff("neighbour") })
    };
    assert!(ratings::opinion(&world.engine, &there, &"permit".into(), page()).await.unwrap().ratings.items.is_empty());
}
