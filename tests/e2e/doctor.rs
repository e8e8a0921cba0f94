//! `sportello doctor` on a folder as an operator has it: what it says, its exit status, and that it leaves everything as it was.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    fs,
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use sportello_test_postgres::TestDatabase;
use sportello_tests::{Launch, World, binary, copy_tenants, sportello};
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
    told(&sportello(&[&["doctor", "--data", data_text], more].concat()), data_text)
}

/// The exit status and what was said, without the place of the test.
fn told(output: &Output, folder: &str) -> (Option<i32>, String) {
    let said = String::from_utf8_lossy(&output.stdout).replace(folder, "");
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
        let newer = "INSERT INTO seaql_migrations VALUES ('m9999_contract_m9998_the_past', 0)";
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
                 m9999_contract_m9998_the_past, the program knows up to ";
    assert!(said.lines().any(|line| line.starts_with(newer)), "{said}");
    assert!(said.lines().any(|line| line.starts_with("error: ") && line.contains("/platform.sqlite")), "{said}");
    assert!(said.contains("error: /keys/master.key is open to others, too (mode 604, user "), "{said}");
    assert!(said.contains("    remedy: Close it: chmod 600 /keys/master.key\n"), "{said}");
    assert!(said.lines().last().is_some_and(|line| line.starts_with("errors: 3, warnings: ")), "{said}");
}

#[test]
fn beside_a_running_server_it_finds_it_well_and_a_broken_body_by_name() {
    let world = World::launch(&Launch { command: "serve", ..Launch::default() });
    let places = world.places();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let (status, said) = told(&sportello(&[&["doctor", "--deep"], places.as_slice()].concat()), "-");
    assert_eq!(status, Some(0), "{said}");
    let databases = if world.database().is_some() { 2 } else { 5 };
    assert!(said.contains(&format!("ok: Databases up to date: {databases}; made on the first start: 0\n")), "{said}");
    world.nobody().get("/health/ready").expect(200);
    let copy = TempDir::new().expect("a folder");
    copy_tenants(&copy.path().join("tenants"));
    let tenants = copy.path().join("tenants");
    fs::write(tenants.join("santarcangelo/services/pink-badge.yaml"), "format: 1\nterm_dais: 20\n").expect("written");
    let (status, said) = doctor(world.data(), &["--tenants", tenants.to_str().expect("a plain path")]);
    assert_eq!(status, Some(1));
    holds(&said, "error: santarcangelo: errors in the configuration: 1", "remedy: See sportello tenant check santarcangelo.");
    assert_eq!(sportello(&["doctor", "--config", "/nowhere.yaml"]).status.code(), Some(2), "without settings it cannot run");
}

#[test]
fn the_backup_of_each_body_is_looked_at() {
    let backups = closed();
    let folder = backups.path().to_str().expect("a plain path");
    let settings = format!("backups: {{directory: {folder}}}\n");
    let world = World::launch(&Launch { command: "serve", settings, ..Launch::default() });
    let places = world.places();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let doctor = || told(&sportello(&[&["doctor"], places.as_slice()].concat()), folder);
    let remedy = "remedy: Make one, and check what should make them.";
    let (status, said) = doctor();
    assert_eq!(status, Some(1), "{said}");
    holds(&said, "error: There is no backup in ", remedy);
    let backup = |tenant: &[&str]| {
        let places = [&places[..2], &places[4..]].concat();
        let output = sportello(&[&["db", "backup", "--to", folder], tenant, places.as_slice()].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    backup(&["--tenant", "cesena"]);
    let (status, said) = doctor();
    assert_eq!(status, Some(1), "{said}");
    holds(&said, "error: In  there is no backup of: santarcangelo, unione-valle-savio, unione-valmarecchia", remedy);
    backup(&[]);
    let (status, said) = doctor();
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("ok: In  there is a young backup of each (5), the oldest of them of 20"), "{said}");
}

/// What is said of an installation whose rows are in a database that is reached by this address.
fn over(url: &str, more: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let folder = closed();
    let path = folder.path().to_str().expect("a plain path");
    fs::write(folder.path().join("url"), url).expect("written");
    let settings = format!(
        "format: 1\ndata: .\nplatform: {{postgres: {{url_file: url, pool: 4}}}}\nplacements: {{main: {{postgres: {{url_file: url}}}}}}\n{more}"
    );
    let file = folder.path().join("sportello.yaml");
    fs::write(&file, settings).expect("written");
    let file = file.to_str().expect("a plain path");
    told(&sportello(&[&["doctor", "--config", file], arguments].concat()), path)
}

#[test]
fn a_database_that_is_well_is_said_to_be_with_the_room_that_it_has() {
    let database = TestDatabase::create();
    let (status, said) = over(&database.server(), "", &[]);
    assert_eq!(status, Some(0), "{said}");
    let release = database.as_superuser("SELECT current_setting('server_version_num')::int / 10000");
    for name in ["platform", "main"] {
        assert!(said.contains(&format!("ok: The database {name} answers (PostgreSQL {release}) and can serve\n")), "{said}");
    }
    let url = database.server();
    let address = url.split(['@', '/']).nth(3).expect("an address with a host");
    let room = "current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int";
    let room = database.as_superuser(&format!("SELECT {room} - COALESCE(current_setting('reserved_connections', true)::int, 0)"));
    assert!(said.contains(&format!("ok: {address}: a process opens up to 20 connections, the server takes {room}\n")), "{said}");
    assert!(said.contains("ok: Databases up to date: 2; made on the first start: 0\n"), "{said}");
}

#[test]
fn a_database_that_is_not_well_is_told_with_what_to_do() {
    let database = TestDatabase::create();
    let server = database.server();
    let role = database.role("owner");
    let (status, said) = over(&database.owner(), "", &[]);
    assert_eq!(status, Some(1), "{said}");
    let walls = "remedy: Sportello does not start like this. Use the role of deploy/postgres/roles.sql and run sportello db migrate.";
    let apart = "error: The database main does not keep tenants apart as it must:";
    holds(&said, &format!("{apart} the role {role} owns tables of the schema sportello or may become their owner"), walls);

    database.as_superuser("DROP POLICY tenant_rows ON sportello.cases");
    let (status, said) = over(&server, "", &[]);
    assert_eq!(status, Some(1), "{said}");
    holds(&said, &format!("{apart} the table cases lacks the policy tenant_rows"), walls);

    database.as_superuser("DELETE FROM sportello.seaql_migrations WHERE version = (SELECT max(version) FROM sportello.seaql_migrations)");
    let (status, said) = over(&server, "", &["--lang", "it"]);
    assert_eq!(status, Some(1), "{said}");
    holds(&said, "errore: Al database main mancano passi di aggiornamento (1)", "rimedio: Esegui sportello db migrate.");

    let (status, said) = over(&server.replace(":tests@", ":wrong@"), "", &[]);
    assert_eq!(status, Some(1), "{said}");
    let role = database.role("server");
    let remedy =
        "remedy: Check role, password and permissions: deploy/postgres/roles.sql makes them and sportello db migrate completes them.";
    holds(&said, &format!("error: The database main refuses: password authentication failed for user \"{role}\""), remedy);
}

#[test]
fn a_database_that_takes_no_writes_or_is_away_is_told() {
    let database = TestDatabase::create();
    database.as_superuser(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name()));
    let (status, said) = over(&database.server(), "", &[]);
    assert_eq!(status, Some(1), "{said}");
    let remedy = "remedy: Name the primary server rather than a replica, or take default_transaction_read_only away.";
    holds(&said, "error: The database main is read-only", remedy);

    let (status, said) = over(&format!("postgres://a:b@{}/c", nobody_there()), "", &[]);
    assert_eq!(status, Some(1), "{said}");
    let remedy = "remedy: Check that PostgreSQL runs and that the address in the settings is right; requests go on by themselves.";
    for name in ["platform", "main"] {
        holds(&said, &format!("error: The database {name} does not answer: Connection refused (os error 111)"), remedy);
    }
}

/// An address at which nobody listens.
fn nobody_there() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

#[test]
fn redis_that_is_away_is_told_and_is_no_error() {
    let folder = closed();
    let path = folder.path().to_str().expect("a plain path");
    fs::write(folder.path().join("redis"), format!("redis://{}", nobody_there())).expect("written");
    let file = folder.path().join("sportello.yaml");
    fs::write(&file, "format: 1\ndata: .\nredis: {url_file: redis}\n").expect("written");
    let doctor = || told(&sportello(&["doctor", "--config", file.to_str().expect("a plain path")]), path);
    let (status, said) = doctor();
    assert_eq!(status, Some(0), "{said}");
    let finding = "warning: Redis does not answer (Connection refused (os error 111)): each process counts alone";
    holds(&said, finding, "remedy: Check that it runs and that the address in /redis is right.");
    fs::write(folder.path().join("redis"), "http://nobody").expect("written");
    let (status, said) = doctor();
    assert_eq!(status, Some(1), "{said}");
    assert!(said.lines().any(|line| line.starts_with("error: The address in /redis will not do (")), "{said}");
}

#[test]
fn a_data_folder_that_cannot_be_written_is_told() {
    const NOBODY: u32 = 65534;
    let folder = TempDir::new().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    let program = folder.path().join("sportello");
    fs::copy(binary(), &program).expect("the program is copied");
    copy_tenants(&folder.path().join("tenants"));
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("made");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o555)).expect("it is ours");
    let mut command = Command::new(program);
    command.args(["doctor", "--lang", "en", "--data", "data", "--tenants", "tenants"]).current_dir(folder.path()).stdin(Stdio::null());
    if fs::metadata(&data).is_ok_and(|data| std::os::unix::fs::MetadataExt::uid(&data) == 0) {
        command.uid(NOBODY).gid(NOBODY);
    }
    let (status, said) = told(&command.output().expect("the program runs"), "-");
    assert_eq!(status, Some(1), "{said}");
    holds(
        &said,
        "error: The data folder data cannot be written",
        "remedy: Give the server's user the permission, or run doctor as that user.",
    );
}
