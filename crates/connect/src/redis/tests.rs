//! On a real Redis, which is stopped, emptied, filled and slowed down.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::atomic::AtomicU64,
    time::Instant,
};

use tokio::task::JoinSet;

use super::*;
use crate::clock::{SystemClock, tests::Hands};

const A: [u8; 32] = [1; 32];
const B: [u8; 32] = [2; 32];

/// A server of this test's own.
struct Server {
    port: u16,
    child: Option<Child>,
}

impl Server {
    async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { port, child: None };
        server.come_back().await;
        server
    }

    async fn come_back(&mut self) {
        let port = self.port.to_string();
        let child = Command::new("redis-server")
            .args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("redis-server is installed: tests/services start does that"));
        for _ in 0..200 {
            if self.redis().ping().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("redis-server does not answer");
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn redis(&self) -> Redis {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let process = Uuid::from_u128(NEXT.fetch_add(1, Ordering::Relaxed).into());
        Redis::new(&format!("redis://127.0.0.1:{}", self.port), process).unwrap()
    }

    fn limiter(&self, per_minute: u32, per_second: u32) -> SharedLimiter {
        let quotas = Quotas { per_caller_per_minute: per_minute, look_ups_per_caller_per_minute: 1, per_tenant_per_second: per_second };
        SharedLimiter::new(self.redis(), quotas, Arc::new(SystemClock))
    }

    async fn say(&self, command: &[&str]) {
        let mut connection = self.redis().connection().await.unwrap();
        let mut said = redis::cmd(command[0]);
        said.arg(&command[1..]).query_async::<()>(&mut connection).await.unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn seen(allowance: &Allowance) -> (bool, u64, u64) {
    (allowance.allowed, allowance.limit, allowance.remaining)
}

#[tokio::test]
async fn two_processes_count_as_one_and_as_one_alone_would() {
    let server = Server::start().await;
    let (one, other) = (server.limiter(3, 100), server.limiter(3, 100));
    assert_eq!(seen(&one.take(A, None).await), (true, 3, 2));
    assert_eq!(seen(&other.take(A, None).await), (true, 3, 1));
    let last = one.take(A, None).await;
    assert_eq!(seen(&last), (true, 3, 0));
    assert!((1..=60).contains(&last.reset_seconds), "{last:?}");
    assert_eq!(seen(&other.take(A, None).await), (false, 3, 0));
    assert_eq!(seen(&other.take(B, None).await), (true, 3, 2), "another caller has its own");
    assert!(one.take_look_up(A).await.allowed && !other.take_look_up(A).await.allowed);
    assert!(!one.is_alone());
}

#[tokio::test]
async fn a_tenant_has_so_many_a_second_whoever_asks_whichever_process() {
    let server = Server::start().await;
    let (one, other) = (server.limiter(100, 2), server.limiter(100, 2));
    let tenant = Some(TenantId::new(Uuid::from_u128(7)));
    assert!(one.take(A, tenant).await.allowed && other.take(B, tenant).await.allowed);
    assert_eq!(seen(&one.take(A, tenant).await), (false, 2, 0));
    assert_eq!(seen(&one.take(A, None).await), (true, 100, 98), "what the tenant refused was not taken from the caller");
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    assert!(other.take(A, tenant).await.allowed);
}

#[tokio::test]
async fn killed_it_is_done_without_and_taken_up_again_when_it_is_back() {
    let mut server = Server::start().await;
    let limiter = server.limiter(2, 100);
    assert!(limiter.take(A, None).await.allowed);
    server.stop();
    assert_eq!(seen(&limiter.take(A, None).await), (true, 2, 1), "alone it begins to count anew");
    assert!(limiter.is_alone());
    assert!(limiter.take(A, None).await.allowed && !limiter.take(A, None).await.allowed, "alone it holds the measure too");
    server.come_back().await;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        limiter.take(B, None).await;
        if !limiter.is_alone() {
            return;
        }
    }
    panic!("the limiter stays alone");
}

#[tokio::test]
async fn emptied_it_begins_to_count_anew() {
    let server = Server::start().await;
    let limiter = server.limiter(1, 100);
    assert!(limiter.take(A, None).await.allowed && !limiter.take(A, None).await.allowed);
    server.say(&["FLUSHALL"]).await;
    // The script went with the rest, and is loaded again.
    server.say(&["SCRIPT", "FLUSH"]).await;
    assert!(limiter.take(A, None).await.allowed && !limiter.is_alone());
}

#[tokio::test]
async fn full_it_is_done_without() {
    let server = Server::start().await;
    let limiter = server.limiter(2, 100);
    server.say(&["CONFIG", "SET", "maxmemory", "1"]).await;
    assert!(limiter.take(A, None).await.allowed && limiter.is_alone());
}

#[tokio::test]
async fn slow_it_keeps_one_request_waiting_and_not_the_next() {
    let server = Server::start().await;
    let limiter = server.limiter(1_000, 1_000);
    assert!(limiter.take(A, None).await.allowed);
    server.say(&["CLIENT", "PAUSE", "3000"]).await;
    let begun = Instant::now();
    for _ in 0..50 {
        assert!(limiter.take(A, None).await.allowed);
    }
    assert!(limiter.is_alone());
    assert!(begun.elapsed() < Duration::from_millis(1_500), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn while_it_is_slow_only_one_of_many_waits_for_it() {
    let server = Server::start().await;
    let hands = Arc::new(Hands::default());
    let quotas = Quotas { per_caller_per_minute: 100, ..Quotas::default() };
    let limiter = SharedLimiter::new(server.redis(), quotas, Arc::clone(&hands) as Arc<dyn Clock>);
    assert!(limiter.take(A, None).await.allowed);
    server.say(&["CLIENT", "PAUSE", "60000"]).await;
    limiter.take(A, None).await;
    let now = hands.now().as_millisecond();
    assert!(!limiter.may_ask(now) && !limiter.may_ask(now + REST - 1), "it rests");
    assert!(limiter.may_ask(now + REST), "the first one after that asks");
    assert!(!limiter.may_ask(now + REST) && !limiter.may_ask(now + 2 * REST - 1), "and nobody beside it");
    assert!(limiter.may_ask(now - 3_600_000), "a clock that was set back does not make it rest for an hour");
}

/// The client that answers one caller with what was another's is the worst that a cancelled request can leave behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_cancelled_anywhere_leave_every_answer_with_its_question() {
    let server = Server::start().await;
    let redis = server.redis();
    let mut connection = redis.connection().await.unwrap();
    redis::cmd("PING").query_async::<()>(&mut connection).await.unwrap();
    for turn in 0..10_000_u32 {
        let mut connection = redis.connection().await.unwrap();
        let asked = async {
            // Long enough to be cut in the middle, too.
            let mut echo = redis::cmd("ECHO");
            echo.arg(format!("{turn}-{}", "x".repeat(turn as usize % 4_000)));
            echo.query_async::<String>(&mut connection).await
        };
        let mut asked = std::pin::pin!(asked);
        let mut polls = turn % 4;
        let answer = std::future::poll_fn(|cx| {
            if polls == 0 {
                return std::task::Poll::Ready(None);
            }
            polls -= 1;
            asked.as_mut().poll(cx).map(Some)
        });
        if let Some(answer) = answer.await {
            assert!(answer.unwrap().starts_with(&format!("{turn}-")), "turn {turn}");
        }
    }
}

#[tokio::test]
async fn what_one_process_tells_the_others_hear() {
    let server = Server::start().await;
    let (speaker, listener) = (server.redis(), server.redis());
    let heard = Arc::new(AtomicI64::new(0));
    let count = Arc::clone(&heard);
    let mut ears = JoinSet::new();
    ears.spawn(async move {
        listener
            .listen(|| async {
                count.fetch_add(1, Ordering::Relaxed);
            })
            .await;
    });
    for _ in 0..100 {
        speaker.tell().await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        if heard.load(Ordering::Relaxed) > 0 {
            return;
        }
    }
    panic!("nothing was heard");
}

#[test]
fn an_address_that_is_none_is_refused_without_being_shown() {
    let said = Redis::new("http://user:secret@host", Uuid::nil()).unwrap_err();
    assert!(!said.contains("secret"), "{said}");
}

#[tokio::test]
async fn it_says_how_it_is() {
    let mut server = Server::start().await;
    let state = server.redis().state().await.unwrap();
    let apart = state.now.duration_since(SystemClock.now());
    assert!(apart.abs() < jiff::SignedDuration::from_secs(2), "the same machine's clock: {apart}");
    assert!(!state.refuses_when_full, "memory without a bound is never full");
    server.say(&["CONFIG", "SET", "maxmemory", "100mb"]).await;
    assert!(server.redis().state().await.unwrap().refuses_when_full);
    server.say(&["CONFIG", "SET", "maxmemory-policy", "volatile-ttl"]).await;
    assert!(!server.redis().state().await.unwrap().refuses_when_full);
    server.stop();
    assert!(server.redis().state().await.unwrap_err().contains("Connection refused"));
}
