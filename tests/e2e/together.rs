//! Two servers and two workers on one PostgreSQL and one Redis work as one.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{collections::BTreeSet, sync::Arc, thread, time::Duration};

use serde_json::{Value, json};
use sportello_tests::{Api, Data, Launch, MARIO, Resident, Worker, World, badge_draft, draft, key, register, sportello, submit};

/// Two servers over the same data.
fn two(launch: Launch) -> (World, World) {
    let data = Arc::new(Data::shared());
    let launch = launch.sharing_redis(&data);
    let one = World::launch_on(&launch, Arc::clone(&data));
    let other = World::launch_on(&launch, data);
    (one, other)
}

#[test]
fn a_case_is_begun_at_one_and_finished_at_the_other() {
    let (one, other) = two(Launch::default().without_limits());
    let token = one.token("cesena", "citizen", Some(MARIO.tax_code));
    let (here, there) = (one.with_token(token.clone()), other.with_token(token));

    // One key, whichever process it comes to, has one effect.
    let shared = key();
    let create = |api: &Api| {
        let request = api.request("POST", "/v1/tenants/cesena/cases").header("idempotency-key", &shared);
        api.send(request.json(&json!({"service": "complaint"}))).expect(201)["id"].clone()
    };
    assert_eq!(create(&here), create(&there));

    let case = badge_draft(&here, "cesena", &MARIO);
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
    let people: Vec<Resident> = (0..12).map(Resident::numbered).collect();
    let workers = [Worker::beside(&one), Worker::beside(&one)];
    let numbers = |world: &World| register(&world.staff("cesena", "case_officer"), "cesena");
    let before = numbers(&one);
    let already = settled(&one);
    let cases: Vec<Value> = thread::scope(|scope| {
        let submitting: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(index, who)| {
                let token = one.token("cesena", "citizen", Some(who.tax_code));
                let api = if index % 2 == 0 { &one } else { &other }.with_token(token);
                scope.spawn(move || submit(&api, &badge_draft(&api, "cesena", who)))
            })
            .collect();
        submitting.into_iter().map(|submitted| submitted.join().expect("it was submitted")).collect()
    });
    let after = numbers(&other);
    let last = before.last().copied().expect("the day left some");
    assert_eq!(after, [before, (last + 1..=last + 12).collect()].concat(), "each submission has its number, and none is missing");

    // All four dispatch; each letter has an id of its own and is written under it.
    let wanted = already + cases.len();
    for _ in 0..200 {
        if one.keep_data().letters().len() >= wanted {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    // A turn of the dispatchers later there are no more of them.
    thread::sleep(Duration::from_secs(3));
    let written = one.keep_data().letters();
    assert_eq!(written.len(), wanted, "{written:#?}");
    for worker in workers {
        assert!(worker.stop(), "a worker that is told to stop ends well");
    }
}

#[test]
fn workers_alone_do_what_the_servers_left() {
    let (one, other) = two(Launch::default().without_limits());
    let already = settled(&one);
    let citizen = one.citizen("cesena", &MARIO);
    submit(&citizen, &badge_draft(&citizen, "cesena", &MARIO));
    let data = one.keep_data();
    drop((one, other));
    // Whatever a server had in hand when it was killed is a worker's when its lease is over.
    let workers = [(); 2].map(|()| Worker::on(&data, &sportello_tests::repository().join("tenants")));
    for _ in 0..1500 {
        if data.letters().len() > already {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(data.letters().len(), already + 1);
    drop(workers);
}

/// How many letters there are once all that the day left to write is written.
fn settled(world: &World) -> usize {
    let mut last = usize::MAX;
    loop {
        let now = world.keep_data().letters().len();
        if now == last {
            return now;
        }
        last = now;
        thread::sleep(Duration::from_secs(5));
    }
}

#[test]
fn a_caller_has_one_measure_at_both_and_a_change_taken_in_at_one_reaches_the_other() {
    let launch = Launch { settings: "limits: {per_caller: {per_minute: 40}}\n".to_owned(), ..Launch::default() };
    let (one, other) = two(launch);
    let token = one.token("unione-valle-savio", "support", None);
    let (here, there) = (one.with_token(token.clone()), other.with_token(token));
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
    let api = world.citizen("cesena", &MARIO);
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
