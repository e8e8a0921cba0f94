//! Looking up in registers: who may, for what, how often; and the wall of searches that are none.

use serde_json::{Value, json};

use crate::ports::LOOK_UPS;
use crate::world::{ADMINISTRATOR, CITIZEN, OFFICER, OTHER, Reply, STRANGER, World};

const POPULATION: &str = "/v1/tenants/alfa/registers/population/search";
const LAND: &str = "/v1/tenants/alfa/registers/land/search";

/// Pointers and codes.
type Faults = &'static [(&'static str, &'static str)];

/// A submitted case and its id.
async fn case(world: &World) -> (String, String) {
    let path = crate::cases::submitted(world).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    (path, id)
}

async fn ask(world: &World, token: &'static str, path: &str, body: &Value) -> Reply {
    world.post_as(token, path, body).await
}

#[actix_web::test]
async fn staff_looks_a_person_up_for_a_case_whose_timeline_tells_so() {
    let world = World::new().await;
    let (path, id) = case(&world).await;
    let found = ask(&world, OFFICER, POPULATION, &json!({"case": id, "tax_code": "rssmra80a01c57pz"})).await.expect(200);
    assert_eq!((&found["result"], &found["message"]), (&json!("found"), &json!("Trovata una corrispondenza.")));
    assert_eq!(found["person"]["certifiable"], json!(false));
    assert_eq!(found["person"]["certifiability"]["code"], json!("0"));
    assert_eq!(found["person"]["family"][0]["relationship"], json!("child"));
    let nobody = ask(&world, OFFICER, POPULATION, &json!({"case": id, "tax_code": "VRDGPP70C15I304O"})).await.expect(200);
    assert_eq!(
        (&nobody["result"], &nobody["message"], &nobody["person"]),
        (&json!("nothing"), &json!("Nessuna corrispondenza."), &Value::Null)
    );
    let events = world.get_as(CITIZEN, &format!("{path}/events")).await.expect(200);
    let asked: Vec<&Value> = events["items"].as_array().unwrap().iter().filter(|event| event["kind"] == "register_asked").collect();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0]["data"], json!({"register": "population", "by": "tax_code", "result": "found"}));
    assert_eq!((&asked[1]["data"]["result"], &asked[1]["role"]), (&json!("nothing"), &json!("case_officer")));
    assert!(!events.to_string().contains("RSSMRA80A01C57PZ"), "the timeline names nobody who was looked for");
}

#[actix_web::test]
async fn homonyms_are_told_apart_by_an_id_that_means_nothing_elsewhere() {
    let world = World::new().await;
    let (_, id) = case(&world).await;
    let mut search = json!({"case": id, "family_name": "rossi", "given_name": "MARIO"});
    for (path, one) in [(POPULATION, "/person/tax_code"), (LAND, "/properties/0/parcel/sheet")] {
        let several = ask(&world, OFFICER, path, &search).await.expect(200);
        assert_eq!(several["result"], "several");
        let candidates = several["candidates"].as_array().unwrap().clone();
        assert_eq!(candidates.len(), 2);
        assert!(candidates.iter().all(|candidate| candidate.get("tax_code").is_none()), "{candidates:?}");
        search["candidate"] = candidates[1]["id"].clone();
        let chosen = ask(&world, OFFICER, path, &search).await.expect(200);
        assert_eq!(chosen["result"], "found");
        assert!(["RSSMRA80A01C57PZ", "126"].contains(&chosen.pointer(one).unwrap().as_str().unwrap()), "{chosen}");
        search["candidate"] = json!("somebody-else");
        assert_eq!(ask(&world, OFFICER, path, &search).await.expect(200)["result"], "nothing");
        search.as_object_mut().unwrap().shift_remove("candidate");
    }
}

#[actix_web::test]
async fn a_property_is_found_and_its_holders_are_named_to_whom_they_concern() {
    let world = World::new().await;
    let (_, id) = case(&world).await;
    let parcel = json!({"registry": "buildings", "municipality": "C573", "sheet": "0126", "parcel": "345", "subaltern": "7"});
    let found = ask(&world, OFFICER, LAND, &json!({"case": id, "property": parcel})).await.expect(200);
    assert_eq!(found["properties"][0]["holders"].as_array().unwrap().len(), 2);
    assert_eq!(found["properties"][0]["income"]["amount"], "542.28");
    let own = ask(&world, CITIZEN, LAND, &json!({"property": parcel})).await.expect(200);
    assert_eq!(own["properties"][0]["holders"].as_array().unwrap().len(), 2, "the citizen is one of them");
    let others = ask(&world, OTHER, LAND, &json!({"property": parcel})).await.expect(200);
    assert_eq!((&others["properties"][0]["address"], &others["properties"][0]["holders"]), (&json!("Via Roma 1"), &json!([])));
    let none = ask(&world, OTHER, LAND, &json!({"tax_code": "BNCLRA85B41C573Q"})).await.expect(200);
    assert_eq!(none["result"], "nothing");
}

#[actix_web::test]
async fn a_citizen_looks_up_oneself_and_nobody_else() {
    let world = World::new().await;
    let (_, id) = case(&world).await;
    let own = ask(&world, CITIZEN, POPULATION, &json!({"tax_code": "RSSMRA80A01C573D"})).await.expect(200);
    assert_eq!(own["person"]["residence"]["street"], "Via Roma");
    for body in [json!({"tax_code": "RSSMRA80A01C57PZ"}), json!({"family_name": "Rossi", "given_name": "Mario"})] {
        for path in [POPULATION, LAND] {
            let refused = ask(&world, CITIZEN, path, &body).await;
            assert_eq!(refused.problem(), (403, "forbidden"));
            assert_eq!(refused.json["detail"], "In linea si possono cercare solo i propri dati, con il proprio codice fiscale.");
        }
    }
    for (token, problem) in [(STRANGER, (404, "not_found")), (ADMINISTRATOR, (403, "forbidden"))] {
        let body = json!({"case": id, "tax_code": "RSSMRA80A01C573D", "nonsense": 1});
        assert_eq!(ask(&world, token, POPULATION, &body).await.problem(), problem);
        assert_eq!(ask(&world, token, LAND, &body).await.problem(), problem);
    }
    let elsewhere = json!({"case": id, "tax_code": "BNCLRA85B41C573Q"});
    assert_eq!(ask(&world, OTHER, POPULATION, &elsewhere).await.problem(), (404, "not_found"), "a case of somebody else");
}

#[actix_web::test]
async fn where_nothing_is_connected_it_is_said() {
    let world = World::new().await;
    let path = "/v1/tenants/beta/registers/population/search";
    let manual = ask(&world, STRANGER, path, &json!({"tax_code": "VRDGPP70C15I304O"})).await.expect(200);
    assert_eq!((&manual["result"], &manual["person"]), (&json!("manual"), &Value::Null));
    assert_eq!(manual["message"], "Qui il registro non è collegato: un operatore cerca a mano e allega l'atto alla pratica.");
}

#[actix_web::test]
async fn leafing_through_a_register_is_stopped() {
    let world = World::new().await;
    let body = json!({"tax_code": "RSSMRA80A01C573D"});
    for _ in 0..LOOK_UPS {
        ask(&world, CITIZEN, POPULATION, &body).await.expect(200);
    }
    for path in [POPULATION, LAND] {
        let stopped = ask(&world, CITIZEN, path, &body).await;
        assert_eq!(stopped.problem(), (429, "too_many_requests"));
        assert_eq!(stopped.json["detail"], "Nei registri si possono fare 15 ricerche al minuto: riprova fra 30 secondi.");
        assert_eq!(stopped.header("retry-after"), Some("60"));
    }
    ask(&world, OTHER, POPULATION, &json!({"tax_code": "BNCLRA85B41C573Q"})).await.expect(200);
}

#[actix_web::test]
async fn searches_that_are_none_are_told_all_that_is_wrong() {
    let world = World::new().await;
    let (_, id) = case(&world).await;
    let with_case = |mut body: Value| {
        body["case"] = json!(id);
        body
    };
    let wall: [(&str, Value, u16, Faults); 12] = [
        (POPULATION, json!({}), 422, &[("", "required")]),
        (POPULATION, with_case(json!({"given_name": "Mario"})), 422, &[("/family_name", "required")]),
        (POPULATION, with_case(json!({"tax_code": "X"})), 422, &[("/tax_code", "length")]),
        (POPULATION, with_case(json!({"tax_code": "RSSMRA80A01C573D", "family_name": "Rossi"})), 422, &[("/tax_code", "not_together")]),
        (POPULATION, json!({"tax_code": "RSSMRA80A01C573D"}), 422, &[("/case", "required")]),
        (
            POPULATION,
            json!({"case": "x", "sex": "X", "birth_date": "1.1.1980"}),
            400,
            &[("/case", "wrong_type"), ("/birth_date", "wrong_type"), ("/sex", "unknown_choice")],
        ),
        (
            POPULATION,
            with_case(json!({"family_name": "Rossi", "given_name": "Mario", "birth_place": "Q999"})),
            422,
            &[("/birth_place", "unknown_place")],
        ),
        (
            LAND,
            with_case(json!({"property": {"registry": "buildings", "municipality": "C573", "parcel": "345"}})),
            400,
            &[("/property/sheet", "required")],
        ),
        (
            LAND,
            with_case(json!({"property": {"registry": "F", "municipality": "C573", "sheet": "1", "parcel": "3"}})),
            400,
            &[("/property/registry", "unknown_choice")],
        ),
        (
            LAND,
            with_case(json!({"property": {"registry": "land", "municipality": "Q999", "sheet": "1", "parcel": "3", "subaltern": "1"}})),
            422,
            &[("/property/municipality", "unknown_place"), ("/property/subaltern", "not_applicable")],
        ),
        (
            LAND,
            with_case(
                json!({"tax_code": "RSSMRA80A01C573D", "property": {"registry": "land", "municipality": "C573", "sheet": "1", "parcel": "3"}}),
            ),
            422,
            &[("/property", "not_together")],
        ),
        (LAND, with_case(json!({"taxcode": "RSSMRA80A01C573D"})), 400, &[("/taxcode", "unknown_field")]),
    ];
    for (path, body, status, faults) in wall {
        let reply = ask(&world, OFFICER, path, &body).await;
        assert_eq!((reply.status, reply.faults()), (status, faults.to_vec()), "{body}");
    }
}
