//! A database that turns read-only under a running server: what reads goes on, what writes is refused and says so, and all goes on by itself
//! when it takes writes again.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sportello_test_postgres::TestDatabase;
use sportello_tests::{Api, BIANCA, Data, Launch, PDF, Reply, World, badge_draft, draft, ids, key, sportello};

/// Sets whether a database is read-only for whoever connects from now on.
fn set_read_only(database: &TestDatabase, on: bool) {
    let value = if on { "on" } else { "off" };
    let alter = format!("ALTER DATABASE {} SET default_transaction_read_only = {value}", database.name());
    // It holds for the administrator as well, unless one says otherwise.
    database.as_superuser(&format!("SET default_transaction_read_only = off; {alter}"));
}

/// Ends every connection to a database but the one that asks.
fn end_connections(database: &TestDatabase) {
    let all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname =";
    database.as_superuser(&format!("{all} '{}'", database.name()));
}

fn post(api: &Api, path: &str, key: &str, body: &Value) -> Reply {
    api.send(api.request("POST", path).header("if-match", "*").header("idempotency-key", key).json(body))
}

#[track_caller]
fn refused(reply: &Reply) {
    assert_eq!((reply.problem(503).as_str(), reply.header("retry-after")), ("store_unavailable", Some("5")));
    assert_eq!(reply.json["detail"], "I dati ora non sono raggiungibili.");
    assert_eq!(reply.json["remedy"], "Riprova fra poco: nulla è stato modificato.");
}

fn degraded(world: &World) -> Value {
    world.nobody().get("/health/ready").expect(200)["degraded"].clone()
}

fn is_told_in_figures(world: &World) -> bool {
    let text = String::from_utf8(world.nobody().get("/metrics").bytes).expect("text");
    text.contains("sportello_degraded{part=\"writes\"} 1\n")
}

fn doctor(world: &World) -> (Option<i32>, String) {
    let places = world.places();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let output = sportello(&[&["doctor"], places.as_slice()].concat());
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_database_that_turns_read_only_is_read_and_takes_writes_again_by_itself() {
    let world = World::launch_on(&Launch::default().without_limits(), Arc::new(Data::shared()));
    let database = world.database().expect("rows are in a database");
    let (citizen, desk) = (world.citizen("cesena", &BIANCA), world.staff("cesena", "administrator"));
    let case = badge_draft(&citizen, "cesena", &BIANCA);
    let register = || ids(&desk.get("/v1/tenants/cesena/register/entries?limit=200").expect(200)).len();
    let before = register();
    assert_eq!((degraded(&world), is_told_in_figures(&world)), (json!([]), false));

    set_read_only(database, true);
    end_connections(database);
    let (submission, key) = (format!("{case}/submission"), key());
    for _ in 0..5 {
        refused(&post(&citizen, &submission, &key, &json!({})));
        refused(&citizen.upload(&case, "medical-certificate", "c.pdf", "application/pdf", PDF));
        assert_eq!(citizen.get(&case).expect(200)["status"], "draft");
    }
    world.nobody().get("/v1/tenants/cesena/services/pink-badge").expect(200);
    assert_eq!((degraded(&world), is_told_in_figures(&world)), (json!(["writes"]), true));
    assert_eq!(world.log().matches("it takes no writes").count(), 1, "the log says once that it is so");
    let (status, said) = doctor(&world);
    let finding = "error: The database main is read-only\n    remedy: Name the primary server rather than a replica, or take \
                   default_transaction_read_only away.\n";
    assert!(status == Some(1) && said.contains(finding), "{said}");

    // The connections that are open were told when they were opened; none of them is ended from outside.
    set_read_only(database, false);
    let begun = Instant::now();
    let submitted = loop {
        let reply = post(&citizen, &submission, &key, &json!({}));
        if reply.status == 200 {
            break reply.json;
        }
        refused(&reply);
        assert!(begun.elapsed() < Duration::from_secs(5), "it does not go on");
        thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(post(&citizen, &submission, &key, &json!({})).expect(200)["register_number"], submitted["register_number"]);
    assert_eq!(register(), before + 1, "one entry more");
    for _ in 0..20 {
        draft(&citizen, "cesena", "pink-badge", &json!({}));
    }
    assert_eq!((degraded(&world), is_told_in_figures(&world)), (json!([]), false));
}

/// Whoever watches hears of it without anybody asking for a write: the work that is due is looked for, and readiness asks again.
#[test]
fn readiness_tells_of_a_read_only_database_and_of_its_end_by_itself() {
    let world = World::launch_on(&Launch::default(), Arc::new(Data::shared()));
    let database = world.database().expect("rows are in a database");
    let until = |what: Value| {
        let begun = Instant::now();
        while degraded(&world) != what {
            assert!(begun.elapsed() < Duration::from_secs(15), "{what}: never");
            thread::sleep(Duration::from_millis(100));
        }
    };
    until(json!([]));
    set_read_only(database, true);
    end_connections(database);
    until(json!(["writes"]));
    set_read_only(database, false);
    until(json!([]));
    // From then on no write meets a connection of before.
    let citizen = world.citizen("cesena", &BIANCA);
    for _ in 0..20 {
        draft(&citizen, "cesena", "pink-badge", &json!({}));
    }
    assert!(world.log().contains("it takes writes again"));
}
