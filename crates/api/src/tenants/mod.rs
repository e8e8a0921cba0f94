//! The bodies: who they are and how they look.

mod branding;
mod list;
mod logo;
mod read;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list::list).service(read::read).service(branding::read).service(logo::read);
}
