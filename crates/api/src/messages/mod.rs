//! Messages on a case, between the applicant and the office.

mod list;
mod templates;
mod view;
mod write;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list::list).service(templates::list).service(write::write);
}
