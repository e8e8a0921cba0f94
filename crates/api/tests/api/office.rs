//! The officer's side over the API: notes, kept filters, many cases at once, the table, prepared texts.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::world::{ADMINISTRATOR, CITIZEN, OFFICER, STRANGER, World, by};

const ROOT: &str = "/v1/tenants/alfa";

/// A submitted case.
async fn case(world: &World) -> String {
    crate::cases::submitted(world).await
}

fn keyed(token: &str, path: &str, body: &Value, key: &str) -> TestRequest {
    by(token, TestRequest::post().uri(path)).insert_header(("idempotency-key", key.to_owned())).set_json(body)
}

#[actix_web::test]
async fn notes_are_for_colleagues() {
    let world = World::new().await;
    let notes = format!("{}/notes", case(&world).await);
    let written = world.send(keyed(OFFICER, &notes, &json!({"body": "Sentita l'anagrafe."}), "n")).await.expect(201);
    assert_eq!(written["author"]["given_name"], "Ada");
    let listed = world.get_as(OFFICER, &notes).await.expect(200);
    assert_eq!(listed["items"], json!([written]));
    assert_eq!(world.get_as(CITIZEN, &notes).await.problem(), (403, "forbidden"));
    assert_eq!(world.get_as(STRANGER, &notes).await.problem(), (404, "not_found"));
    let empty = world.send(keyed(OFFICER, &notes, &json!({"body": " ", "text": "x"}), "m")).await;
    assert_eq!((empty.problem(), empty.faults()), ((400, "invalid_body"), vec![("/body", "wrong_length"), ("/text", "unknown_field")]));
}

#[actix_web::test]
async fn a_filter_leads_to_its_work_and_is_undone() {
    let world = World::new().await;
    let filters = format!("{ROOT}/inbox/filters");
    let body = json!({"name": "Miei", "filter": {"assignee": "me", "status": "in_progress,suspended_applicant"}});
    let saved = world.send(keyed(OFFICER, &filters, &body, "f")).await;
    let location = saved.header("location").unwrap().to_owned();
    assert_eq!(saved.header("etag"), Some("\"1\""));
    let saved = saved.expect(201);
    let inbox = saved["_links"]["inbox"]["href"].as_str().unwrap();
    assert_eq!(inbox, format!("{ROOT}/inbox?status=in_progress,suspended_applicant&assignee=me"));
    world.get_as(OFFICER, inbox).await.expect(200);
    assert_eq!(world.get_as(OFFICER, &filters).await.expect(200)["items"], json!([saved]));
    assert_eq!(world.get_as(OFFICER, &location).await.expect(200), saved);
    let twice = world.send(keyed(OFFICER, &filters, &body, "g")).await;
    assert_eq!(twice.problem(), (409, "name_taken"));
    assert_eq!(twice.json["detail"], "Questo nome è già usato.");
    let wrong = json!({"name": "", "filter": {"status": "open", "assignee": "somebody", "due_before": "soon", "x": 1}});
    let faults = world.send(keyed(OFFICER, &filters, &wrong, "h")).await;
    assert_eq!(
        faults.faults(),
        [
            ("/name", "wrong_length"),
            ("/filter/status", "unknown_choice"),
            ("/filter/assignee", "unknown_choice"),
            ("/filter/due_before", "wrong_type"),
            ("/filter/x", "unknown_field")
        ]
    );
    assert_eq!(world.send(keyed(OFFICER, &filters, &json!({"name": "x"}), "i")).await.faults(), [("/filter", "required")]);
    assert_eq!(world.send(by(OFFICER, TestRequest::delete().uri(&location))).await.problem(), (428, "if_match_required"));
    let delete = by(OFFICER, TestRequest::delete().uri(&location)).insert_header(("if-match", "\"1\""));
    assert_eq!(world.send(delete).await.status, 204);
    assert_eq!(world.get_as(OFFICER, &location).await.problem(), (404, "not_found"));
    assert_eq!(world.get_as(ADMINISTRATOR, &filters).await.problem(), (403, "forbidden"));
}

#[actix_web::test]
async fn many_cases_are_given_and_each_says_what_became_of_it() {
    let world = World::new().await;
    let case = case(&world).await;
    let id = case.rsplit('/').next().unwrap();
    let unknown = "01970000-0000-7000-8000-00000000ffff";
    let path = format!("{ROOT}/inbox/assignments");
    let given = world.send(keyed(OFFICER, &path, &json!({"cases": [id, unknown], "assignee": null}), "a")).await.expect(200);
    assert_eq!((&given["items"][0]["assigned"], &given["items"][0]["case"]["id"]), (&json!(true), &json!(id)));
    assert_eq!((&given["items"][1]["assigned"], &given["items"][1]["code"]), (&json!(false), &json!("not_found")));
    assert_eq!(given["items"][1]["detail"], "Non c'è nulla a questo indirizzo");
    for (body, faults) in [
        (json!({}), vec![("/cases", "required"), ("/assignee", "required")]),
        (json!({"cases": [], "assignee": null}), vec![("/cases", "out_of_range")]),
        (json!({"cases": ["x"], "assignee": 1}), vec![("/cases", "wrong_type"), ("/assignee", "wrong_type")]),
        (json!({"cases": "x", "assignee": null}), vec![("/cases", "wrong_type")]),
    ] {
        assert_eq!(world.send(keyed(OFFICER, &path, &body, &body.to_string().replace(' ', ""))).await.faults(), faults, "{body}");
    }
    assert_eq!(world.send(keyed(CITIZEN, &path, &json!({"cases": [id], "assignee": null}), "c")).await.problem(), (403, "forbidden"));
}

#[actix_web::test]
async fn the_work_is_a_table_for_a_spreadsheet() {
    let world = World::new().await;
    case(&world).await;
    let table = |token: &'static str, query: &str| {
        by(token, TestRequest::get().uri(&format!("{ROOT}/inbox{query}"))).insert_header(("accept", "text/csv"))
    };
    let reply = world.send(table(OFFICER, "?service=parking-permit")).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    assert_eq!(reply.header("content-disposition"), Some("attachment; filename=\"alfa-inbox.csv\""));
    assert_eq!(reply.header("vary").map(|vary| vary.contains("Accept")), Some(true));
    let text = String::from_utf8(reply.bytes.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "\u{feff}codice;protocollo;servizio;categoria;stato;richiedente;ufficio;assegnata a;presentata il;scadenza");
    assert!(lines[1].starts_with("ALF-2026-0000001;0000001;"), "{}", lines[1]);
    assert_eq!(lines.len(), 2);
    assert_eq!(world.send(table(CITIZEN, "")).await.problem(), (403, "forbidden"));
    assert_eq!(world.send(table(OFFICER, "?limit=0")).await.problem(), (400, "invalid_parameter"));
    let picture = by(OFFICER, TestRequest::get().uri(&format!("{ROOT}/inbox"))).insert_header(("accept", "image/png"));
    assert_eq!(world.send(picture).await.problem(), (406, "not_acceptable"));
}

#[actix_web::test]
async fn an_officer_begins_with_the_bodys_words() {
    let world = World::new().await;
    let templates = format!("{}/messages/templates", case(&world).await);
    let texts = world.get_as(OFFICER, &templates).await.expect(200);
    assert!(texts["items"].as_array().unwrap().iter().all(|text| !text["subject"].as_str().unwrap().contains("{{")), "{texts}");
    assert_eq!(world.get_as(CITIZEN, &templates).await.problem(), (403, "forbidden"));
}
