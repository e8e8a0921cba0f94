//! What every response bears: limits, language, protection.

use actix_web::test::TestRequest;

use crate::world::{CITIZEN, World, by};

const EVERYWHERE: [&str; 9] = [
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "content-language",
    "vary",
    "cache-control",
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
];

#[actix_web::test]
async fn every_response_bears_limits_language_and_protection() {
    let world = World::new().await;
    let requests = [
        (200, TestRequest::get().uri("/status")),
        (200, TestRequest::get().uri("/docs")),
        (200, TestRequest::get().uri("/openapi.json")),
        (200, TestRequest::get().uri("/v1/tenants/alfa/branding/logo.svg")),
        (401, TestRequest::get().uri("/v1/tenants/alfa/cases")),
        (200, by(CITIZEN, TestRequest::get().uri("/v1/tenants/alfa/cases"))),
        (404, TestRequest::get().uri("/nowhere")),
        (405, TestRequest::delete().uri("/status")),
        (503, TestRequest::get().uri("/v1/tenants/gamma")),
        (406, TestRequest::get().uri("/status").insert_header(("accept-encoding", "identity;q=0, zstd;q=0, *;q=0"))),
    ];
    for (status, request) in requests {
        let reply = world.send(request).await;
        assert_eq!(reply.status, status, "{}", String::from_utf8_lossy(&reply.bytes));
        for name in EVERYWHERE {
            assert!(reply.headers.contains_key(name), "{status} lacks {name}");
        }
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(status < 400 || reply.problem().0 == status);
    }
}

#[actix_web::test]
async fn who_asks_too_much_waits() {
    let world = World::with_limit(2).await;
    for remaining in ["1", "0"] {
        let reply = world.get("/status").await;
        assert_eq!((reply.status, reply.header("x-ratelimit-remaining")), (200, Some(remaining)));
    }
    let refused = world.get("/status").await;
    assert_eq!(refused.problem(), (429, "too_many_requests"));
    assert_eq!(refused.header("retry-after"), Some("30"));
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    // Made-up tokens open no account of their own; a proven person has one.
    let made_up = world.send(by("nonsense", TestRequest::get().uri("/status"))).await;
    assert_eq!(made_up.status, 429);
    assert_eq!(world.get_as(CITIZEN, "/status").await.status, 200);
}

#[actix_web::test]
async fn a_body_shares_with_its_own_domains_only() {
    let world = World::new().await;
    let preflight = |origin: &'static str| {
        TestRequest::with_uri("/v1/tenants/alfa/cases")
            .method(actix_web::http::Method::OPTIONS)
            .insert_header(("origin", origin))
            .insert_header(("access-control-request-method", "POST"))
    };
    let own = world.send(preflight("https://sportello.alfa.example.org")).await;
    assert_eq!(own.status, 204);
    assert_eq!(own.header("access-control-allow-origin"), Some("https://sportello.alfa.example.org"));
    assert!(own.header("access-control-allow-headers").unwrap().contains("If-Match"));
    assert!(own.header("vary").is_some());
    for foreign in ["https://sportello.beta.example.org", "http://sportello.alfa.example.org", "null", "https://evil.example.org"] {
        let reply = world.send(preflight(foreign)).await;
        assert_eq!((reply.status, reply.header("access-control-allow-origin")), (204, None), "{foreign}");
    }
    let read = TestRequest::get().uri("/v1/tenants/alfa").insert_header(("origin", "https://sportello.alfa.example.org"));
    let read = world.send(read).await;
    assert_eq!(read.header("access-control-allow-origin"), Some("https://sportello.alfa.example.org"));
    assert!(read.header("access-control-expose-headers").unwrap().contains("ETag"));
}

#[actix_web::test]
async fn what_is_no_bodys_is_shared_with_every_bodys_domain() {
    let world = World::new().await;
    let asked = |path: &str, origin: &'static str| by(CITIZEN, TestRequest::get().uri(path)).insert_header(("origin", origin));
    for path in ["/v1/me", "/v1/me/inbox", "/v1/tenants?domain=sportello.alfa.example.org", "/problems", "/problems/not_found", "/status"] {
        for own in ["https://sportello.alfa.example.org", "https://sportello.beta.example.org"] {
            let preflight = TestRequest::with_uri(path)
                .method(actix_web::http::Method::OPTIONS)
                .insert_header(("origin", own))
                .insert_header(("access-control-request-method", "GET"))
                .insert_header(("access-control-request-headers", "authorization"));
            let preflight = world.send(preflight).await;
            assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, Some(own)), "{path}");
            assert!(preflight.header("access-control-allow-headers").unwrap().contains("Authorization"), "{path}");
            let reply = world.send(asked(path, own)).await;
            assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, Some(own)), "{path}");
            assert!(reply.headers.get_all("vary").any(|vary| vary == "Origin"), "{path}");
        }
        for foreign in ["http://sportello.alfa.example.org", "https://sportello.alfa.example.org:8443", "null", "https://evil.example.org"]
        {
            let reply = world.send(asked(path, foreign)).await;
            assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, None), "{path} {foreign}");
        }
    }
    // An error is read by the page that caused it, too.
    let refused = world.send(TestRequest::get().uri("/v1/me").insert_header(("origin", "https://sportello.beta.example.org"))).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.header("access-control-allow-origin"), Some("https://sportello.beta.example.org"));
    // A name that no body has is nobody's address.
    let nobody = world.send(asked("/v1/tenants/nobody", "https://sportello.alfa.example.org")).await;
    assert_eq!((nobody.status, nobody.header("access-control-allow-origin")), (404, None));
}

#[actix_web::test]
async fn one_bodys_domain_never_shows_anothers_data() {
    let world = World::new().await;
    let at = |host: &'static str| TestRequest::get().uri("/v1/tenants/alfa").insert_header(("host", host));
    assert_eq!(world.send(at("sportello.beta.example.org")).await.problem(), (421, "misdirected"));
    assert_eq!(world.send(at("SPORTELLO.beta.example.org:443")).await.problem(), (421, "misdirected"));
    assert_eq!(world.send(at("sportello.alfa.example.org")).await.status, 200);
    assert_eq!(world.send(at("127.0.0.1:8080")).await.status, 200);
}

#[actix_web::test]
async fn languages_are_negotiated() {
    let world = World::new().await;
    let read = |language: &'static str| TestRequest::get().uri("/v1/tenants/alfa").insert_header(("accept-language", language));
    let english = world.send(read("en-GB, it;q=0.5")).await;
    assert_eq!(english.header("content-language"), Some("en"));
    assert_eq!(english.json["name"], "Municipality of alfa");
    let german = world.send(read("de")).await;
    assert_eq!(german.header("content-language"), Some("it"));
    assert_eq!(german.json["name"], "Comune di alfa");
}

#[actix_web::test]
async fn large_replies_are_compressed() {
    let world = World::new().await;
    let reply = world.send(TestRequest::get().uri("/openapi.json").insert_header(("accept-encoding", "br, gzip"))).await;
    assert_eq!(reply.header("content-encoding"), Some("br"));
    assert!(reply.bytes.len() < 60_000, "{}", reply.bytes.len());
}

#[actix_web::test]
async fn head_says_what_get_would_say() {
    let world = World::new().await;
    let head = TestRequest::with_uri("/v1/tenants/alfa").method(actix_web::http::Method::HEAD);
    let reply = world.send(head).await;
    assert_eq!(reply.status, 200);
    assert!(reply.header("etag").is_some());
}
