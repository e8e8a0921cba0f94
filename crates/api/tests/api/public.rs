//! What everybody may read.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::world::World;

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().filter_map(|item| item["id"].as_str()).collect()
}

#[actix_web::test]
async fn a_sheet_has_the_mandatory_items_in_their_order() {
    let world = World::new().await;
    let reply = world.get("/v1/tenants/alfa/services/parking-permit").await;
    let text = String::from_utf8(reply.bytes.clone()).unwrap();
    let order =
        ["category", "title", "status", "summary", "audience", "how", "needs", "outcome", "channels", "conditions", "contacts", "topics"];
    let places: Vec<_> = order.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    let sheet = reply.expect(200);
    assert_eq!(sheet["audience"], "Ai residenti: Comune di alfa.");
    assert_eq!(sheet["how"], "Telefona: 0541 1.");
    assert_eq!(sheet["outcome"], "Un permesso di 12 mesi.");
    assert_eq!(sheet["channels"], json!(["online", "desk"]));
    assert_eq!(sheet["contacts"]["name"], "Polizia locale");
    assert_eq!(sheet["term_days"], json!({"value": 30, "verified": true, "source": "L. 241/1990"}));
    assert_eq!(
        sheet["fees"],
        json!([{
            "id": "issue", "title": "Rilascio", "amount": {"amount": "12.00", "currency": "EUR"}, "conditional": false, "verified": false,
            "source": "unverified", "next_change": {"from": "2027-01-01", "amount": {"amount": "15.00", "currency": "EUR"}}
        }])
    );
    assert_eq!(sheet["documents"][0]["types"], json!(["application/pdf"]));
}

#[actix_web::test]
async fn what_has_not_changed_is_not_sent_again() {
    let world = World::new().await;
    for path in [
        "/v1/tenants/alfa/services/parking-permit",
        "/v1/tenants/alfa/branding",
        "/openapi.json",
        "/v1/tenants/alfa/services/parking-permit/form",
    ] {
        let first = world.get(path).await;
        let tag = first.header("etag").unwrap().to_owned();
        let again = world.send(TestRequest::get().uri(path).insert_header(("if-none-match", tag.clone()))).await;
        assert_eq!((again.status, again.bytes.len(), again.header("etag")), (304, 0, Some(tag.as_str())), "{path}");
        let english = world.send(TestRequest::get().uri(path).insert_header(("accept-language", "en"))).await;
        let same = path.ends_with("branding") || path == "/openapi.json";
        assert!(same || english.header("etag") != Some(&tag), "{path}");
    }
}

#[actix_web::test]
async fn services_are_found_by_words_and_vocabularies() {
    let world = World::new().await;
    let found = [
        ("q=CITTA", true),
        ("q=sosta%20permesso", true),
        ("q=parking", true),
        ("q=permesi", true),
        ("q=parking%20perm", true),
        ("q=patenti", true),
        ("q=carta", false),
        ("q=%F0%9F%A6%80", false),
        ("category=mobility-and-transport", true),
        ("category=tourism", false),
        ("channel=desk", true),
        ("channel=phone", false),
        ("life_event=vehicle", true),
        ("life_event=birth", false),
    ];
    for (query, expected) in found {
        let list = world.get(&format!("/v1/tenants/alfa/services?{query}")).await.expect(200);
        assert_eq!(!ids(&list).is_empty(), expected, "{query}");
        assert_eq!(list["_links"]["self"]["href"], format!("/v1/tenants/alfa/services?{query}"));
        assert_eq!(list["_links"].get("next"), None);
    }
}

#[actix_web::test]
async fn a_list_says_what_it_can_be_narrowed_down_by() {
    let world = World::new().await;
    let list = world.get("/v1/tenants/alfa/services?q=permesso&category=tourism").await.expect(200);
    assert_eq!(list["items"], json!([]));
    assert_eq!(
        list["facets"],
        json!({"categories": [{"id": "mobility-and-transport", "label": "Mobilità e trasporti", "count": 1}], "life_events": [], "channels": []})
    );
    let english = TestRequest::get().uri("/v1/tenants/alfa/services").insert_header(("accept-language", "en"));
    let list = world.send(english).await.expect(200);
    assert_eq!(
        list["facets"],
        json!({
            "categories": [{"id": "mobility-and-transport", "label": "Mobility and transport", "count": 1}],
            "life_events": [{"id": "vehicle", "count": 1}],
            "channels": [{"id": "online", "label": "Online", "count": 1}, {"id": "desk", "label": "Desk", "count": 1}]
        })
    );
}

#[actix_web::test]
async fn a_workflow_is_data_or_a_drawing() {
    let world = World::new().await;
    let path = "/v1/tenants/alfa/services/parking-permit/workflow";
    let as_type = |accept: &'static str| TestRequest::get().uri(path).insert_header(("accept", accept));
    let data = world.get(path).await.expect(200);
    assert_eq!(data["start"], "submitted");
    assert_eq!(data["transitions"][0]["by"], json!(["operator", "case_officer"]));
    let svg = world.send(as_type("image/svg+xml")).await;
    assert_eq!(svg.header("content-type"), Some("image/svg+xml"));
    assert!(svg.bytes.starts_with(b"<svg"));
    let mermaid = world.send(as_type("text/vnd.mermaid")).await;
    assert_eq!(mermaid.header("content-type"), Some("text/vnd.mermaid"));
    assert_eq!(world.send(as_type("text/html")).await.problem(), (406, "not_acceptable"));
}

#[actix_web::test]
async fn the_calendar_says_what_each_day_does() {
    let world = World::new().await;
    let calendar = world.get("/v1/tenants/alfa/calendar?year=2026").await.expect(200);
    let days = calendar["items"].as_array().unwrap();
    let saint = days.iter().find(|day| day["date"] == "2026-06-24").unwrap();
    let expected = json!({"date": "2026-06-24", "reason": "San Giovanni", "kind": "patron", "closes_desk": true, "moves_terms": false, "verified": false});
    assert_eq!(saint, &expected);
    assert!(days.iter().any(|day| day["date"] == "2026-12-25" && day["kind"] == "national"));
    assert_eq!(days.iter().filter(|day| day["date"] == "2026-11-22").count(), 0);
}

#[actix_web::test]
async fn bodies_are_found_by_their_domains() {
    let world = World::new().await;
    let all = world.get("/v1/tenants").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let one = world.get("/v1/tenants?domain=sportello.beta.example.org").await.expect(200);
    assert_eq!(one["items"][0]["slug"], "beta");
    assert_eq!(one["items"][0]["_links"]["self"]["href"], "/v1/tenants/beta");
    let tenant = world.get("/v1/tenants/alfa").await.expect(200);
    assert_eq!(tenant["contacts"]["email"], json!({"value": "info@alfa.example.org", "verified": false, "source": "unverified"}));
}

#[actix_web::test]
async fn the_page_is_served_whole() {
    let world = World::new().await;
    let page = world.get("/docs").await;
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.header("content-security-policy").unwrap().contains("script-src 'self'"));
    let text = String::from_utf8(page.bytes).unwrap();
    let mut files = 0;
    for piece in text.split(['"']).filter(|piece| piece.starts_with("/docs/")) {
        assert_eq!(world.get(piece).await.status, 200, "{piece}");
        files += 1;
    }
    assert_eq!(files, 4);
    assert!(!text.contains("http"));
    assert_eq!(world.get("/docs/other.js").await.problem(), (404, "not_found"));
}

#[actix_web::test]
async fn every_kind_of_problem_is_explained() {
    let world = World::new().await;
    let list = world.get("/problems").await.expect(200);
    for kind in list["items"].as_array().unwrap() {
        let one = world.get(kind["_links"]["self"]["href"].as_str().unwrap()).await.expect(200);
        assert_eq!(&one, kind);
    }
}
