//! A case's first steps, as every test takes them, in both communes.

use serde_json::{Value, json};

use crate::{Api, BIANCA, GIUSEPPE, LUCIA, MARIO, PDF, Resident};

/// A commune, and who asks there.
#[derive(Clone, Copy, Debug)]
pub struct Commune {
    /// Its slug.
    pub slug: &'static str,
    /// The prefix of its case codes.
    pub code: &'static str,
    /// Who asks.
    pub citizen: Resident,
    /// Somebody else.
    pub other: Resident,
}

/// Both communes.
pub const COMMUNES: [Commune; 2] = [
    Commune { slug: "cesena", code: "CES", citizen: BIANCA, other: MARIO },
    Commune { slug: "santarcangelo", code: "SAN", citizen: LUCIA, other: GIUSEPPE },
];

/// What somebody answers who is pregnant and asks for a first pink badge.
pub fn badge(who: &Resident) -> Value {
    json!({
        "request": {"kind": "first-issue", "situation": "pregnant", "expected-date": "2099-01-31"},
        "applicant": who.applicant(),
        "declarations": {"residence": true, "use": true, "health-data": true},
    })
}

/// Opens a draft for a first pink badge that lacks nothing but its submission, and returns its path.
#[track_caller]
pub fn badge_draft(api: &Api, tenant: &str, who: &Resident) -> String {
    let case = draft(api, tenant, "pink-badge", &badge(who));
    api.upload(&case, "medical-certificate", "certificato.pdf", "application/pdf", PDF).expect(201);
    case
}

/// Opens a draft and returns its path.
#[track_caller]
pub fn draft(api: &Api, tenant: &str, service: &str, answers: &Value) -> String {
    draft_of(api, tenant, &json!({"service": service, "answers": answers}))
}

/// Opens a draft with all that a body may say and returns its path.
#[track_caller]
pub fn draft_of(api: &Api, tenant: &str, body: &Value) -> String {
    let reply = api.post(&format!("/v1/tenants/{tenant}/cases"), body);
    let location = reply.header("location").map(str::to_owned);
    let case = reply.expect(201);
    assert_eq!(case["status"], "draft");
    assert_eq!(case["code"], Value::Null);
    let path = case["_links"]["self"]["href"].as_str().expect("a link to itself").to_owned();
    assert_eq!(location.as_deref(), Some(path.as_str()));
    path
}

/// Submits a draft.
#[track_caller]
pub fn submit(api: &Api, case: &str) -> Value {
    api.post_on(case, &format!("{case}/submission"), &json!({})).expect(200)
}

/// Takes a transition.
#[track_caller]
pub fn take(api: &Api, case: &str, transition: &str, data: &Value) -> Value {
    api.post_on(case, &format!("{case}/transitions"), &json!({"transition": transition, "data": data})).expect(200)
}

/// The numbers of a body's protocol register, lowest first.
pub fn register(api: &Api, tenant: &str) -> Vec<u64> {
    let entries = api.all(&format!("/v1/tenants/{tenant}/register/entries"));
    let mut numbers: Vec<u64> = entries.iter().map(|entry| entry["number"].as_str().expect("a number").parse().expect("digits")).collect();
    numbers.sort_unstable();
    numbers
}

/// The ids of a list.
pub fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().expect("items").iter().filter_map(|item| item["id"].as_str()).collect()
}
