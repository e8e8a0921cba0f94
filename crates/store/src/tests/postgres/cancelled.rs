//! Requests that are cancelled, at every point where one can be: nothing of them stays, and nothing that was acknowledged is lost.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use sportello_domain::ids::{JobId, TenantId};
use tokio::task::JoinSet;

use super::shared;
use crate::{
    Stores, TenantTx, counters,
    jobs::{self, Job},
    tests::kit::{abandoned_after, now, uuid},
    work,
};

/// How often something is cancelled, over all tasks together.
const TIMES: usize = 10_000;
/// How many do so at once, each for a tenant of its own, over fewer connections than that.
const TASKS: usize = 4;

/// A write of a few statements, and the number that it was given.
async fn work(stores: &Stores, tenant: TenantId) -> String {
    let tx = stores.write(tenant).await.unwrap();
    let number = counters::next(&tx, "case", 2026).await.unwrap().to_string();
    let (kind, subject) = ("k".into(), number.as_str().into());
    let job = Job { id: JobId::new(uuid()), kind, subject, payload: Value::Null, run_at: now(), attempts: 0 };
    jobs::enqueue(&tx, &job).await.unwrap();
    tx.commit().await.unwrap();
    number
}

/// How often a future is polled until it is done.
async fn polls_of<T>(future: impl Future<Output = T>) -> usize {
    let (mut future, mut polls) = (std::pin::pin!(future), 0);
    std::future::poll_fn(|cx| {
        polls += 1;
        future.as_mut().poll(cx)
    })
    .await;
    polls
}

/// What a transaction says about itself: whose rows it is about, and how many of a tenant's it sees.
async fn seen(tx: &TenantTx, other: TenantId) -> (String, i64) {
    let sql = format!(
        "SELECT current_setting('app.tenant_id') AS whose, (SELECT count(*) FROM counters WHERE tenant_id = '{}') AS number",
        other.uuid()
    );
    let row = tx.session().query_one_raw(Statement::from_string(sea_orm::DbBackend::Postgres, sql)).await.unwrap().unwrap();
    (row.try_get("", "whose").unwrap(), row.try_get("", "number").unwrap())
}

async fn cancel_often(stores: Stores, tenant: TenantId, neighbour: TenantId) -> BTreeSet<String> {
    // The first goes through a new connection, the longest way.
    let longest = polls_of(work(&stores, tenant)).await + 8;
    let mut acknowledged = BTreeSet::new();
    for turn in 0..TIMES / TASKS {
        if let Some(number) = abandoned_after(turn % longest, work(&stores, tenant)).await {
            assert!(acknowledged.insert(number.clone()), "{number} was given twice");
        }
        if turn % 5 == 0 {
            drop(abandoned_after(turn / 5 % longest, stores.read(tenant)).await);
            drop(abandoned_after(turn / 5 % longest, stores.write_platform()).await);
            // Whoever comes next over the same connections is about their own rows alone.
            let tx = stores.read(neighbour).await.unwrap();
            assert_eq!(seen(&tx, tenant).await, (neighbour.uuid().to_string(), 0));
            tx.rollback().await.unwrap();
        }
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_cancellations_leave_nothing_and_lose_nothing() {
    let kit = shared().await;
    let tenants: Vec<TenantId> = (0..TASKS).map(|_| TenantId::new(uuid())).collect();
    let mut tasks = JoinSet::new();
    for (index, tenant) in tenants.iter().enumerate() {
        let (stores, tenant, neighbour) = (kit.stores.clone(), *tenant, kit.santarcangelo);
        tasks.spawn(async move { (index, cancel_often(stores, tenant, neighbour).await) });
    }
    let mut got_through = 0;
    for (index, acknowledged) in tasks.join_all().await {
        got_through += acknowledged.len();
        let tx = kit.stores.read(tenants[index]).await.unwrap();
        let kept = work::due::<Job>(&tx, now() + SignedDuration::from_hours(1), 100_000).await.unwrap();
        tx.rollback().await.unwrap();
        let kept: BTreeSet<String> = kept.into_iter().map(|job| job.subject.to_string()).collect();
        let lost: Vec<_> = acknowledged.difference(&kept).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        // A number is given with its row or not at all, so none is missing, whoever gave up when.
        let expected: BTreeSet<String> = (1..=kept.len()).map(|number| number.to_string()).collect();
        assert_eq!(kept, expected);
    }
    assert!((TIMES / 100..TIMES * 99 / 100).contains(&got_through), "{got_through} of {TIMES} got through: both ends must occur");
    let open = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND state LIKE 'idle in transaction%' AND state_change < now() - interval '1 second'",
        kit.database().name()
    );
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(kit.database().as_superuser(&open), "0", "a transaction was left open");
}
