//! What surrounds every request: its id, span, language, limits and headers. Nothing leaves the server without passing here.

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use sportello_domain::refusal::Code;
use sportello_engine::ports::Allowance;
use tracing::Instrument;

use super::{
    context::{Caller, Context},
    exchange::Exchange,
    host, limit,
    problem::{MEDIA_TYPE, Problem},
};
use crate::state::ApiState;

/// Wraps a request.
pub(crate) async fn envelope(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(state) = ApiState::on_the_way(&request) else {
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()));
    };
    let context = Context::read(&state, &request).await;
    let exchange = Exchange::begin(&state, &request, &context);
    if request.method() == Method::HEAD {
        // The server leaves the body out; everything else is what GET would say.
        request.head_mut().method = Method::GET;
    }
    request.extensions_mut().insert(context.clone());
    let origin = host::origin(&state, &request);
    let allowance = limit::take(&state, &context, &request).await;
    let response = async {
        if !allowance.allowed {
            let problem = Problem::from(Code::TooManyRequests).retry_after(allowance.reset_seconds.max(1));
            return Ok(request.error_response(problem));
        }
        if host::is_preflight(&request) {
            let response = host::preflight(origin.is_some());
            return Ok(request.into_response(response));
        }
        next.call(request).await.map(ServiceResponse::map_into_boxed_body)
    };
    let response = response.instrument(exchange.span()).await?;
    let (mut response, problem) = word(response, &context);
    dress(response.headers_mut(), &context, &allowance);
    if let Some(origin) = origin {
        host::share(response.headers_mut(), origin);
    }
    if state.is_stopping() {
        // Whoever keeps the connection would keep the server, too.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(exchange.answer(response, problem))
}

/// Puts a problem into words, and makes problems of the errors of the framework.
fn word(mut response: ServiceResponse<BoxBody>, context: &Context) -> (ServiceResponse<BoxBody>, Option<Code>) {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return (response, None);
    }
    let problem = response.response_mut().extensions_mut().remove::<Problem>();
    if problem.is_none() && response.headers().get(header::CONTENT_TYPE).is_some_and(|found| found == MEDIA_TYPE) {
        return (response, None);
    }
    let problem = match problem.unwrap_or_else(|| Problem::of_status(status)) {
        // It is not the caller's fault, and another log-in would not help.
        problem if problem.code() == Code::Unauthenticated && matches!(context.caller, Caller::Unjudged) => Code::IssuerUnavailable.into(),
        problem => explained(problem, response.request().headers()),
    };
    let code = problem.code();
    let mut worded = problem.respond(context.language, context.id);
    if code == Code::Unauthenticated {
        let challenge = match context.caller {
            Caller::Unproven => r#"Bearer error="invalid_token""#,
            Caller::Nobody | Caller::Unjudged | Caller::Known(_) => "Bearer",
        };
        worded.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    let (request, _) = response.into_parts();
    (ServiceResponse::new(request, worded), Some(code))
}

/// A header that was sent but says nothing is not missing: the problem tells the difference.
fn explained(problem: Problem, headers: &HeaderMap) -> Problem {
    match problem.code() {
        Code::IdempotencyKeyRequired if headers.contains_key(super::caller::IDEMPOTENCY_KEY) => problem.because(
            "Idempotency-Key deve avere da 1 a 255 caratteri ASCII visibili, con o senza virgolette.",
            "Idempotency-Key must have between 1 and 255 visible ASCII characters, with or without quotes.",
        ),
        Code::Unauthenticated if headers.contains_key(header::AUTHORIZATION) => problem.because(
            "Il token non è valido per questo ente, oppure è scaduto.",
            "The token is not valid for this body, or it has expired.",
        ),
        _ => problem,
    }
}

/// The headers of every response.
fn dress(headers: &mut HeaderMap, context: &Context, allowance: &Allowance) {
    let defaults = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_LANGUAGE, context.language.tag()),
    ];
    for (name, value) in defaults {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    let figures = [
        ("x-ratelimit-limit", allowance.limit),
        ("x-ratelimit-remaining", allowance.remaining),
        ("x-ratelimit-reset", allowance.reset_seconds),
    ];
    for (name, figure) in figures {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(figure));
    }
    for name in ["Accept-Language", "Authorization", "Origin"] {
        headers.append(header::VARY, HeaderValue::from_static(name));
    }
}
