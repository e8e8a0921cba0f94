//! Domains: which body's portal speaks to which body's addresses.
//!
//! A Host that belongs to another body is misdirected (421), so one body's domain never shows another's data. Browsers at a
//! body's own domains may call that body's addresses and those that are no body's (CORS), those of no other.

use actix_web::{
    HttpRequest, HttpResponse,
    dev::ServiceRequest,
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
};
use sportello_domain::{refusal::Code, tenant::Tenant};
use sportello_engine::fleet::Found;

use super::{context::text, problem::Problem};
use crate::state::ApiState;

const METHODS: &str = "GET, POST, PATCH, DELETE";
const REQUEST_HEADERS: &str = "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match";
const RESPONSE_HEADERS: &str =
    "Content-Disposition, Content-Language, ETag, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset";

/// Refuses a request whose Host is another tenant's domain.
pub(crate) fn admit(request: &HttpRequest, state: &ApiState, tenant: &Tenant) -> Result<(), Problem> {
    let host = request.uri().host().or_else(|| text(request.headers(), &header::HOST)).map(without_port);
    let owner = host.and_then(|host| state.engine.fleet().by_host(&host.to_ascii_lowercase()));
    match owner {
        Some(owner) if owner.id != tenant.id => Err(Code::Misdirected.into()),
        _ => Ok(()),
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() => name,
        _ => host,
    }
}

/// The slug of a path under `/v1/tenants/`.
pub(crate) fn slug(path: &str) -> Option<&str> {
    let slug = path.strip_prefix("/v1/tenants/")?.split('/').next()?;
    (!slug.is_empty()).then_some(slug)
}

/// The origin of a request, where it is one of the domains of the tenant in its path; at an address that is no tenant's, one of
/// any tenant's.
pub(crate) fn origin(state: &ApiState, request: &ServiceRequest) -> Option<HeaderValue> {
    let value = request.headers().get(header::ORIGIN)?;
    let domain = value.to_str().ok()?.strip_prefix("https://")?;
    let owner = state.engine.fleet().by_host(domain)?;
    let shared = match slug(request.path()) {
        Some(slug) => matches!(state.engine.fleet().find(slug), Found::Ready(tenant) if tenant.id == owner.id),
        None => true,
    };
    shared.then(|| value.clone())
}

/// Whether a browser asks what it may send.
pub(crate) fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ORIGIN)
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a browser that asks what it may send; without the headers of [`share`], no.
pub(crate) fn preflight(allowed: bool) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    if allowed {
        response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS));
        response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS));
        response.insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
    }
    response.finish()
}

/// Lets a page of this origin read the response.
pub(crate) fn share(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(RESPONSE_HEADERS));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_and_hosts_are_cut_out() {
        assert_eq!(slug("/v1/tenants/cesena/services"), Some("cesena"));
        assert_eq!(slug("/v1/tenants/cesena"), Some("cesena"));
        for none in ["/v1/tenants", "/v1/tenants/", "/v1/me", "/"] {
            assert_eq!(slug(none), None, "{none}");
        }
        assert_eq!(without_port("a.example:8080"), "a.example");
        assert_eq!(without_port("a.example"), "a.example");
        assert_eq!(without_port("[::1]"), "[::1]");
    }
}
