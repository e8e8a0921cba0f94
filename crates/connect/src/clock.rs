//! The real clock and real ids: the one place that may ask the system for either.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{Timestamp, TimestampRound, Unit};
use sportello_engine::ports::{Clock, Ids};
use uuid::{ContextV7, Uuid};

/// The system's clock, cut to the microseconds that every database keeps.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the adapter that everything else asks")]
    fn now(&self) -> Timestamp {
        cut(Timestamp::now())
    }
}

fn cut(instant: Timestamp) -> Timestamp {
    instant.round(TimestampRound::new().smallest(Unit::Microsecond).mode(jiff::RoundMode::Trunc)).unwrap_or(instant)
}

/// Ids of version 7 (RFC 9562), whose time is the injected clock's: in one process each is greater than the one before, as long
/// as the clock goes forward.
pub struct SortedIds {
    clock: Arc<dyn Clock>,
    context: Mutex<ContextV7>,
}

impl std::fmt::Debug for SortedIds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SortedIds").finish_non_exhaustive()
    }
}

impl SortedIds {
    /// Ids that take their time from a clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, context: Mutex::new(ContextV7::new()) }
    }
}

impl Ids for SortedIds {
    fn uuid(&self) -> Uuid {
        let now = self.clock.now();
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
        let context = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*context, seconds, nanoseconds))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    /// A clock whose hands a test moves.
    pub(crate) struct Hands(AtomicI64);

    impl Default for Hands {
        fn default() -> Self {
            // 2026-03-02T09:00:00Z
            Self(AtomicI64::new(1_772_442_000_000))
        }
    }

    impl Hands {
        pub(crate) fn forward(&self, milliseconds: i64) {
            self.0.fetch_add(milliseconds, Ordering::Relaxed);
        }
    }

    impl Clock for Hands {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).unwrap()
        }
    }

    #[test]
    fn instants_have_whole_microseconds() {
        let instant: Timestamp = "2026-03-02T09:00:00.123456789Z".parse().unwrap();
        assert_eq!(cut(instant).to_string(), "2026-03-02T09:00:00.123456Z");
        assert_eq!(SystemClock.now().subsec_nanosecond() % 1_000, 0);
    }

    #[test]
    fn ids_grow_and_carry_the_clock() {
        let ids = SortedIds::new(Arc::new(Hands::default()));
        let made: Vec<Uuid> = (0..1_000).map(|_| ids.uuid()).collect();
        assert!(made.is_sorted_by(|a, b| a < b));
        assert_eq!(made[0].get_version_num(), 7);
        let (seconds, _) = made[0].get_timestamp().unwrap().to_unix();
        assert_eq!(seconds, 1_772_442_000);
    }
}
