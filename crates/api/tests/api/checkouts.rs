//! Paying online over the API: begun, tried out, settled; and money that pays nothing and is not lost.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::world::{ADMINISTRATOR, CITIZEN, CONNECTOR, OFFICER, OTHER, Reply, World, by};

const SETTLEMENTS: &str = "/v1/tenants/alfa/settlements";

async fn keyed(world: &World, token: &'static str, path: &str, body: &Value, key: &str) -> Reply {
    world.send(by(token, TestRequest::post().uri(path)).insert_header(("idempotency-key", key.to_owned())).set_json(body)).await
}

fn money(amount: &str) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

fn arrived(notice: &Value, amount: &str, receipt: &str) -> Value {
    json!({"notice": notice, "amount": money(amount), "receipt": receipt})
}

#[actix_web::test]
async fn what_a_case_owes_is_paid_online_once() {
    let world = World::new().await;
    let case = crate::cases::submitted(&world).await;
    let checkouts = format!("{case}/checkouts");
    let opened = keyed(&world, CITIZEN, &checkouts, &json!({}), "a").await.expect(201);
    assert_eq!((&opened["notice"], &opened["amount"]["amount"]), (&json!("20260000000000001"), &json!("12.00")));
    let again = keyed(&world, CITIZEN, &checkouts, &json!({}), "b").await.expect(201);
    assert_eq!(again["id"], opened["id"], "the one that is open goes on");
    let body = arrived(&opened["notice"], "12.00", "R-1");
    let settled = keyed(&world, CONNECTOR, SETTLEMENTS, &body, "c").await.expect(201);
    assert_eq!((&settled["verdict"], &settled["case"]), (&json!("accepted"), &json!(case.rsplit('/').next().unwrap())));
    assert_eq!(keyed(&world, CONNECTOR, SETTLEMENTS, &body, "c").await.expect(201), settled, "the same request");
    assert_eq!(keyed(&world, CONNECTOR, SETTLEMENTS, &body, "d").await.expect(201), settled, "the same receipt");
    let payments = world.get_as(CITIZEN, &format!("{case}/payments")).await.expect(200);
    assert_eq!((&payments["items"][0]["status"], &payments["items"][0]["receipt"]), (&json!("paid_online"), &json!("R-1")));
    assert_eq!(keyed(&world, CITIZEN, &checkouts, &json!({}), "e").await.problem(), (409, "nothing_due"));
    let desk = keyed(&world, OFFICER, &format!("{case}/payments"), &json!({"fee": "issue", "status": "paid_at_desk"}), "f").await;
    assert_eq!(desk.problem(), (409, "already_paid"));
}

#[actix_web::test]
async fn money_that_pays_nothing_is_kept_and_told_why() {
    let world = World::new().await;
    let case = crate::cases::submitted(&world).await;
    let notice = keyed(&world, CITIZEN, &format!("{case}/checkouts"), &json!({}), "a").await.expect(201)["notice"].clone();
    let settle = async |body: Value, key: &'static str| keyed(&world, CONNECTOR, SETTLEMENTS, &body, key).await;
    let wrong = settle(arrived(&notice, "11.00", "R-1"), "b").await;
    assert_eq!((wrong.problem(), wrong.faults()), ((422, "unprocessable"), vec![("/amount", "wrong_amount")]));
    assert_eq!(wrong.json["detail"], "L'importo non è quello dell'avviso. Il pagamento R-1 è annotato e va restituito.");
    assert_eq!(settle(arrived(&notice, "11.00", "R-1"), "b2").await.faults(), [("/amount", "wrong_amount")], "told again, the same");
    let nobody = settle(arrived(&json!("20260000000000009"), "12.00", "R-2"), "c").await;
    assert_eq!((nobody.problem(), nobody.faults()), ((422, "unprocessable"), vec![("/notice", "unknown_notice")]));
    let reused = settle(arrived(&notice, "12.00", "R-1"), "d").await;
    assert_eq!((reused.problem(), reused.faults()), ((422, "unprocessable"), vec![("/receipt", "receipt_known")]));
    assert_eq!(reused.json["errors"][0]["detail"], "La ricevuta «R-1» è già annotata per un altro avviso o importo.");
    // The desk was faster.
    keyed(&world, OFFICER, &format!("{case}/payments"), &json!({"fee": "issue", "status": "paid_at_desk"}), "e").await.expect(201);
    let late = settle(arrived(&notice, "12.00", "R-3"), "f").await;
    assert_eq!((late.problem(), late.faults()), ((409, "already_paid"), vec![("/notice", "already_paid")]));
    // Another case that ends badly.
    let other = crate::cases::submitted_as(&world, "CD456EF").await;
    let notice = keyed(&world, CITIZEN, &format!("{other}/checkouts"), &json!({}), "g").await.expect(201)["notice"].clone();
    for (transition, data) in [("take-charge", json!(null)), ("refuse", json!({"reason": "no"}))] {
        world.post_as(OFFICER, &format!("{other}/transitions"), &json!({"transition": transition, "data": data})).await.expect(200);
    }
    let ended = settle(arrived(&notice, "12.00", "R-4"), "h").await;
    assert_eq!((ended.problem(), ended.faults()), ((409, "case_concluded"), vec![("/notice", "case_ended")]));
    assert_eq!(keyed(&world, CITIZEN, &format!("{other}/checkouts"), &json!({}), "i").await.problem(), (409, "case_concluded"));
    // Nothing is lost.
    let kept = world.get_as(ADMINISTRATOR, SETTLEMENTS).await.expect(200);
    let verdicts: Vec<&str> = kept["items"].as_array().unwrap().iter().map(|item| item["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["wrong_amount", "unknown_notice", "already_paid", "case_ended"]);
    let events = world.get_as(OFFICER, &format!("{case}/events")).await.expect(200).to_string();
    assert_eq!(events.matches("settlement_kept").count(), 2, "{events}");
}

#[actix_web::test]
async fn who_may_not_and_what_is_none_is_told() {
    let world = World::new().await;
    let case = crate::cases::submitted(&world).await;
    let checkouts = format!("{case}/checkouts");
    assert_eq!(keyed(&world, OTHER, &checkouts, &json!({}), "a").await.problem(), (404, "not_found"));
    assert_eq!(keyed(&world, OFFICER, &checkouts, &json!({}), "a").await.problem(), (403, "forbidden"));
    assert_eq!(world.send(by(CITIZEN, TestRequest::post().uri(&checkouts))).await.problem(), (400, "idempotency_key_required"));
    assert_eq!(keyed(&world, CITIZEN, &checkouts, &json!({"fee": "x"}), "b").await.faults(), [("/fee", "unknown_field")]);
    for token in [CITIZEN, OFFICER, ADMINISTRATOR] {
        assert_eq!(keyed(&world, token, SETTLEMENTS, &json!({"x": 1}), "c").await.problem(), (403, "forbidden"));
    }
    assert_eq!(world.get_as(OFFICER, SETTLEMENTS).await.problem(), (403, "forbidden"));
    for (body, faults) in [
        (json!({}), vec![("/notice", "required"), ("/amount", "required"), ("/receipt", "required")]),
        (json!({"notice": "1", "receipt": "r", "amount": "12.00"}), vec![("/amount", "wrong_type")]),
        (json!({"notice": "1", "receipt": "r", "amount": money("12,00")}), vec![("/amount/amount", "wrong_type")]),
        (
            json!({"notice": "1", "receipt": "r", "amount": {"amount": "12.00", "currency": "USD"}}),
            vec![("/amount/currency", "unknown_choice")],
        ),
    ] {
        assert_eq!(keyed(&world, CONNECTOR, SETTLEMENTS, &body, &body.to_string().replace(' ', "")).await.faults(), faults, "{body}");
    }
    // Without money only in the demonstration, and only one's own.
    let opened = keyed(&world, CITIZEN, &checkouts, &json!({}), "d").await.expect(201);
    let trial = opened["_links"]["trial"]["href"].as_str().unwrap();
    assert_eq!(keyed(&world, OTHER, trial, &json!({}), "e").await.problem(), (404, "not_found"));
    let other = crate::cases::submitted_as(&world, "CD456EF").await;
    let elsewhere = trial.replace(&case, &other);
    assert_eq!(keyed(&world, CITIZEN, &elsewhere, &json!({}), "f").await.problem(), (404, "not_found"));
    let paid = keyed(&world, CITIZEN, trial, &json!({}), "g").await.expect(201);
    assert_eq!(paid["verdict"], "accepted");
    assert_eq!(keyed(&world, CITIZEN, trial, &json!({}), "g").await.expect(201), paid);
    assert_eq!(keyed(&world, CITIZEN, trial, &json!({}), "h").await.problem(), (409, "already_paid"));
}
