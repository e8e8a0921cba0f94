//! One request with its answer, from the first byte to the last: what the access log says of it (ModI, rule `RAC_GEN_LOG_01`),
//! what the figures count, and the span under which everything else that is logged meanwhile stands.
//!
//! It ends when the last byte of the answer was handed over, or when the caller went away before; either way it is logged once.
//! What is logged has names of its own for everything: of a path only what is known to be an id, of a person a keyed hash, of a
//! query nothing.

use std::{
    error::Error,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context as Turn, Poll},
    time::Instant,
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    web::Bytes,
};
use opentelemetry::trace::{Status, TraceId};
use sportello_domain::{refusal::Code, tenant::Tenant};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use uuid::Uuid;

use super::{
    context::{Caller, Context, address},
    host, trace,
};
use crate::state::ApiState;

/// What stands for an address that is none of ours.
const NOWHERE: &str = "none";
/// What a request is logged as whose sender went away before there was an answer.
const ABANDONED: u16 = 499;

/// A request and its answer.
pub(crate) struct Exchange {
    state: ApiState,
    started: Instant,
    span: Span,
    id: Uuid,
    trace: Option<TraceId>,
    method: &'static str,
    route: Option<Arc<str>>,
    uri: String,
    tenant: Option<Arc<Tenant>>,
    client: Option<IpAddr>,
    caller: Option<String>,
    home: Option<Arc<Tenant>>,
    status: u16,
    code: Option<Code>,
    bytes: u64,
}

impl Exchange {
    /// A request begins.
    pub(crate) fn begin(state: &ApiState, request: &ServiceRequest, context: &Context) -> Self {
        let (path, method) = (request.path(), method(request.method()));
        let tenant = host::slug(path).and_then(|slug| state.engine.fleet().find(slug).tenant());
        let route = state.routes.template(path);
        let shown = route.as_deref().unwrap_or(NOWHERE);
        let span = tracing::info_span!(
            "request",
            otel.name = format!("{method} {shown}"), otel.kind = "server",
            request_id = %context.id, method, route = shown, tenant = tenant.as_ref().map(|tenant| &*tenant.slug),
        );
        let (caller, home) = match &context.caller {
            Caller::Known(identity) => (Some(state.engine.pseudonym(identity)), state.engine.fleet().by_id(identity.home)),
            Caller::Nobody | Caller::Unproven | Caller::Unjudged => (None, None),
        };
        state.metrics.begin();
        Self {
            state: state.clone(),
            started: Instant::now(),
            trace: trace::take_over(request.headers(), &span),
            span,
            id: context.id,
            method,
            uri: uri(route.as_deref(), path, tenant.as_deref()),
            route,
            tenant,
            client: address(request.request(), &state.settings.trusted_proxies),
            caller,
            home,
            status: ABANDONED,
            code: None,
            bytes: 0,
        }
    }

    /// The span of the request.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// There is an answer: it goes on until its last byte was taken.
    pub(crate) fn answer(mut self, response: ServiceResponse<BoxBody>, code: Option<Code>) -> ServiceResponse<BoxBody> {
        (self.status, self.code) = (response.status().as_u16(), code);
        response.map_body(|_, body| BoxBody::new(Answer { body, exchange: self }))
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let elapsed = self.started.elapsed();
        let route = self.route.as_deref().unwrap_or(NOWHERE);
        self.state.metrics.end(self.method, route, self.status, elapsed);
        if self.code == Some(Code::TooManyRequests) {
            self.state.metrics.refuse();
        }
        // Told to the collector alone: what is recorded in a span makes the log write all its fields anew.
        self.span.set_attribute("status", i64::from(self.status));
        if let Some(code) = self.code {
            self.span.set_attribute("code", code.id());
        }
        let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let tenant = self.tenant.as_ref().map(|tenant| &*tenant.slug);
        let home = self.home.as_ref().map(|tenant| &*tenant.slug);
        let (client, trace_id) = (self.client.map(|client| client.to_string()), self.trace.map(|trace| trace.to_string()));
        // Fields of the line itself, not of a span around it: one flat object for each request.
        macro_rules! answered {
            ($level:ident) => {
                tracing::$level!(
                    target: "access", parent: None, request_id = %self.id, method = self.method, uri = self.uri, route, status = self.status,
                    code = self.code.map(Code::id), milliseconds, bytes = self.bytes, tenant, client, caller = self.caller, home, trace_id,
                    "answered"
                )
            };
        }
        if StatusCode::from_u16(self.status).is_ok_and(|status| status.is_server_error()) {
            self.span.set_status(Status::error(""));
            answered!(error);
        } else {
            answered!(info);
        }
    }
}

/// The body of an answer, counted.
struct Answer {
    body: BoxBody,
    exchange: Exchange,
}

impl MessageBody for Answer {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, turn: &mut Turn<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_next(turn);
        if let Poll::Ready(Some(Ok(bytes))) = &polled {
            self.exchange.bytes += bytes.len() as u64;
        }
        polled
    }
}

/// The methods that HTTP has; whatever else was sent is one of many.
fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| method.as_str() == *known).unwrap_or("other")
}

/// The path as it may be written down: pieces that are known to be ids stand as they were sent, others as the template names them.
fn uri(route: Option<&str>, path: &str, tenant: Option<&Tenant>) -> String {
    let Some(route) = route else { return NOWHERE.to_owned() };
    let pieces = route.split('/').zip(path.split('/')).map(|(name, piece)| match name {
        "{tenant}" => tenant.map_or(name, |tenant| &*tenant.slug),
        "{service}" if tenant.is_some_and(|tenant| tenant.services.contains_key(piece)) => piece,
        // A register's numbers have seven digits; what is longer may be somebody's.
        "{number}" if piece.len() <= 7 && piece.bytes().all(|byte| byte.is_ascii_digit()) => piece,
        _ if name.starts_with('{') && piece.len() == 36 && Uuid::parse_str(piece).is_ok() => piece,
        _ => name,
    });
    pieces.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_path_only_ids_are_written_down() {
        let case = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44";
        let shown = |route: &str, path: &str| uri(Some(route), path, None);
        let cases = "/v1/tenants/{tenant}/cases/{case}";
        assert_eq!(shown(cases, &format!("/v1/tenants/nobody/cases/{case}")), format!("/v1/tenants/{{tenant}}/cases/{case}"));
        assert_eq!(shown(cases, "/v1/tenants/nobody/cases/RSSMRA80A01C573D"), cases);
        assert_eq!(shown("/e/{number}", "/e/0000123"), "/e/0000123");
        assert_eq!(shown("/e/{number}", "/e/00143280402"), "/e/{number}");
        assert_eq!(shown("/s/{service}", "/s/mario.rossi"), "/s/{service}");
        assert_eq!(uri(None, "/mario.rossi", None), "none");
    }

    #[test]
    fn made_up_methods_are_one() {
        assert_eq!(method(&Method::PATCH), "PATCH");
        assert_eq!(method(&Method::from_bytes(b"ROSSI").unwrap()), "other");
    }
}
