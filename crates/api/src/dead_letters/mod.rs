//! Work that was given up: timers and letters that failed too often.

mod drop;
mod list;
mod read;
mod retry;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list::list).service(read::read).service(retry::retry).service(drop::drop);
}
