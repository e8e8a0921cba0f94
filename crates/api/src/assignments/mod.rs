//! Who holds which role at a body. Roles are rows, not claims of a token: a change acts at once.

mod end;
mod grant;
mod list;
mod read;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list::list).service(grant::grant).service(read::read).service(end::end);
}
