//! What processes of this machine ran so far, in microseconds, as Linux counts it.

use std::{fs, path::Path};

/// Another process; nothing once it ended.
pub(crate) fn of(process: u32) -> f64 {
    threads(&format!("/proc/{process}/task"), None)
}

/// This process but for the thread that asks: the client is in it, the server in the others.
pub(crate) fn of_the_others() -> f64 {
    let own = fs::read_link("/proc/thread-self").expect("Linux tells what threads ran");
    threads("/proc/self/task", own.file_name().map(Path::new))
}

fn threads(folder: &str, but: Option<&Path>) -> f64 {
    let threads = fs::read_dir(folder).into_iter().flatten().flatten();
    let others = threads.filter(|thread| Some(Path::new(&thread.file_name())) != but);
    // A thread that ended meanwhile is no longer there to be read.
    let told = others.filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok());
    told.filter_map(|line| line.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e3
}
