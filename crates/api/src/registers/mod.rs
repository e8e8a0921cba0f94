//! Looking up in the registers that a commune has elsewhere. POST, so that nothing about a person stands in an address.

mod asked;
mod land;
mod population;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use view::CandidateView;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(population::search).service(land::search);
}
