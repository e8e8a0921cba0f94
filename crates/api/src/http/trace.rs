//! The trace that a request belongs to, where its sender says so (W3C Trace Context).

use actix_web::http::header::HeaderMap;
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator},
    trace::{TraceContextExt, TraceId},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";

/// Of all headers only `traceparent`, which can hold numbers alone: `tracestate` is free text.
struct Parent<'a>(&'a str);

impl Extractor for Parent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACEPARENT).then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

/// Takes the sender's trace over for a span that is still new, and answers its number.
pub(crate) fn take_over(headers: &HeaderMap, span: &Span) -> Option<TraceId> {
    let parent = headers.get(TRACEPARENT)?.to_str().ok()?;
    // The library also takes shorter numbers, which the standard does not know: they may be anything.
    let lengths: Vec<usize> = parent.split('-').map(str::len).take(4).collect();
    if lengths != [2, 32, 16, 2] {
        return None;
    }
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &Parent(parent));
    let trace = context.span().span_context().trace_id();
    if trace == TraceId::INVALID {
        return None;
    }
    // Without a collector there is nowhere to hand it on to.
    let _ = span.set_parent(context);
    Some(trace)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_a_well_formed_parent_is_taken_over() {
        let found = |value: &'static str| {
            let headers: HeaderMap = [(HeaderName::from_static(TRACEPARENT), HeaderValue::from_static(value))].into_iter().collect();
            take_over(&headers, &Span::none()).map(|trace| trace.to_string())
        };
        assert_eq!(found("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").as_deref(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        for wrong in ["", "RSSMRA80A01C573D", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f-00f067-01"] {
            assert_eq!(found(wrong), None, "{wrong}");
        }
    }
}
