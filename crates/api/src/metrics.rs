//! The figures of the server in the OpenMetrics format.
//!
//! A label has few values, all of them from the code or the settings: routes by template, methods, classes of statuses, placements. None
//! names a tenant or a person, so the number of series depends neither on how many bodies there are nor on what strangers send; what a body's figures
//! are, its own staff and the support body ask the API.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};
use sportello_engine::{Engine, meter::Figures};

/// The upper bounds of the histogram, in seconds: fast, usual, slow, and what somebody notices.
const BUCKETS: [f64; 6] = [0.005, 0.025, 0.1, 0.5, 2.5, 10.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: String,
    method: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct State {
    state: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Connections {
    placement: String,
    state: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Part {
    part: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

/// Every figure.
pub(crate) struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    refused: Counter,
    jobs: Work,
    outbox: Work,
    open_files: Gauge,
    connections: Family<Connections, Gauge>,
    degraded: Family<Part, Gauge>,
    tenants: Family<State, Gauge>,
    generation: Gauge,
}

/// The figures of one kind of work that is done beside requests.
struct Work {
    name: &'static str,
    tried: Family<Outcome, Counter>,
    waiting: Gauge,
    given_up: Gauge,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// Nothing has happened yet.
    pub(crate) fn new(started: Timestamp) -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            answered: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            in_flight: Gauge::default(),
            refused: Counter::default(),
            jobs: Work::new("jobs"),
            outbox: Work::new("outbox"),
            open_files: Gauge::default(),
            connections: Family::default(),
            degraded: Family::default(),
            tenants: Family::default(),
            generation: Gauge::default(),
        };
        metrics.registry = metrics.registered(started);
        metrics
    }

    fn registered(&self, started: Timestamp) -> Registry {
        let mut registry = Registry::default();
        let since = Gauge::<i64>::default();
        since.set(started.as_second());
        registry.register_with_unit("process_start_time", "When the process started, since 1970-01-01", Unit::Seconds, since);
        let ours = registry.sub_registry_with_prefix("sportello");
        ours.register("build", "The program", Info::new(Build { version: env!("CARGO_PKG_VERSION") }));
        ours.register("http_requests", "Requests by route, method and class of the status", self.answered.clone());
        ours.register_with_unit("http_request_duration", "How long requests took, to the last byte", Unit::Seconds, self.seconds.clone());
        ours.register("http_requests_in_flight", "Requests that are being answered", self.in_flight.clone());
        ours.register("rate_limit_refusals", "Requests that the limiter refused", self.refused.clone());
        for work in [&self.jobs, &self.outbox] {
            let Work { name, tried, waiting, given_up } = work;
            ours.register(*name, "Tries, by how they ended", tried.clone());
            ours.register(format!("{name}_waiting"), "Due and not yet done, over all bodies", waiting.clone());
            ours.register(format!("{name}_given_up"), "Given up, waiting for a person, over all bodies", given_up.clone());
        }
        ours.register("tenant_files_open", "Databases of bodies that are open", self.open_files.clone());
        ours.register("database_connections", "Connections to shared databases, by placement and use", self.connections.clone());
        ours.register("degraded", "Whether a part is done without", self.degraded.clone());
        ours.register("tenants", "Bodies by how they are served", self.tenants.clone());
        ours.register("configuration_generation", "How often a configuration was put in force since the start", self.generation.clone());
        registry
    }

    /// A request begins.
    pub(crate) fn begin(&self) {
        self.in_flight.inc();
    }

    /// A request ended.
    pub(crate) fn end(&self, method: &'static str, route: &str, status: u16, elapsed: Duration) {
        self.in_flight.dec();
        let status = match status {
            100..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.answered.get_or_create(&Answered { route: route.to_owned(), method, status }).inc();
        self.seconds.get_or_create(&Route { route: route.to_owned() }).observe(elapsed.as_secs_f64());
    }

    /// The limiter refused a request.
    pub(crate) fn refuse(&self) {
        self.refused.inc();
    }

    /// Everything as text, with what the engine knows now.
    pub(crate) fn text(&self, engine: &Engine) -> Result<String, fmt::Error> {
        let set = |gauge: &Gauge, count: u64| gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        let tally = engine.fleet().tally();
        for (state, count) in [("active", tally.active), ("stale", tally.stale), ("unavailable", tally.unavailable)] {
            set(&self.tenants.get_or_create(&State { state }), count as u64);
        }
        set(&self.open_files, engine.stores().open_count() as u64);
        for (name, open, used) in engine.stores().connections() {
            for (state, count) in [("in_use", used), ("idle", open.saturating_sub(used))] {
                set(&self.connections.get_or_create(&Connections { placement: name.to_owned(), state }), count as u64);
            }
        }
        for (part, without) in engine.degraded() {
            set(&self.degraded.get_or_create(&Part { part }), without.into());
        }
        set(&self.generation, engine.fleet().generation());
        for (work, figures) in [(&self.jobs, engine.meter().jobs.figures()), (&self.outbox, engine.meter().outbox.figures())] {
            let Figures { done, failed, waiting, given_up } = figures;
            work.reach("done", done);
            work.reach("failed", failed);
            set(&work.waiting, waiting);
            set(&work.given_up, given_up);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Work {
    fn new(name: &'static str) -> Self {
        Self { name, tried: Family::default(), waiting: Gauge::default(), given_up: Gauge::default() }
    }

    /// Brings a counter up to what the engine counted.
    fn reach(&self, outcome: &'static str, count: u64) {
        let counter = self.tried.get_or_create(&Outcome { outcome });
        counter.inner().fetch_max(count, std::sync::atomic::Ordering::Relaxed);
    }
}
