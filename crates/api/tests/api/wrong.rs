//! The wall of wrong requests, each with the problem it gets.

use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};

use crate::ports::UNJUDGED;
use crate::world::{ADMINISTRATOR, CITIZEN, OFFICER, Reply, World, by};

const CASES: &str = "/v1/tenants/alfa/cases";

fn create(body: &str) -> TestRequest {
    by(CITIZEN, TestRequest::post().uri(CASES))
        .insert_header(("content-type", "application/json"))
        .insert_header(("idempotency-key", "one"))
        .set_payload(body.to_owned())
}

fn without_id(reply: &Reply) -> Value {
    let mut body = reply.json.clone();
    assert!(body["request_id"].as_str().unwrap().parse::<uuid::Uuid>().is_ok());
    body["request_id"] = json!("…");
    body
}

#[actix_web::test]
async fn a_problem_is_whole_in_both_languages() {
    let world = World::new().await;
    let italian = world.get("/v1/tenants/nowhere").await;
    assert_eq!(
        without_id(&italian),
        json!({
            "type": "/problems/not_found", "title": "Non c'è nulla a questo indirizzo", "status": 404,
            "detail": "Non c'è nulla a questo indirizzo.", "code": "not_found", "remedy": "Controlla l'indirizzo.", "request_id": "…"
        })
    );
    let english = TestRequest::get().uri("/v1/tenants/alfa/services?limit=0&x=1").insert_header(("accept-language", "en"));
    let english = world.send(english).await;
    assert_eq!(
        without_id(&english),
        json!({
            "type": "/problems/invalid_parameter", "title": "A parameter of the request is not valid", "status": 400,
            "detail": "A parameter of the request is not valid.", "code": "invalid_parameter",
            "errors": [
                {"pointer": "/query/limit", "code": "out_of_range", "detail": "It must be a whole number between 1 and 200."},
                {"pointer": "/query/x", "code": "unknown_parameter",
                    "detail": "It does not exist; taken here: q, category, life_event, channel, limit, cursor."}
            ],
            "remedy": "Correct the parameter named.", "request_id": "…"
        })
    );
}

#[actix_web::test]
async fn wrong_addresses_and_methods() {
    let world = World::new().await;
    for path in
        ["/", "/v1", "/v1/tenants/", "/v2/tenants", "/v1/tenants/alfa/services/none", "/v1/tenants/ALFA", "/v1/tenants/alfa%00", "/status/"]
    {
        assert_eq!(world.get(path).await.problem(), (404, "not_found"), "{path}");
    }
    assert_eq!(world.get("/v1/tenants/gamma/services").await.problem(), (503, "tenant_unavailable"));
    let wrong = [
        (Method::POST, "/status", "GET, HEAD, OPTIONS"),
        (Method::PUT, CASES, "GET, HEAD, OPTIONS, POST"),
        (Method::DELETE, CASES, "GET, HEAD, OPTIONS, POST"),
        (Method::POST, "/docs", "GET, HEAD, OPTIONS"),
        (Method::PUT, "/v1/tenants/alfa/cases/x", "DELETE, GET, HEAD, OPTIONS, PATCH"),
    ];
    for (method, path, allow) in wrong {
        let reply = world.send(TestRequest::with_uri(path).method(method)).await;
        assert_eq!(reply.problem(), (405, "method_not_allowed"), "{path}");
        assert_eq!(reply.header("allow"), Some(allow), "{path}");
    }
}

#[actix_web::test]
async fn wrong_queries() {
    let world = World::new().await;
    let wrong = [
        ("/v1/tenants/alfa/services?limit=201", vec![("/query/limit", "out_of_range")]),
        ("/v1/tenants/alfa/services?cursor=none", vec![("/query/cursor", "unknown_cursor")]),
        ("/v1/tenants/alfa/services?q=nothing&cursor=parking-permit", vec![("/query/cursor", "unknown_cursor")]),
        ("/v1/tenants/alfa/services?category=cars", vec![("/query/category", "unknown_choice")]),
        ("/v1/tenants/alfa/services?q=", vec![("/query/q", "wrong_length")]),
        ("/v1/tenants/alfa/services?q=a&q=b", vec![("/query/q", "repeated")]),
        ("/v1/tenants/alfa/calendar?year=MMXXVI", vec![("/query/year", "out_of_range")]),
        ("/v1/tenants/alfa?x=1", vec![("/query/x", "unknown_parameter")]),
        ("/v1/tenants?domain=", vec![("/query/domain", "wrong_length")]),
    ];
    for (path, faults) in wrong {
        let reply = world.get(path).await;
        assert_eq!(reply.problem(), (400, "invalid_parameter"), "{path}");
        assert_eq!(reply.faults(), faults, "{path}");
    }
    let lists = ["cases?status=open", "cases?limit=0", "cases?cursor=%20", "cases?cursor=bm9uc2Vuc2U"];
    for path in lists {
        let reply = world.get_as(CITIZEN, &format!("/v1/tenants/alfa/{path}")).await;
        assert_eq!(reply.problem(), (400, "invalid_parameter"), "{path}");
    }
    for path in ["inbox?assignee=somebody", "inbox?due_before=tomorrow", "register/entries?year=1"] {
        let token = if path.starts_with("register") { ADMINISTRATOR } else { OFFICER };
        assert_eq!(world.get_as(token, &format!("/v1/tenants/alfa/{path}")).await.problem(), (400, "invalid_parameter"), "{path}");
    }
}

#[actix_web::test]
async fn wrong_bodies() {
    let world = World::new().await;
    let syntax = [
        ("", "empty", "Il corpo è vuoto."),
        ("{", "ends_early", "Il testo finisce troppo presto (riga 1, colonna 1)."),
        ("{\"service\":\n  oops}", "syntax", "Errore di sintassi (riga 2, colonna 3)."),
        ("{\"a\": 1, \"a\": 2}", "repeated", "Il nome «a» è ripetuto nello stesso oggetto (riga 1, colonna 12)."),
    ];
    for (body, code, detail) in syntax {
        let reply = world.send(create(body)).await;
        assert_eq!(reply.problem(), (400, "malformed_json"), "{body}");
        assert_eq!(reply.faults(), [("", code)], "{body}");
        assert_eq!(reply.json["detail"], detail);
    }
    let deep = format!("{{\"service\": \"parking-permit\", \"answers\": {{\"a\": {}1{}}}}}", "[".repeat(40), "]".repeat(40));
    assert_eq!(world.send(create(&deep)).await.faults(), [("", "too_deep")]);
    let shapes = [
        ("[]", vec![("", "wrong_type")]),
        ("{}", vec![("/service", "required")]),
        (r#"{"service": 1, "answers": []}"#, vec![("/service", "wrong_type"), ("/answers", "wrong_type")]),
        (r#"{"service": "parking-permit", "answer": {}}"#, vec![("/answer", "unknown_field")]),
        (
            r#"{"service": "parking-permit", "on_behalf_of": {"given_name": "", "name": "x"}}"#,
            vec![
                ("/on_behalf_of/given_name", "wrong_length"),
                ("/on_behalf_of/family_name", "required"),
                ("/on_behalf_of/tax_code", "required"),
                ("/on_behalf_of/name", "unknown_field"),
            ],
        ),
    ];
    for (body, faults) in shapes {
        let reply = world.send(create(body)).await;
        assert_eq!(reply.problem(), (400, "invalid_body"), "{body}");
        assert_eq!(reply.faults(), faults, "{body}");
    }
}

#[actix_web::test]
async fn wrong_content_types_and_sizes() {
    let world = World::new().await;
    for content_type in ["text/plain", "application/merge-patch+json", "application/jsonx", ""] {
        let request = create("{}").insert_header(("content-type", content_type));
        assert_eq!(world.send(request).await.problem(), (415, "unsupported_media_type"), "{content_type}");
    }
    let packed = create("{}").insert_header(("content-encoding", "gzip"));
    assert_eq!(world.send(packed).await.problem(), (415, "unsupported_media_type"));
    let large = format!("{{\"service\": \"{}\"}}", "x".repeat(1024 * 1024));
    let reply = world.send(create(&large)).await;
    assert_eq!(reply.problem(), (413, "body_too_large"));
    assert_eq!(reply.json["detail"], "Si accettano al massimo 1 MiB.");
}

#[actix_web::test]
async fn wrong_headers() {
    let world = World::new().await;
    let body = json!({"service": "parking-permit"});
    let keyless = by(CITIZEN, TestRequest::post().uri(CASES)).set_json(&body);
    let reply = world.send(keyless).await;
    assert_eq!(reply.problem(), (400, "idempotency_key_required"));
    assert_eq!(reply.json["detail"], "Manca l'intestazione Idempotency-Key.");
    let keyed = |key: &str| by(CITIZEN, TestRequest::post().uri(CASES)).insert_header(("idempotency-key", key)).set_json(&body);
    for key in ["two words", "", &"k".repeat(256)] {
        let reply = world.send(keyed(key)).await;
        assert_eq!(reply.problem(), (400, "idempotency_key_required"), "{key}");
        assert!(reply.json["detail"].as_str().unwrap().contains("255"), "{key}");
    }
    for token in ["", "nonsense", "staff.alfa"] {
        let reply = world.get_as(token, CASES).await;
        assert_eq!(reply.problem(), (401, "unauthenticated"), "{token}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
    }
    let reply = world.get(CASES).await;
    assert_eq!((reply.problem(), reply.header("www-authenticate")), ((401, "unauthenticated"), Some("Bearer")));
}

#[actix_web::test]
async fn a_token_that_nobody_can_judge_now_is_no_wrong_one() {
    let world = World::new().await;
    for path in
        ["/v1/me", "/v1/tenants/alfa/cases", "/v1/tenants/alfa/cases/019b78cc-aad8-7e5a-9397-af82e1c70009", "/v1/tenants/alfa/cases/x"]
    {
        let reply = world.get_as(UNJUDGED, path).await;
        assert_eq!(reply.problem(), (503, "issuer_unavailable"), "{path}");
        assert_eq!(reply.header("retry-after"), Some("30"));
        assert_eq!(reply.header("www-authenticate"), None);
    }
    let reply = world.get_as(UNJUDGED, "/v1/tenants/alfa/services").await;
    assert_eq!(reply.status, 200, "what is public needs nobody to be known");
}
