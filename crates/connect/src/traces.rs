//! Spans for a collector, over OTLP/HTTP.
//!
//! They are handed to a thread of their own, which sends them in batches; what it cannot send it lets go. A collector that is away
//! costs no request anything, and the log says so once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use reqwest::{Client, Method, Url};
use sportello_engine::ports::PortProblem;
use tokio::runtime::Runtime;

use crate::https::{chain, client, is_loopback};

/// The name of the program among all that a collector hears of.
const SERVICE: &str = "sportello";
/// How long the last spans may take when the program ends.
const LAST: Duration = Duration::from_secs(3);

/// Where spans go to.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends spans to a collector, such as `http://127.0.0.1:4318`, from now on.
    pub fn to(collector: &str, version: &'static str) -> Result<Self, PortProblem> {
        let problem = |error: &dyn std::error::Error| PortProblem(chain(error));
        let url = Url::parse(collector).map_err(|error| problem(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| problem(&error))?;
        let sender = Sender { runtime, client: client(is_loopback(&url))?, away: AtomicBool::new(false) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(sender)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{collector}/v1/traces"))
            .build()
            .map_err(|error| problem(&error))?;
        let resource = Resource::builder().with_service_name(SERVICE).with_attribute(KeyValue::new("service.version", version)).build();
        // What a caller says of sampling is a stranger's wish; the collector decides what it keeps.
        let provider = SdkTracerProvider::builder().with_sampler(Sampler::AlwaysOn).with_resource(resource).with_batch_exporter(exporter);
        Ok(Self(provider.build()))
    }

    /// What makes the spans.
    pub fn tracer(&self) -> SdkTracer {
        self.0.tracer(SERVICE)
    }

    /// Sends what is left, and nothing more.
    pub fn end(&self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Sends on the thread that batches are sent from, which has no loop of its own.
#[derive(Debug)]
struct Sender {
    runtime: Runtime,
    client: Client,
    away: AtomicBool,
}

impl Sender {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string())?;
        let sent =
            self.client.request(Method::POST, url).headers(head.headers).body(body).send().await.map_err(reqwest::Error::without_url)?;
        let mut answer = Response::builder().status(sent.status());
        if let Some(headers) = answer.headers_mut() {
            headers.clone_from(sent.headers());
        }
        // What a collector says in answer is not read into memory without a bound: it says little, and nothing that is used.
        Ok(answer.body(Bytes::new())?)
    }

    /// Tells of the change, not of each batch.
    fn note(&self, sent: &Result<Response<Bytes>, HttpError>) {
        let problem = match sent {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("it answered {}", answer.status().as_u16())),
            Err(error) => Some(chain(error.as_ref())),
        };
        match (problem, self.away.load(Ordering::Relaxed)) {
            (Some(problem), false) => {
                self.away.store(true, Ordering::Relaxed);
                tracing::warn!(problem, "the collector of traces takes none: they are let go until it does");
            }
            (None, true) => {
                self.away.store(false, Ordering::Relaxed);
                tracing::info!("the collector of traces takes them again");
            }
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = self.runtime.block_on(self.send(request));
        self.note(&sent);
        sent
    }
}
