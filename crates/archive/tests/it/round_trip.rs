//! Out and in again: the same rows, the same files, and special values that open.

use std::fs;

use sportello_archive::import;
use sportello_connect::handover::RecipientPair;
use sportello_engine::ports::Keys as _;
use sportello_store::EMBEDDED;

use crate::kit::{EACH, cesena, kit, now};

#[tokio::test]
async fn a_tenant_is_the_same_from_files_to_a_database_and_back_to_files() {
    let (first, mut second, mut third) = (kit().await, kit().await, kit().await);
    first.filled(EMBEDDED).await;
    for kit in [&mut second, &mut third] {
        kit.pair = Some(RecipientPair::keep(kit.folder.path()).unwrap());
    }

    let written = first.exported("one.tar", second.pair.as_ref().map(RecipientPair::public)).await.manifest;
    assert!(written.tables.iter().all(|table| table.rows == EACH as u64), "{written:?}");
    assert_eq!((written.files.count, written.rows()), (2, written.tables.len() as u64 * EACH as u64));
    let archive = first.archive("one.tar");
    assert_eq!(import(second.ground(), &archive, Some("main"), now()).await, Ok(2));
    assert_eq!(second.placement().await.as_deref(), Some("main"));

    let again = second.exported("two.tar", third.pair.as_ref().map(RecipientPair::public)).await.manifest;
    assert_eq!(import(third.ground(), &second.archive("two.tar"), None, now()).await, Ok(2));
    let last = third.exported("three.tar", None).await.manifest;
    assert_eq!((&written.tables, &written.files), (&again.tables, &again.files), "a database changed something");
    assert_eq!((&written.tables, &written.files), (&last.tables, &last.files), "files changed something");
    for kit in [&first, &second, &third] {
        assert_eq!(kit.unsealed().await, b"pregnant");
        assert_eq!(kit.keys.lookup_key(cesena(), "X"), first.keys.lookup_key(cesena(), "X"), "persons are found again");
        assert_eq!(fs::read(kit.file("00")).unwrap(), vec![7; 300_000]);
    }
}

#[tokio::test]
async fn the_bytes_of_rows_are_the_same_from_both_kinds_of_places() {
    let (files, database) = (kit().await, kit().await);
    files.filled(EMBEDDED).await;
    database.filled("main").await;
    let (one, other) = (files.exported("one.tar", None).await.manifest, database.exported("other.tar", None).await.manifest);
    assert_eq!(one.tables, other.tables);
}

#[tokio::test]
async fn an_archive_is_of_one_moment() {
    for placement in [EMBEDDED, "main"] {
        let kit = kit().await;
        let before = kit.filled_anew(placement).await;
        let tx = kit.stores.read(cesena()).await.unwrap();
        // What reads has begun; what is written now belongs to a later moment.
        sportello_store::archive::is_empty(&tx).await.unwrap();
        kit.changed().await;
        let to = kit.path(&format!("{placement}.tar"));
        let written = sportello_archive::export(kit.ground(), (tx, "cesena"), &to, None, now()).await.unwrap();
        assert_eq!(written.manifest.tables, before, "{placement}");
        assert_ne!(kit.tables().await, before, "{placement}");
    }
}

#[tokio::test]
async fn an_archive_lets_nobody_else_read_it_and_overwrites_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let kit = kit().await;
    kit.filled(EMBEDDED).await;
    let path = kit.exported("one.tar", None).await.path;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read(&path).unwrap();
    let tx = kit.stores.read(cesena()).await.unwrap();
    let problem = sportello_archive::export(kit.ground(), (tx, "cesena"), &path, None, now()).await.unwrap_err();
    let shown = path.display();
    assert_eq!(crate::kit::said(&problem), format!("{shown} exists already: choose another name, nothing is overwritten here."));
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(!before.windows(8).any(|bytes| bytes == b"pregnant"), "a special value stands open");
}

#[tokio::test]
async fn an_archive_of_an_older_schema_comes_in() {
    use std::io::Write as _;
    let kit = kit().await;
    // As a program wrote it that knew neither the language of cases nor ratings.
    kit.filled(EMBEDDED).await;
    kit.exported("new.tar", None).await;
    let rewritten = crate::wrong::rewritten(&kit.path("new.tar"), |name, bytes| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        match name {
            "rows/ratings.jsonl" => None,
            "rows/cases.jsonl" => {
                let lines = text.lines().map(|line| {
                    let mut row: serde_json::Value = serde_json::from_str(line).unwrap();
                    row.as_object_mut().unwrap().shift_remove("language");
                    format!("{row}\n")
                });
                Some(lines.collect::<String>().into_bytes())
            }
            _ => Some(bytes.to_vec()),
        }
    });
    let path = kit.path("old.tar");
    fs::File::create(&path).unwrap().write_all(&crate::wrong::sealed(&rewritten, "m0008_limits")).unwrap();
    let other = crate::kit::kit().await;
    let other = crate::kit::Kit { keys: kit.keys, ..other };
    let archive = sportello_archive::Archive::open(&path).unwrap();
    import(other.ground(), &archive, None, now()).await.unwrap();
    let tables = other.tables().await;
    let rows = |name: &str| tables.iter().find(|table| table.name == name).unwrap().rows;
    assert_eq!((rows("cases"), rows("ratings"), rows("events")), (EACH as u64, 0, EACH as u64));
}
