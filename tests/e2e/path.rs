//! The path: a citizen's request from the sheet to the outcome, in both communes, over HTTP only.

use serde_json::{Value, json};
use sportello_tests::{BIANCA, COMMUNES, PDF, PNG, Resident, World, badge, draft, ids, submit, take};

fn card(who: &Resident) -> Value {
    json!({
        "applicant": who.applicant(),
        "card": {"holder": "self", "reason": "first", "travel": false, "delivery": "desk"},
        "declarations": {"truth": true},
    })
}

#[test]
fn a_pink_badge_from_the_sheet_to_the_act() {
    let world = World::demo();
    for commune in COMMUNES {
        let root = format!("/v1/tenants/{}", commune.slug);
        let nobody = world.nobody();

        // The citizen finds the service, reads its sheet, sees the form.
        let found = nobody.get(&format!("{root}/services?q=bollino")).expect(200);
        assert_eq!(ids(&found), ["pink-badge"]);
        let sheet = nobody.get(&format!("{root}/services/pink-badge")).expect(200);
        assert_eq!(sheet["title"], "Bollino rosa");
        let form = nobody.get(&format!("{root}/services/pink-badge/form")).expect(200);
        assert_eq!(form["schema"]["$schema"], "https://json-schema.org/draft/2020-12/schema");

        // A draft, saved in two steps, checked, summed up.
        let citizen = world.citizen(commune.slug, &commune.citizen);
        let answers = badge(&commune.citizen);
        let case = draft(&citizen, commune.slug, "pink-badge", &json!({"request": answers["request"]}));
        let early = citizen.post_on(&case, &format!("{case}/submission"), &json!({}));
        assert_eq!(early.problem(422), "invalid_answers");
        let pointers: Vec<_> = early.json["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
        for missing in ["/answers/applicant/tax-code", "/answers/declarations/residence", "/documents/medical-certificate"] {
            assert!(pointers.contains(&missing), "{missing} is not among {pointers:?}");
        }
        citizen.patch(&case, &json!({"answers": {"applicant": answers["applicant"], "declarations": answers["declarations"]}})).expect(200);
        citizen.upload(&case, "medical-certificate", "certificato.pdf", "application/pdf", PDF).expect(201);
        let summary = citizen.get(&format!("{case}/summary")).expect(200);
        assert_eq!(summary["problems"], json!([]));

        // Submission: code, register number, due date.
        let submitted = submit(&citizen, &case);
        assert_eq!(submitted["status"], "in_progress");
        assert!(submitted["code"].as_str().unwrap().starts_with(&format!("{}-", commune.code)), "{submitted}");
        assert_eq!(submitted["register_number"].as_str().unwrap().len(), 7);
        assert!(submitted["submitted_at"].as_str().unwrap().ends_with('Z'));
        assert!(submitted["due_date"].is_string());

        // The receipt is a PDF that says code and number, in the reader's language.
        let receipt = citizen.get(&format!("{case}/receipt"));
        assert_eq!((receipt.status, receipt.header("content-type")), (200, Some("application/pdf")));
        let words = pdf_extract::extract_text_from_mem(&receipt.bytes).expect("a PDF that can be read");
        for said in [
            submitted["code"].as_str().unwrap(),
            submitted["register_number"].as_str().unwrap(),
            "Ricevuta di presentazione",
            "Bollino rosa",
        ] {
            assert!(words.contains(said), "{said} is not in {words}");
        }

        // The officer takes charge, asks for more; the citizen answers; the badge is issued with its act.
        let officer = world.staff(commune.slug, "case_officer");
        let inbox = officer.get(&format!("{root}/inbox?service=pink-badge")).expect(200);
        assert!(ids(&inbox).contains(&submitted["id"].as_str().unwrap()), "{inbox}");
        take(&officer, &case, "take-charge", &json!({}));
        let waiting = take(&officer, &case, "ask-integration", &json!({"request": "Manca la seconda pagina."}));
        assert_eq!(waiting["status"], "suspended_applicant");
        citizen.upload(&case, "medical-certificate", "seconda.pdf", "application/pdf", PDF).expect(201);
        take(&citizen, &case, "answer", &json!({"reply": "Eccola."}));
        let without = officer.post_on(&case, &format!("{case}/transitions"), &json!({"transition": "grant"}));
        assert_eq!(without.problem(409), "act_missing");
        officer.upload(&case, "badge", "bollino.pdf", "application/pdf", PDF).expect(201);
        let granted = take(&officer, &case, "grant", &json!({}));
        assert_eq!(granted["status"], "concluded_positive");
        assert!(granted["outcome"].is_object());

        // The citizen reads the timeline, the messages and the act.
        let events = citizen.get(&format!("{case}/events")).expect(200);
        assert!(events["items"].as_array().unwrap().len() >= 7, "{events}");
        let messages = citizen.get(&format!("{case}/messages")).expect(200);
        assert!(!messages["items"].as_array().unwrap().is_empty());
        let documents = citizen.get(&format!("{case}/documents")).expect(200);
        let act = documents["items"].as_array().unwrap().iter().find(|document| document["kind"] == "badge").expect("the act");
        let content = citizen.get(&format!("{root}/documents/{}/content", act["id"].as_str().unwrap()));
        assert_eq!((content.status, content.bytes.as_slice()), (200, PDF));
        assert!(content.header("content-disposition").unwrap().starts_with("attachment"));

        // Nobody else sees it, and the other commune's officer sees nothing at all.
        let other = world.citizen(commune.slug, &commune.other);
        assert_eq!(other.get(&case).problem(404), "not_found");
    }
}

#[test]
fn a_card_is_not_granted_before_it_is_paid() {
    let world = World::demo();
    for commune in COMMUNES {
        let citizen = world.citizen(commune.slug, &commune.citizen);
        let case = draft(&citizen, commune.slug, "identity-card", &card(&commune.citizen));
        citizen.upload(&case, "photograph", "volto.png", "image/png", PNG).expect(201);
        submit(&citizen, &case);
        let officer = world.staff(commune.slug, "case_officer");
        take(&officer, &case, "take-charge", &json!({}));
        let act = officer.get(&format!("{case}/transitions")).expect(200);
        assert!(!ids(&act).is_empty());
        officer.upload(&case, "outcome-act", "carta.pdf", "application/pdf", PDF).expect(201);
        let early = officer.post_on(&case, &format!("{case}/transitions"), &json!({"transition": "grant"}));
        assert_eq!(early.status, 409, "{}", early.json);
        let due = citizen.get(&format!("{case}/payments")).expect(200);
        assert_eq!(due["items"][0]["status"], "due");
        assert_eq!(due["items"][0]["amount"]["currency"], "EUR");
        let expected = if commune.slug == "santarcangelo" { "22.00" } else { "22.21" };
        assert_eq!(due["items"][0]["amount"]["amount"], expected);
        officer
            .post_on(&case, &format!("{case}/payments"), &json!({"fee": "issue", "status": "paid_at_desk", "receipt": "A-1"}))
            .expect(201);
        assert_eq!(take(&officer, &case, "grant", &json!({}))["status"], "concluded_positive");
    }
}

#[test]
fn one_commune_knows_nothing_of_the_other() {
    let world = World::demo();
    let citizen = world.citizen("cesena", &BIANCA);
    let case = draft(&citizen, "cesena", "pink-badge", &badge(&BIANCA));
    let id = case.rsplit('/').next().unwrap();
    let neighbour = world.staff("santarcangelo", "case_officer");
    let unknown = "019b78cc-0000-7000-8000-000000000000";
    let foreign = neighbour.get(&format!("/v1/tenants/santarcangelo/cases/{id}"));
    let nothing = neighbour.get(&format!("/v1/tenants/santarcangelo/cases/{unknown}"));
    assert_eq!(foreign.problem(404), nothing.problem(404));
    let strip = |mut body: Value| {
        body["request_id"] = Value::Null;
        body["instance"] = Value::Null;
        body
    };
    assert_eq!(strip(foreign.json), strip(nothing.json));
    assert_eq!(neighbour.get(&case).problem(404), "not_found");
    assert_eq!(neighbour.get("/v1/tenants/cesena/inbox").problem(404), "not_found");
}

#[test]
fn what_santarcangelo_adapted_shows_there_and_only_there() {
    let world = World::demo();
    let nobody = world.nobody();
    let sheet = |tenant: &str, service: &str| nobody.get(&format!("/v1/tenants/{tenant}/services/{service}")).expect(200);
    assert_eq!(sheet("cesena", "pink-badge")["term_days"]["value"], 30);
    assert_eq!(sheet("santarcangelo", "pink-badge")["term_days"]["value"], 20);
    let form = |tenant: &str| nobody.get(&format!("/v1/tenants/{tenant}/services/school-transport/form")).expect(200);
    let journey = |tenant: &str| form(tenant)["schema"]["properties"]["journey"]["properties"].clone();
    assert!(journey("santarcangelo")["hamlet"].is_object() && journey("santarcangelo")["class"].is_null());
    assert!(journey("cesena")["hamlet"].is_null() && journey("cesena")["class"].is_object());
    let colour = |tenant: &str| nobody.get(&format!("/v1/tenants/{tenant}/branding")).expect(200)["colors"]["primary"].clone();
    assert_ne!(colour("cesena"), colour("santarcangelo"));
    let english = nobody.in_english().get("/v1/tenants/cesena/services/pink-badge");
    assert_eq!(english.header("content-language"), Some("en"));
    assert_eq!(english.expect(200)["title"], "Pink parking badge");
}

/// The thirteen mandatory items of the national model (criterion C.SI.1.3), as the sheet names them and in its order.
const ITEMS: [&str; 13] = [
    "category",
    "title",
    "status",
    "summary",
    "audience",
    "how",
    "needs",
    "outcome",
    "timing",
    "channels",
    "conditions",
    "contacts",
    "topics",
];

#[test]
fn every_service_has_a_complete_sheet_in_both_communes_and_languages() {
    let world = World::demo();
    let (italian, english) = (world.nobody(), world.nobody().in_english());
    for commune in COMMUNES {
        let root = format!("/v1/tenants/{}/services", commune.slug);
        let services = italian.get(&format!("{root}?limit=200")).expect(200);
        assert!(ids(&services).len() >= 25, "{}: {} services", commune.slug, ids(&services).len());
        for id in ids(&services) {
            let reply = italian.get(&format!("{root}/{id}"));
            let text = String::from_utf8_lossy(&reply.bytes).into_owned();
            let places: Vec<_> = ITEMS.iter().map(|item| text.find(&format!("\"{item}\":"))).collect();
            assert!(places.is_sorted() && places.iter().all(Option::is_some), "{}/{id}: {ITEMS:?} stand at {places:?}", commune.slug);
            let sheet = reply.expect(200);
            let translated = english.get(&format!("{root}/{id}")).expect(200);
            for item in ITEMS {
                let empty = [json!(null), json!(""), json!([]), json!({})];
                assert!(!empty.contains(&sheet[item]), "{}/{id} lacks {item}", commune.slug);
            }
            for text in ["title", "summary", "audience", "how", "needs", "outcome", "timing", "conditions"] {
                assert!(!sheet[text].as_str().unwrap_or_default().contains("{{"), "{}/{id} {text}: {}", commune.slug, sheet[text]);
                if text != "title" {
                    assert_ne!(sheet[text], translated[text], "{}/{id}: {text} is not translated", commune.slug);
                }
            }
            let form = italian.get(&format!("{root}/{id}/form")).expect(200);
            assert!(!form["layout"]["sections"].as_array().unwrap().is_empty(), "{}/{id} asks nothing", commune.slug);
        }
    }
}
