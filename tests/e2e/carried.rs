//! Bodies are carried about under a server that goes on: moved to a database and back, killed on the way, and brought back from a
//! backup after their place was destroyed. The neighbour never notices.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::{Value, json};
use sportello_test_postgres::TestDatabase;
use sportello_tests::{
    Api, BIANCA, Data, GIUSEPPE, LUCIA, Launch, MARIO, PDF, Resident, World, badge, binary, draft, repository, sportello, submit, take,
};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

/// A server over files, and a database to which bodies can move.
struct Installation {
    world: World,
    database: TestDatabase,
}

impl Installation {
    fn begin() -> Self {
        let database = TestDatabase::create();
        let (data, placements) = Data::in_files_beside(&database);
        let mut launch = Launch::default().without_limits();
        launch.settings += &placements;
        Self { world: World::launch_on(&launch, Arc::new(data)), database }
    }

    fn arguments(&self, command: &[&str]) -> Vec<String> {
        let places = self.world.places();
        // These commands need no configuration of bodies.
        let places = places[..2].iter().chain(&places[4..]);
        command.iter().map(ToString::to_string).chain(places.cloned()).collect()
    }

    /// A command of the product beside the server.
    fn run(&self, command: &[&str]) -> Output {
        sportello(&self.arguments(command).iter().map(String::as_str).collect::<Vec<_>>())
    }

    #[track_caller]
    fn said(&self, command: &[&str]) -> String {
        let output = self.run(command);
        assert_eq!(output.status.code(), Some(0), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    #[track_caller]
    fn refused(&self, command: &[&str]) -> String {
        let output = self.run(command);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{command:?}");
        String::from_utf8_lossy(&output.stderr).trim_end().to_owned()
    }

    /// The same command, killed after a while; false where it had ended by itself.
    fn killed(&self, command: &[&str], after: Duration) -> bool {
        let mut child = Command::new(binary())
            .args(self.arguments(command))
            .current_dir(repository())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        thread::sleep(after);
        let running = child.try_wait().expect("its state is known").is_none();
        child.kill().expect("it can be killed");
        child.wait().expect("it ended");
        running
    }

    fn rows_of_cesena(&self) -> PathBuf {
        let folder = self.world.data().join("tenants");
        let id = self.world.nobody().get("/v1/tenants/cesena").expect(200)["id"].as_str().expect("an id").to_owned();
        folder.join(id).join("rows.sqlite")
    }
}

/// Somebody who works at a body while another one is carried about.
struct Worker {
    api: Api,
    tenant: &'static str,
    /// What was answered.
    cases: Mutex<Vec<String>>,
    /// How often one was told to come back.
    later: AtomicUsize,
}

impl Worker {
    fn new(world: &World, tenant: &'static str, who: &Resident) -> Self {
        Self { api: world.citizen(tenant, who), tenant, cases: Mutex::default(), later: AtomicUsize::default() }
    }

    /// Reads and writes until it is over. Whoever is told to come back is told when.
    fn work(&self, over: &AtomicBool, may_wait: bool) {
        while !over.load(Ordering::Relaxed) {
            let made = self.api.post(&format!("/v1/tenants/{}/cases", self.tenant), &json!({"service": "complaint"}));
            let read = self.api.get(&format!("/v1/tenants/{}/cases", self.tenant));
            for reply in [&made, &read] {
                let waits = reply.status == 503 && reply.header("retry-after").is_some();
                assert!(matches!(reply.status, 200 | 201) || (may_wait && waits), "{}: {} {}", self.tenant, reply.status, reply.json);
                self.later.fetch_add(usize::from(waits), Ordering::Relaxed);
            }
            if made.status == 201 {
                let path = made.json["_links"]["self"]["href"].as_str().expect("a link").to_owned();
                self.cases.lock().expect("no worker panicked").push(path);
            }
        }
    }

    fn answered(&self) -> Vec<String> {
        self.cases.lock().expect("no worker panicked").clone()
    }
}

/// Works at both bodies while something is done to Cesena, and holds that nothing that was answered is lost.
fn meanwhile(installation: &Installation, what: impl FnOnce()) {
    let world = &installation.world;
    let (own, neighbour) = (Worker::new(world, "cesena", &BIANCA), Worker::new(world, "santarcangelo", &LUCIA));
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| own.work(&over, true));
        scope.spawn(|| neighbour.work(&over, false));
        // However it ends, the workers end with it.
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(what));
        over.store(true, Ordering::Relaxed);
        if let Err(panic) = ended {
            std::panic::resume_unwind(panic);
        }
    });
    for worker in [&own, &neighbour] {
        let cases = worker.answered();
        assert!(cases.len() > 3, "{} hardly worked", worker.tenant);
        for case in cases {
            worker.api.get(&case).expect(200);
        }
    }
    assert_eq!(neighbour.later.load(Ordering::Relaxed), 0);
}

#[test]
fn a_body_moves_to_a_database_and_back_while_everybody_works() {
    let installation = Installation::begin();
    meanwhile(&installation, || {
        for (to, seen) in [("main", " rows moved to main, "), ("embedded", " rows moved to embedded, ")] {
            thread::sleep(Duration::from_millis(500));
            let said = installation.said(&["tenant", "move", "cesena", "--to", to]);
            assert!(said.starts_with("cesena: ") && said.contains(seen) && said.ends_with(" ms without writes"), "{said}");
            thread::sleep(Duration::from_millis(500));
        }
    });
    let said = installation.said(&["tenant", "move", "cesena", "--to", "embedded", "--forget"]);
    assert_eq!(said, "cesena: what was left at main was removed");
    assert_eq!(installation.database.as_superuser("SELECT count(*) FROM sportello.cases"), "0");
    assert_eq!(installation.database.as_superuser("SELECT count(*) FROM sportello.register_entries"), "0");
}

#[test]
fn a_move_that_is_killed_anywhere_is_gone_on_with_or_taken_back() {
    let installation = Installation::begin();
    let mut here = "embedded";
    let mut kills = 0;
    meanwhile(&installation, || {
        for round in 0..12_u64 {
            let there = if here == "embedded" { "main" } else { "embedded" };
            kills += usize::from(installation.killed(&["tenant", "move", "cesena", "--to", there], Duration::from_millis(60 + 35 * round)));
            // Forwards and backwards by turns. What had come to its end before the kill is there already.
            let wanted = if round % 2 == 0 { there } else { here };
            let output = installation.run(&["tenant", "move", "cesena", "--to", wanted]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() || said.contains("there is nothing to move"), "{said}");
            here = wanted;
            let status = installation.said(&["db", "status"]);
            assert!(!status.contains("cesena: "), "it stands somewhere in between: {status}");
        }
    });
    assert!(kills > 3, "only {kills} were killed before they ended");
    let numbers = installation.world.staff("cesena", "administrator").get("/v1/tenants/cesena/register/entries").expect(200);
    assert!(!numbers["items"].as_array().expect("items").is_empty());
}

/// A case with a sealed answer and a sealed file, submitted.
fn submitted(citizen: &Api) -> (String, String) {
    let case = draft(citizen, "cesena", "pink-badge", &badge(&MARIO));
    let document = citizen.upload(&case, "medical-certificate", "c.pdf", "application/pdf", PDF).expect(201);
    submit(citizen, &case);
    (case, format!("/v1/tenants/cesena/documents/{}/content", document["id"].as_str().expect("an id")))
}

/// Fill, back up, go on, destroy, restore, compare.
fn drill(installation: &Installation, destroy: impl Fn(), mut before: impl FnMut(&str)) {
    let citizen = installation.world.citizen("cesena", &MARIO);
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().to_str().expect("plain");
    let (case, document) = submitted(&citizen);
    let was = citizen.get(&case).expect(200);
    let said = installation.said(&["db", "backup", "--to", to]);
    assert_eq!(said.lines().filter(|line| line.starts_with("cesena: ") || line.starts_with("santarcangelo: ")).count(), 2, "{said}");
    let (late, _) = submitted(&citizen);

    let neighbour = Worker::new(&installation.world, "santarcangelo", &LUCIA);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| neighbour.work(&over, false));
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            destroy();
            let plan = installation.said(&["db", "restore", "--from", to, "--tenant", "cesena", "--dry-run"]);
            assert!(plan.starts_with("cesena: would go back to 20"), "{plan}");
            let said = installation.said(&["db", "restore", "--from", to, "--tenant", "cesena"]);
            assert!(said.starts_with("cesena: as of 20"), "{said}");
            before(&said);
        }));
        over.store(true, Ordering::Relaxed);
        if let Err(panic) = ended {
            std::panic::resume_unwind(panic);
        }
    });

    assert_eq!(citizen.get(&case).expect(200), was, "the sealed answer included");
    assert_eq!((citizen.get(&document).status, citizen.get(&document).bytes.as_slice()), (200, PDF));
    citizen.get(&late).problem(404);
    let (again, _) = submitted(&citizen);
    let number = |case: &Value| case["register_number"].as_str().expect("a number").parse::<u64>().expect("digits");
    assert_eq!(number(&citizen.get(&again).expect(200)), number(&was) + 1, "the register goes on where the backup left it");
    assert!(neighbour.answered().len() > 1);
}

#[test]
fn a_body_whose_place_was_destroyed_is_restored_while_its_neighbour_works() {
    let installation = Installation::begin();
    let files = || {
        for entry in fs::read_dir(installation.world.data().join("files")).expect("documents").flatten() {
            fs::remove_dir_all(entry.path()).expect("removed");
        }
    };
    let rows = installation.rows_of_cesena();
    drill(
        &installation,
        || {
            files();
            fs::write(&rows, vec![7; 50_000]).expect("spoilt");
            for beside in ["-wal", "-shm"] {
                let _ = fs::remove_file(format!("{}{beside}", rows.display()));
            }
        },
        |said| assert!(said.contains("the damaged file is now "), "{said}"),
    );

    installation.said(&["tenant", "move", "cesena", "--to", "main"]);
    drill(
        &installation,
        || {
            files();
            let tables = "SELECT string_agg('sportello.' || tablename, ', ') FROM pg_tables \
                          WHERE schemaname = 'sportello' AND tablename <> 'seaql_migrations'";
            let tables = installation.database.as_superuser(tables);
            installation.database.as_superuser(&format!("TRUNCATE {tables}"));
        },
        |said| assert_eq!(said.lines().count(), 1, "there was nothing to keep: {said}"),
    );
}

#[test]
fn a_body_goes_back_in_time_and_forth_again_under_the_server() {
    let installation = Installation::begin();
    let citizen = installation.world.citizen("cesena", &MARIO);
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().to_str().expect("plain");
    for placement in ["embedded", "main"] {
        if placement == "main" {
            installation.said(&["tenant", "move", "cesena", "--to", "main"]);
        }
        let (early, _) = submitted(&citizen);
        let backup = installation.said(&["db", "backup", "--to", to, "--tenant", "cesena", "--json"]);
        let backup: Value = serde_json::from_str(&backup).expect("JSON");
        let at = backup["taken_at"].as_str().expect("a time").to_owned();
        let (late, _) = submitted(&citizen);
        installation.said(&["db", "backup", "--to", to]);

        let restored = installation.said(&["db", "restore", "--from", to, "--tenant", "cesena", "--at", &at, "--json"]);
        let restored: Value = serde_json::from_str(&restored).expect("JSON");
        citizen.get(&early).expect(200);
        citizen.get(&late).problem(404);
        let before = restored["before"].as_str().expect("an archive");
        installation.said(&["db", "restore", "--from", before]);
        assert!(citizen.get(&late).expect(200)["register_number"].is_string(), "{placement}");
    }
    let kept = || fs::read_dir(folder.path().join("platform")).expect("backups").count();
    assert_eq!(kept(), 4);
    installation.said(&["db", "backup", "--to", to, "--keep", "2"]);
    assert_eq!(kept(), 2);
}

#[test]
fn a_body_is_handed_over_to_another_installation() {
    let (from, to) = (Installation::begin(), Installation::begin());
    let citizen = from.world.citizen("cesena", &MARIO);
    let (case, document) = submitted(&citizen);
    let was = citizen.get(&case).expect(200);
    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("cesena.tar").display().to_string();
    let recipient = to.said(&["tenant", "recipient"]);
    from.said(&["tenant", "export", "cesena", "--to", &archive, "--for", &recipient]);
    let here = "error: 'cesena' has data here already: to put them back to a copy use sportello db restore.";
    assert_eq!(to.refused(&["tenant", "import", &archive]), here);

    // The other installation has the body's configuration and has never served it.
    let empty = World::launch(&Launch { command: "serve", ..Launch::default() });
    let places = empty.places();
    let places: Vec<&str> = places[..2].iter().chain(&places[4..]).map(String::as_str).collect();
    let run = |command: &[&str]| sportello(&[command, &places].concat());
    let refused = run(&["tenant", "import", &archive]);
    assert!(String::from_utf8_lossy(&refused.stderr).starts_with("error: The archive is sealed to another recipient: "));
    let recipient = String::from_utf8_lossy(&run(&["tenant", "recipient"]).stdout).trim().to_owned();
    fs::remove_file(&archive).expect("removed");
    from.said(&["tenant", "export", "cesena", "--to", &archive, "--for", &recipient]);
    let imported = run(&["tenant", "import", &archive]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));

    // It was running all the while; who was a person there is the same one here.
    let data = empty.keep_data();
    drop(empty);
    let demo = World::launch_on(&Launch::default(), data);
    let citizen = demo.citizen("cesena", &MARIO);
    assert_eq!(citizen.get(&case).expect(200), was);
    assert_eq!(citizen.get(&document).bytes, PDF);
}

#[test]
fn what_cannot_be_done_is_said_and_nothing_is_changed() {
    let installation = Installation::begin();
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (to, file, empty) = (path("backups"), path("one.tar"), path("empty"));
    fs::write(&file, "a letter").expect("written");
    fs::create_dir(&empty).expect("made");
    let refused = |command: &[&str]| installation.refused(command);
    assert_eq!(
        refused(&["tenant", "move", "cesena", "--to", "moon"]),
        "error: The settings do not know the placement 'moon': choose among embedded, main, or add it to placements."
    );
    assert_eq!(
        refused(&["tenant", "move", "cesena", "--to", "embedded"]),
        "error: The data of 'cesena' are at embedded already: there is nothing to move."
    );
    let unknown = "error: There are no data of a body 'nowhere' here: the bodies are ";
    for command in [["tenant", "export", "nowhere", "--to", &to], ["tenant", "move", "nowhere", "--to", "main"]] {
        assert!(refused(&command).starts_with(unknown));
    }
    assert_eq!(
        refused(&["tenant", "export", "cesena", "--to", &to, "--for", "age1abc"]),
        "error: The recipient's key is not right: copy the whole of what sportello tenant recipient gives there."
    );
    assert_eq!(
        refused(&["tenant", "import", &file]),
        format!("error: {file} is no archive of Sportello: name the file that tenant export or db backup wrote.")
    );
    assert_eq!(
        refused(&["db", "restore", "--from", &to, "--at", "yesterday"]),
        "error: 'yesterday' is no time for --at: write date, time and zone, such as 2026-05-04T10:30:00+02:00."
    );
    assert_eq!(
        refused(&["db", "restore", "--from", &empty, "--tenant", "cesena"]),
        format!("error: In {empty} there is no backup of cesena up to that time: check the folder and --at.")
    );
    assert!(!fs::exists(&to).expect("looked"), "nothing was written");

    // Half of a move: told by the status, to whoever writes, and to who wants a backup.
    let (begun, mut halfway) = (Instant::now(), false);
    while !halfway && begun.elapsed() < Duration::from_mins(1) {
        for after in (20..600).step_by(20) {
            installation.killed(&["tenant", "move", "cesena", "--to", "main"], Duration::from_millis(after));
            let status = installation.said(&["db", "status"]);
            if status.contains("cesena: ") {
                let told = "cesena: a move or restore was interrupted at embedded and nobody can write; repeat it, or take it back with \
                            sportello tenant move cesena --to embedded";
                assert!(status.lines().any(|line| line == told), "{status}");
                halfway = true;
                break;
            }
            let back = installation.run(&["tenant", "move", "cesena", "--to", "embedded"]);
            assert!(back.status.code().is_some());
        }
    }
    assert!(halfway, "no kill fell into a move");
    assert_eq!(installation.said(&["tenant", "move", "cesena", "--to", "embedded"]), "cesena: move taken back, the data are at embedded");
}

/// Runs a statement on Cesena's file, as another process would.
fn in_file(installation: &Installation, sql: &str) -> i64 {
    let options = SqliteConnectOptions::new().filename(installation.rows_of_cesena()).busy_timeout(Duration::from_secs(20));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut file = SqliteConnection::connect_with(&options).await.expect("the file opens");
        let number = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql)).fetch_optional(&mut file).await.expect("it is asked");
        file.close().await.expect("it closes");
        number.unwrap_or_default()
    })
}

/// A case that waits for its applicant, and what would make the wait end at an instant.
fn waiting(installation: &Installation, who: &Resident) -> (String, impl Fn(i64) -> String + use<>) {
    let world = &installation.world;
    let (citizen, officer) = (world.citizen("cesena", who), world.staff("cesena", "case_officer"));
    let case = draft(&citizen, "cesena", "pink-badge", &badge(who));
    citizen.upload(&case, "medical-certificate", "c.pdf", "application/pdf", PDF).expect(201);
    submit(&citizen, &case);
    take(&officer, &case, "take-charge", &json!({}));
    take(&officer, &case, "ask-integration", &json!({"request": "Manca la seconda pagina."}));
    let id = case.rsplit('/').next().expect("an id").to_owned();
    let at = move |at: i64| format!("UPDATE jobs SET next_at = {at} WHERE kind = 'case_limit' AND subject = '{id}' RETURNING next_at");
    (case, at)
}

/// In so many seconds, as rows have it.
#[expect(clippy::disallowed_methods, reason = "the server under test goes by this machine's clock")]
fn seconds_on(seconds: i64) -> i64 {
    Timestamp::now().as_microsecond() + seconds * 1_000_000
}

/// When a wait ended by itself; it may have once.
#[track_caller]
fn ended(api: &Api, case: &str) -> Option<Timestamp> {
    let events = api.get(&format!("{case}/events?limit=200")).expect(200);
    let ends = events["items"].as_array().expect("items").iter();
    let ends: Vec<_> = ends.filter(|event| event["role"] == "system" && event["data"]["to"] == "incomplete").collect();
    assert!(ends.len() <= 1, "it ended twice: {events}");
    ends.first().map(|end| end["at"].as_str().expect("a time").parse().expect("a time"))
}

#[track_caller]
fn ends_by_itself(api: &Api, case: &str, due: i64) {
    let begun = Instant::now();
    let at = loop {
        if let Some(at) = ended(api, case) {
            break at;
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "its wait does not end");
        thread::sleep(Duration::from_millis(200));
    };
    assert!(at.as_microsecond() >= due, "{at} is before it was due");
}

/// Letters that were written for Cesena.
fn letters(installation: &Installation) -> usize {
    let id = installation.rows_of_cesena().parent().and_then(|folder| folder.file_name()).expect("its id").to_owned();
    fs::read_dir(installation.world.data().join("outgoing").join(id)).expect("a folder").count()
}

/// What is due later is done by the server that runs, wherever the rows have gone meanwhile, and once.
#[test]
fn what_is_due_later_is_done_once_where_the_body_has_moved() {
    let installation = Installation::begin();
    let officer = installation.world.staff("cesena", "case_officer");
    let [(one, first), (two, second), (three, third)] = [BIANCA, MARIO, GIUSEPPE].map(|who| waiting(&installation, &who));
    let sent = || {
        let waits = "SELECT count(*) FROM outbox WHERE next_at IS NOT NULL";
        while in_file(&installation, waits) > 0 {
            thread::sleep(Duration::from_millis(100));
        }
        letters(&installation)
    };
    let before = sent();

    // There, and due only then.
    let due = seconds_on(15);
    assert_eq!(in_file(&installation, &first(due)), due);
    installation.said(&["tenant", "move", "cesena", "--to", "main"]);
    assert_eq!(ended(&officer, &one), None);
    ends_by_itself(&officer, &one, due);

    // Planned there and due after it came back, with nobody asking for anything in between.
    let due = seconds_on(20);
    let planned = |sql: &str| installation.database.as_superuser(&format!("SET search_path = sportello; {sql}"));
    assert!(planned(&second(due)).ends_with(&due.to_string()));
    installation.said(&["tenant", "move", "cesena", "--to", "embedded"]);
    thread::sleep(Duration::from_secs(20));
    ends_by_itself(&officer, &two, due);

    // Away and back before anybody wondered where it is.
    installation.said(&["tenant", "move", "cesena", "--to", "main"]);
    officer.get(&three).expect(200);
    let due = seconds_on(10);
    assert!(planned(&third(due)).ends_with(&due.to_string()));
    installation.said(&["tenant", "move", "cesena", "--to", "embedded"]);
    officer.get(&three).expect(200);
    ends_by_itself(&officer, &three, due);

    assert_eq!(sent() - before, 3, "a letter for each");
    for case in [&one, &two, &three] {
        assert!(ended(&officer, case).is_some());
    }
}
