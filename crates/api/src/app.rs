//! Puts the parts together: routes, limits, what surrounds every request.

use std::{io, net::TcpListener, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    body::BoxBody,
    dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web::{self, Data},
};
use sportello_domain::refusal::Code;
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

use crate::{
    assignments, cases, checkouts, dead_letters, documents,
    http::{envelope::envelope, problem::Problem},
    inbox, me, messages, notes, operation, opinions, payments, places, ratings, register, registers, services,
    state::ApiState,
    support, tenants,
};

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Every address, by capability.
pub(crate) fn routes(config: &mut ServiceConfig) {
    for capability in [
        operation::routes,
        tenants::routes,
        services::routes,
        places::routes,
        me::routes,
        cases::routes,
        inbox::routes,
        documents::routes,
        messages::routes,
        notes::routes,
        opinions::routes,
        payments::routes,
        checkouts::routes,
        ratings::routes,
        register::routes,
        registers::routes,
        assignments::routes,
        dead_letters::routes,
        support::routes,
    ] {
        capability(config);
    }
}

/// The application over a state; tests call it without a socket.
pub fn app(
    state: ApiState,
) -> App<impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<BoxBody>, Error = actix_web::Error, InitError = ()>> {
    handlers(state).wrap(Compress::default()).wrap(from_fn(envelope))
}

/// The handlers without what surrounds every request, to measure what that costs. Nobody is anybody here, nothing is limited or
/// logged, and problems have no words: never to be served.
pub fn handlers(
    state: ApiState,
) -> App<impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<BoxBody>, Error = actix_web::Error, InitError = ()>> {
    let (app, _) = App::new().into_utoipa_app().configure(routes).split_for_parts();
    app.app_data(Data::new(state)).default_service(web::to(nowhere))
}

/// Serves on a socket until it is stopped. The caller keeps the signals.
pub fn serve(listener: TcpListener, workers: usize, state: ApiState) -> io::Result<Server> {
    let finish = state.settings.finish.as_secs();
    let server = HttpServer::new(move || app(state.clone()))
        .workers(workers)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(finish)
        // A reply that leaves in pieces, as what is compressed on its way does, would wait for its reader's acknowledgement: 40 ms.
        .tcp_nodelay(true)
        .disable_signals()
        .listen_auto_h2c(listener)?;
    Ok(server.run())
}

/// Serves the figures alone, on a socket of their own, until it is stopped.
pub fn serve_metrics(listener: TcpListener, state: ApiState) -> io::Result<Server> {
    let app = move || App::new().app_data(Data::new(state.clone())).route("/metrics", web::get().to(operation::metrics::alone));
    let server = HttpServer::new(app).workers(1).client_request_timeout(HEAD_TIMEOUT).shutdown_timeout(1).disable_signals();
    Ok(server.listen(listener)?.run())
}

/// Serves probes and figures and nothing else, on a socket of their own, until it is stopped: for a program that answers no requests.
pub fn serve_probes(listener: TcpListener, state: ApiState) -> io::Result<Server> {
    let app = move || {
        App::new()
            .app_data(Data::new(state.clone()))
            .configure(operation::probes)
            .default_service(web::to(not_here))
            .wrap(from_fn(envelope))
    };
    let server = HttpServer::new(app).workers(1).client_request_timeout(HEAD_TIMEOUT).shutdown_timeout(1).disable_signals();
    Ok(server.listen(listener)?.run())
}

/// Where there are probes alone, and no handler is.
async fn not_here(request: HttpRequest) -> Result<HttpResponse, Problem> {
    if operation::PROBES.contains(&request.path()) { nowhere(request).await } else { Err(Code::NotFound.into()) }
}

/// Where no handler is: a wrong method, or a wrong address.
async fn nowhere(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let allow = ApiState::of(&request)?.routes.allow(request.path());
    Err(allow.map_or_else(|| Code::NotFound.into(), Problem::method_not_allowed))
}
