//! What is due for a case, and what the desk has taken.

mod list;
mod record;
pub(crate) mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list::list).service(record::record);
}
