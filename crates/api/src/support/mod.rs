//! All bodies at once, for the support staff.

mod reload;
mod tenants;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(tenants::list).service(reload::reload);
}
