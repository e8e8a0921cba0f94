//! The four bodies as they are served: what their files say is what everybody reads. And two requests of one key, at once.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

mod yaml;

use std::{fs, sync::Barrier, thread};

use serde_json::{Value, json};
use sportello_tests::{MARIO, Reply, World, key, repository};

const BODIES: [&str; 4] = ["cesena", "santarcangelo", "unione-valle-savio", "unione-valmarecchia"];

fn file(body: &str, name: &str) -> Value {
    let path = repository().join("tenants").join(body).join(name);
    yaml::parse(&fs::read_to_string(&path).expect("the file is there")).expect("it is YAML")
}

/// A value that may stand bare or with its source.
fn bare(value: &Value) -> &Value {
    value.get("value").unwrap_or(value)
}

#[test]
fn each_body_serves_its_own_codes_languages_and_calendar() {
    let world = World::demo();
    let nobody = world.nobody();
    for body in BODIES {
        let (written, served) = (file(body, "tenant.yaml"), nobody.get(&format!("/v1/tenants/{body}")).expect(200));
        for name in ["id", "code", "slug", "kind"] {
            assert_eq!(served[name], written[name], "{body} {name}");
        }
        let codes = written["codes"].as_object().expect("codes");
        assert!(codes.contains_key("ipa"), "{body}: {codes:?}");
        assert_eq!(served["codes"].as_object().map(serde_json::Map::len), Some(codes.len()), "{body}");
        for (name, code) in codes {
            assert_eq!(&served["codes"][name]["value"], bare(code), "{body} {name}");
        }
        assert_eq!(written["languages"], json!({"it": true, "en": true}), "{body}");
        assert_eq!(served["languages"], json!(["it", "en"]), "{body}");
        let name = |api: &sportello_tests::Api| api.get(&format!("/v1/tenants/{body}")).expect(200)["name"].clone();
        assert_eq!((name(&nobody), name(&nobody.in_english())), (written["name"]["it"].clone(), written["name"]["en"].clone()), "{body}");

        let days = nobody.get(&format!("/v1/tenants/{body}/calendar?year=2027")).expect(200)["items"].clone();
        let days = days.as_array().expect("items");
        let patron: Vec<_> = days.iter().filter(|day| day["kind"] == "patron").collect();
        let saint = &file(body, "calendar.yaml")["patron_saint"];
        if saint.is_null() {
            assert!(patron.is_empty() && body.starts_with("unione-"), "{body}: {patron:?}");
        } else {
            let [day] = patron[..] else { panic!("{body}: {patron:?}") };
            assert_eq!(day["date"], format!("2027-{}", saint["month_day"].as_str().expect("a day")), "{body}");
            assert_eq!((&day["reason"], &day["closes_desk"]), (&saint["name"]["it"], bare(&saint["closes_desk"])), "{body}");
        }
        assert!(days.iter().any(|day| day["date"] == "2027-03-29"), "{body}: Easter Monday");
    }
}

#[test]
fn one_key_used_by_many_at_once_has_one_effect() {
    let world = World::demo();
    let citizen = world.citizen("cesena", &MARIO);
    let together = |request: &(dyn Fn() -> Reply + Sync)| {
        let start = Barrier::new(8);
        thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        request()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("it ends")).collect::<Vec<_>>()
        })
    };
    // Whoever is not answered alike is told to wait, and nothing else.
    let one_effect = |replies: &[Reply], status: u16| {
        let done: Vec<_> = replies.iter().filter(|reply| reply.status == status).collect();
        assert!(!done.is_empty(), "{}", replies[0].json);
        assert!(done.iter().all(|reply| reply.json == done[0].json));
        for other in replies.iter().filter(|reply| reply.status != status) {
            assert_eq!(other.problem(409), "idempotency_key_in_use");
            assert!(other.header("retry-after").is_some());
        }
        done[0].json.clone()
    };
    let mine = || citizen.get("/v1/tenants/cesena/cases?limit=200").expect(200)["items"].as_array().map(Vec::len);
    let before = mine().expect("items");
    let shared = key();
    let new = json!({"service": "complaint"});
    let replies =
        together(&|| citizen.send(citizen.request("POST", "/v1/tenants/cesena/cases").header("idempotency-key", &shared).json(&new)));
    let case = one_effect(&replies, 201);
    assert_eq!(mine(), Some(before + 1));
    let case = case["_links"]["self"]["href"].as_str().expect("a link");
    let note = |text: &str| json!({ "body": text });
    let operator = world.staff("cesena", "case_officer");
    let submitted = world.staff("cesena", "operator").get("/v1/tenants/cesena/inbox?limit=1").expect(200);
    let inbox = submitted["items"][0]["id"].as_str().expect("the day left work to do").to_owned();
    let notes = format!("/v1/tenants/cesena/cases/{inbox}/notes");
    let shared = key();
    let replies =
        together(&|| operator.send(operator.request("POST", &notes).header("idempotency-key", &shared).json(&note("una volta sola"))));
    one_effect(&replies, 201);
    let kept = operator.get(&notes).expect(200).to_string();
    assert_eq!(kept.matches("una volta sola").count(), 1, "{kept}");
    assert_eq!(citizen.delete(case).status, 204);
}
