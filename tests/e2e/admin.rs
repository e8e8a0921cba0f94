//! A real installation begins without anybody: the first administrator comes from the command line, everybody else from there.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    fmt::Write as _,
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    process::Output,
    thread,
};

use serde_json::{Value, json};
use sportello_tests::{Api, GIUSEPPE, LUCIA, Launch, MARIO, Provider, World, copy_tenants, sportello};
use tempfile::TempDir;

const ISSUER: &str = "https://login.body.example.org";
const ROOT: &str = "/v1/tenants/cesena";

/// The committed bodies, where the staff of Cesena logs in at a provider of ours.
fn bodies(provider: &Provider) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    copy_tenants(folder.path());
    identity(folder.path(), &[("staff", ISSUER, "sportello-cesena")], "file: staff-jwks.json");
    fs::write(folder.path().join("cesena/staff-jwks.json"), provider.keys().to_string()).expect("written");
    folder
}

/// Writes who vouches for the staff of Cesena, and where the keys are.
fn identity(tenants: &Path, staff: &[(&str, &str, &str)], keys: &str) {
    let mut text = "format: 1\nissuers:\n".to_owned();
    let citizens = ("citizens", "https://citizens.cesena.example.org", "cesena");
    for (id, issuer, audience) in staff.iter().copied().chain([citizens]) {
        let people = if id == "citizens" { "citizens" } else { "staff" };
        let _ = write!(
            text,
            "  {id}:\n    issuer: {issuer}\n    audience: {audience}\n    jwks: {{{keys}}}\n    \
             algorithms: {{ES256: true}}\n    people: {people}\n    claims: {{tax_code: fiscal_number}}\n"
        );
    }
    fs::write(tenants.join("cesena/identity.yaml"), text).expect("written");
}

fn serve(tenants: &TempDir) -> World {
    World::launch(&Launch { command: "serve", tenants: tenants.path().to_path_buf(), ..Launch::default() })
}

/// `sportello tenant admin` on the data folder of a running installation.
fn appoint(world: &World, arguments: &[&str]) -> Output {
    let places = world.places();
    sportello(&[&["tenant", "admin"], arguments, &places.each_ref().map(String::as_str)].concat())
}

#[track_caller]
fn said(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

#[track_caller]
fn refused(output: &Output) -> String {
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    String::from_utf8_lossy(&output.stderr).trim_end().to_owned()
}

fn logged_in(world: &World, provider: &Provider, who: &Value) -> Api {
    let mut claims = json!({"iss": ISSUER, "aud": "sportello-cesena"});
    for (name, value) in who.as_object().expect("claims") {
        claims[name] = value.clone();
    }
    world.with_token(provider.token(&claims))
}

#[test]
fn the_first_administrator_appoints_everybody_else() {
    let provider = Provider::new("first");
    let tenants = bodies(&provider);
    let world = serve(&tenants);
    let anna = logged_in(&world, &provider, &json!({"sub": "anna.neri", "given_name": "Anna", "family_name": "Neri"}));
    anna.get(&format!("{ROOT}/assignments")).problem(404);

    let arguments = ["cesena", "--issuer", ISSUER, "--subject", "anna.neri", "--given-name", "Anna", "--family-name", "Neri"];
    assert!(said(&appoint(&world, &arguments)).starts_with("cesena: Anna Neri is an administrator from today, 20"));
    // It acts at once, without a restart, and once more changes nothing.
    let list = anna.get(&format!("{ROOT}/assignments")).expect(200);
    assert_eq!(list["items"].as_array().expect("items").len(), 1, "{list}");
    assert_eq!(list["items"][0]["role"], "administrator");
    let again = [&arguments[..1], &arguments[3..], &["--json"]].concat();
    let again: Value = serde_json::from_str(&said(&appoint(&world, &again))).expect("JSON");
    assert_eq!((&again["new"], &again["assignment"]), (&json!(false), &list["items"][0]["id"]));
    assert_eq!(anna.get(&format!("{ROOT}/assignments")).expect(200), list);

    let grant = json!({"given_name": "Luce", "family_name": "Neri", "tax_code": LUCIA.tax_code, "role": "operator"});
    let given = anna.post(&format!("{ROOT}/assignments"), &grant).expect(201);
    let operator = logged_in(&world, &provider, &json!({"sub": "luce", "fiscal_number": format!("TINIT-{}", LUCIA.tax_code)}));
    operator.get(&format!("{ROOT}/inbox")).expect(200);
    assert_eq!(operator.get(&format!("{ROOT}/assignments")).problem(403), "forbidden");
    let given = given["_links"]["self"]["href"].as_str().expect("a link");
    assert_eq!(anna.delete(given).status, 204);
    operator.get(&format!("{ROOT}/inbox")).problem(404);
}

#[test]
fn an_administrator_appointed_by_mistake_is_taken_back_by_the_right_one() {
    let provider = Provider::new("first");
    let tenants = bodies(&provider);
    let world = serve(&tenants);
    let named = |who: [&str; 2]| {
        let names = ["--given-name", "Mario", "--family-name", "Rossi"];
        said(&appoint(&world, &[&["cesena"], &who[..], &names].concat()))
    };
    named(["--subject", "mario.rosi"]);
    named(["--tax-code", &MARIO.tax_code.to_ascii_lowercase()]);
    let mario = logged_in(&world, &provider, &json!({"sub": "mario.rossi", "fiscal_number": MARIO.tax_code}));
    let list = mario.get(&format!("{ROOT}/assignments")).expect(200);
    let items = list["items"].as_array().expect("items");
    assert_eq!(items.len(), 2, "{list}");
    // The newest first: the mistake is the second.
    let mistake = items[1]["_links"]["self"]["href"].as_str().expect("a link");
    assert_eq!(mario.delete(mistake).status, 204);
    let wrong = logged_in(&world, &provider, &json!({"sub": "mario.rosi"}));
    wrong.get(&format!("{ROOT}/assignments")).problem(404);
    let own = items[0]["_links"]["self"]["href"].as_str().expect("a link");
    let refusal = mario.delete(own);
    assert_eq!(refusal.problem(422), "unprocessable");
    assert_eq!(refusal.json["detail"], "È l'ultimo amministratore dell'ente: prima nominane un altro.");
}

/// A server that gives the keys of a provider to everybody; its address.
fn published(provider: &Provider) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let body = provider.keys().to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 2048]);
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        }
    });
    format!("http://{address}/jwks.json")
}

#[test]
fn keys_may_stand_at_an_address() {
    let provider = Provider::new("first");
    let tenants = bodies(&provider);
    identity(tenants.path(), &[("staff", ISSUER, "sportello-cesena")], &format!("url: \"{}\"", published(&provider)));
    let world = serve(&tenants);
    said(&appoint(&world, &["cesena", "--subject", "anna", "--given-name", "Anna", "--family-name", "Neri"]));
    let anna = logged_in(&world, &provider, &json!({"sub": "anna"}));
    anna.get(&format!("{ROOT}/assignments")).expect(200);
    let forged = logged_in(&world, &Provider::new("first"), &json!({"sub": "anna"}));
    forged.get(&format!("{ROOT}/assignments")).problem(401);
    drop(world);

    // Nobody answers where the keys should be.
    identity(tenants.path(), &[("staff", ISSUER, "sportello-cesena")], "url: \"http://127.0.0.1:1/jwks.json\"");
    let world = serve(&tenants);
    let anna = logged_in(&world, &provider, &json!({"sub": "anna"}));
    let reply = anna.get(&format!("{ROOT}/assignments"));
    assert_eq!(reply.problem(503), "issuer_unavailable");
    assert_eq!(reply.header("retry-after"), Some("30"));
    assert_eq!(reply.json["detail"], "Il fornitore d'identità ora non risponde.");
    anna.get(&format!("{ROOT}/services")).expect(200);
    assert!(world.log().contains("keys of an issuer could not be fetched"), "{}", world.log());
}

#[test]
fn data_of_another_user_is_left_alone() {
    let data = TempDir::new().expect("a folder");
    if std::os::unix::fs::chown(data.path(), Some(65534), None).is_err() {
        // Only root can give a folder away, and only root could have spoilt it.
        return;
    }
    let folder = data.path().to_str().expect("plain");
    let arguments = ["tenant", "admin", "cesena", "--subject", "anna", "--given-name", "Anna", "--family-name", "Neri", "--data", folder];
    assert_eq!(
        refused(&sportello(&arguments)),
        format!("error: {folder} belongs to another user (uid 65534): run the command as the server's user, see deploy/README.md.")
    );
    assert_eq!(fs::read_dir(folder).expect("read").count(), 0, "nothing was written");
}

#[test]
fn who_cannot_be_an_administrator_is_refused_in_words() {
    let provider = Provider::new("first");
    let tenants = bodies(&provider);
    let data = TempDir::new().expect("a folder");
    let folders = ["--data", data.path().to_str().expect("plain"), "--tenants", tenants.path().to_str().expect("plain")];
    let names = ["--given-name", "Giuseppe", "--family-name", "Verdi"];
    let ask = |arguments: &[&str]| refused(&sportello(&[&["tenant", "admin"], arguments, &names, &folders].concat()));
    let one_way = "error: Say who it is in one way: with --tax-code, or with --subject (and --issuer).";
    assert_eq!(ask(&["cesena"]), one_way);
    assert_eq!(ask(&["cesena", "--tax-code", GIUSEPPE.tax_code, "--subject", "giuseppe"]), one_way);
    assert_eq!(ask(&["cesena", "--issuer", ISSUER]), one_way);
    assert_eq!(
        ask(&["cesena", "--tax-code", "VRDGPP70C15I304X"]),
        "error: 'VRDGPP70C15I304X' does not do for --tax-code. The last letter of the fiscal code does not fit the other characters: at \
         least one of them is wrong or swapped. Copy the code from the health card."
    );
    assert_eq!(
        ask(&["cesena", "--tax-code", "00143280402"]),
        "error: '00143280402' does not do for --tax-code. It is the code of a body: that of a person is needed."
    );
    assert_eq!(ask(&["cesena", "--subject", " "]), "error: --subject needs a value of 1 to 200 characters.");
    assert_eq!(
        ask(&["cesena", "--subject", "giuseppe", "--issuer", "https://elsewhere.example.org"]),
        format!("error: 'https://elsewhere.example.org' does not vouch for the staff of cesena: in identity.yaml there are {ISSUER}.")
    );
    assert!(ask(&["nowhere", "--subject", "giuseppe"]).starts_with("error: There is no body 'nowhere' in service: the bodies are "));
    identity(tenants.path(), &[("offices", ISSUER, "a"), ("police", "https://police.example.org", "b")], "file: staff-jwks.json");
    assert_eq!(
        ask(&["cesena", "--subject", "giuseppe"]),
        format!("error: Several providers vouch for the staff of cesena: choose with --issuer among {ISSUER}, https://police.example.org.")
    );
    identity(tenants.path(), &[], "file: staff-jwks.json");
    assert_eq!(
        ask(&["cesena", "--subject", "giuseppe"]),
        "error: No identity provider vouches for the staff of cesena: add one to identity.yaml."
    );
}
