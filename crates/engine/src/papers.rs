//! Papers that the product draws up: printing is computing, so it leaves the threads on which requests wait.

use std::sync::Arc;

use sportello_domain::printed::Paper;

use crate::{Broken, Engine, Failure};

/// The bytes of a paper.
pub(crate) async fn print(engine: &Engine, paper: Paper) -> Result<Vec<u8>, Failure> {
    let printer = Arc::clone(&engine.ports().printer);
    let bytes = tokio::task::spawn_blocking(move || printer.print(&paper)).await;
    Ok(bytes.map_err(|_| Failure::Broken(Broken::Inconsistent("a printer did not come back")))??)
}
