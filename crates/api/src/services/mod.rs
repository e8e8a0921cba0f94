//! The services that a body offers: list, sheet, form, workflow, and the vocabularies by which they are found.

mod categories;
mod facets;
mod form;
mod life_events;
mod list;
mod read;
mod search;
mod sheet;
mod workflow;

use std::sync::Arc;

use sportello_domain::{refusal::Code, tenant::ActiveService};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::{place::Place, problem::Problem};

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list::list)
        .service(read::read)
        .service(form::read)
        .service(workflow::read)
        .service(categories::list)
        .service(life_events::list);
}

/// The active service that the path names.
fn named(place: &Place) -> Result<&Arc<ActiveService>, Problem> {
    place.tenant.service(place.piece("service")).ok_or_else(|| Code::NotFound.into())
}
