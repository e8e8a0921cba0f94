//! What the product costs, each time as a ratio to a bound that is measured in the same run, in turns with it: machines are shared,
//! and what slows one slows the other. One is as fast as the bound, 0.5 takes twice its time.
//!
//! The product runs whole in this process, on the committed bodies, with its log written to a file; clients speak to it over
//! loopback, as they do to the bare handlers that are its bounds. It stands outside the measured crates like any test: only the
//! statements that a request sends are seen through `sportello_store::Observer`.
//!
//! `tests/measure` measures everything; `cargo bench -p sportello-tests --bench speed -- pages files` what needs no database.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a benchmark prints what it measured, and what fails in it ends it"
)]

mod bare;
mod cases;
mod catalogue;
mod client;
mod cpu;
mod database;
mod files;
mod installation;
mod measure;
mod replay;

use std::{fs::File, sync::Mutex};

use installation::Installation;

/// What can be measured, in this order.
const PARTS: [&str; 3] = ["pages", "files", "postgres"];
/// What `sportello serve` logs unless told otherwise.
const LOG: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,actix_server=warn";

fn main() {
    // cargo adds `--bench`.
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let Some(other) = asked.iter().find(|part| !PARTS.contains(&part.as_str())) {
        eprintln!("'{other}' cannot be measured; what can: {}", PARTS.join(", "));
        std::process::exit(2);
    }
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|other| other == part);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = Mutex::new(File::create(folder.path().join("log")).expect("a file"));
    tracing_subscriber::fmt().with_env_filter(LOG).with_writer(log).json().flatten_event(true).with_current_span(false).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    if wanted("pages") || wanted("files") {
        let installation = runtime.block_on(Installation::in_files());
        if wanted("pages") {
            catalogue::measure(&installation);
        }
        if wanted("files") {
            files::measure(&installation, &runtime);
        }
    }
    if wanted("postgres") {
        database::measure(&runtime);
    }
}
