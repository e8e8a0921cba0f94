//! Cases: a citizen's request from draft to outcome. A file per endpoint; what they show is in [`view`].

mod answers;
mod assign;
mod create;
mod discard;
mod events;
mod list;
mod read;
mod receipt;
mod save;
mod search;
mod submit;
mod summary;
mod take;
mod term;
mod transitions;
mod validate;
pub(crate) mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The addresses of this capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(create::create)
        .service(list::list)
        .service(search::search)
        .service(read::read)
        .service(save::save)
        .service(discard::discard)
        .service(validate::validate)
        .service(summary::read)
        .service(submit::submit)
        .service(transitions::list)
        .service(take::take)
        .service(assign::assign)
        .service(events::list)
        .service(term::read)
        .service(receipt::read);
}
