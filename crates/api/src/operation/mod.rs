//! What those need who run the server or write clients: health, the description of the API, the meaning of problems.

mod docs;
mod health;
pub(crate) mod metrics;
mod openapi;
mod problems;
mod status;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of [`probes`].
pub(crate) const PROBES: [&str; 3] = ["/health/live", "/health/ready", "/metrics"];

/// What there is to ask of a program that answers no requests. Its address is for those who watch alone, and so are its figures.
pub(crate) fn probes(config: &mut web::ServiceConfig) {
    config.service(health::live).service(health::ready).route("/metrics", web::get().to(metrics::alone));
}

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
