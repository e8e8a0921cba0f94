//! What the engine counts of its own work, for whoever watches over the installation: sums over all tenants, never one of them.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counts of an engine since it was made.
#[derive(Debug, Default)]
pub struct Meter {
    /// Jobs.
    pub jobs: Work,
    /// What leaves the system.
    pub outbox: Work,
}

/// The counts of one kind of work.
#[derive(Debug, Default)]
pub struct Work {
    done: AtomicU64,
    failed: AtomicU64,
    waiting: AtomicU64,
    given_up: AtomicU64,
}

/// The counts of one kind of work at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How often it was done.
    pub done: u64,
    /// How often it was tried in vain.
    pub failed: u64,
    /// How much was due and not yet done when it was last counted.
    pub waiting: u64,
    /// How much was given up and waits for a person.
    pub given_up: u64,
}

impl Work {
    /// It was done once more.
    pub(crate) fn done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// It was tried in vain, perhaps for the last time.
    pub(crate) fn failed(&self, for_good: bool) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        self.given_up.fetch_add(u64::from(for_good), Ordering::Relaxed);
    }

    /// So much waits over all tenants.
    pub fn waits(&self, count: u64) {
        self.waiting.store(count, Ordering::Relaxed);
    }

    /// So much was given up over all tenants.
    pub fn lies(&self, count: u64) {
        self.given_up.store(count, Ordering::Relaxed);
    }

    /// The counts now.
    pub fn figures(&self) -> Figures {
        let read = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
        Figures { done: read(&self.done), failed: read(&self.failed), waiting: read(&self.waiting), given_up: read(&self.given_up) }
    }
}
