//! What those need who run the server or write clients: health, the description of the API, the meaning of problems.

mod docs;
mod health;
pub(crate) mod metrics;
mod openapi;
mod problems;
mod status;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(status::read)
        .service(health::live)
        .service(health::ready)
        .service(metrics::read)
        .service(openapi::read)
        .service(problems::list)
        .service(problems::read)
        // A page for people is no part of the description that it shows.
        .map(|config| config.service(docs::page).service(docs::asset));
}
