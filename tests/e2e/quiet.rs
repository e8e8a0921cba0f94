//! The log of a full run names nobody: no fiscal code, no name, no e-mail address, no answer.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::fs;

use serde_json::json;
use sportello_tests::{BIANCA, GIUSEPPE, LUCIA, Launch, MARIO, PDF, Resident, World, badge, repository};

const PEOPLE: [Resident; 4] = [BIANCA, MARIO, LUCIA, GIUSEPPE];
/// What nobody may read in a log, besides the people.
const SECRETS: [&str; 4] = ["Via delle Prove", "segreto-nella-nota", "certificato-riservato", "2099-01-31"];

/// One request with everything in it that must not be logged: answers, names of files, notes, a search by person, errors.
fn busy_day(world: &World, tenant: &str, who: &Resident, other: &Resident) {
    let root = format!("/v1/tenants/{tenant}");
    let citizen = world.citizen(tenant, who);
    let draft = citizen.post(&format!("{root}/cases"), &json!({"service": "pink-badge", "answers": badge(who)})).expect(201);
    let case = draft["_links"]["self"]["href"].as_str().expect("a link").to_owned();
    citizen.post_on(&case, &format!("{case}/submission"), &json!({})).problem(422);
    citizen.upload(&case, "medical-certificate", "certificato-riservato.pdf", "application/pdf", PDF).expect(201);
    citizen.post_on(&case, &format!("{case}/submission"), &json!({})).expect(200);
    // Wrong in ways that quote the sender.
    let wrong = json!({"service": "pink-badge", "answers": {"applicant": {"tax-code": format!("{}X", who.tax_code), "email": who.email}}});
    citizen.post(&format!("{root}/cases"), &wrong);
    citizen.post(&format!("{root}/cases"), &json!({"service": who.tax_code})).problem(422);
    let raw = citizen.request("POST", &format!("{root}/cases")).header("idempotency-key", who.email).body(who.tax_code);
    assert!(citizen.send(raw).status >= 400);
    let operator = world.staff(tenant, "case_officer");
    operator.post(&format!("{root}/cases/search"), &json!({"tax_code": who.tax_code})).expect(200);
    let take = json!({"transition": "take-charge", "note": "segreto-nella-nota"});
    operator.post_on(&case, &format!("{case}/transitions"), &take).expect(200);
    operator.post(&format!("{case}/messages"), &json!({"text": format!("Gentile {} {}", who.given_name, who.family_name)}));
    world.citizen(tenant, other).get(&case).problem(404);
}

/// The names of the demonstration's own people, as its source lists them.
fn residents() -> Vec<String> {
    let source = fs::read_to_string(repository().join("crates/sportello/src/demo/people.rs")).expect("the source is there");
    let entry = regex::Regex::new(r#"\("([A-Z][a-z]+)", "([A-Z][a-z]+)", "[A-Z0-9]{16}""#).expect("a pattern");
    let names: Vec<String> = entry.captures_iter(&source).flat_map(|found| [found[1].to_owned(), found[2].to_owned()]).collect();
    assert!(names.len() > 30, "only these were found: {names:?}");
    names
}

#[test]
fn the_log_of_a_full_run_names_nobody() {
    // As it is usual, and the most talkative log that an operator can ask for.
    for (format, log) in [("json", "info,sportello=debug"), ("pretty", "trace")] {
        let launch = Launch { arguments: vec!["--log-format".to_owned(), format.to_owned()], log, ..Launch::default() };
        let world = World::launch(&launch);
        busy_day(&world, "cesena", &BIANCA, &MARIO);
        busy_day(&world, "santarcangelo", &LUCIA, &GIUSEPPE);
        let log = world.log();
        assert!(
            log.contains("case.submit") && log.contains("cesena") && log.contains("santarcangelo"),
            "the log tells what happened:\n{log}"
        );
        let personal = PEOPLE.iter().flat_map(|who| [who.tax_code, who.email]).chain(SECRETS);
        for words in personal {
            let line = log.lines().find(|line| line.to_lowercase().contains(&words.to_lowercase()));
            assert_eq!(line, None, "the log names {words}");
        }
        let ours = PEOPLE.iter().flat_map(|who| [who.given_name.to_owned(), who.family_name.to_owned()]);
        for name in residents().into_iter().chain(ours) {
            // As a word: `declaration` names nobody.
            let named = regex::Regex::new(&format!(r"(?i)\b{name}\b")).expect("a pattern");
            assert_eq!(log.lines().find(|line| named.is_match(line)), None, "the log names {name}");
        }
        // Whoever it may be: anything that has the shape of a fiscal code, an address, a token.
        let shapes = [
            r"\b[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b",
            r"[\w.+-]+@[\w-]+\.[\w.]+",
            r"\beyJ[\w-]{8,}",
        ];
        for shape in shapes {
            let found = regex::Regex::new(shape).expect("a pattern").find(&log).map(|found| found.as_str().to_owned());
            assert_eq!(found, None, "the log holds something like {shape}");
        }
    }
}
