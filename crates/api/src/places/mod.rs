//! Where and when people are received: offices, locations with their hours, the calendar.

mod calendar;
pub(crate) mod contact;
mod locations;
mod offices;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(offices::list).service(locations::list).service(calendar::list);
}
