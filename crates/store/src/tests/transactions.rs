//! Transactions end as they say, and one that nobody ends leaves nothing.

use std::{collections::BTreeSet, time::Duration};

use sea_orm::ConnectionTrait;
use sportello_domain::text::Language::En;
use tokio::task::JoinSet;

use super::kit::{Kit, abandoned_after, draft, kit, kit_of, known, stored};
use crate::{StoreProblem, Stores, cases, counters};

async fn next_and_commit(kit: &Kit) -> u64 {
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let number = counters::next(&tx, "case", 2026).await.unwrap();
    tx.commit().await.unwrap();
    number
}

#[tokio::test]
async fn commit_keeps_and_rollback_and_drop_undo() {
    let kit = kit().await;
    assert_eq!(next_and_commit(&kit).await, 1);
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    assert_eq!(counters::next(&tx, "case", 2026).await.unwrap(), 2);
    tx.rollback().await.unwrap();
    assert_eq!(next_and_commit(&kit).await, 2);
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    assert_eq!(counters::next(&tx, "case", 2026).await.unwrap(), 3);
    drop(tx);
    // At once: the lock of the dropped one is gone, and so is its number.
    let begun = std::time::Instant::now();
    assert_eq!(next_and_commit(&kit).await, 3);
    assert!(begun.elapsed() < Duration::from_secs(2), "a dropped transaction held its lock for {:?}", begun.elapsed());
}

/// On a full disk the database may end a transaction by itself; whoever then rolls it back hears of the disk and of nothing else.
#[tokio::test]
async fn a_transaction_that_a_full_file_ended_is_rolled_back_all_the_same() {
    let kit = kit_of(8).await;
    assert_eq!(next_and_commit(&kit).await, 1);
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    assert_eq!(counters::next(&tx, "case", 2026).await.unwrap(), 2);
    tx.session().execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let long = "INSERT INTO seaql_migrations VALUES (hex(zeroblob(100000)), 0)";
    let problem = StoreProblem::from(tx.session().execute_unprepared(long).await.unwrap_err());
    assert_eq!(problem, StoreProblem::Full { path: kit.stores.file(kit.cesena).display().to_string() });
    let again = StoreProblem::from(tx.session().execute_unprepared("ROLLBACK").await.unwrap_err());
    assert!(again.what(En).contains("no transaction is active"), "the file ended it: {again}");
    tx.rollback().await.unwrap();
    assert_eq!(next_and_commit(&kit).await, 2, "on a connection without the bound");
}

#[tokio::test]
async fn what_was_committed_is_there_after_a_new_start() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&tx, "Maria").await;
    let case = stored(&tx, draft(kit.cesena, &maria)).await;
    tx.commit().await.unwrap();
    kit.stores.close().await;
    let stores = Stores::open(kit.settings.clone()).await.unwrap();
    let tx = stores.read(kit.cesena).await.unwrap();
    assert_eq!(cases::find(&tx, case.id).await.unwrap(), Some(case));
}

#[tokio::test]
async fn a_future_that_is_dropped_at_any_point_of_a_write_leaves_no_lock_and_no_row() {
    let kit = kit().await;
    let mut expected = next_and_commit(&kit).await;
    let mut finished = 0;
    for polls in 0..60 {
        let attempt = async {
            let tx = kit.stores.write(kit.cesena).await.unwrap();
            counters::next(&tx, "case", 2026).await.unwrap();
            counters::next(&tx, "case", 2026).await.unwrap();
            tx
        };
        let tx = abandoned_after(polls, attempt).await;
        finished += usize::from(tx.is_some());
        drop(tx);
        expected += 1;
        assert_eq!(next_and_commit(&kit).await, expected, "after {polls} polls");
    }
    assert!((1..60).contains(&finished), "{finished} of 60 got to the end: the polls must cover the whole way");
}

#[tokio::test]
async fn a_future_that_is_dropped_while_it_begins_leaves_the_next_one_clean() {
    let kit = kit_of(8).await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    for polls in 0..40 {
        drop(abandoned_after(polls, kit.stores.write(kit.cesena)).await);
        drop(abandoned_after(polls, kit.stores.read(kit.cesena)).await);
        let expected = u64::try_from(polls).unwrap() + 1;
        assert_eq!(next_and_commit(&kit).await, expected, "after {polls} polls");
        // Seen from another connection: what was acknowledged is really there.
        let mut raw = kit.raw(kit.cesena).await;
        let value: i64 = sqlx::query_scalar("SELECT value FROM counters").fetch_one(&mut raw).await.unwrap();
        assert_eq!(u64::try_from(value).unwrap(), expected);
    }
}

#[tokio::test]
async fn a_transaction_in_which_a_statement_was_abandoned_refuses_to_go_on() {
    let kit = kit().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) SELECT count(*) FROM n";
    assert!(abandoned_after(1, tx.session().execute_unprepared(slow)).await.is_none());
    assert_eq!(counters::next(&tx, "case", 2026).await.unwrap_err(), StoreProblem::Abandoned);
    assert_eq!(tx.commit().await.unwrap_err(), StoreProblem::Abandoned);
    assert_eq!(next_and_commit(&kit).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_have_no_gap_whatever_becomes_of_the_writers() {
    let kit = kit().await;
    let mut writers = JoinSet::new();
    for writer in 0..8_u32 {
        let (stores, tenant) = (kit.stores.clone(), kit.cesena);
        writers.spawn(async move {
            let mut kept = Vec::new();
            for round in 0..30_u32 {
                let tx = stores.write(tenant).await.unwrap();
                let number = counters::next(&tx, "register", 2026).await.unwrap();
                match (writer.wrapping_mul(2_654_435_761).wrapping_add(round.wrapping_mul(40_503)) >> 7) & 3 {
                    0 => tx.rollback().await.unwrap(),
                    1 => drop(tx),
                    _ => {
                        tx.commit().await.unwrap();
                        kept.push(number);
                    }
                }
            }
            kept
        });
    }
    let kept: Vec<u64> = writers.join_all().await.into_iter().flatten().collect();
    let distinct: BTreeSet<u64> = kept.iter().copied().collect();
    assert_eq!(distinct.len(), kept.len(), "a number was given twice");
    let expected: BTreeSet<u64> = (1..=u64::try_from(kept.len()).unwrap()).collect();
    assert_eq!(distinct, expected);
    assert!(kept.len() > 30 && kept.len() < 240, "{} of 240 were kept: both ends must occur", kept.len());
}

#[tokio::test]
async fn readers_see_one_moment_and_do_not_wait_for_the_writer() {
    let kit = kit().await;
    assert_eq!(next_and_commit(&kit).await, 1);
    let writer = kit.stores.write(kit.cesena).await.unwrap();
    let maria = known(&writer, "Maria").await;
    let case = stored(&writer, draft(kit.cesena, &maria)).await;
    let reader = kit.stores.read(kit.cesena).await.unwrap();
    assert_eq!(cases::find(&reader, case.id).await.unwrap(), None);
    writer.commit().await.unwrap();
    assert_eq!(cases::find(&reader, case.id).await.unwrap(), None, "a reader stays in the moment in which it began");
    reader.rollback().await.unwrap();
    let reader = kit.stores.read(kit.cesena).await.unwrap();
    assert!(cases::find(&reader, case.id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let kit = kit().await;
    let tx = kit.stores.read(kit.cesena).await.unwrap();
    let problem = counters::next(&tx, "case", 2026).await.unwrap_err();
    assert_eq!(problem, StoreProblem::Database { detail: "a transaction that only reads was asked to write".into() });
}

#[tokio::test]
async fn only_so_many_files_are_open_and_one_that_had_to_close_opens_again() {
    let kit = kit_of(2).await;
    let tenants: Vec<_> = (0..5).map(|_| sportello_domain::ids::TenantId::new(super::kit::uuid())).collect();
    let early = kit.stores.write(tenants[0]).await.unwrap();
    assert_eq!(counters::next(&early, "case", 2026).await.unwrap(), 1);
    for round in 1..=3 {
        for tenant in &tenants[1..] {
            let tx = kit.stores.write(*tenant).await.unwrap();
            assert_eq!(counters::next(&tx, "case", 2026).await.unwrap(), round);
            tx.commit().await.unwrap();
            assert!(kit.stores.open_count() <= 2);
        }
    }
    // Its file had to make room long ago; the transaction still ends as it says.
    early.commit().await.unwrap();
    let tx = kit.stores.write(tenants[0]).await.unwrap();
    assert_eq!(counters::next(&tx, "case", 2026).await.unwrap(), 2);
}

#[tokio::test]
async fn a_tenant_that_is_being_moved_is_not_written_to() {
    let kit = kit_of(8).await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    let mut raw = kit.raw(kit.cesena).await;
    sqlx::raw_sql("UPDATE tenant_state SET status = 'moving'").execute(&mut raw).await.unwrap();
    assert_eq!(kit.stores.write(kit.cesena).await.unwrap_err(), StoreProblem::Moved { tenant: kit.cesena });
}
