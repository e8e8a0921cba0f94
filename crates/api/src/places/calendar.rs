//! `GET /v1/tenants/{tenant}/calendar`

use actix_web::{HttpResponse, get};
use jiff::{ToSpan, civil::Date};
use serde::Serialize;
use sportello_domain::calendar::{Holiday, HolidayKind, closes_desk, moves_terms};
use utoipa::ToSchema;

use crate::{
    http::{place::Place, problem::Problem},
    views::List,
};

/// A day that is not like the others.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HolidayView {
    /// The day.
    #[schema(format = Date, max_length = 10, example = "2026-06-24")]
    date: String,
    /// Why.
    #[schema(max_length = 400, example = "San Giovanni Battista")]
    reason: String,
    /// `national`, `patron` or `closure`.
    #[schema(max_length = 16, pattern = "^(national|patron|closure)$", example = "patron")]
    kind: &'static str,
    /// Whether the desks are closed.
    closes_desk: bool,
    /// Whether a legal term that ends on it moves.
    moves_terms: bool,
    /// False until somebody confirms what the day does.
    verified: bool,
}

/// The holidays and closures of a year, Sundays aside.
#[utoipa::path(
    operation_id = "calendar_list", tag = "places",
    params(("year" = Option<i32>, Query, description = "The year; the current one where nothing is said.", minimum = 2000, maximum = 2100, example = 2026)),
    responses((status = 200, description = "The days.", body = List<HolidayView>))
)]
#[get("/v1/tenants/{tenant}/calendar")]
pub(super) async fn list(place: Place) -> Result<HttpResponse, Problem> {
    let mut query = place.query();
    let year = query.number("year", 2000, 2100).and_then(|year| i16::try_from(year).ok());
    query.finish()?;
    let today = place.today();
    let year = year.unwrap_or_else(|| today.year());
    place.json(Some(today), || {
        let first = Date::constant(year, 1, 1);
        let days = first.series(1.day()).take_while(|day| day.year() == year);
        let items = days.filter_map(|day| view(&place, day)).collect();
        List::new(items, &place.under("calendar"), place.request.query_string(), None)
    })
}

fn view(place: &Place, day: Date) -> Option<HolidayView> {
    let rules = &place.tenant.calendar;
    let closed = closes_desk(rules, day);
    let moved = moves_terms(rules, day);
    let named = |holiday: &Option<Holiday>| holiday.clone().filter(|holiday| holiday.kind != HolidayKind::Sunday);
    let Holiday { name, kind } = named(&closed).or_else(|| named(&moved))?;
    let saint = rules.patron_saint.as_ref().filter(|_| kind == HolidayKind::Patron);
    Some(HolidayView {
        date: day.to_string(),
        reason: name.get(place.language).to_owned(),
        kind: match kind {
            HolidayKind::National | HolidayKind::Sunday => "national",
            HolidayKind::Patron => "patron",
            HolidayKind::Closure => "closure",
        },
        closes_desk: closed.is_some(),
        moves_terms: moved.is_some(),
        verified: saint.is_none_or(|saint| saint.month_day.verified && saint.closes_desk.verified && saint.moves_terms.verified),
    })
}
