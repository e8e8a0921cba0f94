//! The committed description is the one that the code makes, and it describes what is served.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use sportello_api::{openapi, openapi_yaml};

use crate::world::{LOCAL, World};

fn operations() -> Vec<(String, String, Value)> {
    let document = openapi();
    let paths = document["paths"].as_object().unwrap().clone();
    paths
        .into_iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().unwrap().clone();
            item.into_iter().map(move |(method, operation)| (path.clone(), method, operation))
        })
        .collect()
}

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/sportello.yaml")
}

#[test]
fn the_committed_document_is_what_the_code_makes() {
    let committed = fs::read_to_string(committed()).unwrap_or_default();
    let made = openapi_yaml();
    let line = committed.lines().zip(made.lines()).position(|(old, new)| old != new).map_or(0, |line| line + 1);
    let remedy = "cargo test -p sportello-api --test api renew -- --ignored";
    assert!(committed == made, "openapi/sportello.yaml is old from line {line} on; renew it: {remedy}");
}

#[test]
#[ignore = "writes openapi/sportello.yaml anew"]
fn renew() {
    fs::write(committed(), openapi_yaml()).unwrap();
}

#[test]
fn every_body_has_an_example_without_gaps() {
    fn gaps(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(items) => items.iter().any(gaps),
            Value::Object(members) => members.values().any(gaps),
            _ => false,
        }
    }
    for (path, method, operation) in operations() {
        let bodies = operation["responses"].as_object().unwrap().values().chain([&operation["requestBody"]]);
        for (kind, body) in bodies.filter_map(|part| part["content"].as_object()).flatten() {
            assert!(!gaps(&body["example"]), "{method} {path} {kind}: {}", body["example"]);
        }
    }
}

/// Every operation says whom it serves; an empty list means everybody.
fn is_public(operation: &Value) -> bool {
    operation["security"] == serde_json::json!([])
}

#[test]
fn what_changes_something_is_protected() {
    for (path, method, operation) in operations() {
        let public = is_public(&operation);
        assert!(!public || method == "get", "{method} {path}");
        assert!(!public || operation["responses"].get("401").is_none(), "{method} {path}");
    }
}

#[actix_web::test]
async fn every_described_address_is_served_and_asks_who_calls_where_it_says_so() {
    let world = World::new().await;
    for (path, method, operation) in operations() {
        let path = path
            .replace("{tenant}", "alfa")
            .replace("{service}", "parking-permit")
            .replace("{code}", "not_found")
            .replace("{number}", "0000001")
            .replace("{case}", "01970000-0000-7000-8000-00000000ffff")
            .replace("{checkout}", "01970000-0000-7000-8000-00000000ffff")
            .replace("{document}", "01970000-0000-7000-8000-00000000ffff")
            .replace("{assignment}", "01970000-0000-7000-8000-00000000ffff")
            .replace("{filter}", "01970000-0000-7000-8000-00000000ffff");
        let request = actix_web::test::TestRequest::with_uri(&path).peer_addr(LOCAL).method(method.to_ascii_uppercase().parse().unwrap());
        let reply = world.send(request).await;
        let expected = if is_public(&operation) { 200 } else { 401 };
        assert_eq!(reply.status, expected, "{method} {path}: {}", String::from_utf8_lossy(&reply.bytes));
    }
}
