//! `GET /v1/tenants/{tenant}/cases/{case}/summary`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use sportello_domain::{fees::Due, text::Language};
use sportello_engine::cases::{self, Summary};
use utoipa::ToSchema;

use super::answers::{AnsweredSection, answered};
use crate::{
    documents::view::DocumentView,
    http::{
        caller::Asked,
        problem::{FaultDetails, Problem},
        reply,
    },
    views::{Amount, Links},
};

/// A case on one page, to be read before it is submitted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Summary)]
pub(crate) struct SummaryView {
    /// The answers in words.
    #[schema(max_items = 100)]
    sections: Vec<AnsweredSection>,
    /// The documents.
    #[schema(max_items = 1000)]
    documents: Vec<DocumentView>,
    /// What is due if it is submitted today.
    #[schema(max_items = 100)]
    fees: Vec<DueView>,
    /// The last day to conclude it if it is submitted today; null where nothing says.
    #[schema(required, format = Date, max_length = 10, example = "2026-06-03")]
    due_date: Option<String>,
    /// Everything that is missing or wrong.
    #[schema(max_items = 1000)]
    problems: Vec<FaultDetails>,
    /// What belongs to the summary.
    #[serde(rename = "_links")]
    links: Links,
}

/// What is due.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DueView {
    /// The fee, by id.
    #[schema(max_length = 64, example = "issue")]
    fee: String,
    /// What it is for.
    #[schema(max_length = 400, example = "Diritti di segreteria")]
    title: String,
    /// How much.
    amount: Amount,
    /// False until somebody confirms the amount.
    verified: bool,
}

impl DueView {
    fn of(due: &Due, language: Language) -> Self {
        let Due { fee, title, amount, verified } = due;
        Self { fee: fee.to_string(), title: title.get(language).to_owned(), amount: (*amount).into(), verified: *verified }
    }
}

/// A case on one page: answers, documents, fees, due date, and what is still missing.
#[utoipa::path(
    operation_id = "cases_summary", tag = "cases", security(("bearer" = [])),
    responses((status = 200, description = "The summary.", body = SummaryView))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/summary")]
pub(super) async fn read(asked: Asked) -> Result<HttpResponse, Problem> {
    let case = asked.id("case")?;
    let summary = cases::summary(&asked.place.state.engine, &asked.call(), case).await?;
    asked.place.without_parameters()?;
    let Summary { definition, answers, documents, fees, due_date, problems } = summary;
    let language = asked.place.language;
    let path = |rest: &str| asked.place.under(&format!("cases/{case}{rest}"));
    Ok(reply::ok(&SummaryView {
        sections: answered(&definition.form, &answers, language),
        documents: documents.iter().map(|document| DocumentView::of(&asked.place, document)).collect(),
        fees: fees.iter().map(|due| DueView::of(due, language)).collect(),
        due_date: due_date.map(|day| day.to_string()),
        problems: problems.iter().map(|fault| FaultDetails::of(fault, language)).collect(),
        links: Links::new([("self", path("/summary")), ("case", path("")), ("submission", path("/submission"))]),
    }))
}
