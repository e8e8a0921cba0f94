//! A hundred kills: whatever was answered is there afterwards, no protocol number is missing, and what was due happened once.
//!
//! `tests/campaign` runs the same with ten thousand.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use reqwest::blocking::{RequestBuilder, multipart};
use serde_json::{Value, json};
use sportello_tests::{
    Api, Data, Launch, PDF, Resident, Worker, World, badge, badge_draft, files, http, key, register, repository, submit,
};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

const CLIENTS: usize = 3;

/// How many kills there are: a hundred unless a campaign wants more.
#[expect(clippy::disallowed_methods, reason = "a test is told how long it is to be")]
fn kills() -> usize {
    std::env::var("SPORTELLO_TEST_KILLS").map_or(100, |number| number.parse().expect("SPORTELLO_TEST_KILLS is a number"))
}

/// How long a round waits for its answers before it kills all the same: a machine may be slow.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was answered about one case; a member that is absent may have happened or not.
#[derive(Clone, Debug, Default)]
struct Told {
    document: Option<String>,
    number: Option<String>,
    withdrawn: bool,
    /// It was asked for something, and its wait has a limit.
    waits: bool,
}

/// What becomes of a case after its submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Stays,
    Withdrawn,
    Waits,
}

/// Cases that were answered, by path.
type Answered = Arc<Mutex<BTreeMap<String, Told>>>;

/// One client of the server that is about to be killed.
struct Client<'a> {
    base: &'a str,
    token: &'a str,
    officer: &'a str,
    http: reqwest::blocking::Client,
    answered: &'a Answered,
    answers: &'a AtomicUsize,
}

impl Client<'_> {
    /// Sends a request; none when the server is gone.
    fn send(&self, path: &str, expected: u16, body: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Option<Value> {
        self.send_as(self.token, path, expected, body)
    }

    fn send_as(&self, token: &str, path: &str, expected: u16, body: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Option<Value> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(token);
        let reply = body(request.header("idempotency-key", key()).header("if-match", "*")).send().ok()?;
        let status = reply.status();
        let json = reply.json::<Value>().ok()?;
        assert_eq!(status, expected, "{path}: {json}");
        self.answers.fetch_add(1, Ordering::Relaxed);
        Some(json)
    }

    fn note(&self, case: &str, tell: impl FnOnce(&mut Told)) {
        tell(self.answered.lock().expect("no client panicked").entry(case.to_owned()).or_default());
    }

    /// A case from the draft to its fate.
    fn case(&self, who: &Resident, fate: Fate) -> Option<()> {
        let body = json!({"service": "pink-badge", "answers": badge(who)});
        let draft = self.send("/v1/tenants/cesena/cases", 201, |request| request.json(&body))?;
        let path = draft["_links"]["self"]["href"].as_str().expect("a link").to_owned();
        self.note(&path, |_| {});
        let file = multipart::Part::bytes(PDF).file_name("certificato.pdf").mime_str("application/pdf").expect("a media type");
        let form = multipart::Form::new().text("kind", "medical-certificate").part("file", file);
        let document = self.send(&format!("{path}/documents"), 201, |request| request.multipart(form))?;
        self.note(&path, |told| told.document = document["id"].as_str().map(str::to_owned));
        let case = self.send(&format!("{path}/submission"), 200, |request| request.json(&json!({})))?;
        self.note(&path, |told| told.number = case["register_number"].as_str().map(str::to_owned));
        let moves = format!("{path}/transitions");
        match fate {
            Fate::Stays => {}
            Fate::Withdrawn => {
                self.send(&moves, 200, |request| request.json(&json!({"transition": "withdraw"})))?;
                self.note(&path, |told| told.withdrawn = true);
            }
            Fate::Waits => {
                self.send_as(self.officer, &moves, 200, |request| request.json(&json!({"transition": "take-charge"})))?;
                self.send_as(self.officer, &moves, 200, |request| request.json(&asking()))?;
                self.note(&path, |told| told.waits = true);
            }
        }
        Some(())
    }
}

/// What the officer asks for: the case then waits for thirty days.
fn asking() -> Value {
    json!({"transition": "ask-integration", "data": {"request": "Manca la seconda pagina."}})
}

/// Asks for badges until the server is gone.
fn hammer(client: &Client<'_>, who: &Resident, first: usize, stop: &AtomicBool) {
    let fates = [Fate::Withdrawn, Fate::Waits, Fate::Stays];
    for fate in fates.iter().cycle().skip(first) {
        if stop.load(Ordering::Relaxed) || client.case(who, *fate).is_none() {
            return;
        }
    }
}

/// What an answered case must be afterwards.
fn holds(api: &Api, path: &str, told: &Told) {
    let case = api.get(path).expect(200);
    let events = api.all(&format!("{path}/events"));
    let happened = |kind: &str| events.iter().filter(|event| event["kind"] == kind).count();
    if let Some(number) = &told.number {
        assert_eq!(case["register_number"], number.as_str(), "{path}");
    }
    let submitted = case["status"] != "draft";
    assert!(submitted || told.number.is_none(), "{path}: an answered submission is gone");
    assert!(case["state"] == "withdrawn" || !told.withdrawn, "{path}: an answered transition is gone");
    assert!(case["state"] == "incomplete" || !told.waits, "{path}: a wait did not end, or was forgotten");
    // State and timeline were written together or not at all, and what was due happened once.
    let moves = match case["state"].as_str().expect("a state") {
        "draft" | "submitted" => 0,
        "withdrawn" | "examination" => 1,
        "incomplete" => 3,
        state => panic!("{path} is in {state}"),
    };
    assert_eq!((happened("submitted"), happened("transition")), (usize::from(submitted), moves), "{path}: {events:#?}");
    assert_eq!(ended_by_themselves(&events), usize::from(case["state"] == "incomplete"), "{path}");
    let documents = api.all(&format!("{path}/documents"));
    assert_eq!(happened("document_added"), documents.len(), "{path}");
    assert!(told.document.as_ref().is_none_or(|id| documents.iter().any(|document| document["id"] == id.as_str())), "{path}");
    for document in documents {
        // No row without its file.
        let content = api.get(&format!("/v1/tenants/cesena/documents/{}/content", document["id"].as_str().expect("an id")));
        assert_eq!((content.status, content.bytes.as_slice()), (200, PDF), "{path}");
    }
}

/// How often a wait ended by itself.
fn ended_by_themselves(events: &[Value]) -> usize {
    events.iter().filter(|event| event["role"] == "system" && event["data"]["to"] == "incomplete").count()
}

/// The rows of the bodies that are in files.
fn in_files(data: &Data, sql: &str) -> i64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folders = std::fs::read_dir(data.path().join("tenants")).expect("the folder is there");
    let files = folders.map(|folder| folder.expect("it can be read").path().join("rows.sqlite"));
    let ask = async |file| {
        let options = SqliteConnectOptions::new().filename(file).busy_timeout(Duration::from_secs(20));
        let mut connection = SqliteConnection::connect_with(&options).await.expect("the file opens");
        let number = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql)).fetch_optional(&mut connection).await.expect("it is asked");
        connection.close().await.expect("it closes");
        number.unwrap_or_default()
    };
    files.map(|file| runtime.block_on(ask(file))).sum()
}

/// The last day of every wait has passed.
const TIME_PASSES: &str = "UPDATE jobs SET next_at = 1 WHERE kind = 'case_limit' AND next_at > 1";
/// What is still to be done: timers whose time has come, and letters.
const TO_DO: &str = "SELECT (SELECT count(*) FROM jobs WHERE next_at = 1) + (SELECT count(*) FROM outbox WHERE next_at IS NOT NULL)";

/// What was sent, or needed no letter.
const SENT: &str = "SELECT count(*) FROM outbox WHERE done_at IS NOT NULL";

/// How many letters were written.
fn letters(data: &Data) -> i64 {
    i64::try_from(data.letters().len()).expect("a small number")
}

/// Waits until nothing is left to be done.
fn settle(left: impl Fn() -> i64) {
    let begun = Instant::now();
    while left() > 0 {
        assert!(begun.elapsed() < PATIENCE, "{} things are still to be done", left());
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_hundred_kills_lose_no_answered_write_leave_no_number_missing_and_do_what_is_due_once() {
    let kills = kills();
    let launch = Launch::default().without_limits();
    let mut world = World::launch(&launch);
    let data = world.keep_data();
    let people: Vec<_> =
        (0..CLIENTS).map(Resident::numbered).map(|who| (who, world.token("cesena", "citizen", Some(who.tax_code)))).collect();
    let officer = world.token("cesena", "case_officer", None);
    let before = files(&world.data().join("files")).len();
    settle(|| in_files(&data, TO_DO));
    let silent = in_files(&data, SENT) - letters(&data);
    let answered = Answered::default();
    let mut count = 0;

    for round in 0..kills {
        let (stop, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
        thread::scope(|scope| {
            for (client, (who, token)) in people.iter().enumerate() {
                let first = round + client;
                let http = http().timeout(Duration::from_secs(20)).build().expect("a client");
                let client = Client { base: world.base(), token, officer: &officer, http, answered: &answered, answers: &answers };
                let stop = &stop;
                scope.spawn(move || hammer(&client, who, first, stop));
            }
            // Counted in answers, so a slow machine does as much; uneven, so the kill falls on another step of the work in each round.
            // After one answer more than all clients have to drafts and uploads, one of them was to a submission.
            let wanted = 2 * CLIENTS + 1 + (round * 37) % 7;
            let begun = Instant::now();
            while answers.load(Ordering::Relaxed) < wanted && begun.elapsed() < PATIENCE {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis((round as u64 * 13) % 11));
            stop.store(true, Ordering::Relaxed);
            kill(&world);
        });
        count += answers.into_inner();
        drop(world);
        in_files(&data, TIME_PASSES);
        world = World::launch_on(&launch, Arc::clone(&data));
    }

    settle(|| in_files(&data, TO_DO));
    let answered = answered.lock().expect("no client panicked").clone();
    let given: Vec<_> = answered.values().filter_map(|told| told.number.clone()).collect();
    assert!(given.len() >= kills, "only {} submissions were answered", given.len());
    assert!(answered.values().any(|told| told.withdrawn), "no transition was answered");
    assert!(answered.values().filter(|told| told.waits).count() >= kills / 20, "too few cases waited");
    // Each letter under the id of its row, and each row sent.
    assert_eq!(in_files(&data, SENT) - letters(&data), silent, "letters and rows");
    let apis: Vec<_> = people.iter().map(|(_, token)| world.with_token(token.clone())).collect();
    let (mut seen, mut rows) = (0, 0);
    for api in &apis {
        for case in api.all("/v1/tenants/cesena/cases") {
            let path = case["_links"]["self"]["href"].as_str().expect("a link").to_owned();
            seen += usize::from(answered.contains_key(&path));
            holds(api, &path, answered.get(&path).unwrap_or(&Told::default()));
            rows += api.all(&format!("{path}/documents")).len();
        }
    }
    assert_eq!(seen, answered.len(), "an answered case is gone");
    // Each kill may leave the bytes of an upload that was never answered: no row leads there, so nobody is shown them.
    let kept = files(&world.data().join("files")).len() - before;
    assert!((rows..=rows + kills * CLIENTS).contains(&kept), "{kept} files for {rows} documents");

    let numbers = register(&world.staff("cesena", "administrator"), "cesena");
    let gap = numbers.iter().zip(1..).find(|(number, expected)| **number != *expected);
    assert_eq!(gap, None, "the register has a gap or a double");
    for number in &given {
        let number: u64 = number.parse().expect("digits");
        assert!(numbers.binary_search(&number).is_ok(), "{number} was answered and is not in the register");
    }
    println!("{count} answers, {} to submissions, {rows} documents in {kept} files, {} entries, {kills} kills", given.len(), numbers.len());
}

/// Cases at the server of a database, each waiting for its limit.
fn waiting(world: &World, count: usize) -> Vec<String> {
    let officer = world.staff("cesena", "case_officer");
    let people: Vec<_> = (0..CLIENTS).map(Resident::numbered).map(|who| (world.citizen("cesena", &who), who)).collect();
    let case = |(api, who): &(Api, Resident)| {
        let path = badge_draft(api, "cesena", who);
        submit(api, &path);
        for body in [json!({"transition": "take-charge"}), asking()] {
            officer.post_on(&path, &format!("{path}/transitions"), &body).expect(200);
        }
        path
    };
    people.iter().cycle().take(count).map(case).collect()
}

/// A worker is killed in the middle again and again; the next one goes on, and each wait ends once.
#[test]
fn killed_workers_do_what_is_due_once() {
    let kills = kills() / 5;
    let world = World::launch_on(&Launch::default().without_limits(), Arc::new(Data::shared()));
    let (data, token) = (world.keep_data(), world.token("cesena", "case_officer", None));
    let database = data.database().expect("rows are in a database");
    let count = |sql: &str| database.as_superuser(sql).lines().last().expect("a number").parse::<i64>().expect("digits");
    settle(|| count(&format!("SET search_path = sportello; {TO_DO}")));
    let silent = count(&format!("SET search_path = sportello; {SENT}")) - letters(&data);
    let cases = waiting(&world, 2 * kills);
    drop(world);
    // Two minutes later: what somebody had taken is anybody's.
    database.as_superuser("UPDATE dispatch.due SET lease_until = NULL");
    let mut midway = 0;
    for round in 0..kills {
        database.as_superuser(
            "UPDATE sportello.jobs SET next_at = 1 WHERE id IN (SELECT id FROM sportello.jobs WHERE kind = 'case_limit' AND next_at > 1 LIMIT 2)",
        );
        let worker = Worker::on(&data, &repository().join("tenants"));
        thread::sleep(Duration::from_millis((round as u64 * 17) % 90));
        drop(worker);
        midway += usize::from(count("SELECT count(*) FROM dispatch.due WHERE lease_until IS NOT NULL") > 0);
        database.as_superuser("UPDATE dispatch.due SET lease_until = NULL");
    }
    database.as_superuser(&format!("SET search_path = sportello; {TIME_PASSES}"));
    let worker = Worker::on(&data, &repository().join("tenants"));
    settle(|| count(&format!("SET search_path = sportello; {TO_DO}")));
    assert!(worker.stop());
    assert!(midway > 0, "no kill fell into the work");

    let world = World::launch_on(&Launch::default().without_limits(), Arc::clone(&data));
    let officer = world.with_token(token);
    for path in &cases {
        let events = officer.all(&format!("{path}/events"));
        assert_eq!(ended_by_themselves(&events), 1, "{path}: {events:#?}");
    }
    assert_eq!(count(&format!("SET search_path = sportello; {SENT}")) - letters(&data), silent, "letters and rows");
    println!("{} waits ended, {} letters, {kills} kills of a worker, {midway} of them midway", cases.len(), letters(&data));
}

/// Kills the process from beside the clients that are still talking to it.
fn kill(world: &World) {
    let status = std::process::Command::new("kill").args(["-9", &world.process().to_string()]).status().expect("kill runs");
    assert!(status.success());
}
