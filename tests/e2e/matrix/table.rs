//! The matrix as a text that a person reads.

use std::{collections::BTreeSet, fmt::Write as _};

use sportello_tests::{Api, Reply};

use crate::{
    network::{BODIES, Body, GRANTING, Network, OWN},
    operations::{Id, Operation, all},
};

const HEAD: &str = "\
# What each operation of the description answers to whom, on the paths of Santarcangelo: a line for each operation and role, a column for each
# body at which the role is held. 200/404/404 answers what is there, what is not and what is no id, 404 all three; something of another body
# and nothing at all are told alike, to the last byte. What would change something is asked with a version or a body that is refused last
# (412, 422, 409, 400). Where no token is asked for the role is *. The last line of an operation says what is told to a token that
# lets nobody in.
";

/// The matrix for these roles.
pub(crate) fn of(network: &Network, roles: &[&'static str]) -> String {
    let nobody = network.world().nobody();
    let people: Vec<(&str, [Api; 4])> = roles.iter().map(|role| (*role, BODIES.map(|body| network.who(body, role)))).collect();
    let refused = network.refused(OWN, "case_officer");
    let before = state(network);
    let mut text = HEAD.to_owned();
    let _ = write!(text, "\n{:<40} {:<16}", "operation", "role");
    for body in BODIES {
        let _ = write!(text, " {:<11}", body.relation);
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    for operation in all(&nobody) {
        let asking: &[_] = if operation.is_public() { &people[..1] } else { &people };
        let rows: Vec<(&str, [String; 4])> = asking
            .iter()
            .map(|(role, apis)| (*role, std::array::from_fn(|column| cell(network, &operation, BODIES[column], role, &apis[column]))))
            .collect();
        for (role, cells) in &rows {
            let role = if operation.is_public() { "*" } else { role };
            let _ = write!(text, "{:<40} {role:<16}", operation.name);
            for cell in cells {
                let _ = write!(text, " {cell:<11}");
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        let _ = write!(text, "{:<40} ", operation.name);
        let tokens: Vec<String> = refused
            .iter()
            .map(|(what, api)| format!("{what}: {}", operation.ask(api, network.own(), network.elsewhere(), Id::There).status))
            .collect();
        let _ = writeln!(text, "{}", tokens.join(", "));
    }
    assert_eq!(state(network), before, "the matrix changed something");
    text
}

/// What one person is told of what is there, and of what is not.
fn cell(network: &Network, operation: &Operation, body: Body, role: &str, api: &Api) -> String {
    let ask = |id| operation.ask(api, network.own(), network.elsewhere(), id);
    let there = ask(Id::There);
    silent(operation, body, &there);
    if !operation.names_a_thing() {
        return there.status.to_string();
    }
    let [elsewhere, nowhere, nonsense] = [Id::Elsewhere, Id::Nowhere, Id::Nonsense].map(ask);
    let at = format!("{} by {role} of {}", operation.name, body.slug);
    silent(operation, body, &elsewhere);
    assert_eq!(told(&elsewhere), told(&nowhere), "another's and nobody's: {at}");
    // Being forbidden something tells that it is there: only who sees the case is told so.
    let case = format!("/v1/tenants/{}/cases/{}", OWN.slug, network.own().id("case"));
    if there.status == 404 || there.status == 403 && api.get(&case).status != 200 {
        assert_eq!(told(&there), told(&nowhere), "what may not be seen and what is not there: {at}");
    }
    let statuses = [there.status, nowhere.status, nonsense.status];
    let alike = statuses.iter().all(|status| *status == there.status);
    if alike { there.status.to_string() } else { statuses.map(|status| status.to_string()).join("/") }
}

/// Nothing that was written at a body is told on another's path, nor at this one to people of others.
#[track_caller]
fn silent(operation: &Operation, asking: Body, reply: &Reply) {
    let text = String::from_utf8_lossy(&reply.bytes);
    let headers = format!("{:?}", reply.headers);
    for body in BODIES {
        let may = if operation.is_of_a_body() { body == OWN && asking == OWN } else { body == asking };
        if !may {
            assert!(
                !text.contains(body.word) && !headers.contains(body.word),
                "{} tells {} of {}: {text}",
                operation.name,
                asking.slug,
                body.slug
            );
        }
    }
}

/// What somebody can tell a reply by: everything but the request's own id and how many more are allowed.
fn told(reply: &Reply) -> String {
    let passing = ["date", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id"];
    let mut headers: Vec<_> = reply
        .headers
        .iter()
        .filter(|(name, _)| !passing.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("a text")))
        .collect();
    headers.sort();
    let mut body = reply.json.clone();
    if body.get("request_id").is_some() {
        body["request_id"] = "its own".into();
    }
    format!("{} {headers:?} {body}", reply.status)
}

/// What is at both bodies, as their officers see it.
fn state(network: &Network) -> Vec<String> {
    let mut seen = Vec::new();
    for (body, things) in [(OWN, network.own()), (GRANTING, network.elsewhere())] {
        let root = format!("/v1/tenants/{}", body.slug);
        let case = format!("{root}/cases/{}", things.id("case"));
        let officer = network.who(body, "case_officer");
        for path in [&case, &format!("{case}/documents"), &format!("{case}/messages"), &format!("{case}/notes"), &format!("{root}/inbox")] {
            seen.push(officer.get(path).expect(200).to_string());
        }
        for path in ["register/entries", "assignments"] {
            seen.push(network.who(body, "administrator").get(&format!("{root}/{path}?limit=200")).expect(200).to_string());
        }
    }
    seen
}

/// The operations with which an officer reaches what is another body's: none, unless both walls are gone.
pub(crate) fn crossings(network: &Network) -> Vec<String> {
    let officer = network.who(OWN, "case_officer");
    let reaches = |operation: &Operation| {
        let status = |id| operation.ask(&officer, network.own(), network.elsewhere(), id).status;
        status(Id::Elsewhere) != status(Id::Nowhere)
    };
    let found: BTreeSet<_> = all(&network.world().nobody())
        .into_iter()
        .filter(|operation| operation.names_a_thing() && reaches(operation))
        .map(|operation| operation.name)
        .collect();
    found.into_iter().collect()
}
