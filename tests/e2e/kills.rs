//! A hundred kills: whatever was answered is there afterwards, and no protocol number is missing.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use reqwest::blocking::{RequestBuilder, multipart};
use serde_json::{Value, json};
use sportello_tests::{Api, Launch, MARIO, PDF, Resident, World, http, key};

const KILLS: usize = 100;
const CLIENTS: usize = 3;

/// How long a round waits for its answers before it kills all the same: a machine may be slow.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was answered about one case; a member that is absent may have happened or not.
#[derive(Clone, Debug, Default)]
struct Told {
    document: Option<String>,
    number: Option<String>,
    withdrawn: bool,
}

/// Cases that were answered, by path.
type Answered = Arc<Mutex<BTreeMap<String, Told>>>;

/// Who asks as one of the clients.
fn citizen(client: usize) -> Resident {
    Resident { tax_code: Box::leak(sportello_tests::tax_code(client).into_boxed_str()), ..MARIO }
}

fn badge(who: &Resident) -> Value {
    json!({
        "request": {"kind": "first-issue", "situation": "pregnant", "expected-date": "2099-01-31"},
        "applicant": who.applicant(),
        "declarations": {"residence": true, "use": true, "health-data": true},
    })
}

/// One client of the server that is about to be killed.
struct Client<'a> {
    base: &'a str,
    token: &'a str,
    http: reqwest::blocking::Client,
    answered: &'a Answered,
    answers: &'a AtomicUsize,
}

impl Client<'_> {
    /// Sends a request; none when the server is gone.
    fn send(&self, path: &str, expected: u16, body: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Option<Value> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(self.token);
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

    /// A case from the draft to its withdrawal; every other one stays submitted.
    fn case(&self, who: &Resident, withdraw: bool) -> Option<()> {
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
        if withdraw {
            self.send(&format!("{path}/transitions"), 200, |request| request.json(&json!({"transition": "withdraw"})))?;
            self.note(&path, |told| told.withdrawn = true);
        }
        Some(())
    }
}

/// Asks for badges until the server is gone.
fn hammer(client: &Client<'_>, who: &Resident, stop: &AtomicBool) {
    let mut withdraw = false;
    while !stop.load(Ordering::Relaxed) {
        withdraw = !withdraw;
        if client.case(who, withdraw).is_none() {
            return;
        }
    }
}

/// All items of a list, page by page.
fn all(api: &Api, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = Some(format!("{path}?limit=200"));
    while let Some(path) = next {
        let page = api.get(&path).expect(200);
        items.extend(page["items"].as_array().expect("items").iter().cloned());
        next = page["_links"]["next"]["href"].as_str().map(str::to_owned);
    }
    items
}

/// The numbers of the register, lowest first.
fn numbers(api: &Api) -> Vec<u64> {
    let entries = all(api, "/v1/tenants/cesena/register/entries");
    let mut numbers: Vec<_> = entries.iter().map(|entry| entry["number"].as_str().expect("a number").parse().expect("digits")).collect();
    numbers.sort_unstable();
    numbers
}

/// What an answered case must be afterwards.
fn holds(api: &Api, path: &str, told: &Told) {
    let case = api.get(path).expect(200);
    let events = all(api, &format!("{path}/events"));
    let happened = |kind: &str| events.iter().filter(|event| event["kind"] == kind).count();
    if let Some(number) = &told.number {
        assert_eq!(case["register_number"], number.as_str(), "{path}");
    }
    let submitted = case["status"] != "draft";
    assert!(submitted || told.number.is_none(), "{path}: an answered submission is gone");
    let withdrawn = case["state"] == "withdrawn";
    assert!(withdrawn || !told.withdrawn, "{path}: an answered transition is gone");
    // State and timeline were written together or not at all.
    assert_eq!((happened("submitted"), happened("transition")), (usize::from(submitted), usize::from(withdrawn)), "{path}");
    let documents = all(api, &format!("{path}/documents"));
    assert_eq!(happened("document_added"), documents.len(), "{path}");
    assert!(told.document.as_ref().is_none_or(|id| documents.iter().any(|document| document["id"] == id.as_str())), "{path}");
    for document in documents {
        // No row without its file.
        let content = api.get(&format!("/v1/tenants/cesena/documents/{}/content", document["id"].as_str().expect("an id")));
        assert_eq!((content.status, content.bytes.as_slice()), (200, PDF), "{path}");
    }
}

/// How many files stand under a folder.
fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("it can be read").path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

#[test]
fn a_hundred_kills_lose_no_answered_write_and_leave_no_number_missing() {
    let launch = Launch::default().without_limits();
    let mut world = World::launch(&launch);
    let data = world.keep_data();
    let people: Vec<_> = (0..CLIENTS).map(citizen).map(|who| (who, world.token("cesena", "citizen", Some(who.tax_code)))).collect();
    let before = files(&world.data().join("files"));
    let answered = Answered::default();
    let mut count = 0;

    for round in 0..KILLS {
        let (stop, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
        thread::scope(|scope| {
            for (who, token) in &people {
                let http = http().timeout(Duration::from_secs(20)).build().expect("a client");
                let client = Client { base: world.base(), token, http, answered: &answered, answers: &answers };
                let stop = &stop;
                scope.spawn(move || hammer(&client, who, stop));
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
        world = World::launch_on(&launch, Arc::clone(&data));
    }

    let answered = answered.lock().expect("no client panicked").clone();
    let given: Vec<_> = answered.values().filter_map(|told| told.number.clone()).collect();
    assert!(given.len() >= KILLS, "only {} submissions were answered", given.len());
    assert!(answered.values().any(|told| told.withdrawn), "no transition was answered");
    let apis: Vec<_> = people.iter().map(|(_, token)| Api::new(world.base(), Some(token.clone()))).collect();
    let (mut seen, mut rows) = (0, 0);
    for api in &apis {
        for case in all(api, "/v1/tenants/cesena/cases") {
            let path = case["_links"]["self"]["href"].as_str().expect("a link").to_owned();
            seen += usize::from(answered.contains_key(&path));
            holds(api, &path, answered.get(&path).unwrap_or(&Told::default()));
            rows += all(api, &format!("{path}/documents")).len();
        }
    }
    assert_eq!(seen, answered.len(), "an answered case is gone");
    // Each kill may leave the bytes of an upload that was never answered: no row leads there, so nobody is shown them.
    let kept = files(&world.data().join("files")) - before;
    assert!((rows..=rows + KILLS * CLIENTS).contains(&kept), "{kept} files for {rows} documents");

    let numbers = numbers(&world.staff("cesena", "administrator"));
    let gap = numbers.iter().zip(1..).find(|(number, expected)| **number != *expected);
    assert_eq!(gap, None, "the register has a gap or a double");
    for number in &given {
        let number: u64 = number.parse().expect("digits");
        assert!(numbers.binary_search(&number).is_ok(), "{number} was answered and is not in the register");
    }
    println!("{count} answers, {} to submissions, {rows} documents in {kept} files, {} entries, {KILLS} kills", given.len(), numbers.len());
}

/// Kills the process from beside the clients that are still talking to it.
fn kill(world: &World) {
    let status = std::process::Command::new("kill").args(["-9", &world.process().to_string()]).status().expect("kill runs");
    assert!(status.success());
}
