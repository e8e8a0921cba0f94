//! Back to a backup: what was there before is kept, what was lost comes back.

use std::fs;

use sportello_archive::{Kept, Problem, restore};
use sportello_store::archive::Standing;
use sportello_store::{EMBEDDED, StoreProblem};

use crate::kit::{Kit, cesena, kit, now};

fn later() -> jiff::Timestamp {
    now() + jiff::SignedDuration::from_hours(1)
}

async fn put_back(kit: &Kit, placement: &str, name: &str) -> sportello_archive::Restored {
    let kept = kit.path(&format!("replaced-{placement}-{name}"));
    restore(kit.ground(), placement, &kit.archive(name), &kept, later()).await.unwrap()
}

#[tokio::test]
async fn a_body_goes_back_to_a_backup_and_forth_again() {
    for placement in [EMBEDDED, "main"] {
        let kit = kit().await;
        let name = format!("{placement}.tar");
        let before = kit.filled_anew(placement).await;
        kit.exported(&name, None).await;
        kit.changed().await;
        let after = kit.tables().await;
        assert_ne!(before, after);
        fs::remove_file(kit.file("a7")).unwrap();
        fs::write(kit.file("00"), "spoilt").unwrap();

        let restored = put_back(&kit, placement, &name).await;
        assert_eq!(restored.files, 2, "one was gone, one was not as it was written");
        assert_eq!(kit.tables().await, before, "{placement}");
        assert_eq!(kit.unsealed().await, b"pregnant");
        let kept = kit.path(&format!("replaced-{placement}-{name}"));
        assert_eq!(restored.kept, Kept::Archive(kept.clone()));

        // What was there before is not lost: it is a backup like others.
        let again = sportello_archive::Archive::open(&kept).unwrap();
        restore(kit.ground(), placement, &again, &kit.path(&format!("again-{placement}.tar")), later()).await.unwrap();
        assert_eq!(kit.tables().await, after, "{placement}");
        assert_eq!(kit.standing(placement).await, Some(Standing::Active));
    }
}

#[tokio::test]
async fn a_body_whose_place_was_destroyed_comes_back() {
    let kit = kit().await;
    let before = kit.filled_anew(EMBEDDED).await;
    kit.exported("one.tar", None).await;
    let file = kit.stores.file(cesena());
    fs::write(&file, vec![7; 20_000]).unwrap();
    for beside in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{beside}", file.display()));
    }
    let restored = put_back(&kit, EMBEDDED, "one.tar").await;
    let Kept::Damaged(aside) = restored.kept else { panic!("{restored:?}") };
    assert_eq!(fs::read(aside).unwrap(), vec![7; 20_000]);
    assert_eq!(kit.tables().await, before, "who had the old file open reads the new one");

    fs::remove_file(&file).unwrap();
    assert_eq!(put_back(&kit, EMBEDDED, "one.tar").await.kept, Kept::Nothing);
    assert_eq!(kit.tables().await, before);

    let other = crate::kit::kit().await;
    let before = other.filled_anew("main").await;
    other.exported("one.tar", None).await;
    let tables = other.database.as_superuser("SELECT string_agg('sportello.' || tablename, ', ') FROM pg_tables WHERE schemaname = 'sportello' AND tablename <> 'seaql_migrations'");
    other.database.as_superuser(&format!("TRUNCATE {tables}"));
    assert_eq!(put_back(&other, "main", "one.tar").await.kept, Kept::Nothing);
    assert_eq!(other.tables().await, before);
}

#[tokio::test]
async fn a_restore_that_was_interrupted_is_made_again() {
    for placement in [EMBEDDED, "main"] {
        let kit = kit().await;
        let name = format!("{placement}.tar");
        let before = kit.filled_anew(placement).await;
        kit.exported(&name, None).await;
        kit.changed().await;
        // As a killed command leaves it: fenced, nothing replaced.
        kit.stands(placement, Standing::Moving).await;
        assert_eq!(kit.stores.write(cesena()).await.unwrap_err(), StoreProblem::Moved { tenant: cesena() });
        put_back(&kit, placement, &name).await;
        assert_eq!(kit.tables().await, before);
        kit.changed().await;
    }
}

#[tokio::test]
async fn what_speaks_against_a_restore_changes_nothing() {
    let kit = kit().await;
    kit.filled("main").await;
    kit.exported("one.tar", None).await;
    kit.changed().await;
    let before = kit.tables().await;
    // The archive of what is replaced cannot be written: the folder is a file.
    fs::write(kit.path("a-file"), "").unwrap();
    let kept = kit.path("a-file/kept.tar");
    let problem = restore(kit.ground(), "main", &kit.archive("one.tar"), &kept, later()).await.unwrap_err();
    assert!(matches!(problem, Problem::File { .. }), "{problem:?}");
    assert_eq!(kit.tables().await, before);
    kit.changed().await;
}

#[tokio::test]
async fn the_protocol_register_of_a_body_in_service_stays_whole() {
    for placement in [EMBEDDED, "main"] {
        let kit = kit().await;
        kit.filled(placement).await;
        for spot in [kit.stores.spot(cesena(), placement).await.unwrap(), kit.stores.owned_spot(cesena(), placement).await.unwrap()] {
            let (tx, _) = spot.write().await.unwrap();
            let problem = sportello_store::archive::clear(&tx).await.unwrap_err();
            assert_eq!(problem, StoreProblem::Database { detail: "an entry of the register is never removed".to_owned() });
            drop(tx);
            spot.close().await;
        }
        // Where it is not served, a database lets its owner alone remove it.
        kit.stands(placement, Standing::Moved).await;
        let spot = kit.stores.spot(cesena(), placement).await.unwrap();
        let (tx, _) = spot.write().await.unwrap();
        assert_eq!(sportello_store::archive::clear(&tx).await.is_ok(), placement == EMBEDDED);
        drop(tx);
        spot.close().await;
        let spot = kit.stores.owned_spot(cesena(), placement).await.unwrap();
        let (tx, _) = spot.write().await.unwrap();
        sportello_store::archive::clear(&tx).await.unwrap();
        tx.rollback().await.unwrap();
        spot.close().await;
        kit.stands(placement, Standing::Active).await;
    }
}
