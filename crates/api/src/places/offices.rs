//! `GET /v1/tenants/{tenant}/offices`

use actix_web::{HttpResponse, get};

use super::contact::OfficeView;
use crate::{
    http::{place::Place, problem::Problem},
    views::List,
};

/// The offices of the body.
#[utoipa::path(
    operation_id = "offices_list", tag = "places",
    responses((status = 200, description = "The offices.", body = List<OfficeView>))
)]
#[get("/v1/tenants/{tenant}/offices")]
pub(super) async fn list(place: Place) -> Result<HttpResponse, Problem> {
    place.without_parameters()?;
    place.json(None, || {
        let items = place.tenant.offices.iter().map(|(id, office)| OfficeView::of(&place, id, office)).collect();
        List::new(items, &place.under("offices"), "", None)
    })
}
