//! Two servers and two workers on one PostgreSQL and one Redis work as one.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{collections::BTreeSet, sync::Arc, thread, time::Duration};

use serde_json::{Value, json};
use sportello_tests::{Api, Data, Launch, MARIO, PDF, Resident, Worker, World, draft, ids, key, sportello, submit, tax_code};

/// Two servers over the same data.
fn two(launch: Launch) -> (World, World) {
    let data = Arc::new(Data::shared());
    let launch = launch.sharing_redis(&data);
    let one = World::launch_on(&launch, Arc::clone(&data));
    let other = World::launch_on(&launch, data);
    (one, other)
}

/// The same person at another process.
fn at(world: &World, token: &str) -> Api {
    Api::new(world.base(), Some(token.to_owned()))
}

fn badge(who: &Resident) -> Value {
    json!({
        "request": {"kind": "first-issue", "situation": "pregnant", "expected-date": "2099-01-31"},
        "applicant": who.applicant(),
        "declarations": {"residence": true, "use": true, "health-data": true},
    })
}

/// A case that is ready to be submitted.
fn ready(api: &Api, who: &Resident) -> String {
    let case = draft(api, "cesena", "pink-badge", &badge(who));
    api.upload(&case, "medical-certificate", "certificate.pdf", "application/pdf", PDF).expect(201);
    case
}

#[test]
fn a_case_is_begun_at_one_and_finished_at_the_other() {
    let (one, other) = two(Launch::default().without_limits());
    let token = one.token("cesena", "citizen", Some(MARIO.tax_code));
    let (here, there) = (at(&one, &token), at(&other, &token));

    // One key, whichever process it comes to, has one effect.
    let shared = key();
    let create = |api: &Api| {
        let request = api.request("POST", "/v1/tenants/cesena/cases").header("idempotency-key", &shared);
        api.send(request.json(&json!({"service": "complaint"}))).expect(201)["id"].clone()
    };
    assert_eq!(create(&here), create(&there));

    let case = ready(&here, &MARIO);
    let sealed = there.get(&case).expect(200);
    assert_eq!(sealed["answers"]["request"]["situation"], "pregnant", "what was sealed at one is opened at the other");
    // A version that was read here is the one that counts there.
    let etag = here.etag(&case);
    let submitted = submit(&there, &case);
    assert!(submitted["register_number"].is_string(), "{submitted}");
    let late = here.request("POST", &format!("{case}/submission")).header("idempotency-key", key()).header("if-match", etag);
    assert_eq!(here.send(late.json(&json!({}))).problem(412), "version_mismatch");

    // One process ends in the middle of the day; the other goes on.
    drop(one);
    assert_eq!(there.get(&case).expect(200)["code"], submitted["code"]);
}

#[test]
fn numbers_have_no_gap_and_each_letter_is_written_once_however_many_submit_where() {
    let (one, other) = two(Launch::default().without_limits());
    let people: Vec<Resident> =
        (0..12).map(|number| Resident { tax_code: Box::leak(tax_code(number).into_boxed_str()), ..MARIO }).collect();
    let workers = [Worker::beside(&one), Worker::beside(&one)];
    let before = register(&one);
    let already = settled(&one);
    let cases: Vec<Value> = thread::scope(|scope| {
        let submitting: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(index, who)| {
                let token = one.token("cesena", "citizen", Some(who.tax_code));
                let api = at(if index % 2 == 0 { &one } else { &other }, &token);
                scope.spawn(move || submit(&api, &ready(&api, who)))
            })
            .collect();
        submitting.into_iter().map(|submitted| submitted.join().expect("it was submitted")).collect()
    });
    let after = register(&other);
    let new: BTreeSet<u64> = after.difference(&before).copied().collect();
    let last = before.last().copied().unwrap_or_default();
    assert_eq!(new, (last + 1..=last + 12).collect(), "each submission has its number, and none is missing");

    // All four dispatch; each letter has an id of its own and is written under it.
    let wanted = already + cases.len();
    for _ in 0..200 {
        if letters(&one).len() >= wanted {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    // A turn of the dispatchers later there are no more of them.
    thread::sleep(Duration::from_secs(3));
    let written = letters(&one);
    assert_eq!(written.len(), wanted, "{written:#?}");
    for worker in workers {
        assert!(worker.stop(), "a worker that is told to stop ends well");
    }
}

#[test]
fn workers_alone_do_what_the_servers_left() {
    let (one, other) = two(Launch::default().without_limits());
    let already = settled(&one);
    let token = one.token("cesena", "citizen", Some(MARIO.tax_code));
    submit(&at(&one, &token), &ready(&at(&one, &token), &MARIO));
    let data = one.keep_data();
    drop((one, other));
    // Whatever a server had in hand when it was killed is a worker's when its lease is over.
    let folder = data.path().join("outgoing");
    let workers = [(); 2].map(|()| Worker::on(&data, &sportello_tests::repository().join("tenants")));
    for _ in 0..1500 {
        if letters_in(&folder).len() > already {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(letters_in(&folder).len(), already + 1);
    drop(workers);
}

/// The numbers of the protocol register.
fn register(world: &World) -> BTreeSet<u64> {
    let entries = world.staff("cesena", "case_officer").get("/v1/tenants/cesena/register/entries?limit=200").expect(200);
    assert!(!ids(&entries).is_empty(), "{entries}");
    let number = |entry: &Value| entry["number"].as_str().and_then(|number| number.parse().ok()).expect("a number");
    entries["items"].as_array().expect("items").iter().map(number).collect()
}

/// How many letters there are once all that the day left to write is written.
fn settled(world: &World) -> usize {
    let mut last = usize::MAX;
    loop {
        let now = letters(world).len();
        if now == last {
            return now;
        }
        last = now;
        thread::sleep(Duration::from_secs(5));
    }
}

/// The letters that were written.
fn letters(world: &World) -> Vec<String> {
    letters_in(&world.data().join("outgoing"))
}

fn letters_in(folder: &std::path::Path) -> Vec<String> {
    fn collect(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                collect(&entry.path(), found);
            } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
                found.push(text);
            }
        }
    }
    let mut found = Vec::new();
    collect(folder, &mut found);
    found
}

#[test]
fn a_caller_has_one_measure_at_both_and_a_change_taken_in_at_one_reaches_the_other() {
    let launch = Launch { settings: "limits: {per_caller: {per_minute: 40}}\n".to_owned(), ..Launch::default() };
    let (one, other) = two(launch);
    let token = one.token("unione-valle-savio", "support", None);
    let (here, there) = (at(&one, &token), at(&other, &token));
    let left = |api: &Api| {
        let reply = api.get("/v1/me");
        reply.header("x-ratelimit-remaining").and_then(|left| left.parse::<u32>().ok()).expect("what is left")
    };
    let (first, second) = (left(&here), left(&there));
    assert_eq!(first, second + 1, "both count as one");

    let told = || other.log().matches("another process took the configuration in").count();
    for _ in 0..10 {
        here.post("/v1/support/reload", &json!({})).expect(200);
        thread::sleep(Duration::from_millis(500));
        if told() > 0 {
            return;
        }
    }
    panic!("the other process was told nothing:\n{}", other.log());
}

#[test]
fn a_database_that_goes_away_is_told_and_come_back_to() {
    let world = World::launch_on(&Launch::default().without_limits(), Arc::new(Data::shared()));
    let database = world.database().expect("rows are in a database");
    let api = at(&world, &world.token("cesena", "citizen", Some(MARIO.tax_code)));
    let case = draft(&api, "cesena", "complaint", &json!({}));
    let away = |limit: i32| {
        database.as_superuser(&format!(
            "ALTER DATABASE {name} CONNECTION LIMIT {limit};
             SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()",
            name = database.name()
        ))
    };
    away(0);
    let reply = api.get(&case);
    assert_eq!(reply.problem(503), "store_unavailable");
    assert!(reply.header("retry-after").is_some());
    assert_eq!(world.nobody().get("/health/ready").problem(503), "store_unavailable");
    assert_eq!(world.nobody().get("/health/live").status, 200);
    // What needs no rows goes on.
    assert_eq!(world.nobody().get("/v1/tenants/cesena/services").status, 200);
    away(-1);
    assert_eq!(api.get(&case).expect(200)["status"], "draft");
    assert_eq!(world.nobody().get("/health/ready").expect(200)["degraded"], json!([]));
}

#[test]
fn without_redis_it_goes_on_and_says_so() {
    let data = Arc::new(Data::default());
    let launch = Launch { settings: "redis: {url_file: redis}\n".to_owned(), ..Launch::default() };
    data.write_beside("redis", "redis://127.0.0.1:1");
    let world = World::launch_on(&launch, data);
    assert_eq!(world.nobody().get("/v1/tenants/cesena/services").status, 200);
    assert_eq!(world.nobody().get("/health/ready").expect(200)["degraded"], json!(["redis"]));
    assert!(world.log().contains("each process counts alone"), "{}", world.log());
}

/// What a command says that could not run.
fn refused(arguments: &[&str]) -> String {
    let output = sportello(arguments);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8_lossy(&output.stderr).lines().last().expect("a sentence").to_owned()
}

#[test]
fn a_worker_answers_those_who_watch_as_a_server_does_and_nothing_else() {
    let server = World::launch_on(&Launch::default().without_limits(), Arc::new(Data::shared()));
    let worker = Worker::watched_beside(&server);
    let watcher = worker.watcher();
    for probe in ["/health/live", "/health/ready"] {
        assert_eq!(watcher.get(probe).expect(200), server.nobody().get(probe).expect(200));
    }
    let figures = watcher.get("/metrics");
    assert_eq!(figures.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    let names = |figures: &[u8]| -> BTreeSet<String> {
        let text = String::from_utf8_lossy(figures).into_owned();
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).map(str::to_owned).collect()
    };
    assert_eq!(names(&figures.bytes), names(&server.nobody().get("/metrics").bytes));
    for other in ["/", "/status", "/docs", "/openapi.json", "/v1/tenants", "/v1/tenants/cesena/cases"] {
        assert_eq!(watcher.get(other).problem(404), "not_found", "{other}");
    }
    let wrong = watcher.post("/health/live", &json!({}));
    assert_eq!((wrong.problem(405).as_str(), wrong.header("allow")), ("method_not_allowed", Some("GET, HEAD, OPTIONS")));
    assert_eq!(watcher.post("/v1/tenants/cesena/cases", &json!({})).problem(404), "not_found");

    let places = server.places();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let taken = server.base().trim_start_matches("http://");
    let port = taken.rsplit(':').next().expect("a port");
    assert_eq!(
        refused(&[&["worker", "--listen", taken], places.as_slice()].concat()),
        format!("error: Port {port} is in use: stop the other program or choose another address with --listen.")
    );
    assert_eq!(
        refused(&[&["worker", "--listen", "here"], places.as_slice()].concat()),
        "error: 'here' is no address with a port: write for example --listen 127.0.0.1:8080."
    );
    assert!(worker.stop());
}
