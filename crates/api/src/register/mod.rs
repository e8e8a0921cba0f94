//! The protocol register.

mod annul;
mod list;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::{caller::Asked, query::Query};

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list::list).service(annul::annul);
}

/// The year of the register that is asked for: numbers begin anew each year.
fn year(asked: &Asked, query: &mut Query) -> i16 {
    let year = query.number("year", 2000, 9999).and_then(|year| i16::try_from(year).ok());
    year.unwrap_or_else(|| asked.place.today().year())
}
