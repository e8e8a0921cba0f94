//! A disk that is really full: what writes is refused and says so, what reads goes on, nothing half done stays, and with room all goes on.
//!
//! Each test runs once more in a mount namespace of its own, where it may mount a small disk; that needs no root where the system lets
//! people have namespaces. Where it does not, `SPORTELLO_TEST_SMALL_DISK=none` goes without, which `tests/run` tells in its table.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use sportello_tests::{Api, BIANCA, Data, Launch, MARIO, PDF, Reply, Resident, World, badge, draft, key, sportello};
use tempfile::TempDir;

/// Room for a day of the demonstration and what a test does with it.
const SIZE: &str = "64m";
/// Says to whom runs inside where the small disk is; said from outside, `none` is the only answer.
const PLACE: &str = "SPORTELLO_TEST_SMALL_DISK";
/// Mounts a small disk at the first argument and runs the rest.
const INSIDE: &str = r#"mount -t tmpfs -o "size=$0" tmpfs "$1" && shift && exec "$@""#;

/// Runs a test on a small disk.
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a harness is told where the disk is, and says that it goes without")]
fn on_a_small_disk(name: &str, test: impl FnOnce(&Path)) {
    match std::env::var(PLACE).as_deref() {
        Ok("none") => println!("{name}: skipped, there is no small disk"),
        Ok(place) => test(Path::new(place)),
        Err(_) => once_more_inside(name),
    }
}

fn inside(folder: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", INSIDE, SIZE]).arg(folder);
    command
}

fn once_more_inside(name: &str) {
    let folder = TempDir::new().expect("a folder");
    let mounts = inside(folder.path()).arg("true").output();
    let mounts = mounts.map_or_else(|error| error.to_string(), |output| String::from_utf8_lossy(&output.stderr).into_owned());
    assert!(mounts.is_empty(), "no small disk can be mounted ({}); {PLACE}=none goes without", mounts.trim());
    let test = std::env::current_exe().expect("a test has a path");
    let mut again = inside(folder.path());
    again.arg(test).args(["--exact", name, "--nocapture"]).env(PLACE, folder.path()).env("TMPDIR", folder.path()).stdin(Stdio::null());
    let output = again.output().expect("it runs");
    let [said, log] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(output.status.success() && said.contains("test result: ok. 1 passed"), "{said}\n{log}");
}

/// Fills a disk to the last byte; with the value there is room again.
struct Full(PathBuf);

impl Full {
    fn of(folder: &Path) -> Self {
        let path = folder.join("filler");
        let mut file = File::create(&path).expect("a file more");
        for piece in [1024 * 1024, 4096, 1] {
            let error = loop {
                if let Err(error) = file.write_all(&vec![0; piece]) {
                    break error;
                }
            };
            assert_eq!(error.kind(), ErrorKind::StorageFull, "{error}");
        }
        Self(path)
    }
}

impl Drop for Full {
    fn drop(&mut self) {
        fs::remove_file(&self.0).expect("it goes");
    }
}

/// A draft that is ready to be submitted.
fn ready(api: &Api, who: &Resident) -> String {
    let case = draft(api, "cesena", "pink-badge", &badge(who));
    attach(api, &case).expect(201);
    case
}

fn attach(api: &Api, case: &str) -> Reply {
    api.upload(case, "medical-certificate", "certificato.pdf", "application/pdf", PDF)
}

fn submit(api: &Api, case: &str, key: &str) -> Reply {
    let request = api.request("POST", &format!("{case}/submission")).header("if-match", "*").header("idempotency-key", key);
    api.send(request.json(&json!({})))
}

/// The refusal that is wanted, in whole.
#[track_caller]
fn refused(reply: &Reply) {
    assert_eq!((reply.problem(503).as_str(), reply.header("retry-after")), ("store_unavailable", Some("5")));
    let said = [&reply.json["detail"], &reply.json["remedy"]];
    assert_eq!(said, ["I dati ora non sono raggiungibili.", "Riprova fra poco: nulla è stato modificato."]);
}

/// The numbers of the register, lowest first.
fn numbers(api: &Api) -> Vec<u64> {
    let list = api.get("/v1/tenants/cesena/register/entries?limit=200").expect(200);
    assert!(list["_links"]["next"].is_null(), "one page holds them");
    let entries = list["items"].as_array().expect("items").iter();
    let mut numbers: Vec<u64> = entries.map(|entry| entry["number"].as_str().expect("a number").parse().expect("digits")).collect();
    numbers.sort_unstable();
    numbers
}

/// Every file under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("readable").path());
    let mut found: Vec<PathBuf> = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    found.sort();
    found
}

/// The drafts of somebody, oldest first.
fn drafts(api: &Api) -> Vec<String> {
    let list = api.get("/v1/tenants/cesena/cases?limit=200").expect(200);
    let items = list["items"].as_array().expect("items").iter();
    let drafts = items.filter(|case| case["status"] == "draft");
    let mut drafts: Vec<String> = drafts.map(|case| case["_links"]["self"]["href"].as_str().expect("a link").to_owned()).collect();
    drafts.sort();
    drafts
}

/// Writes until that is refused: a file of rows may reuse what it has for a while. Answers what was answered.
fn until_refused(api: &Api) -> Vec<String> {
    let body = json!({"service": "pink-badge", "answers": badge(&MARIO)});
    let mut opened = Vec::new();
    for _ in 0..1000 {
        let reply = api.post("/v1/tenants/cesena/cases", &body);
        if reply.status != 201 {
            // The very first one that is not taken is refused like all that follow.
            refused(&reply);
            return opened;
        }
        opened.push(reply.json["_links"]["self"]["href"].as_str().expect("a link").to_owned());
    }
    panic!("a thousand drafts were written on a full disk");
}

#[test]
fn a_full_disk_refuses_what_writes_and_nothing_else() {
    on_a_small_disk("a_full_disk_refuses_what_writes_and_nothing_else", |disk| {
        let world = World::launch_on(&Launch::default().without_limits(), Arc::new(Data::day_in_files()));
        let (bianca, mario, desk) =
            (world.citizen("cesena", &BIANCA), world.citizen("cesena", &MARIO), world.staff("cesena", "administrator"));
        let (case, other) = (ready(&bianca, &BIANCA), draft(&bianca, "cesena", "pink-badge", &badge(&BIANCA)));
        let (before, kept, own) = (numbers(&desk), files(&world.data().join("files")), drafts(&mario));

        let full = Full::of(disk);
        let opened = until_refused(&mario);
        let key = key();
        for _ in 0..3 {
            refused(&submit(&bianca, &case, &key));
            refused(&attach(&bianca, &other));
        }
        let english = bianca.in_english().upload(&other, "medical-certificate", "c.pdf", "application/pdf", PDF);
        assert_eq!(english.json["detail"], "The data cannot be reached now.");
        assert_eq!(english.json["remedy"], "Try again shortly: nothing was changed.");
        assert!(world.log().contains("Full { path: "), "the log says why");

        world.nobody().get("/health/ready").expect(200);
        world.nobody().get("/v1/tenants/cesena/services/pink-badge").expect(200);
        assert_eq!(bianca.get(&case).expect(200)["status"], "draft");
        assert!(bianca.get(&format!("{other}/documents")).expect(200)["items"].as_array().expect("items").is_empty());
        assert_eq!((numbers(&desk), files(&world.data().join("files"))), (before.clone(), kept), "nothing half done stays");
        let places = world.places();
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let doctor = sportello(&[&["doctor"], places.as_slice()].concat());
        let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
        let left = format!(
            "error: 0 MiB (0 %) are left on the disk of {}\n    remedy: Free some, or move the data folder.\n",
            world.data().display()
        );
        assert!(doctor.status.code() == Some(1) && said.contains(&left), "{said}");

        drop(full);
        let number = submit(&bianca, &case, &key).expect(200)["register_number"].as_str().expect("a number").to_owned();
        assert_eq!(submit(&bianca, &case, &key).expect(200)["register_number"], number.as_str(), "once");
        attach(&bianca, &other).expect(201);
        let after = numbers(&desk);
        assert_eq!(after.len(), before.len() + 1);
        assert!(after.iter().copied().eq(1..=after.len() as u64), "{after:?}");
        let mut expected = [own, opened].concat();
        expected.sort();
        assert_eq!(drafts(&mario), expected, "what was answered is there, and nothing else");
    });
}

/// A disk of its own for one folder.
fn mount(folder: &Path, size: &str) {
    fs::create_dir_all(folder).expect("made");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder).status();
    assert!(mounted.expect("mount runs").success());
}

/// A figure of the server.
fn figure(world: &World, name: &str) -> u64 {
    let text = String::from_utf8(world.nobody().get("/metrics").bytes).expect("text");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}: {text}"));
    line.trim().parse().expect("a number")
}

#[test]
fn documents_and_letters_wait_where_their_own_disk_is_full() {
    on_a_small_disk("documents_and_letters_wait_where_their_own_disk_is_full", |disk| {
        let (documents, data) = (disk.join("documents"), Arc::new(Data::day_in_files()));
        let letters = data.path().join("outgoing");
        for folder in [&documents, &letters] {
            mount(folder, "256k");
        }
        let settings = format!("files: {{directory: {}}}\n", documents.display());
        let world = World::launch_on(&Launch { settings, ..Launch::default() }.without_limits(), data);
        let citizen = world.citizen("cesena", &BIANCA);
        let case = ready(&citizen, &BIANCA);
        let full = [&documents, &letters].map(|folder| Full::of(folder));

        // Rows have room: what needs no document goes on.
        let other = draft(&citizen, "cesena", "pink-badge", &badge(&BIANCA));
        refused(&attach(&citizen, &other));
        assert!(citizen.get(&format!("{other}/documents")).expect(200)["items"].as_array().expect("items").is_empty());
        assert_eq!(files(&documents).len(), 2, "the one of before, and what fills the disk");
        let failed = "sportello_outbox_total{outcome=\"failed\"} ";
        assert_eq!(figure(&world, failed), 0);
        submit(&citizen, &case, &key()).expect(200);
        let begun = Instant::now();
        while figure(&world, failed) == 0 {
            assert!(begun.elapsed() < Duration::from_secs(30), "no letter was tried");
            thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(files(&letters).len(), 1, "what fills the disk, and no letter that is cut short");
        drop(full);

        attach(&citizen, &other).expect(201);
        // It is tried again after a minute.
        let begun = Instant::now();
        while files(&letters).is_empty() {
            assert!(begun.elapsed() < Duration::from_mins(3), "the letter was not sent");
            thread::sleep(Duration::from_millis(200));
        }
        assert_eq!(figure(&world, "sportello_outbox_total{outcome=\"done\"} "), 1);
        let found = files(&letters);
        let [letter] = found.as_slice() else { panic!("{found:?}") };
        let text = fs::read_to_string(letter).expect("a letter");
        assert!(text.contains(BIANCA.email) && text.ends_with("\r\n"), "{text}");
    });
}

#[test]
fn a_server_does_not_start_on_a_full_disk_and_says_so() {
    on_a_small_disk("a_server_does_not_start_on_a_full_disk_and_says_so", |disk| {
        let data = disk.join("data");
        let data = data.to_str().expect("a plain path");
        assert!(sportello(&["db", "migrate", "--data", data]).status.success());
        let _full = Full::of(disk);
        let output = sportello(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let sentence =
            format!("error: No space is left on the disk of {data}. Free some space and try again: what was already confirmed is safe.");
        assert_eq!((output.status.code(), said.trim_end().lines().last()), (Some(2), Some(sentence.as_str())), "{said}");
    });
}
