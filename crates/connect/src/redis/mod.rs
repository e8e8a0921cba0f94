//! What processes share through Redis: how often a caller may ask, and that the configuration changed.
//!
//! Nothing that was promised stands in it. Where it does not answer at once each process counts alone for a while, which lets
//! callers ask a little more often, and says so.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::StreamExt;
use jiff::Timestamp;
use redis::{
    Client, RedisError, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use sportello_domain::ids::TenantId;
use sportello_engine::ports::{Allowance, Clock, Limiter};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::limiter::{InProcessLimiter, MINUTE, Quotas, SECOND};

/// How long a request waits for Redis at the most.
const PATIENCE: Duration = Duration::from_millis(100);
/// For how long it is left alone after it did not answer, in milliseconds. Then one request asks again, so a slow Redis slows one
/// request a second.
const REST: i64 = 1_000;
/// Where processes tell each other that the configuration changed.
const CHANNEL: &str = "sportello:configuration";

/// Takes one from each window that has something left, or from none: the tenant's first, as the limiter in the process does. Answers
/// whether it was taken, whether the tenant's window said no, how many were taken in the window that counts, and how long it lasts.
const TAKE: &str = r"
local function seen(key, length)
  local left = redis.call('PTTL', key)
  if left < 0 then return 0, length end
  return tonumber(redis.call('GET', key)), left
end
local function add(key, taken, length)
  if taken == 0 then redis.call('SET', key, 1, 'PX', length) else redis.call('INCR', key) end
end
local of_tenant
if KEYS[2] then
  local taken, left = seen(KEYS[2], ARGV[4])
  if taken >= tonumber(ARGV[3]) then return {0, 1, taken, left} end
  of_tenant = taken
end
local taken, left = seen(KEYS[1], ARGV[2])
if taken >= tonumber(ARGV[1]) then return {0, 0, taken, left} end
add(KEYS[1], taken, ARGV[2])
if KEYS[2] then add(KEYS[2], of_tenant, ARGV[4]) end
return {1, 0, taken + 1, left}
";

/// A Redis, reached when it is first needed and again whenever it comes back.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    manager: Arc<OnceCell<ConnectionManager>>,
    /// Tells this process's own messages from the others'.
    process: Uuid,
}

/// How a Redis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedisState {
    /// What its clock says.
    pub now: Timestamp,
    /// Whether its memory is bounded and nothing makes room in it, so that it takes nothing more when it is full.
    pub refuses_when_full: bool,
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("process", &self.process).finish_non_exhaustive()
    }
}

impl Redis {
    /// Takes an address, `redis://…` or `rediss://…`; nothing is connected yet. The error says what is wrong with it, without it.
    pub fn new(address: &str, process: Uuid) -> Result<Self, String> {
        let client = Client::open(address).map_err(|error| error.to_string())?;
        Ok(Self { client, manager: Arc::new(OnceCell::new()), process })
    }

    async fn connection(&self) -> Result<ConnectionManager, RedisError> {
        let made = async || {
            let config = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(PATIENCE))
                .set_response_timeout(Some(PATIENCE))
                .set_number_of_retries(0);
            ConnectionManager::new_lazy_with_config(self.client.clone(), config)
        };
        self.manager.get_or_try_init(made).await.cloned()
    }

    /// Whether it answers.
    pub async fn ping(&self) -> Result<(), String> {
        let asked = async {
            let mut connection = self.connection().await?;
            redis::cmd("PING").query_async::<()>(&mut connection).await
        };
        within_patience(asked).await
    }

    /// How it is: its clock, and what it does when its memory is full.
    pub async fn state(&self) -> Result<RedisState, String> {
        let asked = async {
            let mut connection = self.connection().await?;
            let memory: String = redis::cmd("INFO").arg("memory").query_async(&mut connection).await?;
            let (seconds, micros): (i64, i64) = redis::cmd("TIME").query_async(&mut connection).await?;
            Ok((memory, seconds, micros))
        };
        let (memory, seconds, micros) = within_patience(asked).await?;
        let said = |name: &str| memory.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
        let now =
            Timestamp::from_microsecond(seconds.saturating_mul(1_000_000).saturating_add(micros)).map_err(|error| error.to_string())?;
        let bounded = said("maxmemory").is_some_and(|bytes| bytes != "0");
        Ok(RedisState { now, refuses_when_full: bounded && said("maxmemory_policy") == Some("noeviction") })
    }

    /// Tells the other processes that the configuration changed.
    pub async fn tell(&self) -> Result<(), String> {
        let told = async {
            let mut connection = self.connection().await?;
            redis::cmd("PUBLISH").arg(CHANNEL).arg(self.process.to_string()).query_async::<()>(&mut connection).await
        };
        within_patience(told).await
    }

    /// Calls `changed` whenever another process told that the configuration changed, and whenever that may have been missed. Never
    /// ends.
    pub async fn listen<F: Future<Output = ()> + Send>(&self, changed: impl Fn() -> F + Send + Sync) {
        let own = self.process.to_string();
        let mut missed = false;
        loop {
            if let Ok(mut channel) = self.client.get_async_pubsub().await
                && channel.subscribe(CHANNEL).await.is_ok()
            {
                if missed {
                    changed().await;
                }
                let mut messages = channel.on_message();
                while let Some(message) = messages.next().await {
                    if message.get_payload::<String>().is_ok_and(|process| process != own) {
                        changed().await;
                    }
                }
            }
            missed = true;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn within_patience<T>(asked: impl Future<Output = Result<T, RedisError>>) -> Result<T, String> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} ms", PATIENCE.as_millis())),
    }
}

/// Counts in Redis, together with every other process, in the same fixed windows as [`InProcessLimiter`].
pub struct SharedLimiter {
    redis: Redis,
    quotas: Quotas,
    clock: Arc<dyn Clock>,
    take: Script,
    alone: InProcessLimiter,
    /// Until when Redis is left alone, in milliseconds since 1970; 0 where it answers.
    resting: AtomicI64,
}

impl fmt::Debug for SharedLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedLimiter").field("redis", &self.redis).field("quotas", &self.quotas).finish_non_exhaustive()
    }
}

impl SharedLimiter {
    /// A limiter over a Redis that need not run yet.
    pub fn new(redis: Redis, quotas: Quotas, clock: Arc<dyn Clock>) -> Self {
        let alone = InProcessLimiter::new(quotas, Arc::clone(&clock));
        Self { redis, quotas, clock, take: Script::new(TAKE), alone, resting: AtomicI64::new(0) }
    }

    /// Whether Redis answers as far as is known, or has rested long enough that this request, and no other, asks again. A clock that
    /// was set back ends the rest too.
    fn may_ask(&self, now: i64) -> bool {
        let until = self.resting.load(Ordering::Relaxed);
        if until == 0 {
            return true;
        }
        let rested = !(1..=REST).contains(&(until - now));
        rested && self.resting.compare_exchange(until, now + REST, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// What Redis says, if it says something in time.
    async fn shared(&self, caller: (String, u32), tenant: Option<TenantId>) -> Option<Allowance> {
        let now = self.clock.now().as_millisecond();
        if !self.may_ask(now) {
            return None;
        }
        let (key, quota) = caller;
        let per_tenant = self.quotas.per_tenant_per_second;
        let mut call = self.take.key(key);
        if let Some(tenant) = tenant {
            call.key(format!("sportello:limit:tenant:{tenant}"));
        }
        call.arg(quota).arg(MINUTE).arg(per_tenant).arg(SECOND);
        let asked = async {
            let mut connection = self.redis.connection().await?;
            call.invoke_async::<(u8, u8, u64, u64)>(&mut connection).await
        };
        match within_patience(asked).await {
            Ok((taken, of_tenant, count, left)) => {
                if self.resting.swap(0, Ordering::Relaxed) != 0 {
                    tracing::info!("Redis answers again: processes count together");
                }
                let limit = if of_tenant == 1 { per_tenant } else { quota };
                let remaining = u64::from(limit).saturating_sub(count);
                Some(Allowance { limit: limit.into(), remaining, reset_seconds: left.div_ceil(1_000).max(1), allowed: taken == 1 })
            }
            Err(error) => {
                if self.resting.swap(now + REST, Ordering::Relaxed) == 0 {
                    tracing::warn!(error, "Redis does not answer: each process counts alone");
                }
                None
            }
        }
    }
}

#[async_trait]
impl Limiter for SharedLimiter {
    async fn take(&self, caller: [u8; 32], tenant: Option<TenantId>) -> Allowance {
        let key = format!("sportello:limit:caller:{}", hex::encode(caller));
        match self.shared((key, self.quotas.per_caller_per_minute), tenant).await {
            Some(allowance) => allowance,
            None => self.alone.take(caller, tenant).await,
        }
    }

    async fn take_look_up(&self, caller: [u8; 32]) -> Allowance {
        let key = format!("sportello:limit:look-up:{}", hex::encode(caller));
        match self.shared((key, self.quotas.look_ups_per_caller_per_minute), None).await {
            Some(allowance) => allowance,
            None => self.alone.take_look_up(caller).await,
        }
    }

    fn is_alone(&self) -> bool {
        self.resting.load(Ordering::Relaxed) != 0
    }
}

#[cfg(test)]
mod tests;
