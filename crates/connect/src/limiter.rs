//! How often a caller may ask, counted in this process: so many requests a minute for each caller, so many a second for each
//! tenant. Processes that share a Redis count [there](crate::redis).
//!
//! Memory is bounded: counts live in two generations of a fixed size, the young one becoming the old one when it is full, so
//! whoever has not asked for longest is forgotten first.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sportello_domain::ids::TenantId;
use sportello_engine::ports::{Allowance, Clock, Limiter};

/// How much is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Requests of one caller in a minute.
    pub per_caller_per_minute: u32,
    /// Look-ups of one caller in registers in a minute.
    pub look_ups_per_caller_per_minute: u32,
    /// Requests for one tenant in a second.
    pub per_tenant_per_second: u32,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { per_caller_per_minute: 600, look_ups_per_caller_per_minute: 20, per_tenant_per_second: 500 }
    }
}

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const SECOND: i64 = 1_000;
/// Callers in one generation; an entry takes some 60 bytes.
const CALLERS: usize = 65_536;
const TENANTS: usize = 4_096;

/// Counts in fixed windows that begin with the first request in them.
pub struct InProcessLimiter {
    quotas: Quotas,
    clock: Arc<dyn Clock>,
    windows: Mutex<Windows>,
}

impl std::fmt::Debug for InProcessLimiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InProcessLimiter").field("quotas", &self.quotas).finish_non_exhaustive()
    }
}

struct Windows {
    callers: Generations<[u8; 32]>,
    look_ups: Generations<[u8; 32]>,
    tenants: Generations<TenantId>,
}

#[derive(Clone, Copy)]
struct Window {
    began: i64,
    taken: u32,
}

struct Generations<K> {
    young: HashMap<K, Window>,
    old: HashMap<K, Window>,
    room: usize,
}

impl<K: Eq + Hash + Copy> Generations<K> {
    fn new(room: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), room }
    }

    /// The running window of a key, a new one where the last has passed. A clock that was set back begins a new one too.
    fn window(&mut self, key: K, now: i64, length: i64) -> &mut Window {
        if !self.young.contains_key(&key) {
            if self.young.len() >= self.room {
                self.old = std::mem::take(&mut self.young);
            }
            let known = self.old.remove(&key).unwrap_or(Window { began: now, taken: 0 });
            self.young.insert(key, known);
        }
        let window = self.young.entry(key).or_insert(Window { began: now, taken: 0 });
        if !(0..length).contains(&(now - window.began)) {
            *window = Window { began: now, taken: 0 };
        }
        window
    }
}

impl InProcessLimiter {
    /// A limiter that has counted nothing yet.
    pub fn new(quotas: Quotas, clock: Arc<dyn Clock>) -> Self {
        let windows =
            Windows { callers: Generations::new(CALLERS), look_ups: Generations::new(TENANTS), tenants: Generations::new(TENANTS) };
        Self { quotas, clock, windows: Mutex::new(windows) }
    }
}

#[async_trait]
impl Limiter for InProcessLimiter {
    /// Takes one request from what is left to the caller and to the tenant; from neither where one of them has nothing left.
    async fn take(&self, caller: [u8; 32], tenant: Option<TenantId>) -> Allowance {
        let now = self.clock.now().as_millisecond();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let Windows { callers, tenants, look_ups: _ } = &mut *windows;
        let mut of_tenant = tenant.map(|tenant| tenants.window(tenant, now, SECOND));
        let quota = self.quotas.per_tenant_per_second;
        if let Some(window) = of_tenant.as_deref().filter(|window| window.taken >= quota) {
            return allowance(quota, *window, now, SECOND, false);
        }
        let window = callers.window(caller, now, MINUTE);
        let quota = self.quotas.per_caller_per_minute;
        let allowed = window.taken < quota;
        if allowed {
            window.taken += 1;
            if let Some(window) = &mut of_tenant {
                window.taken += 1;
            }
        }
        allowance(quota, *window, now, MINUTE, allowed)
    }

    async fn take_look_up(&self, caller: [u8; 32]) -> Allowance {
        let now = self.clock.now().as_millisecond();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.look_ups.window(caller, now, MINUTE);
        let quota = self.quotas.look_ups_per_caller_per_minute;
        let allowed = window.taken < quota;
        if allowed {
            window.taken += 1;
        }
        allowance(quota, *window, now, MINUTE, allowed)
    }
}

fn allowance(quota: u32, window: Window, now: i64, length: i64, allowed: bool) -> Allowance {
    let left = u64::try_from(window.began + length - now).unwrap_or_default();
    Allowance {
        limit: quota.into(),
        remaining: quota.saturating_sub(window.taken).into(),
        reset_seconds: left.div_ceil(1_000).max(1),
        allowed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::tests::Hands;

    const A: [u8; 32] = [1; 32];
    const B: [u8; 32] = [2; 32];

    fn limiter(per_minute: u32, per_second: u32) -> (InProcessLimiter, Arc<Hands>) {
        let hands = Arc::new(Hands::default());
        let quotas = Quotas { per_caller_per_minute: per_minute, look_ups_per_caller_per_minute: 1, per_tenant_per_second: per_second };
        (InProcessLimiter::new(quotas, Arc::clone(&hands) as Arc<dyn Clock>), hands)
    }

    fn seen(allowance: &Allowance) -> (bool, u64, u64, u64) {
        (allowance.allowed, allowance.limit, allowance.remaining, allowance.reset_seconds)
    }

    #[tokio::test]
    async fn a_caller_has_so_many_a_minute() {
        let (limiter, hands) = limiter(2, 100);
        assert_eq!(seen(&limiter.take(A, None).await), (true, 2, 1, 60));
        hands.forward(10_500);
        assert_eq!(seen(&limiter.take(A, None).await), (true, 2, 0, 50));
        assert_eq!(seen(&limiter.take(A, None).await), (false, 2, 0, 50));
        assert_eq!(seen(&limiter.take(B, None).await), (true, 2, 1, 60), "another caller has its own");
        hands.forward(49_499);
        assert_eq!(seen(&limiter.take(A, None).await), (false, 2, 0, 1));
        hands.forward(1);
        assert_eq!(seen(&limiter.take(A, None).await), (true, 2, 1, 60));
        hands.forward(-30_000);
        assert_eq!(seen(&limiter.take(A, None).await), (true, 2, 1, 60), "a clock set back locks nobody out");
    }

    #[tokio::test]
    async fn a_tenant_has_so_many_a_second_whoever_asks() {
        let (limiter, hands) = limiter(100, 2);
        let tenant = Some(TenantId::new(uuid::Uuid::from_u128(7)));
        assert!(limiter.take(A, tenant).await.allowed && limiter.take(B, tenant).await.allowed);
        assert_eq!(seen(&limiter.take(A, tenant).await), (false, 2, 0, 1));
        assert_eq!(seen(&limiter.take(A, None).await), (true, 100, 98, 60), "what the tenant refused was not taken from the caller");
        hands.forward(1_000);
        assert!(limiter.take(A, tenant).await.allowed);
    }

    #[tokio::test]
    async fn look_ups_have_a_measure_of_their_own() {
        let (limiter, hands) = limiter(100, 100);
        assert_eq!(seen(&limiter.take_look_up(A).await), (true, 1, 0, 60));
        assert_eq!(seen(&limiter.take_look_up(A).await), (false, 1, 0, 60));
        assert!(limiter.take(A, None).await.allowed && limiter.take_look_up(B).await.allowed);
        hands.forward(60_000);
        assert!(limiter.take_look_up(A).await.allowed);
    }

    #[tokio::test]
    async fn memory_is_bounded_and_the_busy_are_remembered() {
        let mut generations = Generations::new(4);
        for key in 0..100_u32 {
            generations.window(key, 0, MINUTE).taken += 1;
            generations.window(1_000, 0, MINUTE).taken += 1;
        }
        assert!(generations.young.len() <= 4 && generations.old.len() <= 4);
        assert_eq!(generations.window(1_000, 0, MINUTE).taken, 100);
    }
}
