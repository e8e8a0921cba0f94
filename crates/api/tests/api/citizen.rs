//! The citizen's side over the API: what is asked of me, and a rating.

use serde_json::json;

use crate::world::{ADMINISTRATOR, CITIZEN, OFFICER, STRANGER, World};

#[actix_web::test]
async fn a_service_is_rated_and_read_without_the_case() {
    let world = World::new().await;
    let case = crate::cases::submitted(&world).await;
    let rating = format!("{case}/rating");
    let questions = world.get("/v1/tenants/alfa/rating-questions").await.expect(200);
    assert_eq!((&questions["items"][0]["stars"], questions["items"].as_array().unwrap().len()), (&json!(1), 5));
    assert_ne!(questions["items"][2]["title"], questions["items"][3]["title"]);
    let offered = questions["items"][4]["aspects"][0]["id"].clone();

    for (body, faults) in [
        (json!({}), vec![("/stars", "required")]),
        (json!({"stars": 6}), vec![("/stars", "out_of_range")]),
        (json!({"stars": 4.5}), vec![("/stars", "wrong_type")]),
        (
            json!({"stars": "5", "aspect": "fast", "text": ""}),
            vec![("/stars", "wrong_type"), ("/aspect", "unknown_choice"), ("/text", "wrong_length")],
        ),
        (json!({"stars": 1, "aspect": offered}), vec![("/aspect", "not_applicable")]),
        (json!({"stars": 5, "text": "x".repeat(501)}), vec![("/text", "wrong_length")]),
    ] {
        assert_eq!(world.post_as(CITIZEN, &rating, &body).await.faults(), faults, "{body}");
    }
    // A whole number is one in this spelling too.
    let body = json!({"stars": 5.0, "aspect": offered, "text": "Rapidi e gentili."});
    let given = world.post_as(CITIZEN, &rating, &body).await.expect(201);
    assert_eq!((&given["stars"], &given["aspect"]), (&json!(5), &offered));
    assert_eq!(world.post_as(CITIZEN, &rating, &json!({"stars": 1})).await.problem(), (409, "already_rated"));
    assert_eq!(world.get_as(CITIZEN, &rating).await.expect(200), given);
    assert_eq!(world.get_as(STRANGER, &rating).await.problem(), (404, "not_found"));
    assert_eq!(world.get_as(OFFICER, &rating).await.problem(), (403, "forbidden"));

    let opinion = world.get_as(ADMINISTRATOR, "/v1/tenants/alfa/services/parking-permit/ratings").await.expect(200);
    assert_eq!((&opinion["items"], &opinion["counts"], &opinion["mean"]), (&json!([given]), &json!({"5": 1}), &json!("5.0")));
    assert!(!opinion.to_string().contains(case.rsplit('/').next().unwrap()), "{opinion}");
    assert_eq!(world.get_as(OFFICER, "/v1/tenants/alfa/services/parking-permit/ratings").await.problem(), (403, "forbidden"));
}

#[actix_web::test]
async fn what_is_asked_of_me_is_in_my_inbox() {
    let world = World::new().await;
    let case = crate::cases::submitted(&world).await;
    let inbox = world.get_as(CITIZEN, "/v1/me/inbox").await.expect(200);
    let work = &inbox["items"][0];
    assert_eq!((&work["tenant"], &work["open"], &work["asked"][0]["ask"]), (&json!("alfa"), &json!(1), &json!("pay")));
    assert_eq!(work["asked"][0]["case"]["id"], case.rsplit('/').next().unwrap());
    let officer = world.get_as(OFFICER, "/v1/me/inbox").await.expect(200);
    assert_eq!(officer["items"][0]["asked"], json!([]));
}
