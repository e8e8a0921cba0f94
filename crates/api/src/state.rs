//! What the server holds while it runs: the engine, the documents that were rendered at the start, the cache of public replies.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::{HttpRequest, dev::ServiceRequest, web::Data};
use sportello_domain::refusal::Code;
use sportello_engine::Engine;

use crate::{
    http::{cache::Cache, problem::Problem, routes::Routes},
    metrics::Metrics,
    openapi::Document,
};

/// How many bytes of public replies are kept rendered.
const CACHE_BYTES: usize = 32 * 1024 * 1024;

/// What a server is told when it starts.
#[derive(Clone, Debug)]
pub struct ApiSettings {
    /// The balancers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether the figures have an address of their own, so that there are none here.
    pub metrics_elsewhere: bool,
    /// How long requests may go on when the server is told to stop.
    pub finish: Duration,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self { trusted_proxies: Vec::new(), metrics_elsewhere: false, finish: Duration::from_secs(30) }
    }
}

/// What every request can reach.
#[derive(Clone, Debug)]
pub struct ApiState(Arc<Held>);

/// The content of an [`ApiState`].
#[derive(Debug)]
pub struct Held {
    /// What the product does.
    pub(crate) engine: Engine,
    /// What the operator of the installation said.
    pub(crate) settings: ApiSettings,
    /// Public replies, rendered.
    pub(crate) cache: Cache,
    /// Which methods each address takes.
    pub(crate) routes: Routes,
    /// The description of this API.
    pub(crate) document: Document,
    /// What is counted.
    pub(crate) metrics: Metrics,
    stopping: AtomicBool,
}

impl ApiState {
    /// The state of a server over an engine.
    pub fn new(engine: Engine, settings: ApiSettings) -> Self {
        let document = Document::new();
        let routes = Routes::of(&document.value).with("/docs").with("/docs/{asset}");
        let (cache, metrics) = (Cache::new(CACHE_BYTES), Metrics::new(engine.now()));
        Self(Arc::new(Held { engine, settings, cache, routes, document, metrics, stopping: AtomicBool::new(false) }))
    }

    /// From now on the server is about to stop: it goes on answering, but asks to be sent nothing more.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the server is about to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    /// The state that a request runs in.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        request.app_data::<Data<Self>>().map(|state| state.get_ref().clone()).ok_or_else(|| Code::Internal.into())
    }

    /// The same, while a request is still on its way to its handler.
    pub(crate) fn on_the_way(request: &ServiceRequest) -> Option<Self> {
        request.app_data::<Data<Self>>().map(|state| state.get_ref().clone())
    }
}

impl std::ops::Deref for ApiState {
    type Target = Held;

    fn deref(&self) -> &Held {
        &self.0
    }
}
