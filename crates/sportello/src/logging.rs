//! The log: on standard error, readable on a terminal and JSON elsewhere.
//!
//! What stands in it are names of the domain (tenant, service, state, ids), never a person's: spans take their fields one by one.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::stop::{Outcome, Stop};
use crate::ui::Ui;

/// What is worth a line unless told otherwise: the database's own statements are not.
const USUAL: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,actix_server=warn";

/// Starts the log, once for the process.
pub(crate) fn start(filter: Option<&str>, format: Option<&str>) -> Outcome {
    let wanted = filter.unwrap_or(USUAL);
    let filter = EnvFilter::builder().parse(wanted).map_err(|error| {
        Stop::new(
            format!("SPORTELLO_LOG='{wanted}' non si capisce ({error}): scrivi per esempio info oppure info,sportello=debug."),
            format!("SPORTELLO_LOG='{wanted}' is not understood ({error}): write for example info or info,sportello=debug."),
        )
    })?;
    let pretty = format.map_or_else(Ui::watched, |format| format == "pretty");
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_span_events(FmtSpan::NONE);
    // In JSON the span that a line is in stands last in the list of all that it is in, and is not written a second time.
    // A second start in one process, as in tests, keeps the first.
    let _ = if pretty { builder.compact().try_init() } else { builder.json().flatten_event(true).with_current_span(false).try_init() };
    Ok(())
}
