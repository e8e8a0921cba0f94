//! What tells the server to stop: the supervisor's signal or the keyboard's.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::stop::{Outcome, Stop};

/// The signals that end the server, heard from the moment when this is made.
pub(crate) struct Signals {
    term: Signal,
    int: Signal,
}

impl Signals {
    /// Begins to listen.
    pub(crate) fn listen() -> Outcome<Self> {
        let heard = |kind| {
            signal(kind).map_err(|error| {
                Stop::new(
                    format!("I segnali del sistema non si possono ricevere: {error}."),
                    format!("Signals cannot be received: {error}."),
                )
            })
        };
        Ok(Self { term: heard(SignalKind::terminate())?, int: heard(SignalKind::interrupt())? })
    }

    /// Waits for the next one and answers the exit status of a program that it killed.
    pub(crate) async fn next(&mut self) -> u8 {
        let Self { term, int } = self;
        let number = tokio::select! {
            _ = term.recv() => SignalKind::terminate(),
            _ = int.recv() => SignalKind::interrupt(),
        };
        u8::try_from(128 + number.as_raw_value()).unwrap_or(u8::MAX)
    }
}
