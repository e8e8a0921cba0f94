//! `GET /v1/tenants/{tenant}/services/{service}`

use actix_web::{HttpResponse, get};

use super::sheet::{ServiceSheet, sheet};
use crate::http::{parameters::IfNoneMatch, place::Place, problem::Problem};

/// The sheet of a service: everything that a page about it shows, in one answer.
#[utoipa::path(
    operation_id = "services_read", tag = "services", params(IfNoneMatch),
    responses((status = 200, description = "The sheet.", body = ServiceSheet))
)]
#[get("/v1/tenants/{tenant}/services/{service}")]
pub(super) async fn read(place: Place) -> Result<HttpResponse, Problem> {
    let active = super::named(&place)?;
    place.without_parameters()?;
    let today = place.today();
    place.json(Some(today), || sheet(&place, active, today))
}
