//! Private notes on a case, which colleagues keep for each other.

mod list;
mod view;
mod write;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list::list).service(write::write);
}
