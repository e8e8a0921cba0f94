//! Lints the committed OpenAPI document: the rules that Italian public APIs are judged by, and our own conventions.
//!
//! The document is what frontends are generated from and what a national catalogue checks before it publishes an API, so a
//! finding here is a fault of the product. The rules stand in `openapi_rules.rs`; below, each is tried on a document that it
//! must refuse.

#![expect(clippy::expect_used, reason = "a document that cannot be read fails the test")]

mod openapi_document;
mod openapi_rules;
mod yaml;

use std::fs;
use std::path::Path;

use openapi_rules::lint;
use serde_json::{Value, json};

#[test]
fn the_committed_document_has_no_finding() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/sportello.yaml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let findings = lint(&yaml::parse(&text).expect("openapi/sportello.yaml is YAML"));
    assert!(findings.is_empty(), "{} findings\n  {}", findings.len(), findings.join("\n  "));
}

/// A small document that holds every rule.
fn good() -> Value {
    let header = |format: Option<&str>| json!({"description": "…", "schema": {"type": "integer", "format": format.unwrap_or("int32")}});
    let limits = json!({"X-RateLimit-Limit": header(None), "X-RateLimit-Remaining": header(None), "X-RateLimit-Reset": header(None)});
    let with = |more: Value| {
        let mut all = limits.clone();
        for (name, value) in more.as_object().expect("headers") {
            all[name] = value.clone();
        }
        all
    };
    let problem = |headers: &Value| json!({"description": "…", "headers": headers, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}});
    let thing = |headers: &Value| json!({"description": "…", "headers": headers, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}});
    let retry = with(json!({"Retry-After": header(None)}));
    let text = json!({"type": "string"});
    let version = json!({"name": "If-Match", "in": "header", "required": true, "description": "…", "schema": text});
    let id = json!({"name": "thing_id", "in": "path", "required": true, "description": "…", "schema": text});
    let errors = |more: &[&str]| {
        let mut all = json!({"429": problem(&retry), "503": problem(&retry)});
        for status in more {
            all[*status] = problem(&limits);
        }
        all
    };
    let operation = |id: &str, parameters: Value, success: (&str, Value), mut responses: Value| {
        responses[success.0] = success.1;
        json!({"operationId": id, "summary": "…", "description": "…", "tags": ["things"], "parameters": parameters, "responses": responses})
    };
    let mut create = operation(
        "thing_creation",
        json!([{"name": "Idempotency-Key", "in": "header", "description": "…", "schema": text}]),
        ("201", thing(&with(json!({"Location": {"description": "…", "schema": text}})))),
        errors(&["400", "401", "409", "415", "422"]),
    );
    create["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}});
    create["security"] = json!([{"bearer": []}]);
    let mut change =
        operation("thing_change", json!([version, id]), ("200", thing(&limits)), errors(&["400", "401", "404", "412", "415", "428"]));
    change["requestBody"] =
        json!({"required": true, "content": {"application/merge-patch+json": {"schema": {"type": "object"}, "example": {}}}});
    change["security"] = json!([{"bearer": []}]);
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Things", "description": "…", "x-summary": "…", "termsOfService": "https://example.org/terms", "version": "1.0.0",
                 "contact": {"name": "Desk", "email": "desk@example.org"}, "license": {"name": "AGPL-3.0-or-later"}},
        "servers": [{"url": "https://example.org", "description": "…"}, {"url": "http://127.0.0.1:8080", "description": "…", "x-sandbox": true}],
        "tags": [{"name": "things", "description": "…"}],
        "paths": {
            "/status": {"get": operation("status", json!([]), ("200", thing(&limits)), errors(&[]))},
            "/v1/some-things": {"post": create},
            "/v1/some-things/{thing_id}": {"patch": change}
        },
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Problem": {"type": "object", "example": {"title": "No", "status": 404},
                    "properties": {"type": text, "title": text, "status": {"type": "integer", "format": "int32"}, "detail": text}},
                "Thing": {"type": "object", "required": ["name"], "example": {"name": "A"},
                    "properties": {"name": {"type": "string", "maxLength": 9}, "weight": {"type": ["number", "null"], "format": "double"},
                                   "colors": {"type": "array", "items": {"type": "string", "enum": ["red"]}}, "_links": {"type": "object"}}}
            }
        }
    })
}

#[test]
fn a_good_document_has_no_finding() {
    assert_eq!(lint(&good()), Vec::<String>::new());
}

/// The document with the value at `pointer` replaced; `null` takes it away.
fn broken(pointer: &str, value: &Value) -> Value {
    let mut document = good();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let key = key.replace("~1", "/");
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}: no such place"));
    match parent {
        Value::Array(items) => items[key.parse::<usize>().expect("an index")] = value.clone(),
        Value::Object(object) if value.is_null() => assert!(object.shift_remove(&key).is_some(), "{pointer}: no such member"),
        Value::Object(object) => drop(object.insert(key, value.clone())),
        _ => panic!("{pointer}: nothing can stand there"),
    }
    document
}

fn refuses(cases: &[(&str, Value, &str)]) {
    for (pointer, value, finding) in cases {
        let findings = lint(&broken(pointer, value));
        assert!(findings.iter().any(|each| each == finding), "{pointer} = {value}\n  expected {finding}\n  found {findings:#?}");
    }
}

const POST: &str = "/paths/~1v1~1some-things/post";
const PATCH: &str = "/paths/~1v1~1some-things~1{thing_id}/patch";

#[test]
fn a_document_that_says_too_little_is_refused() {
    refuses(&[
        ("/openapi", json!("3.0.3"), "openapi: the document is not OpenAPI 3.1"),
        ("/info/x-summary", Value::Null, "info: `x-summary` is missing"),
        ("/info/termsOfService", Value::Null, "info: `termsOfService` is missing"),
        ("/info/version", json!("1.0"), "info: `version` is no semantic version"),
        ("/info/contact", json!({"name": "Desk"}), "info: `contact` cannot be reached"),
        ("/info/license", Value::Null, "info: `license` is missing"),
        ("/servers", json!([]), "servers: none is named"),
        ("/servers/0", json!({"url": "/v1", "description": "…"}), "servers: /v1 is neither https nor a sandbox"),
        ("/servers/0/description", Value::Null, "servers: https://example.org has no description"),
        ("/paths/~1status", Value::Null, "paths: `GET /status` is missing"),
        ("/tags", json!([]), "GET /status: the tag `things` is not described"),
        (&format!("{POST}/summary"), Value::Null, "POST /v1/some-things: `summary` is missing"),
        (&format!("{POST}/operationId"), json!("postThing"), "POST /v1/some-things: the operationId `postThing` begins with a method"),
        (&format!("{POST}/operationId"), json!("status"), "POST /v1/some-things: the operationId `status` stands twice"),
        (&format!("{POST}/tags"), json!([]), "POST /v1/some-things: it has no tag"),
    ]);
}

#[test]
fn parameters_and_bodies_that_break_the_conventions_are_refused() {
    let parameter = |name: &str, place: &str| json!({"name": name, "in": place, "description": "…", "schema": {"type": "string"}});
    let first = format!("{POST}/parameters/0");
    refuses(&[
        ("/paths/~1v1~1SomeThings", json!({}), "/v1/SomeThings: the path is not kebab-case with {snake_case} parameters"),
        ("/paths/~1v1~1things~1", json!({}), "/v1/things/: the path is not kebab-case with {snake_case} parameters"),
        (&first, parameter("tax_code", "query"), "POST /v1/some-things: the parameter `tax_code` carries a fiscal code into the address"),
        (&first, parameter("apiKey", "query"), "POST /v1/some-things: the parameter `apiKey` carries a credential"),
        (&first, parameter("pageSize", "query"), "POST /v1/some-things: the parameter `pageSize` is not snake_case"),
        (
            &first,
            parameter("Authorization", "header"),
            "POST /v1/some-things: the header `Authorization` belongs to the protocol, not to the parameters",
        ),
        (&first, parameter("X-Own", "header"), "POST /v1/some-things: the header `X-Own` is not in Train-Case"),
        (&first, json!({"name": "q", "in": "query", "schema": {}}), "POST /v1/some-things: the parameter `q` is not described"),
        (
            &format!("{PATCH}/parameters/1"),
            parameter("thing", "path"),
            "PATCH /v1/some-things/{thing_id}: the path's `thing_id` is not declared as required",
        ),
        (
            &format!("{PATCH}/parameters/0"),
            parameter("q", "query"),
            "PATCH /v1/some-things/{thing_id}: it changes a resource without If-Match",
        ),
        (&format!("{PATCH}/requestBody/required"), json!(false), "PATCH /v1/some-things/{thing_id}: the body of a PATCH is required"),
        (
            &format!("{PATCH}/requestBody/content"),
            json!({"application/json": {"schema": {"type": "object"}, "example": {}}}),
            "PATCH /v1/some-things/{thing_id}: a PATCH takes application/merge-patch+json",
        ),
        ("/paths/~1status/get/requestBody", json!({"content": {}}), "GET /status: this method takes no body"),
    ]);
}

#[test]
fn responses_that_lack_something_are_refused() {
    let created = format!("{POST}/responses/201");
    let refused = format!("{POST}/responses/400");
    refuses(&[
        (
            &format!("{POST}/responses/429"),
            Value::Null,
            "POST /v1/some-things: 429 is not documented: any request may meet a limit or an overload",
        ),
        (
            &format!("{POST}/responses/401"),
            Value::Null,
            "POST /v1/some-things: 401 is not documented: the caller may lack proof of who it is",
        ),
        (
            &format!("{PATCH}/responses/428"),
            Value::Null,
            "PATCH /v1/some-things/{thing_id}: 428 is not documented: the version may be old or lack",
        ),
        (&created, Value::Null, "POST /v1/some-things: no success is documented"),
        (
            &format!("{created}/headers/X-RateLimit-Reset"),
            Value::Null,
            "POST /v1/some-things: 201: the header `X-RateLimit-Reset` is missing",
        ),
        (
            &format!("{refused}/headers/X-RateLimit-Limit"),
            Value::Null,
            "POST /v1/some-things: 400: the header `X-RateLimit-Limit` is missing",
        ),
        (&format!("{created}/headers/Location"), Value::Null, "POST /v1/some-things: 201: the header `Location` is missing"),
        (
            &format!("{POST}/responses/503/headers/Retry-After"),
            Value::Null,
            "POST /v1/some-things: 503: the header `Retry-After` is missing",
        ),
        (
            &format!("{created}/headers/X-Own"),
            json!({"description": "…", "schema": {}}),
            "POST /v1/some-things: 201: the header `X-Own` is not in Train-Case, or private",
        ),
        (
            &format!("{refused}/content"),
            json!({"application/json": {"schema": {"type": "object"}, "example": {}}}),
            "POST /v1/some-things: 400: an error is application/problem+json and nothing else",
        ),
        (
            &format!("{created}/content/application~1json"),
            json!({"schema": {"type": "array", "items": {"type": "string"}}, "example": []}),
            "POST /v1/some-things: 201: the application/json body is no object",
        ),
        ("/components/schemas/Problem/properties/detail", Value::Null, "POST /v1/some-things: 400: the problem has no `detail`"),
        (
            &format!("{POST}/responses/204"),
            json!({"description": "…", "content": {"text/plain": {"schema": {}}}}),
            "POST /v1/some-things: 204: this status has no body",
        ),
    ]);
}

#[test]
fn security_that_protects_nothing_is_refused() {
    let scheme = "/components/securitySchemes/bearer";
    refuses(&[
        (&format!("{POST}/security"), json!([{}]), "POST /v1/some-things: it changes something and asks nobody who calls"),
        (&format!("{POST}/security"), json!([{"bearer": []}, {}]), "POST /v1/some-things: it changes something and asks nobody who calls"),
        (&format!("{POST}/security"), json!([{"cookie": []}]), "POST /v1/some-things: the security scheme `cookie` is not defined"),
        ("/security", json!([{"bearer": []}]), "GET /status: it must answer without proof of who calls"),
        (scheme, json!({"type": "apiKey", "in": "query", "name": "key"}), "security scheme bearer: a key would stand in the query"),
        (scheme, json!({"type": "oauth2", "flows": {"implicit": {}}}), "security scheme bearer: the implicit flow is not admitted"),
        (
            scheme,
            json!({"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "http://example.org"}}}),
            "security scheme bearer: `tokenUrl` is not https",
        ),
    ]);
}

#[test]
fn schemas_and_examples_that_mislead_are_refused() {
    let thing = "/components/schemas/Thing";
    let at = |rest: &str| format!("#{thing}{rest}");
    refuses(&[
        (
            &format!("{thing}/properties/count"),
            json!({"type": "integer"}),
            &at("/properties/count: an integer of format ``: int32 or int64"),
        ),
        (
            &format!("{thing}/properties/count"),
            json!({"type": ["integer", "null"], "format": "uint32"}),
            &at("/properties/count: an integer of format `uint32`: int32 or int64"),
        ),
        (&format!("{thing}/properties/weight/format"), Value::Null, &at("/properties/weight: a number of format ``: float or double")),
        (
            &format!("{thing}/properties/colors/type"),
            json!(["array", "null"]),
            &at("/properties/colors: arrays and booleans are never null"),
        ),
        (
            &format!("{thing}/properties/colors/items/enum"),
            json!(["red", null]),
            &at("/properties/colors/items: the choice null is no text"),
        ),
        (&format!("{thing}/properties/givenName"), json!({"type": "string"}), &at(": the property `givenName` is not snake_case")),
        (&format!("{thing}/required"), json!(["nome"]), &at(": `nome` is required and not a property")),
        (
            &format!("{thing}/properties/other"),
            json!({"$ref": "#/components/schemas/Other"}),
            "#/components/schemas/Thing/properties/other: `#/components/schemas/Other` leads nowhere",
        ),
        (&format!("{thing}/example"), Value::Null, "POST /v1/some-things: request: the application/json body has no example"),
        (
            &format!("{thing}/example"),
            json!({"name": "far too long a name"}),
            "POST /v1/some-things: 201: the example breaks its schema at `/name`: \"far too long a name\" is longer than 9 characters",
        ),
    ]);
}
