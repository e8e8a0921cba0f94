//! From place to place: there, back, and from wherever a move was interrupted.

use sportello_archive::{Lock, Moved, Problem, forget, relocate};
use sportello_store::archive::Standing;
use sportello_store::platform::Listed;
use sportello_store::{EMBEDDED, StoreProblem};

use crate::kit::{EACH, Kit, cesena, kit, said};

async fn moved(kit: &Kit, body: &Listed, to: &str) -> Listed {
    let Moved::There { rows, .. } = relocate(kit.ground(), body, to).await.unwrap() else { panic!("it was taken back") };
    assert_eq!(rows, (sportello_store::archive::tables().len() * EACH) as u64);
    assert_eq!(kit.placement().await.as_deref(), Some(to));
    Listed { placement: to.to_owned(), ..body.clone() }
}

#[tokio::test]
async fn a_body_moves_there_and_back_under_a_program_that_serves_it() {
    let kit = kit().await;
    let body = kit.filled(EMBEDDED).await;
    let before = kit.tables().await;
    // The stores of the kit looked the tenant up before each move: as a server does, they follow.
    let there = moved(&kit, &body, "main").await;
    assert_eq!(kit.tables().await, before);
    kit.changed().await;
    let after = kit.tables().await;
    let back = moved_anew(&kit, &there, EMBEDDED).await;
    assert_eq!(kit.tables().await, after, "what was written in between came back");
    assert_eq!((kit.standing("main").await, kit.standing(EMBEDDED).await), (Some(Standing::Moved), Some(Standing::Active)));
    let again = moved_anew(&kit, &back, "main").await;
    assert_eq!(kit.tables().await, after);

    let left = kit.stores.spot(cesena(), EMBEDDED).await.unwrap();
    let tx = left.read().await.unwrap();
    assert!(!sportello_store::archive::is_empty(&tx).await.unwrap(), "the old rows stay until they are to be forgotten");
    tx.rollback().await.unwrap();
    assert_eq!(forget(kit.ground(), &again).await, Ok(vec![EMBEDDED.to_owned()]));
    let tx = left.read().await.unwrap();
    assert!(sportello_store::archive::is_empty(&tx).await.unwrap());
    tx.rollback().await.unwrap();
    assert_eq!(kit.tables().await, after);
}

/// The same, however many rows there are.
async fn moved_anew(kit: &Kit, body: &Listed, to: &str) -> Listed {
    assert!(matches!(relocate(kit.ground(), body, to).await, Ok(Moved::There { .. })));
    Listed { placement: to.to_owned(), ..body.clone() }
}

#[tokio::test]
async fn while_it_moves_a_body_is_read_and_not_written() {
    for placement in [EMBEDDED, "main"] {
        let kit = kit().await;
        kit.filled(placement).await;
        kit.stands(placement, Standing::Moving).await;
        kit.stores.read(cesena()).await.unwrap().rollback().await.unwrap();
        let problem = kit.stores.write(cesena()).await.unwrap_err();
        assert!(problem.is_passing(), "requests are told to come back");
        assert_eq!(problem, StoreProblem::Moved { tenant: cesena() });
    }
}

#[tokio::test]
async fn a_move_goes_on_from_wherever_it_was_interrupted() {
    // After the fence; after the copy; after the old place let go; after the new one took over.
    for (source, target) in [
        (Standing::Moving, None),
        (Standing::Moving, Some(Standing::Arriving)),
        (Standing::Moved, Some(Standing::Arriving)),
        (Standing::Moved, Some(Standing::Active)),
    ] {
        let (body, kit, before) = interrupted(source, target).await;
        assert!(matches!(relocate(kit.ground(), &body, "main").await, Ok(Moved::There { .. })), "{source:?} {target:?}");
        assert_eq!(kit.tables().await, before, "{source:?} {target:?}");
        kit.changed().await;
        assert_eq!(kit.standing(EMBEDDED).await, Some(Standing::Moved));
    }
}

#[tokio::test]
async fn a_move_is_taken_back_from_wherever_it_was_interrupted() {
    for (source, target) in [
        (Standing::Moving, None),
        (Standing::Moving, Some(Standing::Arriving)),
        (Standing::Moved, Some(Standing::Arriving)),
        (Standing::Moved, Some(Standing::Active)),
    ] {
        let (body, kit, before) = interrupted(source, target).await;
        assert_eq!(relocate(kit.ground(), &body, EMBEDDED).await, Ok(Moved::TakenBack), "{source:?} {target:?}");
        assert_eq!(kit.tables().await, before, "{source:?} {target:?}");
        kit.changed().await;
        assert_ne!(kit.standing("main").await, Some(Standing::Active));
    }
}

#[tokio::test]
async fn rows_are_not_handed_over_to_a_place_that_does_not_hold_them() {
    let (body, kit, before) = interrupted(Standing::Moved, Some(Standing::Arriving)).await;
    let main = kit.stores.owned_spot(cesena(), "main").await.unwrap();
    let (tx, _) = main.write().await.unwrap();
    sportello_store::archive::clear(&tx).await.unwrap();
    tx.commit().await.unwrap();
    main.close().await;
    assert_eq!(
        said(&relocate(kit.ground(), &body, "main").await.unwrap_err()),
        "A move of 'cesena' was interrupted: repeat it, or take it back with sportello tenant move cesena --to embedded."
    );
    assert_eq!(relocate(kit.ground(), &body, EMBEDDED).await, Ok(Moved::TakenBack));
    assert_eq!(kit.tables().await, before);
}

/// A move from files to the database as a killed command leaves it.
async fn interrupted(source: Standing, target: Option<Standing>) -> (Listed, Kit, Vec<sportello_archive::Table>) {
    let kit = kit().await;
    let body = kit.filled(EMBEDDED).await;
    let before = kit.tables().await;
    if let Some(target) = target {
        moved(&kit, &body, "main").await;
        kit.stands("main", target).await;
        kit.registered_at(EMBEDDED).await;
    }
    kit.stands(EMBEDDED, source).await;
    (body, kit, before)
}

#[tokio::test]
async fn what_speaks_against_a_move_is_said_and_changes_nothing() {
    let kit = kit().await;
    let body = kit.filled(EMBEDDED).await;
    let before = kit.tables().await;
    let refused = async |to: &str| said(&relocate(kit.ground(), &body, to).await.unwrap_err());
    assert_eq!(
        refused("moon").await,
        "The settings do not know the placement 'moon': choose among embedded, main, or add it to placements."
    );
    assert_eq!(refused(EMBEDDED).await, "The data of 'cesena' are at embedded already: there is nothing to move.");
    let (owner, database) = (kit.database.role("server"), kit.database.name());
    kit.database.as_superuser(&format!("ALTER ROLE {owner} IN DATABASE {database} SET default_transaction_read_only = on"));
    assert_eq!(
        refused("main").await,
        "The database main is read-only. Name the primary server rather than a replica, or take default_transaction_read_only away."
    );
    kit.database.as_superuser(&format!("ALTER ROLE {owner} IN DATABASE {database} RESET default_transaction_read_only"));
    kit.database.as_superuser(&format!("REVOKE INSERT ON sportello.ratings FROM {owner}"));
    assert_eq!(
        refused("main").await,
        "The database main refuses: permission denied for table ratings. Check role, password and permissions: \
         deploy/postgres/roles.sql makes them and sportello db migrate completes them.",
        "the copy fails on the way"
    );
    assert_eq!(kit.tables().await, before);
    kit.changed().await;
    assert_eq!(kit.placement().await.as_deref(), Some(EMBEDDED));

    // Both places say that they serve it.
    kit.registered_at("main").await;
    kit.stands("main", Standing::Active).await;
    let main = Listed { placement: "main".to_owned(), ..body.clone() };
    assert_eq!(
        said(&relocate(kit.ground(), &main, EMBEDDED).await.unwrap_err()),
        "At embedded there are data of 'cesena' in service, which the move would remove: correct its placement in the table tenants of \
         the platform; nothing was changed."
    );
}

#[tokio::test]
async fn two_commands_do_not_move_the_same_body() {
    let folder = tempfile::tempdir().unwrap();
    let turn = Lock::take(folder.path(), cesena(), "cesena").unwrap();
    let problem = Lock::take(folder.path(), cesena(), "cesena").unwrap_err();
    assert_eq!(problem, Problem::Occupied("cesena".to_owned()));
    assert_eq!(said(&problem), "Another command is moving or restoring 'cesena': wait until it ends and see sportello db status.");
    Lock::take(folder.path(), "01980000-0000-7000-8000-000000000002".parse().unwrap(), "other").unwrap();
    drop(turn);
    Lock::take(folder.path(), cesena(), "cesena").unwrap();
}
