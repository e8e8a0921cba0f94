//! Files of a case: what applicants attach and the acts of the administration.

mod add;
mod content;
mod list;
pub(crate) mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list::list).service(add::add).service(content::read);
}
