//! An opinion as replies show it.

use serde::Serialize;
use sportello_domain::{
    opinion::{PENDING, Verdict},
    text::Language,
};
use sportello_engine::opinions::OpinionView as Seen;
use utoipa::ToSchema;

use crate::views::instant;

/// An opinion.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Opinion)]
pub(crate) struct OpinionView {
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a53")]
    id: String,
    /// Which of those that the workflow asks for.
    #[schema(max_length = 64, example = "heritage")]
    opinion: String,
    /// What it is about.
    #[schema(max_length = 200, example = "Tutela del paesaggio")]
    title: String,
    /// The case.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a53")]
    case: String,
    /// Its code.
    #[schema(required, max_length = 32, example = "CES-2026-0000123")]
    code: Option<String>,
    /// The office that is asked.
    #[schema(max_length = 64, example = "building")]
    office: String,
    /// `pending` while it is waited for, then what was said: `favourable`, `conditional`, `unfavourable`, or `silent`.
    #[schema(max_length = 32, example = "favourable")]
    verdict: &'static str,
    /// The reasons or conditions.
    #[schema(required, max_length = 4000, example = "A condizione che il prospetto non cambi.")]
    note: Option<String>,
    /// When it was asked.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    asked_at: String,
    /// The last day to give it.
    #[schema(required, format = Date, max_length = 10, example = "2026-05-24")]
    due_date: Option<String>,
    /// When it was given.
    #[schema(required, format = DateTime, max_length = 32, example = "2026-05-12T10:00:00Z")]
    given_at: Option<String>,
}

impl OpinionView {
    /// An opinion.
    pub(super) fn of(seen: &Seen, language: Language) -> Self {
        let Seen { opinion, title, code } = seen;
        let given = opinion.given.as_ref();
        Self {
            id: opinion.id.to_string(),
            opinion: opinion.request.to_string(),
            title: title.get(language).to_owned(),
            case: opinion.case.to_string(),
            code: code.as_deref().map(str::to_owned),
            office: opinion.office.to_string(),
            verdict: given.map_or(PENDING, |given| Verdict::id(given.verdict)),
            note: given.and_then(|given| given.note.as_deref().map(str::to_owned)),
            asked_at: instant(opinion.asked_at),
            due_date: opinion.due.map(|day| day.to_string()),
            given_at: given.map(|given| instant(given.at)),
        }
    }
}
