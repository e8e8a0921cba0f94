//! Who is asking: as whom, where, with which work.

mod inbox;
mod who;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(who::read).service(inbox::list);
}
