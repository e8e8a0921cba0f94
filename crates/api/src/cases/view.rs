//! A case as replies show it: whole, and in lists.

use serde::Serialize;
use serde_json::Value;
use sportello_domain::{
    case::{Case, Outcome},
    form::changes::Change,
    registers::lookup::{self, Known},
    text::Language,
};
use sportello_engine::cases::CaseView as Seen;
use utoipa::ToSchema;

use crate::{
    http::place::Place,
    registers::CandidateView,
    views::{Links, OfficerView, PersonView, instant},
};

/// A case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
pub(crate) struct CaseView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    pub(crate) id: String,
    /// The human code; null while it is a draft.
    #[schema(required, max_length = 32, example = "CES-2026-0000123")]
    code: Option<String>,
    /// The protocol number; null while it is a draft.
    #[schema(required, max_length = 20, pattern = "^[0-9]{7,}$", example = "0000123")]
    register_number: Option<String>,
    /// The service, by id.
    #[schema(max_length = 64, example = "pink-badge")]
    service: String,
    /// SHA-256 of the definition that it runs under.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$", example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    definition: String,
    /// The official category: `draft`, `in_progress`, `suspended_applicant`, `suspended_administration`, `concluded_positive`,
    /// `concluded_negative`.
    #[schema(
        max_length = 32,
        pattern = "^(draft|in_progress|suspended_(applicant|administration)|concluded_(positive|negative))$",
        example = "in_progress"
    )]
    status: &'static str,
    /// The workflow's state, by id.
    #[schema(max_length = 64, example = "examination")]
    state: String,
    /// Section → field → answer. What is of a special category is null for who may not see it.
    #[schema(value_type = Object, additional_properties = true, example = json!({"request": {"kind": "first-issue"}}))]
    answers: Value,
    /// Whom it is for.
    applicant: PersonView,
    /// Who acts for the applicant, with a mandate.
    #[schema(required)]
    delegate: Option<PersonView>,
    /// How it came in, by channel.
    #[schema(max_length = 32, example = "online")]
    channel: &'static str,
    /// The body whose desk served, by slug.
    #[schema(max_length = 64, example = "cesena")]
    serving_tenant: String,
    /// The office that decides, by id.
    #[schema(max_length = 64, example = "mobility-office")]
    office: String,
    /// The officer who handles it; null while nobody does.
    #[schema(required)]
    assignee: Option<OfficerView>,
    /// When it was begun.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:00:00Z")]
    created_at: String,
    /// When anything last changed.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    updated_at: String,
    /// When it became a case; null while it is a draft.
    #[schema(required, format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    submitted_at: Option<String>,
    /// The last day to conclude it; null while it is a draft, or while a wait of unknown length stops the term.
    #[schema(required, format = Date, max_length = 10, example = "2026-06-03")]
    due_date: Option<String>,
    /// When it ended.
    #[schema(required, format = DateTime, max_length = 32, example = "2026-05-20T10:00:00Z")]
    concluded_at: Option<String>,
    /// How it ended.
    #[schema(required)]
    outcome: Option<OutcomeView>,
    /// Grows by one with each change; the `ETag`.
    #[schema(format = Int64, minimum = 1, example = 3)]
    pub(crate) version: i64,
    /// For a draft: what became of the form since it was last saved. Saving it is agreeing to that.
    #[schema(max_items = 1000)]
    definition_changes: Vec<ChangeView>,
    /// What registers know of what the form asks: offered for a draft; later, where an answer comes from.
    prefill: Prefill,
    /// What belongs to the case.
    #[serde(rename = "_links")]
    links: Links,
}

/// What became of a question of the form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinitionChange)]
pub(crate) struct ChangeView {
    /// The answer's pointer.
    #[schema(max_length = 200, example = "/answers/request/kind")]
    pointer: String,
    /// `added`, `removed`, `changed`, or `choice_removed` where the choice that was made is not offered any more.
    #[schema(max_length = 16, pattern = "^(added|removed|changed|choice_removed)$", example = "changed")]
    change: &'static str,
    /// The question.
    #[schema(max_length = 400, example = "Che cosa chiedi")]
    title: String,
}

impl ChangeView {
    fn of(change: &Change, language: Language) -> Self {
        let Change { pointer, kind, title } = change;
        Self { pointer: pointer.clone(), change: kind.id(), title: title.get(language).to_owned() }
    }
}

/// What registers know of what a form asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Prefill {
    /// Section → field → what a register says, ready to be sent as a change of the draft's answers.
    #[schema(value_type = Object, additional_properties = true, example = json!({"applicant": {"given-name": "Mario"}}))]
    answers: Value,
    /// Where each of them comes from.
    #[schema(max_items = 1000)]
    sources: Vec<SourceView>,
    /// For a draft: what became of what was asked of the registers.
    #[schema(max_items = 100)]
    lookups: Vec<LookupView>,
}

/// Where something that is known comes from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrefillSource)]
pub(crate) struct SourceView {
    /// The answer's pointer.
    #[schema(max_length = 200, example = "/answers/applicant/given-name")]
    pointer: String,
    /// The register: `population`, `land`.
    #[schema(max_length = 32, example = "population")]
    register: &'static str,
    /// Its name.
    #[schema(max_length = 100, example = "Anagrafe")]
    title: &'static str,
    /// Whether the answer is what the register says.
    taken: bool,
}

/// What became of something that was asked of a register.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Lookup)]
pub(crate) struct LookupView {
    /// What was asked, by the service's own name for it.
    #[schema(max_length = 64, example = "found")]
    lookup: String,
    /// The register: `population`, `land`.
    #[schema(max_length = 32, example = "land")]
    register: &'static str,
    /// `one`, `several`, `none`, or `unknown` where nobody could be asked.
    #[schema(max_length = 16, pattern = "^(one|several|none|unknown)$", example = "several")]
    found: String,
    /// The homonyms to choose from: the id of one is the answer that the form asks for.
    #[schema(max_items = 200)]
    candidates: Vec<CandidateView>,
}

impl LookupView {
    fn of(outcome: &lookup::Outcome) -> Self {
        Self {
            lookup: outcome.lookup.to_string(),
            register: outcome.register.id(),
            found: outcome.found.clone(),
            candidates: outcome.candidates.iter().map(CandidateView::of_homonym).collect(),
        }
    }
}

impl Prefill {
    fn of(known: &[Known], lookups: &[lookup::Outcome], language: Language) -> Self {
        let mut answers = serde_json::Map::new();
        for Known { pointer, value, .. } in known {
            let Some((section, field)) = pointer.strip_prefix("/answers/").and_then(|path| path.split_once('/')) else { continue };
            let section = answers.entry(section.to_owned()).or_insert_with(|| Value::Object(serde_json::Map::new()));
            if let Value::Object(section) = section {
                section.insert(field.to_owned(), value.clone());
            }
        }
        let source = |known: &Known| SourceView {
            pointer: known.pointer.clone(),
            register: known.register.id(),
            title: known.register.title(language),
            taken: known.taken,
        };
        Self { answers: answers.into(), sources: known.iter().map(source).collect(), lookups: lookups.iter().map(LookupView::of).collect() }
    }
}

/// How a case ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Outcome)]
pub(crate) struct OutcomeView {
    /// The transition that ended it, by id.
    #[schema(max_length = 64, example = "grant")]
    transition: String,
    /// What the officer wrote.
    #[schema(required, max_length = 4000, example = "Rilasciato.")]
    note: Option<String>,
    /// The document that is the act, by id.
    #[schema(required, format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a46")]
    act: Option<String>,
}

impl From<&Outcome> for OutcomeView {
    fn from(outcome: &Outcome) -> Self {
        let Outcome { transition, note, act } = outcome;
        Self { transition: transition.to_string(), note: note.as_deref().map(str::to_owned), act: act.map(|act| act.to_string()) }
    }
}

impl CaseView {
    /// A case with all that the caller may see of it.
    pub(crate) fn of(place: &Place, seen: &Seen) -> Self {
        let Seen { case, tenant_slug, serving_slug, changes, known, lookups, replayed: _ } = seen;
        let Case { id, tenant: _, code, register_number, service, definition, status, state, answers, applicant, delegate, .. } = case;
        let Case { channel, serving_tenant: _, operator: _, office, assignee, created_at, updated_at, .. } = case;
        let Case { submitted_at, due_date, concluded_at, outcome, version, .. } = case;
        Self {
            id: id.to_string(),
            code: code.as_deref().map(str::to_owned),
            register_number: register_number.as_deref().map(str::to_owned),
            service: service.to_string(),
            definition: definition.to_string(),
            status: status.id(),
            state: state.to_string(),
            answers: answers.clone(),
            applicant: applicant.into(),
            delegate: delegate.as_ref().map(Into::into),
            channel: channel.id(),
            serving_tenant: serving_slug.to_string(),
            office: office.to_string(),
            assignee: assignee.as_ref().map(Into::into),
            created_at: instant(*created_at),
            updated_at: instant(*updated_at),
            submitted_at: submitted_at.map(instant),
            due_date: due_date.map(|day| day.to_string()),
            concluded_at: concluded_at.map(instant),
            outcome: outcome.as_ref().map(Into::into),
            version: *version,
            prefill: Prefill::of(known, lookups, place.language),
            definition_changes: changes.iter().map(|change| ChangeView::of(change, place.language)).collect(),
            links: links(tenant_slug, case, place),
        }
    }
}

fn links(slug: &str, case: &Case, place: &Place) -> Links {
    let path = |rest: &str| format!("/v1/tenants/{slug}/cases/{}{rest}", case.id);
    let links = Links::new([
        ("self", path("")),
        ("service", place.under(&format!("services/{}", case.service))),
        ("documents", path("/documents")),
        ("events", path("/events")),
        ("messages", path("/messages")),
    ]);
    if case.submitted_at.is_none() {
        return links
            .with("validation", Some(path("/validation")))
            .with("summary", Some(path("/summary")))
            .with("submission", Some(path("/submission")));
    }
    links
        .with("transitions", Some(path("/transitions")))
        .with("payments", Some(path("/payments")))
        .with("term", Some(path("/term")))
        .with("receipt", Some(path("/receipt")))
}

/// A case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseItem {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    id: String,
    /// The human code; null while it is a draft.
    #[schema(required, max_length = 32, example = "CES-2026-0000123")]
    code: Option<String>,
    /// The protocol number; null while it is a draft.
    #[schema(required, max_length = 20, pattern = "^[0-9]{7,}$", example = "0000123")]
    register_number: Option<String>,
    /// The service, by id.
    #[schema(max_length = 64, example = "pink-badge")]
    service: String,
    /// The official category.
    #[schema(max_length = 32, example = "in_progress")]
    status: &'static str,
    /// The workflow's state, by id.
    #[schema(max_length = 64, example = "examination")]
    state: String,
    /// Whom it is for.
    applicant: OfficerView,
    /// How it came in, by channel.
    #[schema(max_length = 32, example = "online")]
    channel: &'static str,
    /// The office that decides, by id.
    #[schema(max_length = 64, example = "mobility-office")]
    office: String,
    /// The officer who handles it; null while nobody does.
    #[schema(required)]
    assignee: Option<OfficerView>,
    /// When anything last changed.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    updated_at: String,
    /// When it became a case; null while it is a draft.
    #[schema(required, format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    submitted_at: Option<String>,
    /// The last day to conclude it.
    #[schema(required, format = Date, max_length = 10, example = "2026-06-03")]
    due_date: Option<String>,
    /// Where the case is.
    #[serde(rename = "_links")]
    links: Links,
}

impl CaseItem {
    /// A case, as short as a list shows it.
    pub(crate) fn of(seen: &Seen) -> Self {
        let case = &seen.case;
        Self {
            id: case.id.to_string(),
            code: case.code.as_deref().map(str::to_owned),
            register_number: case.register_number.as_deref().map(str::to_owned),
            service: case.service.to_string(),
            status: case.status.id(),
            state: case.state.to_string(),
            applicant: OfficerView::from(&case.applicant),
            channel: case.channel.id(),
            office: case.office.to_string(),
            assignee: case.assignee.as_ref().map(Into::into),
            updated_at: instant(case.updated_at),
            submitted_at: case.submitted_at.map(instant),
            due_date: case.due_date.map(|day| day.to_string()),
            links: Links::new([("self", format!("/v1/tenants/{}/cases/{}", seen.tenant_slug, case.id))]),
        }
    }
}
