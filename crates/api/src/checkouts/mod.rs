//! Paying online: a checkout of what a case owes, and the money that comes back.

mod open;
mod settle;
mod settlements;
mod trial;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(open::open).service(trial::pay).service(settlements::list).service(settle::settle);
}
