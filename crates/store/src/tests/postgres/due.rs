//! The list of what is due: in step with the tenants' rows, given out fairly and to one at a time, and empty of anything else.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sportello_domain::ids::TenantId;
use sportello_test_postgres::TestDatabase;
use tokio::task::JoinSet;

use super::{settings, shared};
use crate::{
    PostgresSettings, StoreSettings, Stores,
    due::{Parcel, Share, Workplace},
    jobs::{self, Job},
    outbox::{self, Outgoing},
    tests::{
        due::{a_job, a_letter},
        kit::{Kit, now, uuid},
    },
    work,
};

fn minutes(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

fn workplace(stores: &Stores) -> Workplace {
    let mut places = stores.workplaces();
    assert_eq!((places.len(), places[0].is_shared(), places[0].name()), (1, true, "main"));
    places.remove(0)
}

async fn claim(place: &Workplace, at: Timestamp, tenants: usize, each: u64) -> Vec<Parcel> {
    place.claim(at, at + SignedDuration::from_mins(5), Share { tenants, each }, &[]).await.unwrap()
}

fn count(parcels: &[Parcel]) -> usize {
    parcels.iter().map(|parcel| parcel.leased.as_ref().unwrap().len()).sum()
}

/// Puts rows on the list as if tenants had planned them, `each` at each tenant.
fn list(database: &TestDatabase, tenants: &[TenantId], each: u32, run_at: Timestamp) {
    for tenant in tenants {
        database.as_superuser(&format!(
            "INSERT INTO dispatch.due (tenant_id, job_id, kind, run_at)
             SELECT '{}', gen_random_uuid(), 'job', {} + n FROM generate_series(1, {each}) n",
            tenant.uuid(),
            run_at.as_microsecond()
        ));
    }
}

/// What is on the list and not planned, or planned and not on the list.
fn out_of_step(database: &TestDatabase) -> String {
    let planned = "SELECT tenant_id, id, 'job', next_at FROM sportello.jobs WHERE next_at IS NOT NULL
         UNION ALL SELECT tenant_id, id, 'outbox', next_at FROM sportello.outbox WHERE next_at IS NOT NULL";
    let listed = "SELECT tenant_id, job_id, kind, run_at FROM dispatch.due";
    database.as_superuser(&format!("(({planned}) EXCEPT ({listed})) UNION ALL (({listed}) EXCEPT ({planned}))"))
}

fn listed(kit: &Kit) -> String {
    kit.database().as_superuser("SELECT count(*) FROM dispatch.due")
}

#[tokio::test]
async fn the_list_follows_every_change_of_the_rows_in_its_transaction() {
    let kit = shared().await;
    let (job, other, letter) = (a_job("a", minutes(1)), a_job("b", minutes(2)), a_letter(now()));
    for step in 0..8 {
        let tx = kit.stores.write(kit.cesena).await.unwrap();
        match step {
            0 => {
                jobs::enqueue(&tx, &job).await.unwrap();
                jobs::enqueue(&tx, &other).await.unwrap();
                outbox::enqueue(&tx, &letter).await.unwrap();
            }
            1 => jobs::enqueue(&tx, &a_job("a", minutes(9))).await.unwrap(),
            2 => work::failed::<Job>(&tx, job.id, "e", Some(minutes(10)), now()).await.unwrap(),
            3 => work::failed::<Outgoing>(&tx, letter.id, "e", Some(minutes(11)), now()).await.unwrap(),
            4 => assert!(jobs::cancel(&tx, "k", "b").await.unwrap()),
            5 => work::done::<Job>(&tx, job.id, now()).await.unwrap(),
            6 => work::failed::<Outgoing>(&tx, letter.id, "e", None, now()).await.unwrap(),
            _ => jobs::enqueue(&tx, &a_job("a", minutes(12))).await.unwrap(),
        }
        tx.commit().await.unwrap();
        assert_eq!(out_of_step(kit.database()), "", "after step {step}");
        assert_eq!(listed(&kit), ["3", "3", "3", "3", "2", "1", "0", "1"][step], "after step {step}");
    }
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    jobs::enqueue(&tx, &other).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(listed(&kit), "1");
}

#[tokio::test]
async fn ten_thousand_rows_of_one_keep_no_other_waiting() {
    let kit = shared().await;
    list(kit.database(), &[kit.cesena], 10_000, minutes(-60));
    list(kit.database(), &[kit.santarcangelo], 1, minutes(-1));
    let parcels = claim(&workplace(&kit.stores), now(), 8, 10).await;
    let turns: Vec<_> = parcels.iter().map(|parcel| (parcel.tenant, parcel.leased.as_ref().unwrap().len())).collect();
    assert_eq!(turns, [(kit.cesena, 10), (kit.santarcangelo, 1)]);
}

#[tokio::test]
async fn however_many_have_much_to_do_each_has_its_turn() {
    let kit = shared().await;
    let many: Vec<_> = (0..40).map(|_| TenantId::new(uuid())).collect();
    list(kit.database(), &many, 100, minutes(-60));
    list(kit.database(), &[kit.santarcangelo], 1, minutes(-1));
    let place = workplace(&kit.stores);
    let mut served = BTreeSet::new();
    for _ in 0..6 {
        let parcels = claim(&place, now(), 8, 10).await;
        assert!(parcels.len() <= 8);
        served.extend(parcels.into_iter().map(|parcel| parcel.tenant));
    }
    assert_eq!(served.len(), 41, "in six turns of eight, each of the 41 had one");
    let busy: Vec<_> = many.iter().copied().take(39).collect();
    let parcels = place.claim(now(), minutes(5), Share { tenants: 8, each: 10 }, &busy).await.unwrap();
    assert_eq!(parcels.iter().map(|parcel| parcel.tenant).collect::<Vec<_>>(), many[39..], "those that are busy are passed over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_leased_is_nobody_elses_until_the_lease_is_over_or_given_back() {
    let kit = shared().await;
    let tenants: Vec<_> = (0..5).map(|_| TenantId::new(uuid())).collect();
    list(kit.database(), &tenants, 100, minutes(-60));
    let mut workers = JoinSet::new();
    for _ in 0..6 {
        let place = workplace(&kit.stores);
        workers.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let parcels = claim(&place, now(), 3, 7).await;
                if parcels.is_empty() && claim(&place, now(), 5, 100).await.is_empty() {
                    return mine;
                }
                mine.extend(parcels.into_iter().flat_map(|parcel| parcel.leased.unwrap()));
            }
        });
    }
    let all: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len(), "something was given to two");
    assert!(all.len() > 250, "{} were given out by the small claims", all.len());

    let place = workplace(&kit.stores);
    assert_eq!(count(&claim(&place, minutes(4), 5, 100).await), 0);
    let again = claim(&place, minutes(5), 5, 100).await;
    assert_eq!(count(&again), 500, "leases that ran out are given anew");
    let (done, rest) = again[0].leased.as_ref().unwrap().split_at(60);
    place.settle(&again[0], rest, now()).await.unwrap();
    assert_eq!(count(&claim(&place, minutes(5), 5, 100).await), 100 - done.len());
}

#[tokio::test]
async fn a_claim_at_100_000_rows_reads_no_whole_table() {
    let kit = shared().await;
    let tenants: Vec<_> = (0..200).map(|_| TenantId::new(uuid())).collect();
    list(kit.database(), &tenants, 500, minutes(60));
    list(kit.database(), &tenants[..3], 10, minutes(-1));
    kit.database().as_superuser("VACUUM (ANALYZE) dispatch.due");
    let place = workplace(&kit.stores);
    kit.taken();
    assert_eq!(count(&claim(&place, now(), 8, 10).await), 30);
    let sent = kit.taken();
    assert_eq!(sent.len(), 1);
    let statement = Statement { sql: format!("EXPLAIN {}", sent[0].sql), ..sent[0].clone() };
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let rows = tx.session().query_all_raw(statement).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    let plan = plan.join("\n");
    assert!(!plan.contains("Seq Scan"), "{plan}");
    assert!(plan.contains("due_by_run_at") && plan.contains("due_by_tenant_run_at"), "{plan}");
    // Where nothing is due, a claim touches a few pages.
    let idle = format!("EXPLAIN (ANALYZE, BUFFERS, FORMAT TEXT) {}", sent[0].sql);
    let values = sent[0].values.clone().map(|values| {
        let mut values = values.0;
        values[0] = minutes(-600).as_microsecond().into();
        values
    });
    let rows = tx.session().query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, idle, values.unwrap())).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    let hits = plan.iter().find_map(|line| line.trim().strip_prefix("Buffers: shared hit=")).unwrap_or_default();
    let hits: u32 = hits.split(' ').next().unwrap_or_default().parse().unwrap_or(u32::MAX);
    assert!(hits < 20, "{plan:#?}");
}

#[tokio::test]
async fn the_server_lists_leases_and_takes_away_and_changes_nothing_else() {
    let kit = shared().await;
    list(kit.database(), &[kit.cesena], 2, now());
    for forbidden in [
        format!("UPDATE dispatch.due SET tenant_id = '{}'", kit.santarcangelo.uuid()),
        "UPDATE dispatch.due SET kind = 'outbox'".to_owned(),
        "TRUNCATE dispatch.due".to_owned(),
        "CREATE TABLE dispatch.more (id int)".to_owned(),
    ] {
        let said = kit.database().run_as("server", &forbidden).unwrap_err();
        assert!(said.contains("permission denied"), "{forbidden}: {said}");
    }
    assert_eq!(kit.database().run_as("backup", "SELECT count(*) FROM dispatch.due").unwrap(), "2");
    assert!(kit.database().run_as("backup", "DELETE FROM dispatch.due").unwrap_err().contains("permission denied"));
}

#[tokio::test]
async fn what_was_planned_before_the_update_is_on_the_list_after_it() {
    let kit = shared().await;
    for tenant in [kit.cesena, kit.santarcangelo] {
        let tx = kit.stores.write(tenant).await.unwrap();
        let (done, waiting) = (a_job("a", now()), a_job("b", now()));
        jobs::enqueue(&tx, &done).await.unwrap();
        jobs::enqueue(&tx, &waiting).await.unwrap();
        work::done::<Job>(&tx, done.id, now()).await.unwrap();
        outbox::enqueue(&tx, &a_letter(now())).await.unwrap();
        tx.commit().await.unwrap();
    }
    let database = kit.database();
    database.as_superuser(&format!(
        "DROP SCHEMA dispatch CASCADE; DELETE FROM sportello.seaql_migrations WHERE version = 'm0014_dispatch';
         ALTER DATABASE {} OWNER TO {}",
        database.name(),
        database.role("owner")
    ));
    let reached = PostgresSettings { owner_url: Some(database.owner().into()), ..PostgresSettings::serving(&database.server(), 1) };
    let folder = tempfile::tempdir().unwrap();
    Stores::migrate_databases(&StoreSettings::shared(folder.path().join("data"), &reached)).await.unwrap();
    assert_eq!(out_of_step(database), "");
    assert_eq!(listed(&kit), "4");
    Stores::open(settings(folder.path(), &database.server())).await.unwrap();
}

#[tokio::test]
async fn a_body_that_is_not_served_from_there_has_no_part_in_the_list() {
    let kit = shared().await;
    for tenant in [kit.cesena, kit.santarcangelo] {
        let tx = kit.stores.write(tenant).await.unwrap();
        jobs::enqueue(&tx, &a_job("a", minutes(1))).await.unwrap();
        outbox::enqueue(&tx, &a_letter(now())).await.unwrap();
        tx.commit().await.unwrap();
    }
    let standing = |id: &str| {
        let tenant = kit.cesena.uuid();
        kit.database().as_superuser(&format!("UPDATE sportello.tenant_state SET status = '{id}' WHERE tenant_id = '{tenant}'"));
        kit.database().as_superuser(&format!("SELECT count(*) FROM dispatch.due WHERE tenant_id = '{tenant}'"))
    };
    for (status, parts) in [("moving", "0"), ("arriving", "0"), ("active", "2"), ("moved", "0")] {
        assert_eq!(standing(status), parts, "{status}");
    }
    assert_eq!(listed(&kit), "2", "the other's is as it was");
}
