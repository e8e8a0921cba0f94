//! What the product costs, each time as a ratio to a bound that is measured in the same run, in turns with it: machines are shared,
//! and what slows one slows the other. One is as fast as the bound, 0.5 takes twice its time.
//!
//! The product runs whole in this process, on the committed bodies, with its log written to a file; clients speak to it over
//! loopback, as they do to the bare handlers that are its bounds. It stands outside the measured crates like any test: only the
//! statements that a request sends are seen through `sportello_store::Observer`.
//!
//! `cargo bench -p sportello-tests --bench speed`
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a benchmark prints what it measured, and what fails in it ends it")]

mod bare;
mod cases;
mod catalogue;
mod client;
mod installation;
mod measure;
mod replay;

use installation::Installation;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let installation = runtime.block_on(Installation::new());
    catalogue::measure(&installation);
    cases::measure(&installation, &runtime);
}
