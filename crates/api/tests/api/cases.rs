//! A case over the API: shapes, versions, keys, files.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::world::{ADMINISTRATOR, CITIZEN, OFFICER, Reply, STRANGER, World, by};

const ROOT: &str = "/v1/tenants/alfa";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

fn form(kind: &str, name: &str, media_type: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; \
         filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat()
}

#[actix_web::test]
async fn an_upload_is_repeated_by_what_it_says() {
    let world = World::new().await;
    let case = draft(&world, json!({})).await;
    let send = |boundary: &'static str, content: &'static [u8]| {
        let body =
            String::from_utf8(form("licence", "patente.pdf", "application/pdf", content)).unwrap().replace("--b", &format!("--{boundary}"));
        let request = TestRequest::post().uri(&format!("{case}/documents")).insert_header(("idempotency-key", "the-same"));
        let request = request.insert_header(("content-type", format!("multipart/form-data; boundary={boundary}")));
        by(CITIZEN, request.set_payload(body))
    };
    let first = world.send(send("b", PDF)).await.expect(201);
    let again = world.send(send("another", PDF)).await.expect(201);
    assert_eq!(first, again);
    let list = world.get_as(CITIZEN, &format!("{case}/documents")).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(world.send(send("b", b"%PDF-1.7 other")).await.problem(), (422, "idempotency_key_reused"));
}

/// Attaches the paper that the permit asks for; the document's path.
pub(crate) async fn attached(world: &World, case: &str) -> String {
    let document = upload(world, CITIZEN, case, form("licence", "patente.pdf", "application/pdf", PDF)).await;
    document.header("location").unwrap().to_owned()
}

async fn upload(world: &World, token: &str, case: &str, body: Vec<u8>) -> Reply {
    let request = TestRequest::post().uri(&format!("{case}/documents"));
    let key = format!("key-{}", body.len());
    let request = request.insert_header(("content-type", "multipart/form-data; boundary=b")).insert_header(("idempotency-key", key));
    world.send(by(token, request).set_payload(body)).await
}

/// A draft of a citizen's, by its path.
pub(crate) async fn draft(world: &World, answers: Value) -> String {
    let created = world.post_as(CITIZEN, &format!("{ROOT}/cases"), &json!({"service": "parking-permit", "answers": answers})).await;
    assert_eq!((created.status, created.header("etag").is_some()), (201, true), "{}", created.json);
    let location = created.header("location").unwrap().to_owned();
    assert_eq!(created.json["_links"]["self"]["href"], location);
    location
}

/// A case that was submitted, by its path.
pub(crate) async fn submitted(world: &World) -> String {
    submitted_as(world, "AB123CD").await
}

/// A case of this plate that was submitted, by its path.
pub(crate) async fn submitted_as(world: &World, plate: &str) -> String {
    let case = draft(world, json!({"vehicle": {"plate": plate}})).await;
    upload(world, CITIZEN, &case, form("licence", "patente.pdf", "application/pdf", PDF)).await.expect(201);
    world.post_as(CITIZEN, &format!("{case}/submission"), &json!({})).await.expect(200);
    case
}

#[actix_web::test]
async fn a_case_goes_from_the_draft_to_the_act() {
    let world = World::new().await;
    let case = draft(&world, json!({"vehicle": {"plate": "AB123CD"}})).await;
    let read = world.get_as(CITIZEN, &case).await.expect(200);
    assert_eq!((&read["code"], &read["status"], &read["state"]), (&Value::Null, &json!("draft"), &json!("draft")));
    assert_eq!((&read["channel"], &read["serving_tenant"], &read["office"]), (&json!("online"), &json!("alfa"), &json!("police")));

    // What is missing, then the file, then nothing.
    let missing = world.post_as(CITIZEN, &format!("{case}/validation"), &json!({})).await.expect(200);
    assert_eq!((&missing["valid"], &missing["errors"][0]["pointer"]), (&json!(false), &json!("/documents/licence")));
    let early = world.post_as(CITIZEN, &format!("{case}/submission"), &json!({})).await;
    assert_eq!((early.problem(), early.faults()), ((422, "invalid_answers"), vec![("/documents/licence", "document_missing")]));
    let document = upload(&world, CITIZEN, &case, form("licence", "patente \"A\".pdf", "application/pdf", PDF)).await;
    let location = document.header("location").unwrap().to_owned();
    let document = document.expect(201);
    assert_eq!(document["_links"]["content"]["href"], location);
    let summary = world.get_as(CITIZEN, &format!("{case}/summary")).await.expect(200);
    assert_eq!(summary["problems"], json!([]));
    assert_eq!(summary["sections"][0]["fields"][0], json!({"id": "plate", "title": "Targa", "text": "AB123CD"}));
    assert_eq!(summary["fees"][0]["amount"], json!({"amount": "12.00", "currency": "EUR"}));

    // Submission, twice under one key.
    let submit = format!("{case}/submission");
    let submitted = world.post_as(CITIZEN, &submit, &json!({})).await;
    let again = world.post_as(CITIZEN, &submit, &json!({})).await;
    assert_eq!(submitted.header("etag"), again.header("etag"));
    let submitted = submitted.expect(200);
    assert_eq!(submitted, again.expect(200));
    assert_eq!((&submitted["code"], &submitted["register_number"]), (&json!("ALF-2026-0000001"), &json!("0000001")));
    assert_eq!(submitted["submitted_at"], "2026-11-24T10:00:00Z");

    // The officer finds it in the inbox and sees what can be done.
    let inbox = world.get_as(OFFICER, &format!("{ROOT}/inbox")).await.expect(200);
    assert_eq!((&inbox["items"][0]["id"], &inbox["counts"]["in_progress"]), (&submitted["id"], &json!(1)));
    let transitions = world.get_as(OFFICER, &format!("{case}/transitions")).await.expect(200);
    assert_eq!(transitions["items"], json!([{"id": "take-charge", "title": "Prendi in carico", "form": null}]));
    let take = |transition: &str| json!({"transition": transition});
    let moved = world.post_as(OFFICER, &format!("{case}/transitions"), &take("take-charge")).await.expect(200);
    assert_eq!(moved["state"], "examination");
    let offered = world.get_as(OFFICER, &format!("{case}/transitions")).await.expect(200);
    assert_eq!(offered["items"][0]["obstacle"]["code"], "payment_due");
    assert_eq!(offered["items"][1]["form"]["schema"]["required"], json!(["reason"]));
    let unfilled = world.post_as(OFFICER, &format!("{case}/transitions"), &take("refuse")).await;
    assert_eq!((unfilled.problem().0, unfilled.faults()), (422, vec![("/data/reason", "required")]));

    // Payment and act, then the positive end.
    upload(&world, OFFICER, &case, form("permit", "permesso.pdf", "application/pdf", PDF)).await.expect(201);
    let unpaid = world.post_as(OFFICER, &format!("{case}/transitions"), &take("grant")).await;
    assert_eq!(unpaid.problem(), (409, "payment_due"));
    let payment = json!({"fee": "issue", "status": "paid_at_desk", "receipt": "R-1"});
    let paid = world.post_as(OFFICER, &format!("{case}/payments"), &payment).await.expect(201);
    assert_eq!((&paid["status"], &paid["receipt"]), (&json!("paid_at_desk"), &json!("R-1")));
    let retried = by(OFFICER, TestRequest::post().uri(&format!("{case}/transitions"))).insert_header(("if-match", "*"));
    let granted = world.send(retried.insert_header(("idempotency-key", "second")).set_json(take("grant"))).await.expect(200);
    assert_eq!((&granted["status"], &granted["outcome"]["transition"]), (&json!("concluded_positive"), &json!("grant")));

    // What is left behind: timeline, term, register, the file as it was sent.
    let events = world.get_as(CITIZEN, &format!("{case}/events?limit=2")).await.expect(200);
    assert_eq!(events["items"].as_array().unwrap().len(), 2);
    let next = events["_links"]["next"]["href"].as_str().unwrap();
    assert_eq!(world.get_as(CITIZEN, next).await.expect(200)["items"][0]["sequence"], 3);
    let term = world.get_as(CITIZEN, &format!("{case}/term")).await.expect(200);
    assert_eq!(term["due_date"], submitted["due_date"]);
    let receipt = world.get_as(CITIZEN, &format!("{case}/receipt")).await;
    assert_eq!((receipt.status, receipt.header("content-type")), (200, Some("application/pdf")));
    assert_eq!(
        receipt.header("content-disposition"),
        Some("attachment; filename=\"ricevuta-ALF-2026-0000001.pdf\"; filename*=UTF-8''ricevuta-ALF-2026-0000001.pdf")
    );
    let tag = receipt.header("etag").unwrap().to_owned();
    let known = TestRequest::get().uri(&format!("{case}/receipt")).insert_header(("if-none-match", tag.as_str()));
    let known = world.send(by(CITIZEN, known)).await;
    assert_eq!((known.status, known.header("etag"), known.bytes.len()), (304, Some(tag.as_str()), 0));
    assert_eq!(world.get_as(STRANGER, &format!("{case}/receipt")).await.problem(), (404, "not_found"));
    assert_eq!(world.get(&format!("{case}/receipt")).await.problem(), (401, "unauthenticated"));
    assert_eq!(world.get_as(CITIZEN, &format!("{case}/receipt?x=1")).await.problem().0, 400);
    let register = world.get_as(ADMINISTRATOR, &format!("{ROOT}/register/entries")).await.expect(200);
    assert_eq!((&register["items"][0]["number"], &register["items"][0]["version"]), (&json!("0000001"), &json!(1)));
    let content = world.get_as(CITIZEN, &location).await;
    assert_eq!((content.status, content.bytes.as_slice(), content.header("content-type")), (200, PDF, Some("application/pdf")));
    let disposition = content.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
    assert_eq!(content.header("content-security-policy"), Some("default-src 'none'; sandbox"));
}

#[actix_web::test]
async fn a_draft_is_saved_by_merge_patch_under_its_version() {
    let world = World::new().await;
    let case = draft(&world, json!({"vehicle": {"plate": "AB123CD", "note": "rossa"}})).await;
    let patch = |body: Value, tag: &'static str| {
        let request = TestRequest::patch().uri(&case).insert_header(("content-type", "application/merge-patch+json"));
        by(CITIZEN, request).insert_header(("if-match", tag)).set_payload(body.to_string())
    };
    let saved = world.send(patch(json!({"answers": {"vehicle": {"note": null}}}), "\"2\"")).await;
    assert_eq!(saved.header("etag"), Some("\"3\""));
    assert_eq!(saved.expect(200)["answers"], json!({"vehicle": {"plate": "AB123CD"}}));
    let late = world.send(patch(json!({"answers": {}}), "\"2\"")).await;
    assert_eq!(late.problem(), (412, "version_mismatch"));
    let wrong = world.send(patch(json!({"answers": {"vehicle": {"plate": 5}, "boat": {}}}), "\"3\"")).await;
    assert_eq!(wrong.problem(), (422, "invalid_answers"));
    let as_json = by(CITIZEN, TestRequest::patch().uri(&case)).insert_header(("if-match", "\"3\"")).set_json(json!({"answers": {}}));
    assert_eq!(world.send(as_json).await.problem(), (415, "unsupported_media_type"));

    let known = by(CITIZEN, TestRequest::get().uri(&case)).insert_header(("if-none-match", "\"3\""));
    assert_eq!(world.send(known).await.status, 304);
    let discard = by(CITIZEN, TestRequest::delete().uri(&case)).insert_header(("if-match", "\"3\""));
    let gone = world.send(discard).await;
    assert_eq!((gone.status, gone.bytes.len()), (204, 0));
    assert_eq!(world.get_as(CITIZEN, &case).await.problem(), (404, "not_found"));
}

#[actix_web::test]
async fn a_key_stands_for_one_request() {
    let world = World::new().await;
    let create = |body: Value| {
        by(CITIZEN, TestRequest::post().uri("/v1/tenants/alfa/cases")).insert_header(("idempotency-key", "\"k-1\"")).set_json(body)
    };
    let first = world.send(create(json!({"service": "parking-permit"}))).await.expect(201);
    let again = world.send(create(json!({"service": "parking-permit"}))).await.expect(201);
    assert_eq!(first["id"], again["id"]);
    let other = world.send(create(json!({"service": "parking-permit", "answers": {}}))).await;
    assert_eq!(other.problem(), (422, "idempotency_key_reused"));
}

#[actix_web::test]
async fn files_are_what_they_say() {
    let world = World::new().await;
    let case = draft(&world, json!({})).await;
    let wrong = [
        (form("licence", "a.pdf", "application/pdf", b"<html>"), (422, "document_refused")),
        (form("licence", "a.pdf", "image/png", PDF), (422, "document_refused")),
        (form("licence", "a.pdf", "application/pdf", &[PDF, &vec![b' '; 1024 * 1024]].concat()), (422, "document_refused")),
        (form("passport", "a.pdf", "application/pdf", PDF), (422, "document_refused")),
        (b"--b\r\nnothing".to_vec(), (400, "invalid_body")),
        (vec![b'x'; 21 * 1024 * 1024], (413, "body_too_large")),
    ];
    for (body, problem) in wrong {
        let size = body.len();
        let reply = upload(&world, CITIZEN, &case, body).await;
        assert_eq!(reply.problem(), problem, "{size}: {}", reply.json);
    }
    let json = world.post_as(CITIZEN, &format!("{case}/documents"), &json!({})).await;
    assert_eq!(json.problem(), (415, "unsupported_media_type"));
}

#[actix_web::test]
async fn roles_are_given_and_taken() {
    let world = World::new().await;
    let path = format!("{ROOT}/assignments");
    let body = json!({"given_name": "Luce", "family_name": "Neri", "tax_code": "NRELCU75H50I304V", "role": "operator", "office": "police"});
    assert_eq!(world.post_as(CITIZEN, &path, &body).await.problem().0, 403);
    let given = world.post_as(ADMINISTRATOR, &path, &body).await;
    let location = given.header("location").unwrap().to_owned();
    assert_eq!(given.expect(201)["role"], "operator");
    let read = world.get_as(ADMINISTRATOR, &location).await;
    assert_eq!((read.status, read.header("etag")), (200, Some("\"1\"")));
    let end = by(ADMINISTRATOR, TestRequest::delete().uri(&location)).insert_header(("if-match", "\"1\""));
    assert_eq!(world.send(end).await.status, 204);
    let wrong = json!({"given_name": "Luce", "family_name": "Neri", "tax_code": "NRELCU75H50I304V", "role": "mayor"});
    assert_eq!(world.post_as(ADMINISTRATOR, &path, &wrong).await.faults(), [("/role", "unknown_choice")]);
}

#[actix_web::test]
async fn who_is_asking() {
    let world = World::new().await;
    let me = world.get_as(OFFICER, "/v1/me").await.expect(200);
    assert_eq!(me["memberships"], json!([{"tenant": "alfa", "role": "case_officer", "office": null}]));
    assert_eq!(world.get_as(OFFICER, "/v1/me/inbox").await.expect(200)["items"][0]["tenant"], "alfa");
    assert_eq!(world.get_as(OFFICER, "/v1/support/tenants").await.problem(), (404, "not_found"));
}
