//! The log: on standard error, readable on a terminal and JSON elsewhere; and the spans for a collector, where there is one.
//!
//! What stands in either are names of the domain (tenant, service, state, ids), never a person's: spans take their fields one by
//! one.

use sportello_connect::traces::Traces;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::stop::{Outcome, Stop};
use crate::ui::Ui;

/// What is worth a line unless told otherwise: the database's own statements are not.
const USUAL: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,actix_server=warn";
/// Whose spans a collector gets: ours, whatever the log takes.
const OURS: &str = "sportello";

/// Starts the log, once for the process.
pub(crate) fn start(filter: Option<&str>, format: Option<&str>, traces: Option<&Traces>) -> Outcome {
    let wanted = filter.unwrap_or(USUAL);
    let filter = EnvFilter::builder().parse(wanted).map_err(|error| {
        Stop::new(
            format!("SPORTELLO_LOG='{wanted}' non si capisce ({error}): scrivi per esempio info oppure info,sportello=debug."),
            format!("SPORTELLO_LOG='{wanted}' is not understood ({error}): write for example info or info,sportello=debug."),
        )
    })?;
    let pretty = format.map_or_else(Ui::watched, |format| format == "pretty");
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // In JSON the span that a line is in stands last in the list of all that it is in, and is not written a second time.
    let lines = if pretty { lines.compact().boxed() } else { lines.json().flatten_event(true).with_current_span(false).boxed() };
    let spans = traces.map(|traces| {
        let layer = tracing_opentelemetry::layer().with_tracer(traces.tracer());
        let layer = layer.with_location(false).with_threads(false).with_tracked_inactivity(false);
        layer.with_filter(filter_fn(|about| about.is_span() && about.target().starts_with(OURS) && *about.level() <= tracing::Level::INFO))
    });
    // A second start in one process, as in tests, keeps the first.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).with(spans).try_init();
    Ok(())
}

/// Starts what hands spans on to a collector, where the settings name one.
pub(crate) fn traces(collector: Option<&str>) -> Outcome<Option<Traces>> {
    let Some(collector) = collector else { return Ok(None) };
    let traces = Traces::to(collector, env!("CARGO_PKG_VERSION")).map_err(|problem| {
        Stop::new(
            format!("telemetry.otlp: '{collector}' non si può usare ({problem}): scrivi per esempio http://127.0.0.1:4318."),
            format!("telemetry.otlp: '{collector}' cannot be used ({problem}): write for example http://127.0.0.1:4318."),
        )
    })?;
    Ok(Some(traces))
}
