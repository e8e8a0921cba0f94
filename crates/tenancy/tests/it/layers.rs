//! Layers: what wins, what is shared, what is explained.

use std::sync::Arc;

use sportello_domain::money::Money;
use sportello_domain::tenant::Tenant;
use sportello_domain::text::Language;
use sportello_tenancy::problem::Problem;
use sportello_tenancy::{Installation, explain, load_beside};

use crate::common::Fixture;

#[test]
fn each_field_comes_from_the_last_layer_that_wrote_it() {
    let fixture = Fixture::new();
    fixture.write(
        "santarcangelo/services/pink-badge.yaml",
        concat!(
            "format: 1\nterm_days: 20\nfees:\n  issue: {amount: \"3.00\", reason: delibera GC 12/2026, changes: {2026-07-01: {amount: \"4.00\"}}}\n",
            "documents: {certificate: {excluded: true}}\nchannels: {desk: false, phone: true}\n",
            "form: {sections: {request: {fields: {reason: {new: true, after: kind, type: text, title: {it: Motivo, en: Reason}}}}}}\n",
        ),
    );
    let installation = fixture.load();
    let san = installation.tenants["santarcangelo"].tenant.clone().unwrap();
    let service = &san.service("pink-badge").unwrap().service;
    assert_eq!(service.term_days.value, 20);
    assert_eq!(service.fees["issue"].amount, "3.00".parse::<Money>().unwrap());
    assert_eq!(service.fees["issue"].title.it.as_ref(), "Rilascio", "what is not overridden is inherited");
    assert_eq!(service.fees["issue"].reason.as_deref(), Some("delibera GC 12/2026"));
    assert_eq!(service.fees["issue"].amount_on(jiff::civil::date(2026, 7, 1)), "4.00".parse::<Money>().unwrap());
    assert!(service.documents.is_empty());
    let channels: Vec<_> = service.channels.iter().map(|(channel, open)| (channel.id(), *open)).collect();
    assert_eq!(channels, [("online", true), ("desk", false), ("phone", true)]);
    let fields: Vec<&str> = service.form.sections["request"].fields.keys().map(AsRef::as_ref).collect();
    assert_eq!(fields, ["kind", "note", "reason"]);
    assert_eq!(service.form.sections.keys().map(AsRef::as_ref).collect::<Vec<_>>(), ["request", "applicant"]);
    assert_eq!(service.form.sections["applicant"].fields.len(), 2, "sections of the library are put in place");
    // The overlay of the union reaches its commune, and only it.
    assert_eq!(san.service("day-ticket").unwrap().service.how.it.as_ref(), "Online o in valle");
    let cesena = installation.tenants["cesena"].tenant.clone().unwrap();
    assert_eq!(cesena.service("day-ticket").unwrap().service.how.it.as_ref(), "Online");
    assert_eq!(cesena.service("pink-badge").unwrap().service.term_days.value, 30);
    assert_eq!(cesena.service("pink-badge").unwrap().service.term_days.source.as_deref(), Some("L. 241/1990"));
    assert_eq!(san.branding.colors["background"].as_ref(), "#FFFFFF", "the platform says where nobody else does");
}

#[test]
fn placeholders_are_filled_with_each_bodys_own() {
    let installation = Fixture::new().load();
    let service = |tenant: &str| installation.tenants[tenant].tenant.clone().unwrap().service("pink-badge").unwrap().service.clone();
    assert_eq!(service("santarcangelo").how.it.as_ref(), "Chiama 0541 111113");
    assert_eq!(service("cesena").how.en.as_deref(), Some("Call 0541 111111"));
    assert_eq!(service("cesena").outcome.it.as_ref(), "Un contrassegno valido 12 mesi");
    let template = installation.tenants["cesena"].tenant.clone().unwrap().templates["outcome"].clone();
    assert_eq!(template.body.it.as_ref(), "Ente Cesena ha deciso. {{office.phone}}", "the office is known when the message is sent");
}

#[test]
fn a_value_is_explained_with_its_history() {
    let fixture = Fixture::new();
    let shown = |document: &str, path: &str| {
        let found = explain(&fixture.dir, "santarcangelo", document, path).unwrap();
        found.text(Language::It).replace(&*fixture.dir.to_string_lossy(), "tenants")
    };
    insta::assert_snapshot!(shown("services/pink-badge", "term_days"));
    insta::assert_snapshot!(shown("services/day-ticket", "how.it"));
    insta::assert_snapshot!(shown("services/pink-badge", "fees.stamp-duty.amount"));
    insta::assert_snapshot!(shown("branding", "colors.primary"));
    insta::assert_snapshot!(shown("parameters", "parameters.badge-months"));
    fixture
        .write("santarcangelo/services/pink-badge.yaml", "format: 1\ndocuments: {certificate: {excluded: true, reason: non serve qui}}\n");
    insta::assert_snapshot!(shown("services/pink-badge", "documents.certificate"));
    // A map is what each layer wrote of it; a default that is repeated is the tenant's own.
    fixture.edit("santarcangelo/branding.yaml", "colors: {primary: \"#003366\"}", "colors: {primary: \"#003366\", text: \"#17324D\"}");
    insta::assert_snapshot!("explained_map", shown("branding", "colors"));
    insta::assert_snapshot!("explained_default", shown("branding", "colors.text"));
    assert_eq!(fixture.problems("santarcangelo", Language::It), "");
    let wrong = explain(&fixture.dir, "santarcangelo", "services/pink-badge", "fees.isue.amount").unwrap_err();
    assert_eq!(wrong.remedy(Language::It), "forse intendevi 'issue'?");
    let wrong = explain(&fixture.dir, "santarcangello", "services/pink-badge", "title").unwrap_err();
    assert_eq!(wrong.remedy(Language::It), "forse intendevi 'santarcangelo'?");
}

#[test]
fn a_broken_tenant_stops_nobody_else() {
    let fixture = Fixture::new();
    fixture.write("santarcangelo/services/pink-badge.yaml", "format: 1\nterm_days: 90\n");
    let installation = fixture.load();
    assert!(installation.tenants["santarcangelo"].tenant.is_none());
    assert!(installation.tenants["santarcangelo"].id.is_some());
    assert!(installation.tenants["cesena"].tenant.is_some());
    assert!(installation.tenants["unione-valmarecchia"].tenant.is_some());
}

#[test]
fn a_broken_catalogue_breaks_those_who_inherit_it() {
    let fixture = Fixture::new();
    fixture.edit("unione-valmarecchia/catalogue/2026.1/services/day-ticket.yaml", "in valle", "in città");
    let installation = fixture.load();
    assert!(installation.tenants["cesena"].tenant.is_some());
    assert!(installation.tenants["santarcangelo"].tenant.is_none());
    let codes: Vec<&str> = installation.tenants["santarcangelo"].problems.iter().map(Problem::code).collect();
    assert_eq!(codes, ["parent_broken", "release_file_changed"]);
}

/// A folder that copies Cesena's and sorts before it.
fn copied() -> Fixture {
    let fixture = Fixture::new();
    for file in [
        "tenant.yaml",
        "identity.yaml",
        "offices.yaml",
        "branding.yaml",
        "logo.svg",
        "keys.json",
        "parameters.yaml",
        "desk.yaml",
        "lock.yaml",
    ] {
        fixture.write(&format!("aaa/{file}"), &fixture.read(&format!("cesena/{file}")));
    }
    fixture.edit("aaa/tenant.yaml", "slug: cesena", "slug: aaa");
    fixture
}

fn said(installation: &Installation, tenant: &str) -> Vec<String> {
    installation.tenants[tenant].problems.iter().map(|problem| problem.text(Language::En)).collect()
}

const TAKEN: [&str; 3] = [
    "the pair of issuer and audience 'https://id.cesena.example + cesena' is already in use: cesena",
    "the code 'CES' is already in use: cesena",
    "the domain 'sportello.cesena.example' is already in use: cesena",
];

#[test]
fn a_newcomer_cannot_take_what_others_have() {
    let fixture = copied();
    // The folder sorts first, but the id is younger.
    fixture.edit("aaa/tenant.yaml", "000000000001", "000000000009");
    let installation = fixture.load();
    assert!(installation.tenants["cesena"].tenant.is_some());
    assert!(installation.tenants["aaa"].tenant.is_none());
    assert_eq!(said(&installation, "aaa"), TAKEN);
}

#[test]
fn a_newcomer_cannot_take_what_a_broken_body_has() {
    let fixture = copied();
    fixture.edit("aaa/tenant.yaml", "000000000001", "000000000009");
    let good = fixture.load().tenants["cesena"].tenant.clone().unwrap();
    // Its files still say who it is.
    fixture.write("cesena/branding.yaml", "format: 1\ncolours: {}\n");
    let installation = fixture.load();
    assert!(installation.tenants["cesena"].tenant.is_none());
    assert!(installation.tenants["aaa"].tenant.is_none());
    assert_eq!(said(&installation, "aaa"), TAKEN);
    // They say nothing any more: it goes on as it was, and so do its claims.
    fixture.write("cesena/tenant.yaml", "nothing: {\n");
    let beside = |slug: &str| (slug == "cesena").then(|| Arc::clone(&good));
    let installation = load_beside(&fixture.dir, &beside).unwrap();
    assert!(installation.tenants["aaa"].tenant.is_none());
    assert_eq!(said(&installation, "aaa"), TAKEN);
}

#[test]
fn who_was_served_before_keeps_its_id() {
    let fixture = copied();
    let good = fixture.load().tenants["aaa"].tenant.clone();
    assert!(good.is_some(), "among newcomers the first folder wins");
    let good = Arc::new(Tenant { slug: "cesena".into(), ..Tenant::clone(&good.unwrap()) });
    let beside = |slug: &str| (slug == "cesena").then(|| Arc::clone(&good));
    for broken in [None, Some("cesena/calendar.yaml"), Some("cesena/tenant.yaml")] {
        if let Some(file) = broken {
            fixture.write(file, "format: 1\nbroken: true\n");
        }
        let installation = load_beside(&fixture.dir, &beside).unwrap();
        assert!(installation.tenants["aaa"].tenant.is_none(), "{broken:?}");
        let id = "the id '0197a3c2-0000-7000-8000-000000000001' is already in use: cesena".to_owned();
        assert!(said(&installation, "aaa").contains(&id), "{:?}", said(&installation, "aaa"));
    }
}

#[test]
fn the_hash_tells_change_from_no_change() {
    let fixture = Fixture::new();
    let hash = || fixture.load().tenants["santarcangelo"].tenant.clone().unwrap().hash.clone();
    let before = hash();
    assert_eq!(before, hash());
    fixture.write("santarcangelo/README.md", "notes");
    assert_eq!(before, hash(), "notes are no configuration");
    fixture.write("santarcangelo/services/pink-badge.yaml", "format: 1\nterm_days: 19\n");
    assert_ne!(before, hash());
}

#[test]
fn the_last_good_state_is_kept() {
    let fixture = Fixture::new();
    let data = tempfile::tempdir().unwrap();
    let tenant = fixture.load().tenants["santarcangelo"].tenant.clone().unwrap();
    assert!(sportello_tenancy::snapshot::read(data.path(), "santarcangelo").is_none());
    sportello_tenancy::snapshot::save(data.path(), &tenant).unwrap();
    let kept = sportello_tenancy::snapshot::read(data.path(), "santarcangelo").unwrap();
    assert_eq!(serde_json::to_value(&*tenant).unwrap(), serde_json::to_value(&kept).unwrap());
    let service = tenant.service("pink-badge").unwrap();
    assert_eq!(kept.service("pink-badge").unwrap().definition.freeze().unwrap().1, service.definition_hash.as_ref());
    std::fs::write(data.path().join("santarcangelo.json"), "{").unwrap();
    assert!(sportello_tenancy::snapshot::read(data.path(), "santarcangelo").is_none(), "a damaged snapshot is none");
}

#[test]
fn a_step_that_the_catalogue_offers_is_put_where_the_body_wants_it() {
    let fixture = Fixture::unpublished();
    fixture.append(
        "cesena/catalogue/draft/workflows/simple.yaml",
        "points: {after-examination: {offers: {committee-opinion: true, nobody-wrote-it: true}}}\n",
    );
    fixture.write(
        "cesena/catalogue/draft/steps/committee-opinion.yaml",
        "format: 1\ntitle: {it: Parere, en: Opinion}\ndone: {it: Parere acquisito, en: Opinion received}\nstates:\n  \
         committee: {title: {it: In commissione, en: In committee}, status: in_progress}\ntransitions:\n  \
         ask-committee: {title: {it: Chiedi, en: Ask}, from: {point: true}, to: committee, by: {case_officer: true}}\n  \
         committee-says: {title: {it: Esprimi, en: Say}, from: {committee: true}, to: done, by: {case_officer: true}}\n",
    );
    fixture.publish_all("2026.1");
    let starts = |tenant: &str| {
        let tenant = fixture.load().tenants[tenant].tenant.clone().unwrap();
        let workflow = &tenant.service("pink-badge").unwrap().definition.workflow;
        workflow.transitions["grant"].from.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(starts("santarcangelo"), ["examination"]);
    fixture.write("santarcangelo/services/pink-badge.yaml", "format: 1\nworkflow_points: {after-examination: {use: committee-opinion}}\n");
    assert_eq!(fixture.problems("santarcangelo", Language::It), "");
    assert_eq!(starts("santarcangelo"), ["after-examination"]);
    assert_eq!(starts("cesena"), ["examination"]);
    fixture.write("santarcangelo/services/pink-badge.yaml", "format: 1\nworkflow_points: {after-examination: {use: commitee-opinion}}\n");
    let said = fixture.problems("santarcangelo", Language::It);
    assert!(said.contains("il passo 'commitee-opinion' non esiste") && said.contains("forse intendevi 'committee-opinion'?"), "{said}");
    fixture.write("santarcangelo/services/pink-badge.yaml", "format: 1\nworkflow_points: {after-examination: {use: nobody-wrote-it}}\n");
    let said = fixture.problems("santarcangelo", Language::It);
    assert!(said.contains("il passo 'nobody-wrote-it' non esiste"), "{said}");
}

#[test]
fn an_own_service_and_a_suspended_one() {
    let fixture = Fixture::new();
    let sheet = fixture.read("cesena/catalogue/draft/services/day-ticket.yaml");
    fixture.write("santarcangelo/own-services/loc-bees.yaml", &sheet);
    fixture.edit("santarcangelo/tenant.yaml", "day-ticket: true", "day-ticket: false, loc-bees: true");
    assert_eq!(fixture.problems("santarcangelo", Language::It), "");
    let tenant = fixture.load().tenants["santarcangelo"].tenant.clone().unwrap();
    assert_eq!(tenant.services.keys().map(AsRef::as_ref).collect::<Vec<_>>(), ["pink-badge", "loc-bees"]);
    assert_eq!(tenant.service("loc-bees").unwrap().service.version, None);
    assert_eq!(tenant.service("pink-badge").unwrap().service.version.as_deref(), Some("1.0.0"));
}
