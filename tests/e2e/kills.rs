//! A hundred kills: whatever was answered is there afterwards, and no protocol number is missing.

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

use serde_json::{Value, json};
use sportello_tests::{Api, Launch, MARIO, World, key};

const KILLS: usize = 100;
const CLIENTS: usize = 3;

/// How long a round waits for its answers before it kills all the same: a machine may be slow.
const PATIENCE: Duration = Duration::from_mins(1);

/// Submitted cases that were answered: path → register number.
type Answered = Arc<Mutex<BTreeMap<String, String>>>;

fn lost_dog() -> Value {
    json!({
        "applicant": MARIO.applicant(),
        "dog": {"notice": "loss", "name": "Argo", "breed": "meticcio", "sex": "male", "microchip": "380260000000001", "event-date": "2026-01-02"},
        "declarations": {"truth": true},
    })
}

/// Opens and submits drafts until the server is gone; `answers` counts the answers to both.
fn hammer(base: &str, token: &str, stop: &AtomicBool, answered: &Answered, answers: &AtomicUsize) {
    let client = reqwest::blocking::Client::builder().timeout(Duration::from_secs(20)).build().expect("a client");
    let post = |path: &str| client.post(format!("{base}{path}")).bearer_auth(token).header("idempotency-key", key());
    while !stop.load(Ordering::Relaxed) {
        let body = json!({"service": "dog-registry", "answers": lost_dog()});
        let Ok(reply) = post("/v1/tenants/cesena/cases").json(&body).send() else { return };
        let status = reply.status();
        let Ok(draft) = reply.json::<Value>() else { return };
        assert_eq!(status, 201, "{draft}");
        answers.fetch_add(1, Ordering::Relaxed);
        let path = draft["_links"]["self"]["href"].as_str().expect("a link").to_owned();
        let Ok(reply) = post(&format!("{path}/submission")).header("if-match", "*").json(&json!({})).send() else { return };
        let status = reply.status();
        let Ok(case) = reply.json::<Value>() else { return };
        assert_eq!(status, 200, "{case}");
        let number = case["register_number"].as_str().expect("a number").to_owned();
        answered.lock().expect("no client panicked").insert(path, number);
        answers.fetch_add(1, Ordering::Relaxed);
    }
}

/// Every entry of the register, oldest first, as its numbers.
fn numbers(api: &Api) -> Vec<u64> {
    let mut numbers = Vec::new();
    let mut next = Some("/v1/tenants/cesena/register/entries?limit=200".to_owned());
    while let Some(path) = next {
        let page = api.get(&path).expect(200);
        for entry in page["items"].as_array().expect("items") {
            numbers.push(entry["number"].as_str().expect("a number").parse().expect("digits"));
        }
        next = page["_links"]["next"]["href"].as_str().map(str::to_owned);
    }
    numbers.sort_unstable();
    numbers
}

#[test]
fn a_hundred_kills_lose_no_answered_write_and_leave_no_number_missing() {
    let launch = Launch::default().without_limits();
    let mut world = World::launch(&launch);
    let data = world.keep_data();
    let tokens: Vec<_> = (0..CLIENTS).map(|client| world.token("cesena", "citizen", Some(&sportello_tests::tax_code(client)))).collect();
    let answered = Answered::default();
    let mut all = 0;

    for round in 0..KILLS {
        let (stop, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
        thread::scope(|scope| {
            for token in &tokens {
                scope.spawn(|| hammer(world.base(), token, &stop, &answered, &answers));
            }
            // Counted in answers, so a slow machine does as much; uneven, so the kill falls on another step of the work in each round.
            // After one answer more than there are clients, one of them was to a submission.
            let wanted = CLIENTS + 1 + (round * 37) % 7;
            let begun = Instant::now();
            while answers.load(Ordering::Relaxed) < wanted && begun.elapsed() < PATIENCE {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis((round as u64 * 13) % 11));
            stop.store(true, Ordering::Relaxed);
            kill(&world);
        });
        all += answers.into_inner();
        drop(world);
        world = World::launch_on(&launch, Arc::clone(&data));
    }

    let answered = answered.lock().expect("no client panicked").clone();
    assert!(answered.len() >= KILLS, "only {} submissions were answered", answered.len());
    for token in &tokens {
        let api = Api::new(world.base(), Some(token.clone()));
        for (path, number) in &answered {
            let reply = api.get(path);
            if reply.status == 200 {
                assert_eq!(reply.json["register_number"], number.as_str(), "{path}");
                assert_eq!(reply.json["status"], "in_progress", "{path}");
            }
        }
    }
    let seen: usize = tokens
        .iter()
        .map(|token| {
            let api = Api::new(world.base(), Some(token.clone()));
            answered.keys().filter(|path| api.get(path).status == 200).count()
        })
        .sum();
    assert_eq!(seen, answered.len(), "an answered case is gone");

    let numbers = numbers(&world.staff("cesena", "administrator"));
    let gap = numbers.iter().zip(1..).find(|(number, expected)| **number != *expected);
    assert_eq!(gap, None, "the register has a gap or a double");
    for number in answered.values() {
        let number: u64 = number.parse().expect("digits");
        assert!(numbers.binary_search(&number).is_ok(), "{number} was answered and is not in the register");
    }
    println!("{all} answers, {} to submissions, {} entries, {KILLS} kills", answered.len(), numbers.len());
}

/// Kills the process from beside the clients that are still talking to it.
fn kill(world: &World) {
    let status = std::process::Command::new("kill").args(["-9", &world.process().to_string()]).status().expect("kill runs");
    assert!(status.success());
}
