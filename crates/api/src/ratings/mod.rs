//! What citizens thought of services (criterion C.SE.1.7).

mod give;
mod opinion;
mod questions;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(questions::read).service(give::give).service(give::read).service(opinion::read);
}
