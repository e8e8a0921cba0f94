//! `GET /v1/tenants/{tenant}/locations`

use actix_web::{HttpResponse, get};
use serde::Serialize;
use sportello_domain::{
    sourced::Sourced,
    tenant::{Address, Location, Season},
};
use utoipa::ToSchema;

use crate::{
    http::{place::Place, problem::Problem},
    views::List,
};

/// A desk that people visit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LocationView {
    /// Its id.
    #[schema(max_length = 64, example = "town-hall")]
    id: String,
    /// Its name.
    #[schema(max_length = 200, example = "Sportello al cittadino")]
    name: String,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<AddressView>,
    /// Opening hours; of several seasons the first that covers a day counts.
    #[schema(max_items = 20)]
    hours: Vec<SeasonView>,
}

/// A postal address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddressView {
    /// Street and number.
    #[schema(max_length = 200, example = "Piazza del Popolo 10")]
    street: String,
    /// Town.
    #[schema(max_length = 100, example = "Cesena")]
    city: String,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 5, pattern = "^[0-9]{5}$", example = "47521")]
    postal_code: Option<String>,
}

/// The hours of a part of the year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeasonView {
    /// Its id.
    #[schema(max_length = 64, example = "summer")]
    id: String,
    /// First day, `MM-DD`; absent all year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 5, pattern = "^[0-9]{2}-[0-9]{2}$", example = "06-15")]
    from: Option<String>,
    /// Last day, `MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 5, pattern = "^[0-9]{2}-[0-9]{2}$", example = "09-15")]
    to: Option<String>,
    /// The openings, day by day.
    #[schema(max_items = 100)]
    openings: Vec<Opening>,
    /// False until somebody confirms the hours.
    verified: bool,
}

/// One opening.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Opening {
    /// `mon` … `sun`.
    #[schema(max_length = 3, pattern = "^(mon|tue|wed|thu|fri|sat|sun)$", example = "thu")]
    day: String,
    /// When it opens, local time.
    #[schema(max_length = 5, pattern = "^[0-9]{2}:[0-9]{2}$", example = "08:30")]
    opens: String,
    /// When it closes, local time.
    #[schema(max_length = 5, pattern = "^[0-9]{2}:[0-9]{2}$", example = "13:00")]
    closes: String,
}

/// The desks of the body and their opening hours.
#[utoipa::path(
    operation_id = "locations_list", tag = "places",
    responses((status = 200, description = "The locations.", body = List<LocationView>))
)]
#[get("/v1/tenants/{tenant}/locations")]
pub(super) async fn list(place: Place) -> Result<HttpResponse, Problem> {
    place.without_parameters()?;
    place.json(None, || {
        let items = place.tenant.locations.iter().map(|(id, location)| view(&place, id, location)).collect();
        List::new(items, &place.under("locations"), "", None)
    })
}

fn view(place: &Place, id: &str, location: &Location) -> LocationView {
    let Location { name, address, hours, areas: _, counters: _ } = location;
    LocationView {
        id: id.to_owned(),
        name: name.get(place.language).to_owned(),
        address: address.as_ref().map(|Address { street, city, postal_code }| AddressView {
            street: street.to_string(),
            city: city.to_string(),
            postal_code: postal_code.as_deref().map(str::to_owned),
        }),
        hours: hours.iter().map(|(id, season)| SeasonView::of(id, season)).collect(),
    }
}

impl SeasonView {
    fn of(id: &str, season: &Sourced<Season>) -> Self {
        let Season { from, to, week } = &season.value;
        let openings = week.iter().flat_map(|(day, hours)| {
            hours.iter().map(|(opens, closes)| Opening { day: day.to_string(), opens: opens.to_string(), closes: closes.to_string() })
        });
        Self {
            id: id.to_owned(),
            from: from.as_deref().map(str::to_owned),
            to: to.as_deref().map(str::to_owned),
            openings: openings.collect(),
            verified: season.verified,
        }
    }
}
