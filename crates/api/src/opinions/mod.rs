//! Opinions that other offices give on a case.

mod asked;
pub(crate) mod give;
mod list;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list::list).service(give::give).service(asked::asked);
}
