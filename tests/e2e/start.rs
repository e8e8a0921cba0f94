//! What the program says when it cannot do what it was told: one sentence that says what to do, and exit status 2.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    fs,
    net::TcpListener,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use sportello_tests::{binary, copy_tenants, sportello};
use sqlx::Connection;
use tempfile::TempDir;

/// Somebody without privileges, where the tests run as root.
const NOBODY: u32 = 65534;

fn said(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).trim_end().to_owned())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// The sentence that ends a start that failed.
fn refused(arguments: &[&str]) -> String {
    let (status, said) = said(&sportello(arguments));
    assert_eq!(status, Some(2), "{said}");
    said
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let data = TempDir::new().expect("a folder");
    for command in ["serve", "demo"] {
        assert_eq!(
            refused(&[command, "--listen", &address, "--data", text(data.path())]),
            format!(
                "error: Port {} is in use: stop the other program or choose another address with --listen.",
                address.rsplit(':').next().expect("a port")
            )
        );
        assert_eq!(fs::read_dir(data.path()).expect("the folder is there").count(), 0, "nothing was begun");
    }
}

#[test]
fn the_demonstration_answers_this_machine_only() {
    assert_eq!(
        refused(&["demo", "--listen", "0.0.0.0:0"]),
        "error: The demonstration answers this machine only, not on 0.0.0.0:0: use --listen 127.0.0.1:8080."
    );
}

/// The binary and the bodies where anybody may read them, since the checkout may be closed to others.
fn open_to_all() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    let program = folder.path().join("sportello");
    fs::copy(binary(), &program).expect("the program is copied");
    copy_tenants(&folder.path().join("tenants"));
    (folder, program)
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let (folder, program) = open_to_all();
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("created");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o555)).expect("it is ours");
    let mut command = Command::new(program);
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--lang", "en", "--data"])
        .arg(&data)
        .arg("--tenants")
        .arg(folder.path().join("tenants"));
    command.stdin(Stdio::null()).current_dir(folder.path());
    if fs::metadata(&data).is_ok_and(|data| std::os::unix::fs::MetadataExt::uid(&data) == 0) {
        command.uid(NOBODY).gid(NOBODY);
    }
    let (status, said) = said(&command.output().expect("the program runs"));
    assert_eq!(status, Some(2), "{said}");
    let data = data.display().to_string();
    assert_eq!(
        said.lines().last().expect("a sentence"),
        format!(
            "error: The data folder {data} is read-only. Give the user who runs Sportello permission to write to it, or name another \
             folder with --data."
        )
    );
}

#[test]
fn a_file_in_the_place_of_the_data_folder_is_named() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let said = refused(&["serve", "--listen", "127.0.0.1:0", "--data", text(file.path())]);
    assert!(said.contains(&file.path().display().to_string()) && said.contains("--data"), "{said}");
}

#[test]
fn a_database_that_is_newer_is_left_alone() {
    let data = TempDir::new().expect("a folder");
    let folder = text(data.path()).to_owned();
    assert_eq!(said(&sportello(&["db", "migrate", "--data", &folder])).0, Some(0));
    let file = data.path().join("platform.sqlite");
    write(&file, "INSERT INTO seaql_migrations VALUES ('m9999_contract_m9998_the_past', 0)");
    let before = fs::read(&file).expect("read");
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["demo", "--listen", "127.0.0.1:0"], &["db", "migrate"]] {
        let said = refused(&[command, &["--data", &folder]].concat());
        assert!(
            said.contains("is newer than this program: it holds step m9999_contract_m9998_the_past")
                && said.contains("Start a version of Sportello that is at least as recent"),
            "{said}"
        );
    }
    assert_eq!(fs::read(&file).expect("read"), before, "the newer database is as it was");
}

#[test]
fn a_bodys_database_that_is_newer_is_left_alone() {
    let data = TempDir::new().expect("a folder");
    let folder = text(data.path()).to_owned();
    assert_eq!(said(&sportello(&["db", "migrate", "--data", &folder])).0, Some(0));
    let status = sportello(&["db", "status", "--json", "--data", &folder]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).expect("JSON");
    let known = status["items"][1]["known"].as_str().expect("the last step of a body's file").to_owned();
    // Cesena's, whose id is in its tenant.yaml.
    let file = data.path().join("tenants/019b78ca-d999-7f11-9351-1997b7a89d18/rows.sqlite");
    write(&file, "INSERT INTO seaql_migrations VALUES ('m9999_contract_m9998_the_past', 0)");
    let before = fs::read(&file).expect("read");
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["demo", "--listen", "127.0.0.1:0"], &["db", "migrate"]] {
        let said = refused(&[command, &["--data", &folder]].concat());
        assert_eq!(
            said.lines().last().expect("a sentence"),
            format!(
                "error: The database {} is newer than this program: it holds step m9999_contract_m9998_the_past, the program knows up to \
                 {known}. Start a version of Sportello that is at least as recent, or restore the copy made before the update.",
                file.display()
            )
        );
    }
    assert_eq!(fs::read(&file).expect("read"), before, "the newer database is as it was");
    let status = sportello(&["db", "status", "--data", &folder]);
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    let line = format!("{}: newer than this program (m9999_contract_m9998_the_past)", file.display());
    assert!(status.lines().any(|found| found == line), "{status}");
}

#[test]
fn a_bodys_database_that_is_newer_and_lost_nothing_is_served_and_told() {
    let data = TempDir::new().expect("a folder");
    let folder = text(data.path()).to_owned();
    assert_eq!(said(&sportello(&["db", "migrate", "--data", &folder])).0, Some(0));
    let file = data.path().join("tenants/019b78ca-d999-7f11-9351-1997b7a89d18/rows.sqlite");
    write(&file, "INSERT INTO seaql_migrations VALUES ('m9999_later', 0)");
    let file = file.display();
    let migrated = sportello(&["db", "migrate", "--data", &folder]);
    let told = String::from_utf8_lossy(&migrated.stdout).into_owned();
    let line = format!("{file}: newer than this program, which can serve all the same (m9999_later)");
    assert!(migrated.status.success() && told.lines().any(|found| found == line), "{told}");
    let told = String::from_utf8_lossy(&sportello(&["doctor", "--data", &folder]).stdout).into_owned();
    let line = format!("warning: The database {file} is newer than this program, which can serve all the same: it holds step m9999_later");
    assert!(told.lines().any(|found| found == line), "{told}");
    assert!(told.contains("    remedy: While an update is under way this is as it should be; then start the new program.\n"), "{told}");
}

/// Runs one statement on a database file.
fn write(file: &Path, statement: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an event loop");
    runtime.block_on(async {
        let mut database = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("the file opens");
        sqlx::raw_sql(statement).execute(&mut database).await.expect("the statement is right");
        database.close().await.expect("closed");
    });
}
