//! What holds of every operation, taken from the description: nothing that is added later is forgotten.

use std::collections::BTreeMap;

use actix_web::{
    http::Method,
    test::{TestRequest, init_service},
};
use serde_json::{Value, json};
use sportello_api::app;

use crate::{
    cases::{attached, draft, submitted},
    world::{ADMINISTRATOR, CITIZEN, OFFICER, OTHER, Reply, STRANGER, World, ask, by},
};

const UNKNOWN: &str = "019b78cc-aad8-7e5a-9397-af82e1c7ffff";

/// An operation of the description.
struct Operation {
    method: String,
    path: String,
    described: Value,
}

async fn operations(world: &World) -> Vec<Operation> {
    let document = world.get("/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().unwrap().clone();
    let mut found = Vec::new();
    for (path, item) in paths {
        for method in ["get", "post", "patch", "delete", "put"] {
            if let Some(described) = item.get(method) {
                found.push(Operation { method: method.to_uppercase(), path: path.clone(), described: described.clone() });
            }
        }
    }
    assert!(found.len() > 50, "only {} operations are described", found.len());
    found
}

impl Operation {
    /// The request at a path, with everything that an operation may ask for in its head.
    fn request(&self, path: &str, token: &str) -> TestRequest {
        let request = TestRequest::with_uri(path).method(Method::from_bytes(self.method.as_bytes()).unwrap());
        let request = request.insert_header(("idempotency-key", "sweep")).insert_header(("if-match", "*"));
        let kind = self.described["requestBody"]["content"].as_object().and_then(|content| content.keys().next().cloned());
        let request = match kind {
            Some(kind) if kind.starts_with("multipart/") => {
                request.insert_header(("content-type", format!("{kind}; boundary=b"))).set_payload("--b--")
            }
            Some(kind) => {
                let example = self.described["requestBody"]["content"][&kind]["example"].clone();
                let body = if example.is_object() { example } else { json!({}) };
                request.insert_header(("content-type", kind)).set_payload(body.to_string())
            }
            None => request,
        };
        by(token, request)
    }
}

/// What somebody can tell a reply by: everything but the request's own id and how many more are allowed.
fn told(reply: &Reply) -> (u16, BTreeMap<String, Vec<String>>, Value) {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &reply.headers {
        if name != "date" && name != "x-ratelimit-remaining" && name != "x-ratelimit-reset" {
            headers.entry(name.to_string()).or_default().push(value.to_str().unwrap().to_owned());
        }
    }
    let mut body = reply.json.clone();
    assert!(body["request_id"].is_string(), "{body}");
    body["request_id"] = Value::Null;
    (reply.status, headers, body)
}

#[actix_web::test]
async fn what_is_anothers_answers_like_what_is_not_there() {
    let world = World::new().await;
    let case = submitted(&world).await;
    let (case, document) = (case.as_str(), attached(&world, &draft(&world, json!({})).await).await);
    let piece = |path: &str, place: usize| path.split('/').nth(place).unwrap().to_owned();
    let (own_draft, case, document) = (draft(&world, json!({})).await, piece(case, 5), piece(&document, 5));
    let own_draft = piece(&own_draft, 5);
    let service = init_service(app(world.state())).await;
    let mut asked = 0;
    for operation in operations(&world).await {
        for (name, foreign) in [("{case}", &case), ("{case}", &own_draft), ("{document}", &document)] {
            if !operation.path.contains(name) {
                continue;
            }
            for (tenant, who) in [("alfa", OTHER), ("alfa", STRANGER), ("beta", CITIZEN), ("beta", STRANGER)] {
                let path = |id: &str| operation.path.replace("{tenant}", tenant).replace(name, id);
                let theirs = ask(&service, operation.request(&path(foreign), who).to_request()).await;
                let nobodys = ask(&service, operation.request(&path(UNKNOWN), who).to_request()).await;
                let no_id = ask(&service, operation.request(&path("nonsense"), who).to_request()).await;
                assert_eq!(theirs.problem(), (404, "not_found"), "{} {} by {who}", operation.method, path(foreign));
                assert_eq!(told(&theirs), told(&nobodys), "{} {} by {who}", operation.method, path(foreign));
                assert_eq!(told(&no_id), told(&nobodys), "{} {} by {who}", operation.method, path(foreign));
                asked += 1;
            }
        }
    }
    assert!(asked > 100, "only {asked} were asked");
}

#[actix_web::test]
async fn a_parameter_that_is_no_text_is_refused_everywhere() {
    let world = World::new().await;
    let case = submitted(&world).await;
    let case = case.split('/').nth(5).unwrap();
    let service = init_service(app(world.state())).await;
    let mut asked = 0;
    for operation in operations(&world).await {
        let path = operation.path.replace("{tenant}", "alfa").replace("{case}", case).replace("{service}", "parking-permit");
        let parameters = operation.described["parameters"].as_array().cloned().unwrap_or_default();
        for name in parameters.iter().filter(|parameter| parameter["in"] == "query").map(|parameter| parameter["name"].as_str().unwrap()) {
            let mut replies = Vec::new();
            for who in [CITIZEN, OFFICER, ADMINISTRATOR] {
                replies.push(ask(&service, operation.request(&format!("{path}?{name}=%ff"), who).to_request()).await);
            }
            // Who may not ask at all learns nothing of what is wrong.
            let refused: Vec<_> = replies.iter().filter(|reply| reply.status == 400).collect();
            assert!(
                !refused.is_empty(),
                "{} {path}?{name}: {:?}",
                operation.method,
                replies.iter().map(|reply| reply.status).collect::<Vec<_>>()
            );
            for reply in refused {
                assert_eq!(reply.problem(), (400, "invalid_parameter"), "{path}?{name}");
                assert_eq!(reply.faults(), [(format!("/query/{name}").as_str(), "not_text")], "{path}?{name}");
            }
            assert!(replies.iter().all(|reply| matches!(reply.status, 400 | 403 | 404)), "{path}?{name}");
            asked += 1;
        }
    }
    assert!(asked > 15, "only {asked} were asked");
}
