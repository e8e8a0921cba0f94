//! The online procedures end to end in both communes, over HTTP only, the unhappy ways included.

#![expect(clippy::unwrap_used, reason = "a helper that fails, fails the test")]

use std::sync::OnceLock;

use jiff::civil::Date;
use serde_json::{Value, json};
use sportello_tests::{Api, COMMUNES, Commune, Launch, MARIO, PDF, PNG, Resident, World, draft, submit, take};

/// The day on which these tests run, as the server tells it.
static TODAY: OnceLock<Date> = OnceLock::new();

fn world() -> World {
    let world = World::launch(&Launch::default().without_limits());
    let told = world.nobody().get("/health/live");
    let now = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(told.header("date").unwrap()).unwrap();
    TODAY.get_or_init(|| now.in_tz("Europe/Rome").unwrap().date());
    world
}

/// Pointer and words of each fault of a refused submission.
#[track_caller]
fn refused(api: &Api, case: &str) -> Vec<(String, String)> {
    let refused = api.post_on(case, &format!("{case}/submission"), &json!({}));
    assert_eq!(refused.problem(422), "invalid_answers");
    told(&refused.json)
}

/// Pointer and words of each fault of a problem.
fn told(problem: &Value) -> Vec<(String, String)> {
    let text = |fault: &Value, member: &str| fault[member].as_str().unwrap().to_owned();
    problem["errors"].as_array().unwrap().iter().map(|fault| (text(fault, "pointer"), text(fault, "detail"))).collect()
}

fn said(pointer: &str, detail: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), detail.to_owned())]
}

/// Changes answers of a draft.
#[track_caller]
fn answer(api: &Api, case: &str, answers: &Value) {
    api.patch(case, &json!({"answers": answers})).expect(200);
}

/// Pays online what a case owes, without money.
#[track_caller]
fn pay(api: &Api, case: &str) {
    let opened = api.post(&format!("{case}/checkouts"), &json!({})).expect(201);
    let id = opened["id"].as_str().unwrap();
    api.post(&format!("{case}/checkouts/{id}/trial-payment"), &json!({})).expect(201);
}

#[track_caller]
fn state(api: &Api, case: &str) -> (String, String) {
    let case = api.get(case).expect(200);
    (case["state"].as_str().unwrap().to_owned(), case["status"].as_str().unwrap().to_owned())
}

fn is(state: &str, status: &str) -> (String, String) {
    (state.to_owned(), status.to_owned())
}

/// What the last act on a case tells.
#[track_caller]
fn act(api: &Api, case: &str) -> Value {
    let events = api.get(&format!("{case}/events?limit=200")).expect(200);
    events["items"].as_array().unwrap().iter().rev().find(|event| event["kind"] == "act_added").unwrap()["data"].clone()
}

/// The act of a case is a PDF.
#[track_caller]
fn paper(api: &Api, commune: &Commune, case: &str) {
    let act = api.get(case).expect(200)["outcome"]["act"].as_str().unwrap().to_owned();
    let paper = api.get(&format!("/v1/tenants/{}/documents/{act}/content", commune.slug));
    assert_eq!((paper.status, &paper.bytes[..5]), (200, &b"%PDF-"[..]));
}

fn day(offset: i64) -> String {
    TODAY.get().unwrap().checked_add(jiff::Span::new().days(offset)).unwrap().to_string()
}

fn permit(commune: &Commune, class: &str, plates: &[&str]) -> Value {
    let vehicles: Vec<Value> = plates.iter().map(|plate| json!({"plate": plate, "model": "Panda", "title": "ownership"})).collect();
    json!({
        "applicant": commune.citizen.applicant(),
        "permit": {"zone": "ztl", "class": class, "from": day(1), "years": 2,
            "address": {"street": "Via delle Prove", "number": "1", "postal_code": "47521", "city": "Cesena"}},
        "vehicles": {"list": vehicles},
        "declarations": {"requirements": true, "privacy": true},
    })
}

#[test]
fn a_permit_is_examined_approved_paid_by_the_year_and_issued_by_itself() {
    let world = world();
    for commune in COMMUNES {
        let (citizen, officer) = (world.citizen(commune.slug, &commune.citizen), world.staff(commune.slug, "case_officer"));
        let wrong = json!({"service": "ztl-permit", "answers": permit(&commune, "resident", &["EN399ZO"])});
        let wrong = citizen.post(&format!("/v1/tenants/{}/cases", commune.slug), &wrong);
        assert_eq!(wrong.problem(422), "invalid_answers");
        let letter = "Il carattere 7 della targa non è possibile: le targhe italiane non usano le lettere I, O, Q e U. Ricopiala dalla carta di circolazione.";
        let fault = &wrong.json["errors"][0];
        assert_eq!((&fault["pointer"], &fault["detail"]), (&json!("/answers/vehicles/list/0/plate"), &json!(letter)));
        let case = draft(&citizen, commune.slug, "ztl-permit", &permit(&commune, "resident", &["AB123CD", "AB124CD"]));
        let one = "Per questa classe il permesso vale per una targa sola: togli le altre.";
        assert_eq!(refused(&citizen, &case), said("/answers/vehicles/list", one));
        answer(&citizen, &case, &permit(&commune, "resident", &["ab 123-cd"]));
        submit(&citizen, &case);
        let fee = citizen.get(&format!("{case}/payments")).expect(200)["items"][0]["amount"]["amount"].as_str().unwrap().to_owned();
        assert_eq!(fee, if commune.slug == "cesena" { "120.00" } else { "80.00" });
        take(&officer, &case, "take-charge", &json!({}));
        if commune.slug == "santarcangelo" {
            // This commune asks a committee before it decides.
            let early = officer.post_on(&case, &format!("{case}/transitions"), &json!({"transition": "approve"}));
            assert_eq!(early.problem(409), "transition_not_available");
            take(&officer, &case, "ask-committee", &json!({}));
            let head = world.staff(commune.slug, "office_head");
            let opinions = format!("{case}/opinions");
            assert_eq!(citizen.get(&opinions).problem(403), "forbidden");
            let waiting = head.get("/v1/tenants/santarcangelo/opinions?office=citizen-desk").expect(200);
            assert_eq!((&waiting["items"][0]["opinion"], &waiting["items"][0]["verdict"]), (&json!("committee"), &json!("pending")));
            let wrong = head.post(&opinions, &json!({"opinion": "committee", "verdict": "silent"}));
            assert_eq!((wrong.problem(400), &wrong.json["errors"][0]["pointer"]), ("invalid_body".to_owned(), &json!("/verdict")));
            let bare = head.post(&opinions, &json!({"opinion": "committee", "verdict": "unfavourable"}));
            let reasons = "Indica i motivi del parere, o le condizioni a cui è favorevole.";
            assert_eq!((bare.problem(422), told(&bare.json)), ("unprocessable".to_owned(), said("/note", reasons)));
            let opinion = json!({"opinion": "committee", "verdict": "conditional", "note": "Solo di giorno."});
            head.post(&opinions, &opinion).expect(201);
            assert_eq!(head.post(&opinions, &opinion).problem(409), "opinion_given");
            assert_eq!(state(&officer, &case).0, "after-examination");
        }
        take(&officer, &case, "approve", &json!({}));
        assert_eq!(state(&citizen, &case), is("payment", "suspended_applicant"));
        pay(&citizen, &case);
        assert_eq!(state(&citizen, &case), is("granted", "concluded_positive"));
        let told = act(&citizen, &case);
        assert_eq!((&told["values"]["plates"], &told["values"]["from"]), (&json!(["AB123CD"]), &json!(day(1))));
        paper(&citizen, &commune, &case);
    }
}

#[test]
fn a_permit_for_care_has_three_plates_only_in_the_centre_and_keeps_its_papers_sealed() {
    let world = world();
    let commune = COMMUNES[0];
    let (citizen, operator) = (world.citizen(commune.slug, &commune.citizen), world.staff(commune.slug, "operator"));
    let mut answers = permit(&commune, "family-care", &["AB123CD", "AB124CD", "AB125CD"]);
    answers["permit"]["zone"] = json!("rz6");
    answers["permit"]["cared-for"] = json!({"given_name": "Ivo", "family_name": "Ricci", "tax_code": "RCCVIO49T02C573F"});
    let case = draft(&citizen, commune.slug, "ztl-permit", &answers);
    citizen.upload(&case, "care-need", "attestato.pdf", "application/pdf", PDF).expect(201);
    let centre = "Il permesso per assistere un familiare vale solo nella zona a traffico limitato.";
    assert_eq!(refused(&citizen, &case), said("/answers/permit/zone", centre));
    answer(&citizen, &case, &json!({"permit": {"zone": "ztl"}}));
    submit(&citizen, &case);
    assert_eq!(operator.get(&case).expect(200)["answers"]["permit"]["cared-for"], Value::Null);
    assert_eq!(citizen.get(&format!("{case}/payments")).expect(200)["items"], json!([]));
}

#[test]
fn an_unpaid_permit_can_be_withdrawn_and_a_refusal_gives_ten_days_to_observe() {
    let world = world();
    let commune = COMMUNES[0];
    let (citizen, officer) = (world.citizen(commune.slug, &commune.citizen), world.staff(commune.slug, "case_officer"));
    let asked = |plate: &str| {
        let case = draft(&citizen, commune.slug, "ztl-permit", &permit(&commune, "resident", &[plate]));
        submit(&citizen, &case);
        take(&officer, &case, "take-charge", &json!({}));
        case
    };
    let case = asked("AB123CD");
    take(&officer, &case, "notify-refusal", &json!({"reasons": "Non risulta la residenza nella zona."}));
    assert_eq!(citizen.get(&case).expect(200)["due_date"], Value::Null, "the term is suspended (art. 10-bis)");
    take(&citizen, &case, "observe", &json!({"observations": "Ho cambiato casa la settimana scorsa."}));
    assert_eq!(state(&citizen, &case), is("decision", "in_progress"));
    let unpaid = asked("AB124CD");
    take(&officer, &unpaid, "approve", &json!({}));
    take(&citizen, &unpaid, "withdraw", &json!({}));
    assert_eq!(state(&citizen, &unpaid), is("withdrawn", "concluded_negative"));
}

fn ticket(plate: &str, day: &str) -> Value {
    json!({"ticket": {"plate": plate, "vehicle": "car", "day": day, "email": "mario@example.org"}})
}

#[test]
fn a_day_ticket_is_active_once_paid_and_a_plate_has_three_a_month_however_it_is_written() {
    let world = world();
    for commune in COMMUNES {
        let citizen = world.citizen(commune.slug, &commune.citizen);
        let case = draft(&citizen, commune.slug, "ztl-day-ticket", &ticket("CD456EF", &day(0)));
        submit(&citizen, &case);
        assert_eq!(state(&citizen, &case), is("to-pay", "suspended_applicant"));
        pay(&citizen, &case);
        assert_eq!(state(&citizen, &case), is("issued", "concluded_positive"));
        let told = act(&citizen, &case);
        assert_ne!(told["values"]["from"], "00:00", "bought on the day itself it begins with the payment");
        assert_eq!((&told["values"]["until"], &told["values"]["minutes"]), (&json!("24:00"), &json!(60)));
        paper(&citizen, &commune, &case);
        // The days of one month, whatever month tomorrow lies in.
        let month = day(31)[..7].to_owned();
        for (number, plate) in ["GH789JK", "gh 789 jk", "GH-789-JK"].iter().enumerate() {
            let case = draft(&citizen, commune.slug, "ztl-day-ticket", &ticket(plate, &format!("{month}-0{}", number + 7)));
            submit(&citizen, &case);
        }
        let fourth = draft(&citizen, commune.slug, "ztl-day-ticket", &ticket("g h789jk", &format!("{month}-10")));
        let enough = "Questa targa ha già tre biglietti nel mese scelto: il prossimo può essere del mese dopo.";
        assert_eq!(refused(&citizen, &fourth), said("/answers/ticket/plate", enough));
    }
}

fn access() -> Value {
    json!({
        "access": {"role": "owner", "mode": "view",
            "interest": "Devo vendere la casa e il notaio chiede i titoli edilizi con cui è stata costruita e modificata."},
        "property": {"address": {"street": "Via delle Prove", "number": "1", "postal_code": "47521", "city": "Cesena"},
            "parcel": {"registry": "buildings", "municipality": "C573", "sheet": "126", "parcel": "345"}},
        "files": {"items": [{"kind": "permit", "number": "123", "year": 1978, "description": "Licenza edilizia della casa"}]},
        "declarations": {"use": true, "privacy": true},
    })
}

#[test]
fn access_to_building_files_has_reasons_third_parties_and_four_outcomes() {
    let world = world();
    for commune in COMMUNES {
        let (citizen, officer) = (world.citizen(commune.slug, &commune.citizen), world.staff(commune.slug, "case_officer"));
        let asked = || {
            let mut answers = access();
            answers["applicant"] = commune.citizen.applicant();
            let case = draft(&citizen, commune.slug, "building-files-access", &answers);
            submit(&citizen, &case);
            take(&officer, &case, "take-charge", &json!({}));
            case
        };
        let case = asked();
        take(&officer, &case, "notify-third-parties", &json!({"parties": [{"name": "Clara Bianchi", "sent-on": day(0)}]}));
        assert_eq!(state(&citizen, &case), is("third-parties", "suspended_administration"));
        take(&officer, &case, "opposition-received", &json!({"objection": "La vicina chiede di oscurare le planimetrie interne."}));
        let reasons = "L'interesse è diretto e concreto; restano fuori le planimetrie altrui.";
        let short = json!({"transition": "grant-in-part", "data": {"reasons": reasons, "where": "Archivio", "days": 10, "limits": "Planimetrie interne della vicina."}});
        let early = officer.post_on(&case, &format!("{case}/transitions"), &short);
        assert_eq!((early.problem(422), &early.json["errors"][0]["pointer"]), ("invalid_answers".to_owned(), &json!("/data/days")));
        take(
            &officer,
            &case,
            "grant-in-part",
            &json!({"reasons": reasons, "where": "Archivio", "days": 15, "limits": "Planimetrie interne della vicina."}),
        );
        assert_eq!(state(&citizen, &case), is("granted-in-part", "concluded_positive"));
        assert_eq!(act(&citizen, &case)["values"]["days"], 15);
        paper(&citizen, &commune, &case);
        for (transition, data, end) in [
            ("grant", json!({"reasons": reasons, "where": "Archivio", "days": 20}), is("granted", "concluded_positive")),
            (
                "defer",
                json!({"reasons": "La pratica è ancora aperta presso l'ufficio.", "until": day(60)}),
                is("deferred", "concluded_negative"),
            ),
            ("refuse", json!({"reasons": "La richiesta non riguarda un interesse concreto."}), is("refused", "concluded_negative")),
        ] {
            let case = asked();
            take(&officer, &case, "no-third-parties", &json!({}));
            take(&officer, &case, transition, &data);
            assert_eq!(state(&citizen, &case), end);
        }
        // Completed, the term begins anew.
        let case = asked();
        take(&officer, &case, "ask-integration", &json!({"request": "Manca la planimetria."}));
        take(&citizen, &case, "answer", &json!({}));
        let term = citizen.get(&format!("{case}/term")).expect(200);
        assert!(term.to_string().contains("Il termine ricomincia"), "{term}");
    }
}

#[test]
fn a_generic_request_of_access_is_refused_at_once() {
    let world = world();
    let commune = COMMUNES[0];
    let citizen = world.citizen(commune.slug, &commune.citizen);
    let mut answers = access();
    answers["applicant"] = commune.citizen.applicant();
    answers["files"]["items"] = json!([{"kind": "other", "description": "Tutte le pratiche della via"}]);
    let case = draft(&citizen, commune.slug, "building-files-access", &answers);
    let generic = "La richiesta è generica: indica numero o anno di almeno una pratica.";
    assert_eq!(refused(&citizen, &case), said("/answers/files/items", generic));
}

fn certificate(commune: &Commune, kind: &str) -> Value {
    json!({
        "applicant": commune.citizen.applicant(),
        "certificate": {"type": kind, "about": "me", "stamp": "due"},
        "declarations": {"private-use": true, "privacy": true},
    })
}

#[test]
fn a_certificate_is_issued_by_itself_once_paid_and_names_only_what_it_attests() {
    let world = world();
    for commune in COMMUNES {
        let citizen = world.citizen(commune.slug, &commune.citizen);
        let begun = draft(&citizen, commune.slug, "registry-certificate", &json!({}));
        let offered = citizen.get(&begun).expect(200)["prefill"].clone();
        assert_eq!(offered["answers"]["applicant"]["family-name"], commune.citizen.family_name);
        assert_eq!(offered["sources"][0]["title"], "Anagrafe");
        answer(&citizen, &begun, &certificate(&commune, "residence"));
        submit(&citizen, &begun);
        assert_eq!(state(&citizen, &begun), is("submitted", "in_progress"));
        pay(&citizen, &begun);
        assert_eq!(state(&citizen, &begun), is("issued", "concluded_positive"));
        let told = act(&citizen, &begun)["values"].clone();
        assert!(told["residence"].as_str().unwrap().contains(", 47"), "{told}");
        assert_eq!((&told["family"], &told["citizenship"], &told["unlimited"]), (&Value::Null, &Value::Null, &Value::Null));
        paper(&citizen, &commune, &begun);
        let birth = draft(&citizen, commune.slug, "registry-certificate", &certificate(&commune, "birth"));
        submit(&citizen, &birth);
        pay(&citizen, &birth);
        let told = act(&citizen, &birth)["values"].clone();
        assert_eq!((&told["unlimited"], &told["until"], &told["residence"]), (&json!(true), &Value::Null, &Value::Null));
    }
}

#[test]
fn an_exemption_names_its_norm_and_what_the_registry_cannot_certify_is_not_issued() {
    let world = world();
    let citizen = world.citizen("cesena", &MARIO);
    let commune = Commune { citizen: MARIO, ..COMMUNES[0] };
    let mut exempt = certificate(&commune, "family");
    exempt["certificate"]["stamp"] = json!("exempt");
    exempt["certificate"]["exemption"] = json!("minors");
    let case = draft(&citizen, "cesena", "registry-certificate", &exempt);
    assert_eq!(refused(&citizen, &case)[0].0, "/answers/certificate/norm");
    answer(&citizen, &case, &json!({"certificate": {"norm": "Legge 184/1983, art. 82"}}));
    submit(&citizen, &case);
    assert_eq!(state(&citizen, &case), is("issued", "concluded_positive"), "nothing is due, so it is issued at once");
    let told = act(&citizen, &case)["values"].clone();
    assert_eq!((&told["norm"], told["family"].as_array().map(Vec::len)), (&json!("Legge 184/1983, art. 82"), Some(3)));

    // Somebody else, without a reason, a title, a place in the family.
    let mut other = certificate(&commune, "residence");
    other["certificate"]["about"] = json!("family");
    other["certificate"]["person"] = json!({"given_name": "Bruno", "family_name": "Casadei", "tax_code": "CSDBRN58C04C573M"});
    let case = draft(&citizen, "cesena", "registry-certificate", &other);
    let stranger = "Questa persona non risulta nella tua famiglia anagrafica: scegli «un'altra persona» e spiega perché ti serve.";
    assert_eq!(refused(&citizen, &case), said("/answers/certificate/person", stranger));
    answer(&citizen, &case, &json!({"certificate": {"about": "other", "reason": "Devo notificargli la disdetta del contratto."}}));
    assert_eq!(
        refused(&citizen, &case),
        said("/documents/interest", "Manca il documento «Documento da cui risulta il tuo interesse»: caricalo.")
    );
    citizen.upload(&case, "interest", "contratto.pdf", "application/pdf", PDF).expect(201);
    submit(&citizen, &case);
    pay(&citizen, &case);
    assert_eq!(state(&citizen, &case).0, "submitted", "about others the office decides");

    // Of somebody who cannot be certified no stranger learns it: the answer is that of any other stranger.
    let mut ward = other.clone();
    ward["certificate"]["person"]["tax_code"] = json!("RCCVIO49T02C573F");
    let case = draft(&citizen, "cesena", "registry-certificate", &ward);
    assert_eq!(refused(&citizen, &case), said("/answers/certificate/person", stranger));
    assert_eq!(citizen.get(&case).expect(200)["prefill"]["lookups"], json!([]));
}

#[test]
fn who_can_be_certified_in_part_gets_that_part() {
    let world = world();
    let marta = Resident {
        given_name: "Marta",
        family_name: "Baldini",
        tax_code: "BLDMRT88D57C573M",
        birth_date: "1988-04-17",
        email: "marta.baldini@example.org",
    };
    let commune = Commune { citizen: marta, ..COMMUNES[0] };
    let citizen = world.citizen("cesena", &marta);
    let case = draft(&citizen, "cesena", "registry-certificate", &certificate(&commune, "citizenship"));
    let cannot = "Secondo l'anagrafe questo certificato non si può rilasciare per la persona indicata: rivolgiti all'ufficio.";
    assert_eq!(refused(&citizen, &case), said("/answers/certificate/type", cannot));
    answer(&citizen, &case, &json!({"certificate": {"type": "residence"}}));
    submit(&citizen, &case);
    pay(&citizen, &case);
    assert_eq!(state(&citizen, &case), is("issued", "concluded_positive"));
}

#[test]
fn an_extract_is_found_by_person_or_property_and_homonyms_are_chosen_from() {
    let world = world();
    for commune in COMMUNES {
        let who = if commune.slug == "cesena" { MARIO } else { commune.citizen };
        let citizen = world.citizen(commune.slug, &who);
        let extract = |search: Value| {
            let answers = json!({"applicant": who.applicant(), "search": search, "declarations": {"privacy": true}});
            draft(&citizen, commune.slug, "land-registry-extract", &answers)
        };
        let own = extract(json!({"by": "me"}));
        submit(&citizen, &own);
        assert_eq!(state(&citizen, &own), is("issued", "concluded_positive"));
        assert!(act(&citizen, &own)["values"]["properties"][0].as_str().unwrap().contains("foglio"));
        paper(&citizen, &commune, &own);

        let homonyms = extract(json!({"by": "person", "family": "Rossi", "given": "Mario"}));
        let several = "Ci sono più persone con questo nome: scegli quella giusta dall'elenco.";
        assert_eq!(refused(&citizen, &homonyms), said("/answers/search/candidate", several));
        let lookups = citizen.get(&homonyms).expect(200)["prefill"]["lookups"].clone();
        let found = lookups.as_array().unwrap().iter().find(|lookup| lookup["lookup"] == "found").unwrap();
        let candidates = found["candidates"].as_array().unwrap();
        assert_eq!((&found["found"], candidates.len()), (&json!("several"), 3));
        let chosen = candidates.iter().find(|candidate| candidate["birth_date"] == "1962-07-19").unwrap();
        answer(&citizen, &homonyms, &json!({"search": {"candidate": chosen["id"]}}));
        submit(&citizen, &homonyms);
        assert!(act(&citizen, &homonyms)["values"]["properties"].to_string().contains("Piazza del Modello 5"));

        let nothing =
            extract(json!({"by": "property", "parcel": {"registry": "land", "municipality": "C573", "sheet": "1", "parcel": "1"}}));
        submit(&citizen, &nothing);
        assert_eq!(state(&citizen, &nothing), is("no-match", "concluded_negative"));
        let nobody = extract(json!({"by": "person", "family": "Rossi"}));
        assert_eq!(refused(&citizen, &nobody), said("/answers/search/family", "Indica il codice fiscale, oppure cognome e nome."));
    }
}

#[test]
fn a_full_copy_is_for_the_person_and_the_parents_of_a_minor() {
    let world = world();
    let citizen = world.citizen("cesena", &MARIO);
    let record = |about: &str, person: Value| {
        let mut record = json!({"event": "birth", "kind": "full-copy", "about": about, "person": person, "place": "Cesena"});
        if about == "other" {
            record["reason"] = json!("Mi serve per una pratica di successione.");
        }
        json!({"applicant": MARIO.applicant(), "record": record, "declarations": {"private-use": true, "privacy": true}})
    };
    let stranger = json!({"given_name": "Bruno", "family_name": "Casadei", "tax_code": "CSDBRN58C04C573M"});
    let case = draft(&citizen, "cesena", "civil-status-certificate", &record("other", stranger.clone()));
    let only = "La copia integrale si rilascia solo alla persona, o ai genitori se è minorenne: chiedi il certificato o l'estratto.";
    assert_eq!(refused(&citizen, &case), said("/answers/record/kind", only));
    let case = draft(&citizen, "cesena", "civil-status-certificate", &record("child", stranger));
    assert_eq!(refused(&citizen, &case), said("/answers/record/person", "Questa persona non risulta fra i tuoi figli minorenni."));
    let daughter = json!({"given_name": "Anna", "family_name": "Rossi", "tax_code": "RSSNNA12C54C573R"});
    answer(&citizen, &case, &json!({"record": {"person": daughter}}));
    submit(&citizen, &case);
    assert_eq!(state(&citizen, &case).1, "in_progress");
}

/// What a draft with these answers is refused with.
#[track_caller]
fn not_begun(api: &Api, service: &str, answers: &Value) -> Vec<(String, String)> {
    let refused = api.post("/v1/tenants/cesena/cases", &json!({"service": service, "answers": answers}));
    assert_eq!(refused.problem(422), "invalid_answers");
    told(&refused.json)
}

const REQUIRED: &str = "Questa risposta è obbligatoria: compilala.";
const UNASKED: &str = "Con le altre risposte date questa domanda non si pone: togli la risposta.";

#[test]
fn what_cannot_be_is_refused_when_it_is_saved() {
    let world = world();
    let commune = COMMUNES[0];
    let citizen = world.citizen("cesena", &commune.citizen);
    let ticket_for = |offset: i64| not_begun(&citizen, "ztl-day-ticket", &ticket("AB123CD", &day(offset)));
    let early = format!("La data è troppo indietro: indica un giorno dal {} in poi.", day(0));
    assert_eq!(ticket_for(-1), said("/answers/ticket/day", &early));
    assert_eq!(ticket_for(61), said("/answers/ticket/day", &format!("La data è troppo avanti: indica un giorno fino al {}.", day(60))));
    let permit_with = |change: fn(&mut Value)| {
        let mut answers = permit(&commune, "family-care", &["AB123CD"]);
        change(&mut answers);
        not_begun(&citizen, "ztl-permit", &answers)
    };
    let years = permit_with(|answers| answers["permit"]["years"] = json!(4));
    assert_eq!(years, said("/answers/permit/years", "Il valore è troppo alto: il massimo è 3."));
    assert_eq!(permit_with(|answers| answers["permit"]["from"] = json!(day(-1))), said("/answers/permit/from", &early));
    let vehicles = permit_with(|answers| answers["vehicles"]["list"] = vec![answers["vehicles"]["list"][0].clone(); 4].into());
    assert_eq!(vehicles, said("/answers/vehicles/list", "Le voci sono troppe: il massimo è 3."));
    let model = permit_with(|answers| answers["vehicles"]["list"][0]["model"] = json!("x".repeat(101)));
    assert_eq!(model, said("/answers/vehicles/list/0/model", "Il testo è troppo lungo: scrivi al massimo 100 caratteri."));
    let colour = permit_with(|answers| answers["permit"]["colour"] = json!("rosa"));
    assert_eq!(colour[0].0, "/answers/permit/colour");
    let deep = permit_with(|answers| answers["vehicles"]["list"][0]["plate"] = json!({"text": {"text": "AB123CD"}}));
    assert_eq!(deep[0].0, "/answers/vehicles/list/0/plate");
    let mut bottomless = json!({});
    for _ in 0..200 {
        bottomless = json!({"in": bottomless});
    }
    let refused_whole = citizen.post("/v1/tenants/cesena/cases", &json!({"service": "ztl-permit", "answers": bottomless}));
    assert_eq!(refused_whole.status, 400, "{}", refused_whole.json);
    assert_eq!(refused_whole.json["errors"][0]["code"], "too_deep");
    // Nobody buys a ticket in the name of another: there is no mandate to show.
    let body = json!({"service": "ztl-day-ticket", "answers": ticket("AB123CD", &day(0)), "on_behalf_of": COMMUNES[0].other.on_behalf()});
    let nobody = citizen.post("/v1/tenants/cesena/cases", &body);
    let alone = "Il servizio «Biglietto giornaliero ZTL» non prevede deleghe: la domanda la presenta la persona interessata.";
    assert_eq!((nobody.status, told(&nobody.json)), (422, said("/on_behalf_of", alone)));
    // A question that is not asked has no answer, whatever the client says.
    let mut unasked = permit(&commune, "resident", &["AB123CD"]);
    unasked["permit"]["months"] = json!(3);
    let case = draft(&citizen, "cesena", "ztl-permit", &unasked);
    assert_eq!(refused(&citizen, &case), said("/answers/permit/months", UNASKED));
}

#[test]
fn what_a_certificate_or_an_access_lacks_is_said_in_words() {
    let world = world();
    let commune = COMMUNES[0];
    let (citizen, officer) = (world.citizen("cesena", &commune.citizen), world.staff("cesena", "case_officer"));
    let mut exempt = certificate(&commune, "residence");
    exempt["certificate"]["stamp"] = json!("exempt");
    exempt["certificate"]["exemption"] = json!("court");
    let case = draft(&citizen, "cesena", "registry-certificate", &exempt);
    assert_eq!(refused(&citizen, &case), said("/answers/certificate/norm", REQUIRED));
    exempt["certificate"]["norm"] = json!("x");
    let short = said("/answers/certificate/norm", "Il testo è troppo corto: scrivi almeno 5 caratteri.");
    assert_eq!(not_begun(&citizen, "registry-certificate", &exempt), short);
    let mut paid = certificate(&commune, "residence");
    paid["certificate"]["norm"] = json!("Legge 184/1983, art. 82");
    let case = draft(&citizen, "cesena", "registry-certificate", &paid);
    assert_eq!(refused(&citizen, &case), said("/answers/certificate/norm", UNASKED));

    let mut files = access();
    files["applicant"] = commune.citizen.applicant();
    files["access"]["interest"] = json!("Curiosità.");
    let short = said("/answers/access/interest", "Il testo è troppo corto: scrivi almeno 60 caratteri.");
    assert_eq!(not_begun(&citizen, "building-files-access", &files), short);
    files["access"].as_object_mut().unwrap().remove("interest");
    files["property"]["parcel"].as_object_mut().unwrap().remove("sheet");
    let case = draft(&citizen, "cesena", "building-files-access", &files);
    let missing = [said("/answers/access/interest", REQUIRED), said("/answers/property/parcel/sheet", REQUIRED)].concat();
    assert_eq!(refused(&citizen, &case), missing);
    let interest = access()["access"]["interest"].clone();
    answer(&citizen, &case, &json!({"access": {"interest": interest}, "property": {"parcel": {"sheet": "126"}}}));
    submit(&citizen, &case);
    take(&officer, &case, "take-charge", &json!({}));
    take(&officer, &case, "no-third-parties", &json!({}));
    let grant = |data: Value| {
        let refused = officer.post_on(&case, &format!("{case}/transitions"), &json!({"transition": "grant", "data": data}));
        assert_eq!(refused.problem(422), "invalid_answers");
        told(&refused.json)
    };
    let reasons = "L'interesse è diretto e concreto.";
    let days = grant(json!({"reasons": reasons, "where": "Archivio", "days": 14}));
    assert_eq!(days, said("/data/days", "Il valore è troppo basso: il minimo è 15."));
    assert_eq!(grant(json!({"where": "Archivio", "days": 15})), said("/data/reasons", REQUIRED));
    let short = grant(json!({"reasons": "Sì.", "where": "Archivio", "days": 15}));
    assert_eq!(short, said("/data/reasons", "Il testo è troppo corto: scrivi almeno 20 caratteri."));
}

#[test]
fn a_file_is_what_its_bytes_show_and_its_name_is_made_harmless() {
    let world = world();
    let commune = COMMUNES[0];
    let citizen = world.citizen("cesena", &commune.citizen);
    let case = draft(&citizen, "cesena", "ztl-permit", &permit(&commune, "tenant", &["AB123CD"]));
    let wrong = citizen.upload(&case, "contract", "contratto.pdf", "application/pdf", PNG);
    assert_eq!(wrong.problem(422), "document_refused");
    assert_eq!(told(&wrong.json), said("/file", "Il file è dichiarato application/pdf, ma il contenuto è di un altro tipo."));
    let kept = citizen.upload(&case, "contract", "..\\..\\etc/contra\ttto.pdf", "application/pdf", PDF).expect(201);
    assert_eq!(kept["name"], "contratto.pdf");
    assert_eq!(citizen.get(&format!("{case}/documents")).expect(200)["items"].as_array().unwrap().len(), 1, "the refused one left nothing");
}

/// The drawings of the page are the product's own; to renew one, copy what `GET services/{service}/workflow` answers as Mermaid.
#[test]
fn the_page_draws_each_procedure_as_the_product_does() {
    let world = world();
    let page = std::fs::read_to_string(sportello_tests::repository().join("docs/procedures.md")).unwrap();
    let mut drawn = Vec::new();
    for chapter in page.split("\n## ").skip(1) {
        let service = chapter.lines().next().unwrap().rsplit('`').nth(1).unwrap();
        let shown = chapter.split("```mermaid\n").nth(1).unwrap().split("\n```").next().unwrap();
        let path = format!("/v1/tenants/cesena/services/{service}/workflow");
        let nobody = world.nobody().in_english();
        let reply = nobody.send(nobody.request("GET", &path).header("accept", "text/vnd.mermaid"));
        assert_eq!(String::from_utf8_lossy(&reply.bytes).trim_end(), shown, "{service}: renew its drawing in docs/procedures.md");
        drawn.push(service);
    }
    drawn.sort_unstable();
    let all = [
        "building-files-access",
        "civil-status-certificate",
        "land-registry-extract",
        "pink-badge",
        "registry-certificate",
        "ztl-day-ticket",
        "ztl-permit",
    ];
    assert_eq!(drawn, all);
}
