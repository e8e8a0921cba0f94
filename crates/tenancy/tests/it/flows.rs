//! Mistakes in workflows, acts and steps, each with the message that it gets when the catalogue is published.

use crate::common::Fixture;
use sportello_domain::text::Language;
use sportello_tenancy::release::publish;

type Slip = (&'static str, fn(&Fixture));

const FLOW: &str = "cesena/catalogue/draft/workflows/simple.yaml";

const SLIPS: &[Slip] = &[
    ("act_template_and_recipient_that_are_not_there", |f| {
        f.edit(FLOW, "requires: {act: refusal}}", "draws_up: refusal, notify: {applicant: outcom, cittadino: outcome}}");
    }),
    ("opinions_that_nobody_can_answer", |f| {
        f.edit(
            FLOW,
            "status: in_progress}\n  granted",
            "status: in_progress, opinions: {works: {title: {it: Lavori, en: Works}, office: work, limit_days: 5}, \
             pending: {title: {it: A, en: A}, office: registry}}}\n  granted",
        );
    }),
    ("opinions_that_lead_nowhere", |f| {
        f.edit(
            FLOW,
            "status: in_progress}\n  granted",
            "status: in_progress, opinions: {works: {title: {it: Lavori, en: Works}, office: registry, limit_days: 5}}}\n  granted",
        );
        f.edit(
            FLOW,
            "by: {case_officer: true}, requires: {act: permit}",
            "by: {case_officer: true}, when: opinions.works == \"favourable\", requires: {act: permit}",
        );
        f.edit(
            FLOW,
            "by: {case_officer: true}, requires: {act: refusal}",
            "by: {case_officer: true}, when: opinions.works == \"conditional\", requires: {act: refusal}",
        );
    }),
    ("passages_that_never_stop", |f| {
        f.edit(
            FLOW,
            "transitions:\n",
            "on_due: grant\ntransitions:\n  back: {from: {examination: true}, to: submitted, by: {system: true}, automatic: true, title: {it: Giù, en: Down}}\n",
        );
        f.edit(FLOW, "by: {operator: true}}", "by: {operator: true}, automatic: true}");
    }),
    ("condition_of_a_transition_on_nothing", |f| {
        f.edit(
            FLOW,
            "to: granted,",
            "to: granted, when: answers.request.kid == \"first\" && opinions.works == \"favourable\" && data.until != null,",
        );
    }),
    ("act_that_tells_what_nobody_asked", |f| {
        f.edit(FLOW, "requires: {act: permit}", "draws_up: permit");
        f.write(
            "cesena/catalogue/draft/acts/permit.yaml",
            "format: 1\ntitle: {it: Permesso, en: Permit}\nvalues:\n  plate: {computed: answers.request.plate}\n  until: {computed: data.until}\n\
             body: {it: \"Fino al {{values.unitl}}\", en: \"Until {{values.until}}\"}\n",
        );
    }),
    ("step_that_does_not_fit", |f| {
        f.append(FLOW, "points: {before-decision: {state: examination, offers: {committee: true}}, lost: {offers: {committee: true}}}\n");
        f.write(
            "cesena/catalogue/draft/steps/committee.yaml",
            "format: 1\ntitle: {it: Parere, en: Opinion}\ndone: {it: Acquisito, en: Received}\ntransitions:\n  \
             grant: {title: {it: Chiedi, en: Ask}, from: {point: true}, to: done, by: {case_officer: true}}\n",
        );
    }),
];

#[test]
fn mistakes_of_a_workflow_are_not_published() {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, slip) in SLIPS {
            let fixture = Fixture::unpublished();
            slip(&fixture);
            let problems = publish(&fixture.root(), "cesena", "2026.1").err().unwrap_or_else(|| panic!("{name} was published"));
            insta::assert_snapshot!(*name, fixture.shown(&problems.sorted(), Language::It));
        }
    });
}
