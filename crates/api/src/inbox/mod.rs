//! An office's work: the list and its table, the filters that an officer keeps, giving many cases at once.

mod assign;
mod filter;
mod filters;
mod list;
mod table;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list::list)
        .service(assign::assign)
        .service(filters::list)
        .service(filters::save)
        .service(filters::read)
        .service(filters::delete);
}
