//! The pink badge in every way in which it can be asked for, given, refused and taken back, in both communes, over HTTP only.

#![expect(clippy::unwrap_used, reason = "a helper that fails, fails the test")]

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use sportello_tests::{Api, COMMUNES, Commune, PDF, Resident, World, badge, badge_draft, draft, draft_of, ids, submit, take};

/// The answers of a badge that is asked for in another way than the usual one.
fn asking(who: &Resident, request: &Value) -> Value {
    let mut answers = badge(who);
    answers["request"] = request.clone();
    answers
}

fn after_birth(day: Date, proof: &str) -> Value {
    json!({"kind": "first-issue", "situation": "after-birth", "birth-date": day, "proof": proof})
}

/// A first badge by certificate, submitted.
#[track_caller]
fn submitted(api: &Api, commune: &Commune) -> String {
    let case = badge_draft(api, commune.slug, &commune.citizen);
    submit(api, &case);
    case
}

/// The day on which the server began a case, in Rome.
fn today(api: &Api, case: &str) -> Date {
    let at: Timestamp = api.get(case).expect(200)["created_at"].as_str().unwrap().parse().unwrap();
    at.in_tz("Europe/Rome").unwrap().date()
}

fn days_before(day: Date, days: i64) -> Date {
    day.checked_sub(jiff::Span::new().days(days)).unwrap()
}

/// Pointer, code and words of each fault of a refusal.
#[track_caller]
fn faults(api: &Api, case: &str) -> Vec<(String, String, String)> {
    let refused = api.post_on(case, &format!("{case}/submission"), &json!({}));
    assert_eq!(refused.problem(422), "invalid_answers");
    told(&refused.json["errors"])
}

fn told(errors: &Value) -> Vec<(String, String, String)> {
    let text = |fault: &Value, member: &str| fault[member].as_str().unwrap().to_owned();
    errors.as_array().unwrap().iter().map(|fault| (text(fault, "pointer"), text(fault, "code"), text(fault, "detail"))).collect()
}

fn fault(pointer: &str, code: &str, detail: &str) -> (String, String, String) {
    (pointer.to_owned(), code.to_owned(), detail.to_owned())
}

#[test]
fn after_birth_it_is_asked_for_within_ten_days_and_by_any_of_three_proofs() {
    let world = World::demo();
    for commune in COMMUNES {
        let citizen = world.citizen(commune.slug, &commune.citizen);
        let proofs = [
            ("birth-certificate", "Certificato di nascita"),
            ("delivery-certificate", "Certificato di assistenza al parto"),
            ("sworn-declaration", "Dichiarazione sostitutiva di atto notorio"),
        ];
        for (proof, title) in proofs {
            let case = draft(&citizen, commune.slug, "pink-badge", &asking(&commune.citizen, &json!({})));
            let tenth = days_before(today(&citizen, &case), 10);
            citizen.patch(&case, &json!({"answers": {"request": after_birth(tenth, proof)}})).expect(200);
            let missing = format!("Manca il documento «{title}»: caricalo.");
            assert_eq!(faults(&citizen, &case), [fault(&format!("/documents/{proof}"), "document_missing", &missing)]);
            citizen.upload(&case, proof, "prova.pdf", "application/pdf", PDF).expect(201);
            assert_eq!(submit(&citizen, &case)["status"], "in_progress");
        }
        let case = draft(&citizen, commune.slug, "pink-badge", &asking(&commune.citizen, &json!({})));
        let tenth = days_before(today(&citizen, &case), 10);
        let eleventh = json!({"answers": {"request": after_birth(days_before(tenth, 1), "birth-certificate")}});
        let refused = citizen.patch(&case, &eleventh);
        assert_eq!(refused.problem(422), "invalid_answers");
        let words = format!("La data è troppo indietro: indica un giorno dal {tenth} in poi.");
        assert_eq!(told(&refused.json["errors"]), [fault("/answers/request/birth-date", "too_early", &words)]);
    }
}

#[test]
fn a_duplicate_wants_the_police_report_after_theft_and_a_declaration_after_loss() {
    let world = World::demo();
    for commune in COMMUNES {
        let citizen = world.citizen(commune.slug, &commune.citizen);
        let officer = world.staff(commune.slug, "case_officer");
        let duplicate = |request: Value| draft(&citizen, commune.slug, "pink-badge", &asking(&commune.citizen, &request));

        let stolen = duplicate(json!({"kind": "duplicate", "cause": "theft"}));
        let report = fault("/documents/police-report", "document_missing", "Manca il documento «Denuncia di furto»: caricalo.");
        assert_eq!(faults(&citizen, &stolen), [report]);
        citizen.upload(&stolen, "police-report", "denuncia.pdf", "application/pdf", PDF).expect(201);
        submit(&citizen, &stolen);
        take(&officer, &stolen, "take-charge", &json!({}));
        // It is no first issue, so it is granted as a duplicate, on an act of that kind.
        let first = officer.post_on(&stolen, &format!("{stolen}/transitions"), &json!({"transition": "grant"}));
        assert_eq!(first.problem(409), "transition_not_available");
        officer.upload(&stolen, "duplicate-badge", "duplicato.pdf", "application/pdf", PDF).expect(201);
        assert_eq!(take(&officer, &stolen, "grant-duplicate", &json!({}))["state"], "granted");

        let lost = duplicate(json!({"kind": "duplicate", "cause": "loss"}));
        let declare = "Senza questa dichiarazione la domanda non si può presentare: leggila e conferma con true.";
        assert_eq!(faults(&citizen, &lost), [fault("/answers/request/lost", "must_agree", declare)]);
        citizen.patch(&lost, &json!({"answers": {"request": {"lost": true}}})).expect(200);
        assert_eq!(submit(&citizen, &lost)["status"], "in_progress");
    }
}

#[test]
fn a_delegate_shows_the_mandate_and_both_identities_and_nobody_else_is_asked_for_them() {
    let world = World::demo();
    for commune in COMMUNES {
        let (holder, delegate) = (commune.citizen, commune.other);
        let api = world.citizen(commune.slug, &delegate);
        let body = json!({"service": "pink-badge", "answers": badge(&holder), "on_behalf_of": holder.on_behalf()});
        let case = draft_of(&api, commune.slug, &body);
        let pointers: Vec<_> = faults(&api, &case).into_iter().map(|(pointer, ..)| pointer).collect();
        for needed in ["medical-certificate", "mandate", "holder-identity", "delegate-identity"].map(|kind| format!("/documents/{kind}")) {
            assert!(pointers.contains(&needed), "{needed} is not among {pointers:?}");
        }
        assert!(pointers.contains(&"/answers/delegate/tax-code".to_owned()), "{pointers:?}");
        let who = |code: &str| json!({"given-name": delegate.given_name, "family-name": delegate.family_name, "tax-code": code, "email": delegate.email, "mandate-date": "2026-01-02"});
        for kind in ["medical-certificate", "mandate", "holder-identity", "delegate-identity"] {
            api.upload(&case, kind, "foglio.pdf", "application/pdf", PDF).expect(201);
        }
        api.patch(&case, &json!({"answers": {"delegate": who(holder.tax_code)}})).expect(200);
        let other = "Il codice fiscale non è quello della persona delegata: scrivi il suo.";
        assert_eq!(faults(&api, &case), [fault("/answers/delegate/tax-code", "not_allowed", other)]);
        api.patch(&case, &json!({"answers": {"delegate": who(delegate.tax_code)}})).expect(200);
        let submitted = submit(&api, &case);
        assert_eq!(submitted["applicant"]["tax_code"], holder.tax_code);
        assert_eq!(submitted["delegate"]["tax_code"], delegate.tax_code);
        assert_eq!(world.citizen(commune.slug, &holder).get(&case).expect(200)["id"], submitted["id"]);

        // At the desk the operator says who came.
        let desk = world.staff(commune.slug, "operator");
        let sent = json!({"service": "pink-badge", "on_behalf_of": holder.on_behalf(), "delegate": delegate.on_behalf(),
            "answers": badge(&holder)});
        let brought = draft_of(&desk, commune.slug, &sent);
        assert_eq!(desk.get(&brought).expect(200)["delegate"]["tax_code"], delegate.tax_code);
        assert!(faults(&desk, &brought).iter().any(|(pointer, ..)| pointer == "/documents/mandate"));
        let own_visit = json!({"service": "pink-badge", "on_behalf_of": holder.on_behalf(), "answers": badge(&holder)});
        let visit = draft_of(&desk, commune.slug, &own_visit);
        desk.upload(&visit, "medical-certificate", "certificato.pdf", "application/pdf", PDF).expect(201);
        assert_eq!(submit(&desk, &visit)["channel"], "desk");
    }
}

#[test]
fn nobody_applies_as_somebody_else() {
    let world = World::demo();
    for commune in COMMUNES {
        let root = format!("/v1/tenants/{}/cases", commune.slug);
        let citizen = world.citizen(commune.slug, &commune.citizen);
        let card = json!({"service": "identity-card", "answers": {}, "on_behalf_of": commune.other.on_behalf()});
        let refused = citizen.post(&root, &card);
        assert_eq!(refused.problem(422), "unprocessable");
        let words = "Il servizio «Carta d'identità elettronica» non prevede deleghe: la domanda la presenta la persona interessata.";
        assert_eq!(told(&refused.json["errors"]), [fault("/on_behalf_of", "no_delegates", words)]);

        for (api, words) in [
            (citizen.clone(), "Il codice fiscale non è quello della persona per cui è la domanda: scrivi il suo."),
            (citizen.in_english(), "The tax code is not that of the person whom the request is for: write theirs."),
        ] {
            let case = badge_draft(&api, commune.slug, &commune.other);
            assert_eq!(faults(&api, &case), [fault("/answers/applicant/tax-code", "not_allowed", words)]);
            // The dry run says the same, and finds nothing once the code is the caller's own.
            let dry = api.post(&format!("{case}/validation"), &json!({})).expect(200);
            assert_eq!(dry["valid"], false);
            assert_eq!(told(&dry["errors"]), [fault("/answers/applicant/tax-code", "not_allowed", words)]);
            let own = badge(&commune.citizen);
            let dry = api.post(&format!("{case}/validation"), &json!({"answers": own})).expect(200);
            assert_eq!((&dry["valid"], &dry["errors"]), (&json!(true), &json!([])));
            let unread = api.post(&format!("{case}/validation"), &json!({"answers": "x"}));
            assert_eq!(unread.problem(400), "invalid_body");
            assert_eq!(
                (&unread.json["errors"][0]["pointer"], &unread.json["errors"][0]["code"]),
                (&json!("/answers"), &json!("wrong_type"))
            );
        }
    }
}

#[test]
fn health_is_seen_by_those_who_decide_alone() {
    let world = World::demo();
    for commune in COMMUNES {
        let citizen = world.citizen(commune.slug, &commune.citizen);
        let case = submitted(&citizen, &commune);
        let root = format!("/v1/tenants/{}", commune.slug);
        let document = citizen.get(&format!("{case}/documents")).expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let content = format!("{root}/documents/{document}/content");
        let sees = |api: &Api| {
            let answers = api.get(&case).expect(200)["answers"]["request"].clone();
            let listed = api.get(&format!("{case}/documents")).expect(200)["items"].as_array().unwrap().len();
            (answers["kind"].clone(), answers["situation"].clone(), listed, api.get(&content).status)
        };
        for decides in [citizen.clone(), world.staff(commune.slug, "case_officer"), world.staff(commune.slug, "office_head")] {
            assert_eq!(sees(&decides), (json!("first-issue"), json!("pregnant"), 1, 200));
        }
        assert_eq!(sees(&world.staff(commune.slug, "operator")), (json!("first-issue"), Value::Null, 0, 404));
        assert_eq!(world.citizen(commune.slug, &commune.other).get(&content).problem(404), "not_found");
    }
}

#[test]
fn it_is_refused_with_reasons_and_observations_or_revoked_after_issue() {
    let world = World::demo();
    for commune in COMMUNES {
        let citizen = world.citizen(commune.slug, &commune.citizen);
        let officer = world.staff(commune.slug, "case_officer");
        let act = |case: &str, kind: &str| officer.upload(case, kind, "atto.pdf", "application/pdf", PDF).expect(201);

        let case = submitted(&citizen, &commune);
        take(&officer, &case, "take-charge", &json!({}));
        let silent = officer.post_on(&case, &format!("{case}/transitions"), &json!({"transition": "notify-refusal", "data": {}}));
        assert_eq!(silent.problem(422), "invalid_answers");
        assert_eq!(silent.json["errors"][0]["pointer"], "/data/reasons");
        let noticed = take(&officer, &case, "notify-refusal", &json!({"reasons": "La richiedente non risiede qui."}));
        assert_eq!(noticed["state"], "refusal-notice");
        take(&citizen, &case, "observe", &json!({"observations": "Ho cambiato residenza ieri."}));
        let bare =
            officer.post_on(&case, &format!("{case}/transitions"), &json!({"transition": "refuse", "data": {"reasons": "Non risulta."}}));
        assert_eq!(bare.problem(409), "act_missing");
        act(&case, "refusal");
        let refused = take(&officer, &case, "refuse", &json!({"reasons": "Non risulta alcun cambio."}));
        assert_eq!((refused["state"].as_str(), refused["status"].as_str()), (Some("refused"), Some("concluded_negative")));
        let events = citizen.get(&format!("{case}/events")).expect(200).to_string();
        for said in ["La richiedente non risiede qui.", "Ho cambiato residenza ieri.", "Non risulta alcun cambio."] {
            assert!(events.contains(said), "{said} is not in {events}");
        }

        let case = submitted(&citizen, &commune);
        take(&officer, &case, "take-charge", &json!({}));
        act(&case, "badge");
        assert_eq!(take(&officer, &case, "grant", &json!({}))["status"], "concluded_positive");
        let misused = json!({"transition": "revoke", "data": {"reasons": "Esposto su un'auto senza la titolare."}});
        let citizen_cannot = citizen.post_on(&case, &format!("{case}/transitions"), &misused);
        assert_eq!(citizen_cannot.problem(409), "transition_not_available");
        let bare = officer.post_on(&case, &format!("{case}/transitions"), &misused);
        assert_eq!(bare.problem(409), "act_missing");
        act(&case, "revocation");
        let revoked = take(&officer, &case, "revoke", &misused["data"]);
        assert_eq!((revoked["state"].as_str(), revoked["status"].as_str()), (Some("revoked"), Some("concluded_negative")));
        let messages = citizen.get(&format!("{case}/messages")).expect(200);
        let last = messages["items"].as_array().unwrap().last().unwrap().clone();
        assert!(last["subject"].as_str().unwrap().to_lowercase().contains("revoc"), "{last}");
    }
}

#[test]
fn letters_stay_in_the_language_in_which_one_applied() {
    let world = World::demo();
    for commune in COMMUNES {
        let english = world.citizen(commune.slug, &commune.citizen).in_english();
        let case = submitted(&english, &commune);
        // The officer's page is Italian.
        take(&world.staff(commune.slug, "case_officer"), &case, "take-charge", &json!({}));
        let italian = world.citizen(commune.slug, &commune.citizen);
        let messages = italian.get(&format!("{case}/messages")).expect(200);
        let subjects: Vec<_> = messages["items"].as_array().unwrap().iter().map(|message| message["subject"].as_str().unwrap()).collect();
        assert_eq!(subjects.len(), 2, "{subjects:?}");
        assert!(subjects.iter().all(|subject| subject.starts_with("Case ")), "{subjects:?}");
    }
}

#[test]
fn each_commune_says_where_its_badge_is_valid_who_decides_and_when_it_is_open() {
    let world = World::demo();
    let nobody = world.nobody();
    let get = |tenant: &str, path: &str| nobody.get(&format!("/v1/tenants/{tenant}/{path}")).expect(200);
    let outcome = |tenant: &str| get(tenant, "services/pink-badge")["outcome"].as_str().unwrap().to_owned();
    assert!(outcome("cesena").ends_with("Vale in: i sei comuni della Valle del Savio e i nove comuni dell'Unione Rubicone e Mare."));
    assert!(outcome("santarcangelo").ends_with("Vale in: il territorio del Comune di Santarcangelo di Romagna."));
    let office = |tenant: &str| get(tenant, "services/pink-badge")["contacts"]["name"].clone();
    assert_eq!((office("cesena"), office("santarcangelo")), (json!("Mobilità e trasporti"), json!("Polizia locale")));
    let hours = |tenant: &str| get(tenant, "locations")["items"][0].to_string();
    assert!(hours("santarcangelo").contains("Piazza Ganganelli 1"), "{}", hours("santarcangelo"));
    assert!(hours("santarcangelo").contains("17:30") && !hours("cesena").contains("17:30"), "{}", hours("cesena"));
    let how = |tenant: &str| get(tenant, "services/electoral-card")["how"].as_str().unwrap().to_owned();
    let portico = "sotto il portico del municipio";
    assert!(how("santarcangelo").contains(portico) && !how("cesena").contains(portico));
}

#[test]
fn a_case_is_withdrawn_found_assigned_and_its_entry_annulled() {
    let world = World::demo();
    for commune in COMMUNES {
        let root = format!("/v1/tenants/{}", commune.slug);
        let citizen = world.citizen(commune.slug, &commune.citizen);
        let officer = world.staff(commune.slug, "case_officer");
        let case = submitted(&citizen, &commune);
        let id = case.rsplit('/').next().unwrap();

        // By fiscal code, in the body and in whatever case; a wrong one is told why.
        for code in [commune.citizen.tax_code.to_owned(), commune.citizen.tax_code.to_lowercase()] {
            let found = officer.post(&format!("{root}/cases/search"), &json!({"tax_code": code, "service": "pink-badge"})).expect(200);
            assert!(ids(&found).contains(&id), "{found}");
        }
        let other = officer.post(&format!("{root}/cases/search"), &json!({"tax_code": commune.other.tax_code})).expect(200);
        assert!(!ids(&other).contains(&id), "{other}");
        let wrong = officer.post(&format!("{root}/cases/search"), &json!({"tax_code": "BNCLRA85B41C573X"}));
        assert_eq!(wrong.problem(422), "unprocessable");
        assert_eq!(wrong.json["errors"][0]["pointer"], "/tax_code");
        assert_eq!(citizen.post(&format!("{root}/cases/search"), &json!({"tax_code": commune.citizen.tax_code})).problem(403), "forbidden");

        // Given to the officer by the head of the office, and to nobody who cannot carry it on.
        let head = world.staff(commune.slug, "office_head");
        let filed = officer.get(&format!("{root}/inbox?service=pink-badge&limit=200")).expect(200);
        assert!(ids(&filed).contains(&id));
        let assigned = world.staff(commune.slug, "administrator").get(&format!("{root}/assignments?limit=200")).expect(200);
        let person =
            assigned["items"].as_array().unwrap().iter().find(|one| one["role"] == "case_officer").unwrap()["person"]["id"].clone();
        let given = head.post_on(&case, &format!("{case}/assignment"), &json!({"assignee": person})).expect(200);
        assert_eq!(given["assignee"]["id"], person);
        let nobody = head.post_on(&case, &format!("{case}/assignment"), &json!({"assignee": given["applicant"]["id"]}));
        assert_eq!(nobody.problem(422), "unprocessable");
        let words = "Indica una persona che in quell'ufficio può portare avanti le pratiche.";
        assert_eq!(told(&nobody.json["errors"]), [fault("/assignee", "not_an_officer", words)]);

        // Withdrawn: what is over takes nothing more.
        let withdrawn = take(&citizen, &case, "withdraw", &json!({}));
        assert_eq!((withdrawn["state"].as_str(), withdrawn["status"].as_str()), (Some("withdrawn"), Some("concluded_negative")));
        let late = citizen.upload(&case, "medical-certificate", "tardi.pdf", "application/pdf", PDF);
        assert_eq!(late.problem(409), "case_concluded");

        // The entry stays, marked, and its number is not given out again.
        let number = withdrawn["register_number"].as_str().unwrap().to_owned();
        let entry = format!("{root}/register/entries/{}", number.trim_start_matches('0'));
        let annul = json!({"act": "Determinazione 12/2026", "reason": "Registrata due volte."});
        let may = world.staff(commune.slug, "administrator");
        let struck = |api: &Api, version: &str| {
            let request = api.request("POST", &format!("{entry}/annulment")).header("idempotency-key", sportello_tests::key());
            api.send(request.header("if-match", version.to_owned()).json(&annul))
        };
        assert_eq!(struck(&officer, "\"1\"").problem(403), "forbidden");
        let marked = struck(&may, "\"1\"").expect(200);
        assert_eq!((&marked["annulment"]["act"], &marked["number"]), (&annul["act"], &json!(number)));
        assert_eq!(struck(&may, "\"2\"").problem(409), "already_annulled");
        let next = submitted(&citizen, &commune);
        let later = citizen.get(&next).expect(200)["register_number"].as_str().unwrap().parse::<u64>().unwrap();
        assert!(later > number.parse().unwrap());
    }
}
