//! `GET /v1/tenants/{tenant}/cases/{case}/term`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use sportello_domain::{
    terms::{Day, Explained},
    text::Language,
};
use sportello_engine::cases;
use utoipa::ToSchema;

use crate::{
    http::{caller::Asked, problem::Problem, reply},
    views::Links,
};

/// The due date of a case, explained day by day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TermView {
    /// The last day to conclude it; null while a wait of unknown length lasts.
    #[schema(required, format = Date, max_length = 10, example = "2026-06-03")]
    due_date: Option<String>,
    /// Each day from the start on.
    #[schema(max_items = 4000)]
    days: Vec<DayView>,
    /// What belongs to the term.
    #[serde(rename = "_links")]
    links: Links,
}

/// A day of the count.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayView {
    /// The day.
    #[schema(format = Date, max_length = 10, example = "2026-05-05")]
    date: String,
    /// Its place in the count; absent where it was not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 65535, example = 1)]
    counted: Option<i32>,
    /// Why it was counted or not, where there is something to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 400, example = "Primo giorno del termine")]
    why: Option<String>,
}

/// The due date of a case: every day that was counted, and why.
#[utoipa::path(
    operation_id = "cases_term", tag = "cases", security(("bearer" = [])),
    responses((status = 200, description = "The term.", body = TermView))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/term")]
pub(super) async fn read(asked: Asked) -> Result<HttpResponse, Problem> {
    let case = asked.id("case")?;
    let Explained { due, days } = cases::term(&asked.place.state.engine, &asked.call(), case).await?;
    asked.place.without_parameters()?;
    let path = |rest: &str| asked.place.under(&format!("cases/{case}{rest}"));
    Ok(reply::ok(&TermView {
        due_date: due.map(|day| day.to_string()),
        days: days.iter().map(|day| DayView::of(day, asked.place.language)).collect(),
        links: Links::new([("self", path("/term")), ("case", path(""))]),
    }))
}

impl DayView {
    fn of(day: &Day, language: Language) -> Self {
        let Day { date, counted, why } = day;
        Self { date: date.to_string(), counted: counted.map(i32::from), why: why.as_ref().map(|why| why.get(language).to_owned()) }
    }
}
