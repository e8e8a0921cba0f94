//! `GET /v1/tenants/{tenant}/life-events`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::{place::Place, problem::Problem},
    views::{Links, List, chosen},
};

/// A life event that services belong to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LifeEventItem {
    /// Its id.
    #[schema(max_length = 64, example = "birth")]
    id: String,
    /// How many services of it can be asked for here.
    #[schema(minimum = 0, maximum = 10000, example = 2)]
    services: i32,
    /// Its services.
    #[serde(rename = "_links")]
    links: Links,
}

/// The life events that the services offered here belong to.
#[utoipa::path(
    operation_id = "life_events_list", tag = "services",
    responses((status = 200, description = "The life events.", body = List<LifeEventItem>))
)]
#[get("/v1/tenants/{tenant}/life-events")]
pub(super) async fn list(place: Place) -> Result<HttpResponse, Problem> {
    place.without_parameters()?;
    place.json(None, || {
        let mut counts = BTreeMap::<String, i32>::new();
        for active in place.tenant.services.values() {
            for event in chosen(&active.service.life_events) {
                *counts.entry(event).or_default() += 1;
            }
        }
        let items = counts
            .into_iter()
            .map(|(id, services)| {
                let links = Links::new([("services", place.under(&format!("services?life_event={id}")))]);
                LifeEventItem { id, services, links }
            })
            .collect();
        List::new(items, &place.under("life-events"), "", None)
    })
}
