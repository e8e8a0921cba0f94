//! What the doctor says of things that a test can put before it.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use sportello_connect::clock::SystemClock;
use sportello_connect::keys::MasterKey;
use sportello_connect::redis::RedisState;
use sportello_domain::ids::TenantId;
use sportello_engine::ports::Keys as _;
use sportello_store::{Backlog, Examined, Inspection, PlaceStatus, ServerState, keys::WrappedKey};
use tempfile::TempDir;

use super::databases::Body;
use super::*;
use crate::cli::Places;
use crate::environment::Environment;
use crate::settings::Backups;

fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn place() -> (TempDir, Settings) {
    let folder = TempDir::new().unwrap();
    let places = Places { data: Some(folder.path().display().to_string()), ..Places::default() };
    let settings = Settings::read(&places, &Environment::default()).unwrap();
    (folder, settings)
}

/// Level, sentence and remedy in English, without the place of the test.
fn said(checks: &[Check], folder: &TempDir) -> Vec<(Level, String, String)> {
    let text = |message: &Message| message.en.replace(&folder.path().display().to_string(), "");
    checks.iter().map(|check| (check.level, text(&check.finding), check.remedy.as_ref().map(text).unwrap_or_default())).collect()
}

fn one(level: Level, finding: &str, remedy: &str) -> (Level, String, String) {
    (level, finding.to_owned(), remedy.to_owned())
}

fn body(found: Inspection) -> Body {
    Body { slug: "comune".to_owned(), id: TenantId::new(uuid::Uuid::from_u128(7)), found }
}

/// An instant of files so many hours before the doctor comes.
fn ago(hours: u32) -> SystemTime {
    let then = (now() - SignedDuration::from_hours(hours.into())).as_second();
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(then).unwrap())
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn little_room_is_told_before_there_is_none() {
    let (gib, path) = (1 << 30, Path::new("d"));
    for (free, total, level) in [
        (50 * gib, 100 * gib, Level::Ok),
        (9 * gib, 100 * gib, Level::Warning),
        (gib / 2, 100 * gib, Level::Error),
        (9 * gib, 1000 * gib, Level::Error),
        (gib / 4, gib / 2, Level::Error),
        (0, 0, Level::Error),
    ] {
        assert_eq!(folders::space(path, free, total).level, level, "{free} of {total}");
    }
    assert_eq!(folders::space(path, 9 * gib, 100 * gib).finding.en, "9216 MiB (9 %) are left on the disk of d");
}

#[test]
fn a_folder_that_others_may_enter_is_told() {
    let (folder, settings) = place();
    let user = rustix::process::geteuid().as_raw();
    let inner = folder.path().join("tenants");
    fs::create_dir(&inner).unwrap();
    mode(folder.path(), 0o755);
    mode(&inner, 0o701);
    assert_eq!(
        said(&folders::data(&settings)[..2], &folder),
        [
            one(Level::Warning, &format!(" is open to others, too (mode 755, user {user})"), "Close it: chmod 700 "),
            one(Level::Error, &format!("/tenants is open to others, too (mode 701, user {user})"), "Close it: chmod 700 /tenants"),
        ]
    );
    mode(&inner, 0o750);
    mode(folder.path(), 0o700);
    assert_eq!(said(&folders::data(&settings)[..1], &folder)[0].0, Level::Warning);
    mode(&inner, 0o700);
    assert_eq!(folders::data(&settings)[0].level, Level::Ok);
}

#[test]
fn the_clock_must_not_be_behind_what_was_written() {
    let check = databases::clock(now(), Some(now() + SignedDuration::from_hours(1)));
    assert_eq!(
        (check.level, check.finding.en.as_str()),
        (Level::Error, "The clock says 2026-03-02T09:00:00Z, but data go up to 2026-03-02T10:00:00Z")
    );
    assert_eq!(databases::clock(now(), Some(now() + SignedDuration::from_secs(60))).level, Level::Ok);
    assert_eq!(databases::clock(now(), None).level, Level::Ok);
}

#[test]
fn the_master_key_is_tried_on_every_bodys_key() {
    let (folder, settings) = place();
    assert_eq!(said(&keys::master(&settings, &[]), &folder), [one(Level::Ok, "No key yet: it is made on the first start", "")]);
    let path = settings.made_key();
    let master = MasterKey::keep(&path).unwrap();
    let id = body(Inspection::default()).id;
    let key = WrappedKey { id: "k".to_owned(), wrapped: master.new_data_key(id).unwrap(), created_at: now() };
    let bodies = [body(Inspection { keys: vec![key], ..Inspection::default() })];
    assert_eq!(said(&keys::master(&settings, &bodies), &folder), [one(Level::Ok, "The master key opens the bodies' keys: 1", "")]);
    mode(&path, 0o644);
    let user = rustix::process::geteuid().as_raw();
    assert_eq!(
        said(&keys::master(&settings, &bodies), &folder),
        [one(
            Level::Error,
            &format!("/keys/master.key is open to others, too (mode 644, user {user})"),
            "Close it: chmod 600 /keys/master.key"
        )]
    );
    fs::remove_file(&path).unwrap();
    assert_eq!(
        said(&keys::master(&settings, &bodies), &folder),
        [one(
            Level::Error,
            "The master key /keys/master.key is not there",
            "Put it back from the backup: without it special data do not open any more."
        )]
    );
    MasterKey::keep(&path).unwrap();
    assert_eq!(
        said(&keys::master(&settings, &bodies), &folder),
        [one(
            Level::Error,
            "comune: the body's key does not open with /keys/master.key",
            "Put the key that it was made with back from the backup."
        )]
    );
    fs::write(&path, b"too short").unwrap();
    let found = said(&keys::master(&settings, &bodies), &folder);
    assert_eq!((found.len(), found[0].0), (1, Level::Error));
    assert!(found[0].1.contains("a master key has 32 bytes, this file has 9"), "{found:?}");
}

#[test]
fn work_that_was_given_up_or_is_late_is_told_body_by_body() {
    let (folder, _) = place();
    let lies = Backlog { waiting: 0, given_up: 2 };
    let late = Backlog { waiting: 3, given_up: 0 };
    let bodies = [body(Inspection { jobs: lies, outbox: late, ..Inspection::default() })];
    assert_eq!(
        said(&work::backlog(&bodies), &folder),
        [
            one(Level::Warning, "comune: jobs given up: 2", "The log says why (level WARN): see to them by hand."),
            one(Level::Warning, "comune: notices late by more than an hour: 3", "Check that the server runs."),
        ]
    );
    assert_eq!(work::backlog(&[body(Inspection::default())])[0].level, Level::Ok);
}

#[test]
fn letters_that_nobody_takes_are_told() {
    let (folder, settings) = place();
    assert_eq!(work::spool(&settings, now()), None);
    fs::create_dir_all(settings.outgoing().join("body")).unwrap();
    let letter = File::create(settings.outgoing().join("body/1.eml")).unwrap();
    letter.set_modified(ago(1)).unwrap();
    assert_eq!(said(work::spool(&settings, now()).as_slice(), &folder), [one(Level::Ok, "Letters in /outgoing: 1", "")]);
    letter.set_modified(ago(25)).unwrap();
    assert_eq!(
        said(work::spool(&settings, now()).as_slice(), &folder),
        [one(
            Level::Warning,
            "Letters that have lain in /outgoing for more than a day: 1",
            "Check the program that sends them and takes them away."
        )]
    );
}

#[test]
fn backups_of_each_body_must_be_there_and_young() {
    let (folder, mut settings) = place();
    let ids = [7, 8].map(|id| TenantId::new(uuid::Uuid::from_u128(id)));
    let bodies = [("alfa".to_owned(), ids[0]), ("beta".to_owned(), ids[1])];
    assert_eq!(work::backups(&settings, &bodies, now())[0].level, Level::Warning, "nothing says where they are");
    settings.backups = Some(Backups { directory: folder.path().join("b"), max_age_days: 2 });
    let told = |settings: &Settings| said(&work::backups(settings, &bodies, now()), &folder);
    assert_eq!(told(&settings)[0].1, "/b cannot be read (No such file or directory (os error 2))");
    let remedy = "Make one, and check what should make them.";
    let make = |of: &str, hours: i64| {
        let path = folder.path().join("b").join(of);
        fs::create_dir_all(&path).unwrap();
        File::create(path.join((now() - SignedDuration::from_hours(hours)).strftime("%Y%m%dT%H%M%S.000Z.tar").to_string())).unwrap();
    };
    fs::create_dir(folder.path().join("b")).unwrap();
    // What is no backup is none, however young it is.
    File::create(folder.path().join("b/one")).unwrap();
    assert_eq!(told(&settings), [one(Level::Error, "There is no backup in /b", remedy)]);
    make("platform", 1);
    assert_eq!(told(&settings), [one(Level::Error, "In /b there is no backup of: alfa, beta", remedy)]);
    make(&ids[0].to_string(), 90);
    make(&ids[0].to_string(), 49);
    let old = "In /b the newest backup is too old of: alfa (2026-02-28T08:00:00Z)";
    assert_eq!(told(&settings), [one(Level::Error, "In /b there is no backup of: beta", remedy), one(Level::Error, old, remedy)]);
    make(&ids[1].to_string(), 2);
    assert_eq!(told(&settings), [one(Level::Error, old, remedy)], "another's young one helps nobody");
    make(&ids[0].to_string(), 47);
    let well = "In /b there is a young backup of each (3), the oldest of them of 2026-02-28T10:00:00Z";
    assert_eq!(told(&settings), [one(Level::Ok, well, "")]);
    // One who left is nobody's concern, and one who came has none yet.
    make(&TenantId::new(uuid::Uuid::from_u128(9)).to_string(), 900);
    assert_eq!(told(&settings), [one(Level::Ok, well, "")]);
}

/// A server that is well, and takes so many connections.
fn server(connections: i32) -> ServerState {
    let address = "db:5432".to_owned();
    ServerState { address, release: 17, connections, ahead: SignedDuration::ZERO, read_only: false, refused: None }
}

/// A place on a server of which this program opens so many connections.
fn on(connections: i32, pool: u32) -> Examined {
    let status = PlaceStatus { place: "main".to_owned(), tenant: None, exists: true, found: None, known: None, missing: 0, refusing: None };
    Examined { status: Ok(status), file: None, server: Some((server(connections), pool)), tenants: Vec::new() }
}

#[test]
fn two_processes_must_find_room_at_a_server() {
    let (folder, _) = place();
    let told = |pool| said(&servers::room(&[on(97, pool), on(97, pool)]), &folder);
    assert_eq!(told(16), [one(Level::Ok, "db:5432: a process opens up to 32 connections, the server takes 97", "")]);
    assert_eq!(
        told(25),
        [one(
            Level::Warning,
            "db:5432: a process opens up to 50 connections, the server takes 97",
            "There is no room for a second process: lower pool, or raise max_connections."
        )]
    );
    assert_eq!(
        told(49),
        [one(Level::Error, "db:5432: a process opens up to 98 connections, the server takes 97", "Lower pool, or raise max_connections.")]
    );
    assert!(servers::room(&[]).is_empty());
}

#[test]
fn clocks_that_are_apart_are_told() {
    let (folder, _) = place();
    let told = |ahead| said(&servers::postgres("main", &ServerState { ahead, ..server(97) }), &folder);
    let well = one(Level::Ok, "The database main answers (PostgreSQL 17) and can serve", "");
    assert_eq!(told(SignedDuration::from_secs(2)), std::slice::from_ref(&well));
    assert_eq!(told(SignedDuration::from_secs(-2)), [well]);
    let remedy = "Set the clocks of both machines (NTP).";
    assert_eq!(
        told(SignedDuration::from_secs(3)),
        [one(Level::Warning, "The clock of the database main is 3 s ahead of this machine's", remedy)]
    );
    assert_eq!(
        told(SignedDuration::from_secs(-90)),
        [one(Level::Warning, "The clock of the database main is 90 s behind this machine's", remedy)]
    );
    let redis = |ahead, refuses_when_full| said(&servers::answering(RedisState { now: now(), refuses_when_full }, ahead), &folder);
    assert_eq!(redis(SignedDuration::ZERO, false), [one(Level::Ok, "Redis answers", "")]);
    assert_eq!(
        redis(SignedDuration::from_secs(5), true),
        [
            one(Level::Warning, "The clock of Redis is 5 s ahead of this machine's", remedy),
            one(
                Level::Warning,
                "Redis refuses when its memory is full (maxmemory-policy noeviction)",
                "Set maxmemory-policy volatile-ttl: what Sportello keeps there expires by itself."
            ),
        ]
    );
}

#[test]
fn every_check_speaks_both_languages() {
    let (_folder, mut settings) = place();
    settings.data = settings.data.join("none");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for check in runtime.block_on(examine(&settings, &SystemClock, false)) {
        assert_ne!(check.finding.it, check.finding.en);
    }
}
