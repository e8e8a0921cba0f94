//! Publishing and locking.

use sportello_domain::text::Language;
use sportello_tenancy::problem::Problem;
use sportello_tenancy::release::{lock, publish, releases};

use crate::common::Fixture;

#[test]
fn a_release_is_never_overwritten() {
    let fixture = Fixture::new();
    let before = fixture.read("cesena/catalogue/2026.1/RELEASE.yaml");
    let problems = publish(&fixture.root(), "cesena", "2026.1").unwrap_err();
    assert_eq!(problems.iter().map(Problem::code).collect::<Vec<_>>(), ["release_exists"]);
    assert_eq!(before, fixture.read("cesena/catalogue/2026.1/RELEASE.yaml"));
}

#[test]
fn a_draft_with_errors_is_not_published() {
    let fixture = Fixture::unpublished();
    fixture.edit("cesena/catalogue/draft/services/pink-badge.yaml", "workflow: simple", "workflow: simpel");
    fixture.edit("cesena/catalogue/draft/services/pink-badge.yaml", ", en: Pink badge}", "}");
    let problems = publish(&fixture.root(), "cesena", "2026.1").unwrap_err().sorted();
    insta::assert_snapshot!(fixture.shown(&problems, Language::It));
    assert!(releases(&fixture.root(), "cesena").is_empty());
    let left: Vec<_> = std::fs::read_dir(fixture.dir.join("cesena/catalogue")).unwrap().collect();
    assert_eq!(left.len(), 1, "no half-written folder stays behind");
}

#[test]
fn names_of_releases_are_year_and_number() {
    let fixture = Fixture::unpublished();
    for name in ["1", "2026", "v2026.1", "../2026.1", "draft"] {
        let problems = publish(&fixture.root(), "cesena", name).unwrap_err();
        assert_eq!(problems.iter().next().unwrap().code(), "bad_release", "{name}");
    }
    let problems = publish(&fixture.root(), "santarcangelo", "2026.1").unwrap_err();
    assert!(problems.iter().any(|problem| problem.code() == "no_draft"));
}

#[test]
fn an_overlay_needs_what_it_stands_on() {
    let fixture = Fixture::unpublished();
    let problems = publish(&fixture.root(), "unione-valmarecchia", "2026.1").unwrap_err();
    assert!(problems.iter().any(|problem| problem.code() == "lock_missing"));
    let problems = lock(&fixture.root(), "unione-valmarecchia", None).unwrap_err();
    assert_eq!(problems.iter().map(Problem::code).collect::<Vec<_>>(), ["no_release"]);
}

#[test]
fn a_new_release_moves_nobody_until_the_lock_is_written() {
    let fixture = Fixture::new();
    let lock_before = fixture.read("santarcangelo/lock.yaml");
    fixture.edit("cesena/catalogue/draft/services/day-ticket.yaml", "A tutti", "A chiunque");
    let manifest = publish(&fixture.root(), "cesena", "2026.2").unwrap();
    assert_eq!((manifest.services["day-ticket"].as_str(), manifest.services["pink-badge"].as_str()), ("1.1.0", "1.0.0"));
    let text = |tenant: &str| {
        let tenant = fixture.load().tenants[tenant].tenant.clone().unwrap();
        tenant.service("day-ticket").unwrap().service.audience.it.to_string()
    };
    assert_eq!(text("cesena"), "A tutti");
    lock(&fixture.root(), "cesena", None).unwrap();
    assert_eq!((text("cesena"), text("santarcangelo")), ("A chiunque".to_owned(), "A tutti".to_owned()));
    assert_eq!(fixture.load().tenants["cesena"].tenant.clone().unwrap().release.as_deref(), Some("2026.2"));
    lock(&fixture.root(), "cesena", Some("2026.1")).unwrap();
    assert_eq!(text("cesena"), "A tutti", "going back is always possible");
    // The union takes the release over and publishes its own; the commune follows when it locks.
    lock(&fixture.root(), "unione-valmarecchia", None).unwrap();
    publish(&fixture.root(), "unione-valmarecchia", "2026.2").unwrap();
    assert_eq!(text("santarcangelo"), "A tutti");
    assert_eq!(lock(&fixture.root(), "santarcangelo", None).unwrap(), "2026.2");
    assert_eq!(text("santarcangelo"), "A chiunque");
    assert_ne!(lock_before, fixture.read("santarcangelo/lock.yaml"));
}

#[test]
fn releases_are_counted_as_numbers() {
    let fixture = Fixture::new();
    for release in ["2026.2", "2026.10"] {
        publish(&fixture.root(), "cesena", release).unwrap();
    }
    assert_eq!(releases(&fixture.root(), "cesena"), ["2026.1", "2026.2", "2026.10"]);
    assert_eq!(lock(&fixture.root(), "cesena", None).unwrap(), "2026.10");
}

#[test]
fn a_changed_manifest_is_noticed_by_those_who_pinned_it() {
    let fixture = Fixture::new();
    fixture.append("cesena/catalogue/2026.1/RELEASE.yaml", "# a remark\n");
    let installation = fixture.load();
    let codes = |tenant: &str| installation.tenants[tenant].problems.iter().map(Problem::code).collect::<Vec<_>>();
    assert_eq!(codes("cesena"), ["parent_changed"]);
    assert_eq!(codes("santarcangelo"), ["parent_broken", "parent_changed"]);
}

#[test]
fn a_workflow_nobody_can_leave_is_not_published() {
    let fixture = Fixture::unpublished();
    fixture.edit("cesena/catalogue/draft/workflows/simple.yaml", "to: granted", "to: examination");
    fixture.edit("cesena/catalogue/draft/workflows/simple.yaml", "from: {submitted: true}", "from: {submited: true}");
    let problems = publish(&fixture.root(), "cesena", "2026.1").unwrap_err().sorted();
    insta::assert_snapshot!(fixture.shown(&problems, Language::It));
}

/// What can be wrong with a draft and never reaches a release, each with its message.
#[test]
fn mistakes_of_a_draft_are_not_published() {
    const FLOW: &str = "cesena/catalogue/draft/workflows/simple.yaml";
    const TICKET: &str = "cesena/catalogue/draft/services/day-ticket.yaml";
    type Slip = (&'static str, fn(&Fixture));
    let slips: &[Slip] = &[
        ("unreachable_state", |f| {
            f.edit(FLOW, "states:\n", "states:\n  limbo: {title: {it: Limbo, en: Limbo}, status: in_progress}\n");
        }),
        ("dead_end", |f| {
            f.edit(FLOW, "states:\n", "states:\n  limbo: {title: {it: Limbo, en: Limbo}, status: in_progress}\n");
            f.edit(
                FLOW,
                "transitions:\n",
                "transitions:\n  sink: {from: {submitted: true}, to: limbo, by: {operator: true}, title: {it: Giù, en: Down}}\n",
            );
        }),
        ("wait_without_a_term", |f| {
            f.edit(
                FLOW,
                "states:\n",
                "states:\n  waiting: {title: {it: Attesa, en: Wait}, status: suspended_applicant, clock: suspended}\n",
            );
            f.edit(
                FLOW,
                "transitions:\n",
                "transitions:\n  ask: {from: {submitted: true}, to: waiting, by: {operator: true}, title: {it: Chiedi, en: Ask}}\n  \
                 reply: {from: {waiting: true}, to: submitted, by: {citizen: true}, title: {it: Rispondi, en: Answer}}\n",
            );
        }),
        ("transition_on_an_unknown_field", |f| {
            f.edit(FLOW, "by: {operator: true}}", "by: {operator: true}, when: answers.request.kid == \"copy\"}");
        }),
        ("notice_that_is_not_there", |f| f.edit(FLOW, "notify: {applicant: outcome}", "notify: {applicant: outcom}")),
        ("start_that_is_not_there", |f| f.edit(FLOW, "start: submitted", "start: submited")),
        ("unknown_actor", |f| f.edit(FLOW, "operator: true", "operatore: true")),
        ("delegates_without_their_document", |f| f.edit(TICKET, "format: 1\n", "format: 1\ndelegates: {document: mandate}\n")),
        ("unknown_workflow", |f| f.edit(TICKET, "workflow: simple", "workflow: simpel")),
        ("unknown_category", |f| f.edit(TICKET, "category: mobility-and-transport", "category: mobility")),
        ("missing_english", |f| f.edit("cesena/catalogue/draft/roles.yaml", ", en: Mobility", "")),
        ("fee_with_a_comma", |f| f.append(TICKET, "fees: {issue: {title: {it: A, en: A}, amount: \"5,00\"}}\n")),
        ("change_of_no_day", |f| {
            f.append(TICKET, "fees: {issue: {title: {it: A, en: A}, amount: \"5.00\", changes: {2026-02-30: {amount: \"6.00\"}}}}\n");
        }),
        ("channel_and_file_type_that_do_not_exist", |f| {
            f.append(TICKET, "documents: {photo: {title: {it: A, en: A}, types: {gif: true}, max_mb: 0}}\n");
        }),
    ];
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, slip) in slips {
            let fixture = Fixture::unpublished();
            slip(&fixture);
            let problems = publish(&fixture.root(), "cesena", "2026.1").err().unwrap_or_else(|| panic!("{name} was published"));
            insta::assert_snapshot!(*name, fixture.shown(&problems.sorted(), Language::It));
        }
    });
}

#[test]
fn policies_that_contradict_each_other_are_not_published() {
    let fixture = Fixture::unpublished();
    fixture.append(
        "cesena/catalogue/draft/policies.yaml",
        "  services.pink-badge.fees.*: free\n  service.*.title: locked\n  services.*.how: loked\n",
    );
    let problems = publish(&fixture.root(), "cesena", "2026.1").unwrap_err().sorted();
    insta::assert_snapshot!(fixture.shown(&problems, Language::En));
}
