//! The mistakes that people make in `tenants/`, each with the message that they get, in Italian, with file, line and column.
//! The messages are in `snapshots/`; a change of one is a diff that a person reads.

use crate::common::Fixture;
use sportello_domain::text::Language;

type Slip = (&'static str, fn(&Fixture));

const PINK: &str = "santarcangelo/services/pink-badge.yaml";

const SLIPS: &[Slip] = &[
    ("unknown_key", |f| f.write(PINK, "format: 1\ntarife: {issue: {amount: \"3.00\"}}\n")),
    ("unknown_key_without_idea", |f| f.append("santarcangelo/tenant.yaml", "population: 22000\n")),
    ("unknown_entry", |f| f.write(PINK, "format: 1\nfees:\n  isue: {amount: \"3.00\"}\n")),
    ("unknown_entry_without_idea", |f| f.write(PINK, "format: 1\ndocuments:\n  zzz: {required: true}\n")),
    ("unknown_service_file", |f| f.write("santarcangelo/services/pink-bage.yaml", "format: 1\nterm_days: 3\n")),
    ("missing_translation", |f| {
        f.write(
            PINK,
            "format: 1\nform:\n  sections:\n    request:\n      fields:\n        reason: {new: true, type: text, title: {it: Motivo}}\n",
        );
    }),
    ("missing_italian", |f| f.edit("santarcangelo/offices.yaml", "{it: Polizia locale, en: Local police}", "{en: Local police}")),
    ("unknown_service_activated", |f| f.edit("santarcangelo/tenant.yaml", "pink-badge: true", "pink-bagde: true")),
    ("locked_value", |f| f.write(PINK, "format: 1\nfees:\n  stamp-duty: {amount: \"1.00\"}\n")),
    ("locked_by_the_platform", |f| f.write(PINK, "format: 1\ncategory: tourism\n")),
    ("locked_removal", |f| f.write(PINK, "format: 1\nform: {sections: {request: {fields: {kind: {excluded: true}}}}}\n")),
    ("longer_term", |f| f.write(PINK, "format: 1\nterm_days: 45\n")),
    ("outside_bounds", |f| f.write(PINK, "format: 1\nfees: {issue: {amount: \"25.00\"}}\n")),
    ("not_new", |f| f.write(PINK, "format: 1\nfees: {issue: {new: true, title: {it: A, en: A}, amount: \"1.00\"}}\n")),
    ("unbound_role", |f| f.edit("santarcangelo/offices.yaml", "    role: mobility\n", "")),
    ("unknown_role", |f| f.edit("santarcangelo/offices.yaml", "role: mobility", "role: mobilty")),
    ("keys_unprotected", |f| {
        f.edit("santarcangelo/identity.yaml", "{file: keys.json}", "{url: \"http://127.0.0.1.example.org/keys\"}");
    }),
    ("tab", |f| f.write(PINK, "format: 1\nfees:\n\tissue: {amount: \"3.00\"}\n")),
    ("duplicate_key", |f| f.append(PINK, "term_days: 15\n")),
    ("list", |f| f.write(PINK, "format: 1\nchannels:\n  - online\n  - desk\n")),
    ("cut_by_hash", |f| f.write(PINK, "format: 1\nhow:\n  it: Vai allo sportello #1 in centro\n  en: Go to desk one\n")),
    ("cut_by_hash_in_braces", |f| f.write(PINK, "format: 1\nhow: {it: Vai allo sportello #1, en: Go to desk 1}\n")),
    ("smart_quotes", |f| f.write(PINK, "format: 1\ntitle: {it: “Bollino”, en: Badge}\n")),
    ("wrong_type", |f| f.write(PINK, "format: 1\nterm_days: venti\nassurance_level: \"2\"\nfees: gratis\n")),
    ("wrong_boolean", |f| f.edit("santarcangelo/tenant.yaml", "day-ticket: true", "day-ticket: si")),
    ("text_without_language", |f| f.write(PINK, "format: 1\nhow: Vieni allo sportello\n")),
    ("null", |f| f.write(PINK, "format: 1\nfees:\n  issue:\n    amount:\n")),
    ("colon_in_text", |f| f.write(PINK, "format: 1\nhow:\n  it: Attenzione: chiuso: lunedì\n")),
    ("wrong_dedent", |f| f.write(PINK, "format: 1\nhow:\n    it: A\n  en: B\n")),
    ("changed_release", |f| f.edit("cesena/catalogue/2026.1/services/pink-badge.yaml", "value: 30", "value: 60")),
    ("extra_and_missing_in_release", |f| {
        f.write("cesena/catalogue/2026.1/services/extra.yaml", "format: 1\n");
        f.remove("cesena/catalogue/2026.1/templates/outcome.yaml");
    }),
    ("missing_parameter", |f| f.write("santarcangelo/parameters.yaml", "format: 1\nparameters: {}\n")),
    ("parameter_out_of_bounds", |f| f.edit("santarcangelo/parameters.yaml", "value: 12", "value: 36")),
    ("unknown_parameter", |f| f.append("santarcangelo/parameters.yaml", "  badge-month: 3\n")),
    ("overlapping_hours", |f| f.edit("santarcangelo/desk.yaml", "15:00: 17:30", "12:30: 17:30")),
    ("hours_backwards", |f| f.edit("santarcangelo/desk.yaml", "15:00: 17:30", "17:30: 15:00")),
    ("unknown_adapter", |f| f.write("santarcangelo/registers.yaml", "format: 1\npopulation: {adapter: anpr}\nlands: {adapter: manual}\n")),
    ("demo_adapter", |f| f.write("santarcangelo/registers.yaml", "format: 1\npopulation: {adapter: demo}\npayments: {adapter: manual}\n")),
    ("low_contrast", |f| f.edit("santarcangelo/branding.yaml", "#003366", "#7AB800")),
    ("unverified", |f| f.edit("santarcangelo/parameters.yaml", "delibera 1/2026", "unverified")),
    ("long_summary", |f| {
        f.write(PINK, &format!("format: 1\nsummary: {{it: {}, en: short}}\n", "a".repeat(161)));
    }),
    ("unknown_placeholder", |f| f.write(PINK, "format: 1\nhow: {it: \"Chiama {{office.fone}}\", en: \"Call\"}\n")),
    ("empty_placeholder", |f| f.edit("santarcangelo/offices.yaml", "    phone: 0541 111113\n", "")),
    ("template_with_what_an_office_does_not_have", |f| {
        f.write(
            "santarcangelo/templates/outcome.yaml",
            "format: 1\nbody: {it: \"Firmato {{office.head}}\", en: \"Signed {{office.head}}\"}\n",
        );
    }),
    ("template_with_what_no_case_has", |f| {
        f.write("santarcangelo/templates/outcome.yaml", "format: 1\nbody: {it: \"{{case.note}}\", en: \"{{case.code}}\"}\n");
    }),
    ("office_in_branding", |f| {
        f.append("santarcangelo/branding.yaml", "texts: {greeting: {it: \"{{office.name}}\", en: \"{{tenant.name}}\"}}\n");
    }),
    ("condition_on_nothing", |f| f.write(PINK, "format: 1\nfees: {issue: {when: answers.request.kid == \"copy\"}}\n")),
    ("condition_on_an_unknown_document", |f| f.write(PINK, "format: 1\nfees: {issue: {when: documents.certficate > 0}}\n")),
    ("condition_on_an_unknown_parameter", |f| f.write(PINK, "format: 1\nfees: {issue: {when: 'parameters[\"grace-day\"] > 3'}}\n")),
    ("expression_with_an_unknown_function", |f| {
        f.write(PINK, "format: 1\nfees: {issue: {when: 'day_between(today, today) > 3'}}\n");
    }),
    ("limit_over_an_unknown_field", |f| {
        f.write(
            PINK,
            "format: 1\nlimits: {often: {new: true, count: 3, per: month, key: answers.request.plate, refusal: {it: Basta, en: Enough}}}\n",
        );
    }),
    ("limit_out_of_bounds", |f| {
        f.write(PINK, "format: 1\nlimits: {often: {new: true, count: 0, per: week, key: answers.request.kind}}\n");
    }),
    ("document_larger_than_the_server_takes", |f| f.write(PINK, "format: 1\ndocuments: {certificate: {max_mb: 21}}\n")),
    ("limit_without_a_refusal", |f| {
        f.write(PINK, "format: 1\nlimits: {often: {new: true, count: 3, per: month, key: answers.request.kind}}\n");
    }),
    ("check_at_nothing", |f| {
        f.write(
            PINK,
            "format: 1\nchecks:\n  kind: {new: true, holds: answers.request.kind == \"first\", refusal: {it: No, en: No}, at: request.kind}\n  \
             note: {new: true, holds: answers.request.note != \"\", refusal: {it: No, en: No}, at: answers.request.nota}\n",
        );
    }),
    ("check_of_a_section_at_nothing", |f| {
        f.write(
            PINK,
            "format: 1\nform:\n  sections:\n    applicant:\n      checks:\n        code:\n          new: true\n          \
             holds: same_tax_code(answers.applicant[\"tax-code\"], applicant.tax_code) && same_taxcode(\"\", \"\")\n          \
             at: answers.applicant.taxcode\n          refusal: {it: No, en: No}\n",
        );
    }),
    ("computed_attachment_and_group_in_a_group", |f| {
        f.write(
            PINK,
            "format: 1\nform:\n  sections:\n    request:\n      fields:\n        total: {new: true, type: attachment, title: {it: A, en: A}, computed: 1 + 1}\n        \
             list:\n          new: true\n          type: group\n          title: {it: A, en: A}\n          fields: {inner: {type: group, title: {it: A, en: A}, fields: {x: {type: text, title: {it: A, en: A}}}}}\n",
        );
    }),
    ("bad_pattern", |f| f.write(PINK, "format: 1\nform: {sections: {request: {fields: {note: {pattern: '[0-9'}}}}}\n")),
    ("condition_with_hyphen", |f| f.write(PINK, "format: 1\nfees: {issue: {when: answers.applicant.tax-code != \"\"}}\n")),
    ("condition_that_does_not_parse", |f| f.write(PINK, "format: 1\nfees: {issue: {when: answers.request.kind ==}}\n")),
    ("stale_lock", |f| f.edit("santarcangelo/lock.yaml", "version: 1.0.0", "version: 0.9.0")),
    ("no_lock", |f| f.remove("santarcangelo/lock.yaml")),
    ("unknown_parent", |f| f.edit("santarcangelo/tenant.yaml", "inherits: unione-valmarecchia", "inherits: unione-rubicone")),
    ("closure_backwards", |f| f.edit("santarcangelo/calendar.yaml", "to: 2026-08-16", "to: 2026-08-01")),
    ("impossible_date", |f| f.edit("santarcangelo/calendar.yaml", "2026-08-16", "2026-02-30")),
    ("unexpected_file", |f| f.write("santarcangelo/brandig.yaml", "format: 1\n")),
    ("wrong_ending", |f| f.write("santarcangelo/services/day-ticket.yml", "format: 1\n")),
    ("newer_format", |f| f.edit(PINK, "format: 1", "format: 2")),
    ("id_of_another_version", |f| f.edit("santarcangelo/tenant.yaml", "-7000-8000-", "-4000-8000-")),
    ("release_that_is_gone", |f| {
        f.remove_folder("unione-valmarecchia/catalogue/2026.1");
    }),
    ("followed_by_itself", |f| f.edit("santarcangelo/tenant.yaml", "follow: manual", "follow: stable")),
    ("slug_differs", |f| f.edit("santarcangelo/tenant.yaml", "slug: santarcangelo", "slug: santarcangelo-di-romagna")),
    ("same_domain", |f| f.edit("santarcangelo/tenant.yaml", "sportello.santarcangelo.example", "sportello.cesena.example")),
    ("own_service_named_badly", |f| f.write("santarcangelo/own-services/bees.yaml", "format: 1\n")),
    ("script_in_logo", |f| f.write("santarcangelo/logo.svg", "<svg><script>alert(1)</script></svg>")),
    ("anchor", |f| f.write(PINK, "format: 1\nterm_days: &days 20\n")),
    ("after_nothing", |f| {
        f.write(
            PINK,
            "format: 1\nform: {sections: {request: {fields: {reason: {new: true, after: kinds, type: text, title: {it: A, en: B}}}}}}\n",
        );
    }),
    ("role_twice", |f| {
        f.append("santarcangelo/offices.yaml", "  other:\n    name: {it: Altro, en: Other}\n    role: mobility\n    parent: polce\n");
    }),
    ("own_policy_kind", |f| f.write("santarcangelo/policies.yaml", "format: 1\npolicies: {}\n")),
    ("section_that_is_not_there", |f| {
        f.write(PINK, "format: 1\nform: {sections: {mandate: {new: true, use: delegate}}}\n");
    }),
    ("suspended_without_reason", |f| f.write(PINK, "format: 1\nstatus: suspended\n")),
    ("workflow_role_misspelt", |f| {
        f.write("santarcangelo/workflows/simple.yaml", "format: 1\ntransitions:\n  grant:\n    by: {case_oficer: true}\n");
    }),
    ("workflow_step_that_is_not_offered", |f| {
        with_points(f);
        f.write(PINK, "format: 1\nworkflow_points: {after-examination: {new: true, use: comittee-opinion}}\n");
    }),
    ("workflow_point_that_is_not_there", |f| {
        with_points(f);
        f.write(PINK, "format: 1\nworkflow_points: {after-exam: {new: true, use: committee-opinion}}\n");
    }),
    ("notice_without_its_template", |f| {
        f.write("santarcangelo/workflows/simple.yaml", "format: 1\ntransitions:\n  grant:\n    notify: {applicant: outcomes}\n");
    }),
    ("transition_on_a_field_that_is_not_there", |f| {
        f.append("cesena/catalogue/draft/policies.yaml", "  workflows.*.transitions: free\n");
        f.publish_all("2026.2");
        f.write("santarcangelo/workflows/simple.yaml", "format: 1\ntransitions: {grant: {when: answers.request.kid == \"copy\"}}\n");
    }),
    ("only_one_language_changed", |f| f.write(PINK, "format: 1\nhow: {it: Vieni allo sportello}\n")),
    ("only_english_changed", |f| f.write(PINK, "format: 1\nhow: {en: Come to the desk}\n")),
    ("everything_at_once", |f| {
        f.write(PINK, "format: 1\ntitolo: {it: A}\nterm_days: 90\nchannels: [online]\n");
        f.edit("santarcangelo/branding.yaml", "#003366", "blue");
        f.edit("santarcangelo/tenant.yaml", "code: SAN", "code: san");
    }),
];

/// Cesena publishes a workflow into which a step may be inserted.
fn with_points(f: &Fixture) {
    f.append("cesena/catalogue/draft/workflows/simple.yaml", "points: {after-examination: {offers: {committee-opinion: true}}}\n");
    f.publish_all("2026.2");
}

#[test]
fn who_speaks_italian_alone_need_not_write_english() {
    let fixture = Fixture::new();
    fixture.write(PINK, "format: 1\nhow: {it: Vieni allo sportello}\n");
    fixture.edit("santarcangelo/tenant.yaml", "languages: {it: true, en: true}", "languages: {it: true}");
    assert_eq!(fixture.problems("santarcangelo", Language::It), "");
    // A language that is right as it is may be repeated: that is no line too many.
    let fixture = Fixture::new();
    let upstream = fixture.load().tenants["cesena"].tenant.clone().unwrap();
    let english = upstream.service("day-ticket").unwrap().service.audience.en.clone().unwrap();
    fixture.write("santarcangelo/services/day-ticket.yaml", &format!("format: 1\naudience: {{it: A chiunque, en: \"{english}\"}}\n"));
    assert_eq!(fixture.problems("santarcangelo", Language::It), "");
}

/// Programs tell them apart by their code.
#[test]
fn mistakes_in_workflows_have_their_code() {
    for (name, code) in [
        ("workflow_role_misspelt", "not_one_of"),
        ("workflow_step_that_is_not_offered", "unknown_reference"),
        ("workflow_point_that_is_not_there", "unknown_reference"),
        ("notice_without_its_template", "unknown_reference"),
        ("transition_on_a_field_that_is_not_there", "bad_condition"),
    ] {
        let fixture = Fixture::new();
        let (_, slip) = SLIPS.iter().find(|(known, _)| *known == name).unwrap();
        slip(&fixture);
        assert_eq!(fixture.codes("santarcangelo").first(), Some(&code), "{name}");
    }
}

#[test]
fn mistakes_have_their_message() {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, slip) in SLIPS {
            let fixture = Fixture::new();
            slip(&fixture);
            insta::assert_snapshot!(*name, fixture.problems("santarcangelo", Language::It));
        }
    });
}

/// The bodies of this repository are held to the same.
#[test]
fn the_committed_tenants_are_without_errors() {
    let tenants = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tenants");
    let problems = sportello_tenancy::check(&tenants, None).unwrap();
    let found: Vec<_> = problems.into_iter().filter(|problem| problem.severity() != sportello_tenancy::problem::Severity::Note).collect();
    assert!(found.is_empty(), "{}", sportello_tenancy::problem::to_text(&found, Language::It));
}

#[test]
fn the_fixture_is_without_fault() {
    let fixture = Fixture::new();
    for tenant in ["cesena", "unione-valmarecchia", "santarcangelo"] {
        assert_eq!(fixture.problems(tenant, Language::It), "", "{tenant}");
    }
}

#[test]
fn values_that_look_like_something_else_are_texts() {
    let fixture = Fixture::new();
    fixture.write(PINK, "format: 1\nterm_days: 020\nneeds: {it: NO, en: 08:30}\n");
    assert_eq!(fixture.problems("santarcangelo", Language::It), "");
    let tenant = fixture.load().tenants["santarcangelo"].tenant.clone().unwrap();
    let service = &tenant.service("pink-badge").unwrap().service;
    assert_eq!((service.needs.it.as_ref(), service.needs.en.as_deref()), ("NO", Some("08:30")));
    assert_eq!(service.term_days.value, 20);
    let address = tenant.locations["town-hall"].address.as_ref().unwrap();
    assert_eq!(address.postal_code.as_deref(), Some("04782"));
    assert_eq!(tenant.locations["town-hall"].hours["always"].value.week["mon"]["08:30"].as_ref(), "13:00");
}

#[test]
fn a_symbolic_link_is_refused() {
    let fixture = Fixture::new();
    fixture.remove("santarcangelo/calendar.yaml");
    std::os::unix::fs::symlink("../cesena/calendar.yaml", fixture.dir.join("santarcangelo/calendar.yaml")).unwrap();
    assert_eq!(fixture.codes("santarcangelo"), ["symbolic_link"]);
}

#[test]
fn programs_get_the_same_as_people() {
    let fixture = Fixture::new();
    fixture.write(PINK, "format: 1\nterm_days: 45\n");
    let problems = sportello_tenancy::check(&fixture.dir, Some("santarcangelo")).unwrap();
    let json = sportello_tenancy::problem::to_json(&problems, Language::En).to_string();
    let json: serde_json::Value = serde_json::from_str(&json.replace(&*fixture.dir.to_string_lossy(), "tenants")).unwrap();
    insta::assert_json_snapshot!(json);
    let summary = sportello_tenancy::problem::Summary::of(&problems);
    assert!(summary.failed(false));
    assert_eq!(summary.line(Language::It), "errori: 1, avvisi: 0, note: 0");
}

#[test]
fn warnings_count_only_when_asked_to() {
    let fixture = Fixture::new();
    fixture.write(PINK, "format: 1\nhow:\n  it: Vai allo sportello #1\n  en: Go there\n");
    let problems = sportello_tenancy::check(&fixture.dir, None).unwrap();
    let summary = sportello_tenancy::problem::Summary::of(&problems);
    assert!(!summary.failed(false) && summary.failed(true));
    assert!(fixture.load().tenants["santarcangelo"].tenant.is_some());
}

#[test]
fn hostile_files_are_refused_in_no_time() {
    let fixture = Fixture::new();
    let megabyte = 1 << 20;
    let bombs = [
        "{".repeat(megabyte),
        "[".repeat(megabyte),
        "- ".repeat(megabyte / 2),
        "a: ".repeat(megabyte / 3),
        "? ".repeat(megabyte / 2),
        "{a: ".repeat(megabyte / 4),
        "\"".repeat(megabyte),
        "#\n".repeat(megabyte / 2),
        "a: &a {b: *a}\n".repeat(1000),
        "x".repeat(megabyte + 1),
    ];
    let start = std::time::Instant::now();
    for bomb in bombs {
        fixture.write(PINK, &bomb);
        let installation = fixture.load();
        assert!(installation.tenants["santarcangelo"].errors() > 0, "{}", &bomb[..10]);
        assert!(installation.tenants["cesena"].tenant.is_some());
    }
    assert!(start.elapsed() < std::time::Duration::from_mins(1), "{:?}", start.elapsed());
}
