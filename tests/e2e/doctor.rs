//! `sportello doctor` on a folder as an operator has it: what it says, its exit status, and that it leaves everything as it was.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use serde_json::Value;
use sportello_tests::{Launch, World, copy_folder, repository, sportello};
use sqlx::Connection as _;
use tempfile::TempDir;

/// A folder that only its owner may enter.
fn closed() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("it is ours");
    folder
}

fn doctor(data: &Path, more: &[&str]) -> (Option<i32>, String) {
    let data_text = data.to_str().expect("a plain path");
    let output = sportello(&[&["doctor", "--data", data_text], more].concat());
    let said = String::from_utf8_lossy(&output.stdout).replace(data_text, "");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), said)
}

#[track_caller]
fn holds(said: &str, finding: &str, remedy: &str) {
    assert!(said.contains(&format!("{finding}\n    {remedy}\n")), "{said}");
}

/// Everything under a folder: names, sizes, when it was written.
fn state(folder: &Path) -> Vec<(PathBuf, u64, std::time::SystemTime)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        let about = fs::metadata(&path).expect("it is there");
        found.push((path.clone(), about.len(), about.modified().expect("a time")));
        if about.is_dir() {
            found.extend(state(&path));
        }
    }
    found.sort();
    found
}

#[test]
fn a_folder_that_is_missing_or_empty_stays_so() {
    let folder = closed();
    let (status, said) = doctor(&folder.path().join("none"), &[]);
    assert_eq!(status, Some(1), "{said}");
    holds(&said, "error: The data folder  does not exist", "remedy: Name it with --data; the server makes it on its first start.");
    assert!(said.ends_with("errors: 1, warnings: 1\n"), "{said}");
    let (status, said) = doctor(&folder.path().join("none"), &["--lang", "it"]);
    assert_eq!(status, Some(1));
    holds(&said, "errore: La cartella dei dati  non esiste", "rimedio: Indicala con --data; il server la crea al primo avvio.");
    let (status, said) = doctor(folder.path(), &["--deep"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("ok: Data folder , closed to others\n"), "{said}");
    assert!(said.contains("ok: Databases up to date: 0; made on the first start: 5\n"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0, "looking makes nothing");
}

#[test]
fn an_installation_that_is_well_is_left_as_it_was_and_one_that_is_not_says_what_to_do() {
    let folder = closed();
    let path = folder.path().to_str().expect("a plain path");
    assert!(sportello(&["db", "migrate", "--data", path]).status.success());
    let before = state(folder.path());
    let (status, said) = doctor(folder.path(), &["--deep", "--json"]);
    assert_eq!(status, Some(0), "{said}");
    let told: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(told["summary"]["errors"], 0);
    let abouts: Vec<_> = told["checks"].as_array().expect("checks").iter().map(|check| check["check"].as_str().expect("a name")).collect();
    assert_eq!(abouts, ["settings", "tenants", "data_folder", "disk", "master_key", "clock", "jobs", "databases", "backups"]);
    assert_eq!(state(folder.path()), before, "nothing was written");

    // A file of a newer program, a file that is none, a key that is open to others.
    let rows = folder.path().join("tenants/019b78ca-d999-7f11-9351-1997b7a89d18/rows.sqlite");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an event loop");
    runtime.block_on(async {
        let mut database = sqlx::SqliteConnection::connect(&format!("sqlite://{}", rows.display())).await.expect("it opens");
        let newer = "INSERT INTO seaql_migrations VALUES ('m9999_from_the_future', 0)";
        sqlx::raw_sql(newer).execute(&mut database).await.expect("the statement is right");
        database.close().await.expect("closed");
    });
    fs::write(folder.path().join("platform.sqlite"), vec![b'x'; 8192]).expect("written");
    fs::create_dir(folder.path().join("keys")).expect("made");
    fs::set_permissions(folder.path().join("keys"), fs::Permissions::from_mode(0o700)).expect("it is ours");
    let key = folder.path().join("keys/master.key");
    fs::write(&key, [0; 32]).expect("written");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o604)).expect("it is ours");
    let (status, said) = doctor(folder.path(), &[]);
    assert_eq!(status, Some(1), "{said}");
    let newer = "error: The database /tenants/019b78ca-d999-7f11-9351-1997b7a89d18/rows.sqlite is newer than this program: it holds step \
                 m9999_from_the_future, the program knows up to ";
    assert!(said.lines().any(|line| line.starts_with(newer)), "{said}");
    assert!(said.lines().any(|line| line.starts_with("error: ") && line.contains("/platform.sqlite")), "{said}");
    assert!(said.contains("error: /keys/master.key is open to others, too (mode 604, user "), "{said}");
    assert!(said.contains("    remedy: Close it: chmod 600 /keys/master.key\n"), "{said}");
    assert!(said.lines().last().is_some_and(|line| line.starts_with("errors: 3, warnings: ")), "{said}");
}

#[test]
fn beside_a_running_server_it_finds_it_well_and_a_broken_body_by_name() {
    let world = World::launch(&Launch { command: "serve", ..Launch::default() });
    let (status, said) = doctor(world.data(), &["--deep"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("ok: Databases up to date: 5; made on the first start: 0\n"), "{said}");
    world.nobody().get("/health/ready").expect(200);
    let copy = TempDir::new().expect("a folder");
    copy_folder(&repository().join("tenants"), &copy.path().join("tenants"));
    let tenants = copy.path().join("tenants");
    fs::write(tenants.join("santarcangelo/services/pink-badge.yaml"), "format: 1\nterm_dais: 20\n").expect("written");
    let (status, said) = doctor(world.data(), &["--tenants", tenants.to_str().expect("a plain path")]);
    assert_eq!(status, Some(1));
    holds(&said, "error: santarcangelo: errors in the configuration: 1", "remedy: See sportello tenant check santarcangelo.");
    assert_eq!(sportello(&["doctor", "--config", "/nowhere.yaml"]).status.code(), Some(2), "without settings it cannot run");
}
