//! Registers over HTTP on the real bodies: the demonstration's population, and what a body that is served has.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{fs, process::Command};

use serde_json::{Value, json};
use sportello_tests::{Api, GIUSEPPE, Launch, MARIO, Resident, World, binary, copy_tenants};
use tempfile::TempDir;

const OMOCODE: &str = "RSSMRA80A01C57PZ";

/// A draft that an operator of Cesena began for Mario.
fn draft(world: &World, tenant: &str, who: &Resident) -> (Api, String) {
    let operator = world.staff(tenant, "operator");
    let services = world.nobody().get(&format!("/v1/tenants/{tenant}/services?channel=desk&limit=1")).expect(200);
    let service = services["items"][0]["id"].as_str().expect("a service");
    let body = json!({"service": service, "on_behalf_of": who.on_behalf()});
    let case = operator.post(&format!("/v1/tenants/{tenant}/cases"), &body).expect(201);
    let id = case["id"].as_str().expect("an id").to_owned();
    (operator, id)
}

#[test]
fn the_demonstration_knows_its_people_and_tells_homonyms_apart() {
    let world = World::launch(&Launch::default().without_limits());
    let (operator, case) = draft(&world, "cesena", &MARIO);
    let root = "/v1/tenants/cesena/registers";
    let ask = |path: &str, body: &Value| operator.send(operator.request("POST", &format!("{root}/{path}/search")).json(body));
    let names = json!({"case": case, "family_name": "Rossi", "given_name": "Mario"});
    let several = ask("population", &names).expect(200);
    assert_eq!((&several["result"], several["candidates"].as_array().map(Vec::len)), (&json!("several"), Some(3)));
    let mut narrowed = names.clone();
    narrowed["birth_date"] = json!("1962-07-19");
    let one = ask("population", &narrowed).expect(200);
    assert_eq!((&one["result"], &one["person"]["residence"]["city"]), (&json!("found"), &json!("Santarcangelo di Romagna")));
    let omocode = ask("population", &json!({"case": case, "tax_code": OMOCODE})).expect(200);
    assert_eq!(omocode["person"]["residence"]["street"], "Via dell'Omocodia");
    let gone = ask("population", &json!({"case": case, "family_name": "Vasini", "given_name": "Irma", "birth_place": "G755"})).expect(200);
    assert_eq!(gone["person"]["birth_place"], "Poggio Berni");
    let nobody = ask("population", &json!({"case": case, "family_name": "Nessuno", "given_name": "Mai"})).expect(200);
    assert_eq!((&nobody["result"], &nobody["message"]), (&json!("nothing"), &json!("Nessuna corrispondenza.")));
    let held = ask("land", &json!({"case": case, "tax_code": MARIO.tax_code})).expect(200);
    assert_eq!(held["properties"].as_array().map(Vec::len), Some(2));
    let parcel = json!({"registry": "buildings", "municipality": "C573", "sheet": "126", "parcel": "345"});
    assert_eq!(ask("land", &json!({"case": case, "property": parcel})).expect(200)["properties"].as_array().map(Vec::len), Some(2));
    let homonyms = ask("land", &names).expect(200);
    assert_eq!(homonyms["candidates"].as_array().map(Vec::len), Some(3));
    let events = operator.get(&format!("/v1/tenants/cesena/cases/{case}/events")).expect(200);
    let asked = events["items"].as_array().expect("events").iter().filter(|event| event["data"]["by"].is_string()).count();
    assert_eq!(asked, 8);
    assert!(!world.log().contains(OMOCODE), "the log names nobody");
    // Who could be certified is told, and why another could not.
    let (operator, case) = draft(&world, "santarcangelo", &GIUSEPPE);
    let path = "/v1/tenants/santarcangelo/registers/population/search";
    let body = json!({"case": case, "family_name": "Ricci", "given_name": "Ivo"});
    let ward = operator.send(operator.request("POST", path).json(&body)).expect(200);
    assert_eq!((&ward["person"]["certifiable"], &ward["person"]["certifiability"]["code"]), (&json!(false), &json!("4")));
}

/// A case of the day that owes something, with its citizen.
fn owing(world: &World) -> Option<(String, String)> {
    let officer = world.staff("cesena", "case_officer");
    let inbox = officer.get("/v1/tenants/cesena/inbox?limit=200").expect(200);
    inbox["items"].as_array()?.iter().find_map(|item| {
        let path = item["_links"]["self"]["href"].as_str()?.to_owned();
        let payments = officer.get(&format!("{path}/payments")).expect(200);
        payments["items"].as_array()?.iter().find(|payment| payment["status"] == "due")?;
        let case = officer.get(&path).expect(200);
        Some((path, case["applicant"]["tax_code"].as_str()?.to_owned()))
    })
}

#[test]
fn in_the_demonstration_one_pays_online_without_money() {
    let world = World::launch(&Launch::default().without_limits());
    let (path, code) = owing(&world).expect("a case of the day that owes something");
    let citizen = Api::new(world.base(), Some(world.token("cesena", "citizen", Some(&code))));
    let opened = citizen.post(&format!("{path}/checkouts"), &json!({})).expect(201);
    assert_eq!(opened["notice"].as_str().map(str::len), Some(17));
    let trial = opened["_links"]["trial"]["href"].as_str().expect("a link").to_owned();
    let connector = world.staff("cesena", "service_account");
    let wrong = json!({"notice": opened["notice"], "amount": {"amount": "0.01", "currency": "EUR"}, "receipt": "R-1"});
    assert_eq!(connector.post("/v1/tenants/cesena/settlements", &wrong).problem(422), "unprocessable");
    assert_eq!(citizen.post(&trial, &json!({})).expect(201)["verdict"], "accepted");
    assert_eq!(citizen.post(&trial, &json!({})).problem(409), "already_paid");
    let payments = citizen.get(&format!("{path}/payments")).expect(200);
    assert!(payments["items"].as_array().expect("payments").iter().all(|payment| payment["status"] == "paid_online"), "{payments}");
    let kept = connector.get("/v1/tenants/cesena/settlements").expect(200);
    let verdicts: Vec<&Value> = kept["items"].as_array().expect("settlements").iter().map(|item| &item["verdict"]).collect();
    assert_eq!(verdicts, ["wrong_amount", "accepted", "already_paid"]);
}

/// The bodies with a file of Cesena's in which the population register is the demonstration's.
fn asking_for_invented_people() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    copy_tenants(&folder.path().join("tenants"));
    fs::write(folder.path().join("tenants/cesena/registers.yaml"), "format: 1\npopulation: {adapter: demo}\n").expect("written");
    folder
}

#[test]
fn a_server_that_others_can_reach_says_that_it_does_not_answer_with_invented_people() {
    let folder = asking_for_invented_people();
    let tenants = folder.path().join("tenants");
    let data = folder.path().join("data");
    let mut server = Command::new(binary())
        .args(["serve", "--listen", "0.0.0.0:0", "--tenants"])
        .arg(&tenants)
        .arg("--data")
        .arg(&data)
        .env("SPORTELLO_LANG", "en")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let stderr = server.stderr.take().expect("standard error");
    let mut said = std::io::BufRead::lines(std::io::BufReader::new(stderr)).map_while(Result::ok).take(500);
    let told = said.find(|line| line.contains("registers.yaml") || line.starts_with("Listening"));
    server.kill().expect("killed");
    server.wait().expect("ended");
    assert_eq!(told.as_deref(), Some("cesena: the demo adapters of registers.yaml do not answer here, manual is in force."));
    let checked = Command::new(binary())
        .args(["tenant", "check", "cesena", "--lang", "en", "--tenants"])
        .arg(&tenants)
        .output()
        .expect("the binary runs");
    let text = format!("{}{}", String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
    assert!(text.contains("cesena/registers.yaml:2:23: note: 'population' answers with invented data"), "{text}");
    assert!(checked.status.success(), "a note is no error");
}
