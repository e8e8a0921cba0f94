//! The README's first command keeps what it prints: addresses that answer, tokens that are taken, five lines that work.

use std::{process::Command, sync::Arc};

use sportello_tests::{Api, Launch, World};

/// The value of a `NAME=…` line.
fn variable<'o>(output: &'o str, name: &str) -> &'o str {
    let line = output.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    line.unwrap_or_else(|| panic!("the demonstration prints no {name}:\n{output}"))
}

#[test]
fn the_lines_that_it_prints_work_as_they_stand() {
    let world = World::demo();
    let output = world.output();
    let lines: Vec<&str> = output.lines().filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(lines.len(), 5, "{output}");
    for line in lines {
        // `-f` makes an error of the server one of curl.
        let run = Command::new("sh").args(["-c", &line.replacen("curl -s", "curl -sf", 1)]).output().expect("sh runs");
        assert!(run.status.success(), "{line}: {}", String::from_utf8_lossy(&run.stdout));
        let body: serde_json::Value = serde_json::from_slice(&run.stdout).expect("the answer is JSON");
        assert!(body.is_object(), "{line}: {body}");
    }
    for address in output.lines().filter_map(|line| line.trim().split("  ").next()).filter(|line| line.starts_with("http://")) {
        let path = address.strip_prefix(world.base()).expect("an address of this server");
        assert_eq!(world.nobody().get(path).status, 200, "{address}");
    }
}

#[test]
fn every_service_is_asked_for_and_each_token_is_that_of_its_role() {
    // On data of its own: the day is filled here.
    let world = World::launch_on(&Launch::default(), Arc::default());
    let failed = world.log().lines().find(|line| line.contains("came to nothing")).map(str::to_owned);
    assert_eq!(failed, None, "a request of the believable day was refused");
    let output = world.output();
    let as_who = |name: &str| Api::new(world.base(), Some(variable(&output, name).to_owned()));
    let roles = |name: &str| as_who(name).get("/v1/me").expect(200)["memberships"].clone();
    for (name, role, tenant) in [
        ("CITIZEN", "citizen", "cesena"),
        ("OPERATOR", "operator", "cesena"),
        ("ADMINISTRATOR", "administrator", "cesena"),
        ("SUPPORT", "support", "unione-valle-savio"),
    ] {
        let found = roles(name);
        assert!(found.to_string().contains(&format!("\"{role}\"")) && found.to_string().contains(tenant), "{name}: {found}");
    }
    let fleet = as_who("SUPPORT").get("/v1/support/tenants").expect(200);
    assert!(fleet["items"].as_array().expect("items").len() >= 4, "{fleet}");
    assert_eq!(as_who("ADMINISTRATOR").get("/v1/support/tenants").problem(404), "not_found");
}

#[test]
fn a_second_start_on_the_same_data_adds_nothing() {
    let world = World::demo();
    let count = |world: &World| {
        let inbox = world.staff("cesena", "case_officer").get("/v1/tenants/cesena/inbox?limit=1").expect(200);
        inbox["counts"].clone()
    };
    let before = count(&world);
    let data = world.keep_data();
    drop(world);
    let again = World::launch_on(&Launch::default(), data);
    assert_eq!(count(&again), before);
}
