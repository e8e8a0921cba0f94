//! The order of checks: who may not know of something learns nothing from an error.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::world::{CITIZEN, OTHER, STRANGER, World, by};

const UNKNOWN: &str = "01970000-0000-7000-8000-00000000ffff";

async fn draft(world: &World) -> String {
    let created = world.post_as(CITIZEN, "/v1/tenants/alfa/cases", &json!({"service": "parking-permit"})).await;
    created.expect(201)["_links"]["self"]["href"].as_str().unwrap().to_owned()
}

fn broken(path: &str) -> TestRequest {
    TestRequest::patch().uri(path).insert_header(("content-type", "application/merge-patch+json")).set_payload("{broken")
}

#[actix_web::test]
async fn a_stranger_sees_404_before_any_error_of_the_body() {
    let world = World::new().await;
    let case = draft(&world).await;
    assert_eq!(world.send(broken(&case)).await.problem(), (401, "unauthenticated"));
    for stranger in [OTHER, STRANGER] {
        assert_eq!(world.send(by(stranger, broken(&case))).await.problem(), (404, "not_found"), "{stranger}");
    }
    // Whose case it is learns one thing at a time: no version, an old one, then the body.
    assert_eq!(world.send(by(CITIZEN, broken(&case))).await.problem(), (428, "if_match_required"));
    let with = |tag: &'static str| by(CITIZEN, broken(&case)).insert_header(("if-match", tag));
    assert_eq!(world.send(with("\"99\"")).await.problem(), (412, "version_mismatch"));
    assert_eq!(world.send(with("W/\"1\"")).await.problem(), (412, "version_mismatch"));
    assert_eq!(world.send(with("\"1\"")).await.problem(), (400, "malformed_json"));
    assert_eq!(world.send(with("*")).await.problem(), (400, "malformed_json"));
}

#[actix_web::test]
async fn a_stranger_sees_404_before_any_error_of_the_query() {
    let world = World::new().await;
    assert_eq!(world.get("/v1/tenants/alfa/cases?limit=0").await.problem(), (401, "unauthenticated"));
    assert_eq!(world.get_as(STRANGER, "/v1/tenants/alfa/cases?limit=0").await.problem(), (404, "not_found"));
    assert_eq!(world.get_as(CITIZEN, "/v1/tenants/alfa/cases?limit=0").await.problem(), (400, "invalid_parameter"));
}

#[actix_web::test]
async fn foreign_and_unknown_answer_alike() {
    let world = World::new().await;
    let case = draft(&world).await;
    let strip = |mut body: Value| {
        body["request_id"] = Value::Null;
        body
    };
    for rest in ["", "/events", "/documents", "/summary", "/transitions", "/term", "/messages", "/payments"] {
        let foreign = world.get_as(OTHER, &format!("{case}{rest}")).await;
        let unknown = world.get_as(OTHER, &format!("/v1/tenants/alfa/cases/{UNKNOWN}{rest}")).await;
        let nonsense = world.get_as(OTHER, &format!("/v1/tenants/alfa/cases/nonsense{rest}")).await;
        assert_eq!(foreign.problem(), (404, "not_found"), "{rest}");
        let names = |reply: &crate::world::Reply| {
            let mut names: Vec<_> = reply.headers.keys().map(ToString::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(names(&foreign), names(&unknown), "{rest}");
        let bodies = [foreign, unknown, nonsense].map(|reply| strip(reply.json));
        assert!(bodies[0] == bodies[1] && bodies[1] == bodies[2], "{rest}");
    }
}
