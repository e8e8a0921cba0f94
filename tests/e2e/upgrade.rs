//! An update under way: the program of the release before this one serves while this one migrates, and then beside it.
//!
//! Which commit that is stands in `tests/previous`; `tests/run` builds it into `target/previous`.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use sportello_tests::{Api, Data, Launch, MARIO, Resident, World, badge, badge_draft, binary, command_of, ids, submit};
use sqlx::Connection as _;

/// How many people ask at once.
const CLIENTS: usize = 3;
/// How many rounds they make before something happens, and after it.
const ROUNDS: usize = 4;

/// The program of the release before this one; none where it is said to be out of reach, which `tests/run` tells in its table.
#[expect(clippy::disallowed_methods, reason = "a harness is told that there is none")]
fn previous() -> Option<PathBuf> {
    let program = binary().parent().and_then(Path::parent).expect("target/<profile>").join("previous/sportello");
    if !program.exists() && std::env::var("SPORTELLO_TEST_PREVIOUS").as_deref() == Ok("none") {
        return None;
    }
    assert!(
        program.exists(),
        "{} is missing. It is built from the commit that tests/previous names: tests/run does so, and `tests/previous-build` alone. Where \
         that commit is out of reach, SPORTELLO_TEST_PREVIOUS=none goes on without.",
        program.display()
    );
    Some(program)
}

/// How a program is started on the bodies of the previous one: an update changes the program alone.
fn launch(program: &Path, previous: &Path) -> Launch {
    Launch { binary: program.to_owned(), tenants: previous.with_file_name("tenants"), ..Launch::default() }.without_limits()
}

/// Runs `db migrate` of a program and answers what it says.
fn migrate(program: &Path, previous: &Path, data: &Data) -> String {
    let places = data.places_of_owner(&previous.with_file_name("tenants"));
    let arguments: Vec<&str> = ["db", "migrate"].into_iter().chain(places.iter().map(String::as_str)).collect();
    let output = command_of(program, &arguments);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// What the next steps may do, to every table there is: a column more that may be absent, and one with a default.
fn expand(data: &Data) {
    const STEP: &str = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)";
    let more = |table: &str| {
        format!("ALTER TABLE {table} ADD COLUMN later text; ALTER TABLE {table} ADD COLUMN latest text NOT NULL DEFAULT 'later';\n")
    };
    if let Some(database) = data.database() {
        for schema in ["sportello", "platform"] {
            let tables = format!("SELECT tablename FROM pg_tables WHERE schemaname = '{schema}' AND tablename <> 'seaql_migrations'");
            let tables = database.as_superuser(&tables);
            let steps: String = tables.lines().map(|table| more(&format!("{schema}.{table}"))).collect();
            let step = STEP.replace("seaql", &format!("{schema}.seaql"));
            database.run_as("owner", &format!("{steps}{step}")).expect("the owner may do so");
        }
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an event loop");
    runtime.block_on(async {
        for file in files(data.path()) {
            let mut open = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("it opens");
            let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'seaql_migrations'";
            let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut open).await.expect("its tables");
            let steps: String = tables.iter().map(|table| more(table)).collect();
            let all = sqlx::AssertSqlSafe(format!("BEGIN IMMEDIATE; {steps}{STEP}; COMMIT"));
            sqlx::raw_sql(all).execute(&mut open).await.expect("the steps are right");
            open.close().await.expect("closed");
        }
    });
}

/// The files that hold rows.
fn files(data: &Path) -> Vec<PathBuf> {
    let tenants = std::fs::read_dir(data.join("tenants")).expect("files of tenants");
    let rows = tenants.map(|entry| entry.expect("an entry").path().join("rows.sqlite"));
    let files: Vec<PathBuf> = rows.filter(|rows| rows.exists()).chain([data.join("platform.sqlite")]).collect();
    assert!(files.len() > 2, "{files:?}");
    files
}

/// What somebody does all day: drafts, changes, submits and reads. Every answer must be the one that a calm day gives.
fn round(api: &Api, who: &Resident) -> String {
    let case = badge_draft(api, "cesena", who);
    api.patch(&case, &json!({"answers": badge(who)})).expect(200);
    let submitted = submit(api, &case);
    assert!(submitted["register_number"].is_string(), "{submitted}");
    let list = api.get("/v1/tenants/cesena/cases?limit=5").expect(200);
    assert!(!ids(&list).is_empty(), "{list}");
    api.get("/v1/tenants/cesena/services").expect(200);
    assert_eq!(api.get(&case).expect(200)["code"], submitted["code"]);
    case
}

/// People who make rounds until they are let go.
struct Crowd {
    done: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    people: Vec<thread::JoinHandle<Vec<String>>>,
}

impl Crowd {
    fn at(world: &World) -> Self {
        let (done, stop) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let people = (0..CLIENTS).map(|number| {
            let who = Resident::numbered(number);
            let api = world.citizen("cesena", &who);
            let (done, stop) = (Arc::clone(&done), Arc::clone(&stop));
            thread::spawn(move || {
                let mut cases = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    cases.push(round(&api, &who));
                    done.fetch_add(1, Ordering::Relaxed);
                }
                cases
            })
        });
        let people = people.collect();
        Self { done, stop, people }
    }

    /// Waits until they made so many rounds more; not for ever, where one of them failed.
    fn go_on(&self) {
        let (goal, start) = (self.done.load(Ordering::Relaxed) + ROUNDS, Instant::now());
        while self.done.load(Ordering::Relaxed) < goal && !self.people.iter().any(thread::JoinHandle::is_finished) {
            assert!(start.elapsed() < Duration::from_mins(5), "no {ROUNDS} rounds in five minutes");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Lets them go and answers the cases that they submitted; fails where one of them was refused.
    fn leave(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.people.into_iter().flat_map(|person| person.join().expect("nobody was refused")).collect()
    }
}

/// The program before this one on data that it made itself, with people at work, while this one migrates.
fn migrated_under(program: &Path, data: &Arc<Data>) -> (World, Vec<String>) {
    if data.database().is_some() {
        migrate(program, program, data);
    }
    let old = World::launch_on(&launch(program, program), Arc::clone(data));
    let crowd = Crowd::at(&old);
    crowd.go_on();
    let said = migrate(&binary(), program, data);
    assert!(said.lines().count() > 1 && said.lines().all(|line| line.contains(": up to date (")), "{said}");
    crowd.go_on();
    expand(data);
    crowd.go_on();
    let cases = crowd.leave();
    assert!(cases.len() >= 3 * ROUNDS, "{}", cases.len());
    (old, cases)
}

#[test]
fn the_previous_program_serves_while_files_are_migrated_and_this_one_goes_on() {
    let Some(program) = previous() else { return };
    let (old, cases) = migrated_under(&program, &Arc::new(Data::in_files()));
    let data = old.keep_data();
    drop(old);
    let new = World::launch_on(&launch(&binary(), &program), data);
    let desk = new.staff("cesena", "case_officer");
    for case in &cases {
        assert!(desk.get(case).expect(200)["register_number"].is_string());
    }
}

#[test]
fn both_programs_serve_one_database_after_it_was_migrated() {
    let Some(program) = previous() else { return };
    let (old, cases) = migrated_under(&program, &Arc::new(Data::unmade()));
    let token = old.token("cesena", "citizen", Some(MARIO.tax_code));
    let desk = old.token("cesena", "case_officer", None);
    let new = World::launch_on(&launch(&binary(), &program), old.keep_data());
    let at = |world: &World, token: &str| world.with_token(token.to_owned());

    // Begun at one, finished at the other, either way; what is sealed at one is opened at the other.
    for (here, there) in [(&old, &new), (&new, &old)] {
        let (here, there) = (at(here, &token), at(there, &token));
        let case = badge_draft(&here, "cesena", &MARIO);
        assert_eq!(there.get(&case).expect(200)["answers"]["request"]["situation"], "pregnant");
        let submitted = submit(&there, &case);
        assert_eq!(here.get(&case).expect(200)["register_number"], submitted["register_number"]);
    }
    let crowd = [Crowd::at(&old), Crowd::at(&new)];
    crowd.iter().for_each(Crowd::go_on);
    let [by_old, by_new] = crowd.map(Crowd::leave);
    let reader = at(&old, &desk);
    for case in &by_new {
        assert!(reader.get(case).expect(200)["register_number"].is_string(), "what the new program wrote, the old one reads");
    }
    drop(old);
    let reader = at(&new, &desk);
    for case in cases.iter().chain(&by_old) {
        assert!(reader.get(case).expect(200)["register_number"].is_string(), "what the old program wrote, the new one reads");
    }
    round(&at(&new, &token), &MARIO);
}
