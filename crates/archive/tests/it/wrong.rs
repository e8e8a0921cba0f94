//! Archives that will not do, and places to which they may not go: each is told in one sentence, and nothing is changed.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sportello_archive::{Archive, Problem, import, write_platform};
use sportello_connect::handover::RecipientPair;
use sportello_store::{EMBEDDED, StoreProblem, platform};

use crate::kit::{Kit, cesena, kit, now, said};

/// The entries of an archive, changed one by one; what answers none is left out.
pub(crate) fn rewritten(path: &Path, change: impl Fn(&str, &[u8]) -> Option<Vec<u8>>) -> Vec<(String, Vec<u8>)> {
    let mut reader = tar::Archive::new(fs::File::open(path).unwrap());
    let mut entries = Vec::new();
    for entry in reader.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        entries.extend(change(&name, &bytes).map(|bytes| (name, bytes)));
    }
    entries
}

/// Entries as the bytes of an archive.
fn packed(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        builder.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The same under a manifest that fits them, of another step of the schema.
pub(crate) fn sealed(entries: &[(String, Vec<u8>)], schema: &str) -> Vec<u8> {
    let mut entries = entries.to_vec();
    let manifest = entries.iter().position(|(name, _)| name == "manifest.json").unwrap();
    let mut value: Value = serde_json::from_slice(&entries[manifest].1).unwrap();
    value["schema"] = json!(schema);
    let rows: Vec<Value> = entries
        .iter()
        .filter_map(|(name, bytes)| {
            let table = name.strip_prefix("rows/")?.strip_suffix(".jsonl")?;
            let rows = bytes.split(|byte| *byte == b'\n').skip(1).count();
            Some(json!({"name": table, "rows": rows, "sha256": sha256(bytes)}))
        })
        .collect();
    value["tables"] = json!(rows);
    resealed(&mut entries, &value);
    packed(&entries)
}

fn resealed(entries: &mut [(String, Vec<u8>)], manifest: &Value) {
    let text = serde_json::to_vec_pretty(manifest).unwrap();
    for (name, bytes) in entries {
        match name.as_str() {
            "manifest.json" => bytes.clone_from(&text),
            "manifest.sha256" => *bytes = format!("{}  manifest.json\n", sha256(&text)).into_bytes(),
            _ => {}
        }
    }
}

/// Nothing came in: no row, no file, no entry of the directory.
async fn untouched(kit: &Kit) {
    assert_eq!(kit.placement().await, None);
    assert!(!kit.files_of(cesena()).exists());
    assert!(!kit.stores.may_hold(cesena(), EMBEDDED) || kit.standing(EMBEDDED).await.is_none());
}

#[tokio::test]
async fn a_damaged_archive_is_refused_wherever_the_damage_is() {
    let kit = kit().await;
    kit.filled(EMBEDDED).await;
    kit.exported("one.tar", None).await;
    let whole = fs::read(kit.path("one.tar")).unwrap();
    let path = kit.path("damaged.tar");
    let mut refused = 0;
    // A bit in every kibibyte, in headers, rows, keys, files and manifest.
    for place in (100..whole.len()).step_by(1021) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        fs::write(&path, bytes).unwrap();
        match Archive::open(&path) {
            Err(Problem::Damaged { .. } | Problem::NoArchive(_)) => refused += 1,
            // What stands between two entries says nothing.
            Ok(_) if whole[place] == 0 => {}
            other => panic!("a damage at {place} passed: {other:?}"),
        }
    }
    assert!(refused > 250, "{refused}");
    for length in (0..whole.len()).step_by(4099) {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(Archive::open(&path), Err(Problem::Damaged { .. } | Problem::NoArchive(_))), "cut off after {length}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_archive_is_said() {
    let kit = kit().await;
    kit.filled(EMBEDDED).await;
    kit.exported("one.tar", None).await;
    let path = kit.path("wrong.tar");
    let shown = path.display();
    let refusal = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        said(&Archive::open(&path).unwrap_err())
    };
    let change = |wanted: &'static str, with: fn(&[u8]) -> Option<Vec<u8>>| {
        packed(&rewritten(&kit.path("one.tar"), |name, bytes| if name == wanted { with(bytes) } else { Some(bytes.to_vec()) }))
    };
    let damaged = |what: &str| format!("The archive {shown} is damaged ({what}): use another copy; nothing was changed.");
    assert_eq!(
        refusal(b"a letter, no archive"),
        format!("{shown} is no archive of Sportello: name the file that tenant export or db backup wrote.")
    );
    assert_eq!(refusal(&change("manifest.json", |_| None)), damaged("it ends before its manifest"));
    assert_eq!(refusal(&change("rows/cases.jsonl", |_| None)), damaged("rows/cases.jsonl is missing"));
    let less = |bytes: &[u8]| bytes.get(..bytes.len() - 1).map(<[u8]>::to_vec);
    assert_eq!(refusal(&change("rows/cases.jsonl", less)), damaged("rows/cases.jsonl does not fit its sum"));
    assert_eq!(refusal(&change("keys.json", less)), damaged("keys.json does not fit its sum"));
    assert_eq!(refusal(&change("manifest.json", less)), damaged("manifest.json does not fit its sum"));
    let file = "files/00/01980000-0000-7000-8000-000000000000";
    assert_eq!(refusal(&change(file, less)), damaged("the files do not fit their sum"));
    let mut entries = rewritten(&kit.path("one.tar"), |_, bytes| Some(bytes.to_vec()));
    entries.insert(0, ("files/../../escape".to_owned(), Vec::new()));
    entries[0].0 = "files/aa/escape.sh".to_owned();
    assert_eq!(refusal(&packed(&entries)), damaged("files/aa/escape.sh does not belong in it"));

    let newer = |found: &str| format!("The archive {shown} is newer than this program ({found}): update Sportello and try again.");
    let mut entries = rewritten(&kit.path("one.tar"), |_, bytes| Some(bytes.to_vec()));
    assert_eq!(refusal(&sealed(&entries, "m0099_from_the_future")), newer("m0099_from_the_future"));
    let mut manifest: Value = serde_json::from_slice(&entries.iter().find(|(name, _)| name == "manifest.json").unwrap().1).unwrap();
    manifest["format"] = json!(2);
    manifest["unheard"] = json!({});
    resealed(&mut entries, &manifest);
    assert_eq!(refusal(&packed(&entries)), newer("format 2"));
    let strange = rewritten(&kit.path("one.tar"), |name, bytes| match name {
        "rows/cases.jsonl" => Some([b"{\"moon\": 1}\n", bytes].concat()),
        _ => Some(bytes.to_vec()),
    });
    let step = sportello_store::archive::step();
    assert_eq!(refusal(&sealed(&strange, &step)), damaged("rows/cases.jsonl: line 1: there is no column moon"));
    // The directory is no body.
    write_platform(&kit.stores, &kit.path("platform.tar"), now()).await.unwrap();
    let problem = import(kit.ground(), &kit.archive("platform.tar"), None, now()).await.unwrap_err();
    assert!(said(&problem).ends_with("does not hold the data of a body: name that of a body."), "{problem:?}");
}

#[tokio::test]
async fn without_the_right_key_nothing_comes_in() {
    let (from, mut to) = (kit().await, kit().await);
    from.filled(EMBEDDED).await;
    let stranger = RecipientPair::keep(from.folder.path()).unwrap();
    from.exported("own.tar", None).await;
    from.exported("other.tar", Some(stranger.public())).await;
    to.pair = Some(RecipientPair::keep(to.folder.path()).unwrap());
    for (name, beginning) in [
        ("own.tar", "The archive is another installation's and its keys do not open here: have it exported with --for"),
        ("other.tar", "The archive is sealed to another recipient: have it exported with --for"),
    ] {
        let problem = import(to.ground(), &from.archive(name), None, now()).await.unwrap_err();
        assert!(said(&problem).starts_with(beginning), "{problem:?}");
        untouched(&to).await;
    }
}

#[tokio::test]
async fn a_body_that_has_rows_is_not_imported_over() {
    for placement in [EMBEDDED, "main"] {
        let kit = kit().await;
        kit.filled(placement).await;
        let before = kit.tables().await;
        kit.exported(&format!("{placement}.tar"), None).await;
        let problem = import(kit.ground(), &kit.archive(&format!("{placement}.tar")), None, now()).await.unwrap_err();
        assert_eq!(said(&problem), "'cesena' has data here already: to put them back to a copy use sportello db restore.");
        assert_eq!(kit.tables().await, before);
    }
}

#[tokio::test]
async fn a_body_that_was_configured_and_never_used_takes_its_rows() {
    let (from, mut to) = (kit().await, kit().await);
    from.filled(EMBEDDED).await;
    to.pair = Some(RecipientPair::keep(to.folder.path()).unwrap());
    from.exported("one.tar", to.pair.as_ref().map(RecipientPair::public)).await;
    to.registered("main").await;
    import(to.ground(), &from.archive("one.tar"), None, now()).await.unwrap();
    assert_eq!(to.placement().await.as_deref(), Some("main"));
    assert_eq!(to.tables().await, from.tables().await);
}

#[tokio::test]
async fn a_place_that_will_not_do_is_refused() {
    let (from, mut to) = (kit().await, kit().await);
    from.filled(EMBEDDED).await;
    to.pair = Some(RecipientPair::keep(to.folder.path()).unwrap());
    from.exported("one.tar", to.pair.as_ref().map(RecipientPair::public)).await;
    let archive = from.archive("one.tar");
    let problem = import(to.ground(), &archive, Some("moon"), now()).await.unwrap_err();
    assert_eq!(said(&problem), "The settings do not know the placement 'moon': choose among embedded, main, or add it to placements.");
    // The database takes no writes.
    let (server, database) = (to.database.role("server"), to.database.name());
    to.database.as_superuser(&format!("ALTER ROLE {server} IN DATABASE {database} SET default_transaction_read_only = on"));
    let problem = import(to.ground(), &archive, Some("main"), now()).await.unwrap_err();
    assert_eq!(problem, Problem::Store(StoreProblem::NoWrites { database: "main".to_owned() }));
    untouched(&to).await;
    to.database.as_superuser(&format!("ALTER ROLE {server} IN DATABASE {database} RESET default_transaction_read_only"));
    // Another body has the name.
    let tx = to.stores.write_platform().await.unwrap();
    let other = "01980000-0000-7000-8000-000000000002".parse().unwrap();
    assert!(platform::register(&tx, other, "cesena", EMBEDDED, now()).await.unwrap());
    tx.commit().await.unwrap();
    let problem = import(to.ground(), &archive, None, now()).await.unwrap_err();
    assert_eq!(said(&problem), "Here 'cesena' belongs to another body: use another installation or change the name of one of them.");
    untouched(&to).await;
}
