//! What is due in files: the process knows when to look, and opens none for nothing.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sportello_domain::ids::{JobId, OutboxId, TenantId};

use super::kit::{Kit, kit_of, now, uuid};
use crate::{
    Result, TenantTx,
    due::{Parcel, Share, Workplace},
    jobs::{self, Job},
    outbox::{self, Outgoing},
    work,
};

const SHARE: Share = Share { tenants: 8, each: 10 };

pub(crate) fn a_job(subject: &str, run_at: Timestamp) -> Job {
    Job { id: JobId::new(uuid()), kind: "k".into(), subject: subject.into(), payload: json!(null), run_at, attempts: 0 }
}

pub(crate) fn a_letter(created_at: Timestamp) -> Outgoing {
    Outgoing { id: OutboxId::new(uuid()), kind: "k".into(), payload: json!(null), created_at, attempts: 0 }
}

fn minutes(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

/// The files of two tenants that were looked into once.
async fn looked_into() -> (Kit, Workplace) {
    let kit = kit_of(8).await;
    let files = kit.stores.workplaces().pop().unwrap();
    assert!(!files.is_shared());
    files.know(&[kit.cesena, kit.santarcangelo], now()).await.unwrap();
    assert_eq!(taken(&files, now(), &[]).await.len(), 2);
    (kit, files)
}

async fn claimed(files: &Workplace, now: Timestamp, busy: &[TenantId]) -> Vec<Parcel> {
    files.claim(now, now + SignedDuration::from_mins(5), SHARE, busy).await.unwrap()
}

/// Whose turn it is; the file says when the next one will be.
async fn taken(files: &Workplace, now: Timestamp, busy: &[TenantId]) -> Vec<TenantId> {
    let parcels = claimed(files, now, busy).await;
    for parcel in &parcels {
        files.settle(parcel, &[], now).await.unwrap();
    }
    parcels.into_iter().map(|parcel| parcel.tenant).collect()
}

async fn write(kit: &Kit, tenant: TenantId, change: impl AsyncFnOnce(&TenantTx) -> Result<()>) {
    let tx = kit.stores.write(tenant).await.unwrap();
    change(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_file_is_looked_into_when_something_planned_is_due_and_no_sooner() {
    let (kit, files) = looked_into().await;
    let (job, letter) = (a_job("a", minutes(10)), a_letter(minutes(5)));
    assert!(taken(&files, minutes(60), &[]).await.is_empty());
    write(&kit, kit.cesena, async |tx| jobs::enqueue(tx, &job).await).await;
    write(&kit, kit.santarcangelo, async |tx| outbox::enqueue(tx, &letter).await).await;
    assert!(taken(&files, minutes(4), &[]).await.is_empty());
    assert_eq!(taken(&files, minutes(5), &[]).await, [kit.santarcangelo]);
    assert_eq!(taken(&files, minutes(10), &[kit.santarcangelo]).await, [kit.cesena]);
    // Tried in vain, it is looked for at its next time; done, never.
    write(&kit, kit.cesena, async |tx| work::failed::<Job>(tx, job.id, "e", Some(minutes(30)), now()).await).await;
    write(&kit, kit.santarcangelo, async |tx| work::failed::<Outgoing>(tx, letter.id, "e", Some(minutes(40)), now()).await).await;
    for parcel in claimed(&files, minutes(15), &[]).await {
        files.settle(&parcel, &[], minutes(15)).await.unwrap();
    }
    assert!(taken(&files, minutes(29), &[]).await.is_empty());
    assert_eq!(taken(&files, minutes(30), &[]).await, [kit.cesena]);
    write(&kit, kit.cesena, async |tx| work::done::<Job>(tx, job.id, now()).await).await;
    assert_eq!(taken(&files, minutes(40), &[]).await, [kit.cesena, kit.santarcangelo], "what was taken back is looked for once");
    write(&kit, kit.santarcangelo, async |tx| work::failed::<Outgoing>(tx, letter.id, "e", None, now()).await).await;
    taken(&files, minutes(41), &[]).await;
    assert!(taken(&files, minutes(1000), &[]).await.is_empty());
}

#[tokio::test]
async fn what_was_undone_is_not_looked_for_and_what_a_cancelled_commit_may_have_planned_is() {
    let (kit, files) = looked_into().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    jobs::enqueue(&tx, &a_job("a", now())).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(taken(&files, now(), &[]).await.is_empty());

    let tx = kit.stores.write(kit.cesena).await.unwrap();
    jobs::enqueue(&tx, &a_job("a", now())).await.unwrap();
    assert!(super::kit::abandoned_after(1, tx.commit()).await.is_none());
    assert_eq!(taken(&files, now(), &[]).await, [kit.cesena]);
}

#[tokio::test]
async fn one_with_much_to_do_goes_behind_those_that_wait() {
    let (kit, files) = looked_into().await;
    write(&kit, kit.cesena, async |tx| jobs::enqueue(tx, &a_job("a", minutes(-90))).await).await;
    write(&kit, kit.santarcangelo, async |tx| jobs::enqueue(tx, &a_job("a", minutes(-1))).await).await;
    let one = Share { tenants: 1, each: 10 };
    let mut turns = Vec::new();
    for minute in 0..4 {
        let parcels = files.claim(minutes(minute), minutes(60), one, &[]).await.unwrap();
        files.settle(&parcels[0], &[], minutes(minute)).await.unwrap();
        turns.push(parcels[0].tenant);
    }
    assert_eq!(turns, [kit.cesena, kit.santarcangelo, kit.cesena, kit.santarcangelo]);
    assert_eq!(taken(&files, minutes(5), &[kit.cesena]).await, [kit.santarcangelo], "one that is busy is passed over");
}

#[tokio::test]
async fn what_was_taken_and_never_settled_is_due_again_when_its_lease_is_over() {
    let (kit, files) = looked_into().await;
    write(&kit, kit.cesena, async |tx| jobs::enqueue(tx, &a_job("a", now())).await).await;
    assert_eq!(claimed(&files, now(), &[]).await[0].until, minutes(5));
    assert!(claimed(&files, minutes(4), &[]).await.is_empty());
    assert_eq!(claimed(&files, minutes(5), &[]).await[0].tenant, kit.cesena);
}

#[tokio::test]
async fn an_idle_installation_opens_no_file() {
    let kit = kit_of(8).await;
    let files = kit.stores.workplaces().pop().unwrap();
    let tenants: Vec<TenantId> = (0..60).map(|_| TenantId::new(uuid())).collect();
    files.know(&tenants, now()).await.unwrap();
    let mut first = 0;
    loop {
        let turn = taken(&files, now(), &[]).await.len();
        if turn == 0 {
            break;
        }
        first += turn;
    }
    assert_eq!(first, 60, "each is looked into once at the start");
    kit.taken_all();
    for turn in 0..100 {
        files.know(&tenants, now()).await.unwrap();
        assert!(claimed(&files, minutes(turn), &[]).await.is_empty());
    }
    assert_eq!(kit.taken_all(), 0, "an idle installation sends no statement");
    // One that came in is looked into as well.
    files.know(&[kit.cesena], now()).await.unwrap();
    assert_eq!(taken(&files, now(), &[]).await, [kit.cesena]);
}

#[test]
fn a_tenant_that_moves_is_looked_into_where_it_comes_to_a_file_and_not_where_it_left_one() {
    let (agenda, tenant) = (crate::due::Agenda::default(), TenantId::new(uuid()));
    assert!(agenda.wonders(&[tenant], now()));
    agenda.meet(tenant, true);
    assert_eq!(agenda.due(now()), [tenant]);
    assert!(!agenda.wonders(&[tenant], now() + SignedDuration::from_secs(59)));
    assert!(agenda.wonders(&[tenant], minutes(1)), "where rows are is asked again");
    agenda.meet(tenant, false);
    assert!(agenda.due(minutes(60)).is_empty());
    agenda.meet(tenant, true);
    assert_eq!(agenda.due(now()), [tenant]);
    agenda.take(now(), minutes(2), 1, &[]);
    agenda.meet(tenant, true);
    assert!(agenda.due(now()).is_empty(), "one that stayed is not looked into for it");
}
