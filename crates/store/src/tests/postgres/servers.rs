//! A database looked into beside a server that may be running: what is told of the server and of each tenant.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sportello_domain::ids::{JobId, TenantId};

use super::{settings, shared};
use crate::{
    Backlog, Examined, StoreProblem, StoreSettings, examine,
    jobs::{self, Job},
    keys::{self, WrappedKey},
    tests::{
        isolation::fill,
        kit::{now, uuid},
    },
    work,
};

/// Looks at a moment long after everything was due.
async fn looked(settings: &StoreSettings, tenants: &[TenantId]) -> Vec<Examined> {
    let later: Timestamp = now() + SignedDuration::from_hours(48);
    examine(settings, tenants, &move || later, true).await
}

#[tokio::test]
async fn each_tenant_is_looked_into_where_its_rows_are_and_alone() {
    let kit = shared().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    fill(&tx).await;
    let key = WrappedKey { id: "zz".to_owned(), wrapped: vec![1; 60], created_at: now() };
    keys::insert(&tx, &key).await.unwrap();
    for (subject, lost) in [("late", false), ("lost", true)] {
        let job = Job { id: JobId::new(uuid()), kind: "k".into(), subject: subject.into(), payload: json!(1), run_at: now(), attempts: 0 };
        jobs::enqueue(&tx, &job).await.unwrap();
        if lost {
            work::failed::<Job>(&tx, job.id, "e", None, now()).await.unwrap();
        }
    }
    let before = work::backlog::<Job>(&tx, now()).await.unwrap();
    tx.commit().await.unwrap();
    kit.stores.prepare(kit.santarcangelo).await.unwrap();

    let stranger = TenantId::new(uuid());
    let found = looked(&kit.settings, &[kit.cesena, kit.santarcangelo, stranger]).await;
    let [platform, main] = found.as_slice() else { panic!("{found:?}") };
    assert!(platform.tenants.is_empty() && platform.server.is_some(), "{platform:?}");
    let (server, pool) = main.server.as_ref().unwrap();
    assert!(server.release >= 15 && server.connections > 0 && !server.read_only, "{server:?}");
    assert_eq!((server.refused.as_ref(), *pool), (None, 8));
    let [(one, cesena), (other, santarcangelo)] = main.tenants.as_slice() else { panic!("{main:?}") };
    assert_eq!((*one, *other), (kit.cesena, kit.santarcangelo), "a stranger has nothing here");
    let cesena = cesena.as_ref().unwrap();
    assert_eq!(cesena.jobs, before, "what was due then is late now");
    assert!(cesena.jobs.waiting >= 1 && cesena.jobs.given_up >= 1, "{cesena:?}");
    assert_eq!(cesena.keys.first(), Some(&key), "the newest first");
    assert!(cesena.newest.is_some(), "{cesena:?}");
    let santarcangelo = santarcangelo.as_ref().unwrap();
    assert_eq!((santarcangelo.newest, santarcangelo.jobs, santarcangelo.keys.len()), (None, Backlog::default(), 0));
}

#[tokio::test]
async fn what_the_server_would_not_start_over_is_told_with_the_rest() {
    let kit = shared().await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    kit.database().as_superuser("DROP POLICY tenant_rows ON sportello.cases");
    let found = looked(&kit.settings, &[kit.cesena]).await;
    let (server, _) = found[1].server.as_ref().unwrap();
    let detail = "the table cases lacks the policy tenant_rows".to_owned();
    assert_eq!(server.refused, Some(StoreProblem::Wall { database: "main".to_owned(), detail }));
    assert_eq!(found[1].tenants.len(), 1, "the rest is looked at all the same");
}

#[tokio::test]
async fn how_far_its_clock_is_ahead_is_measured() {
    let kit = shared().await;
    let folder = tempfile::tempdir().unwrap();
    let there: i64 = kit.database().as_superuser("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint").parse().unwrap();
    let here = Timestamp::from_microsecond(there).unwrap() - SignedDuration::from_hours(1);
    let found = examine(&settings(folder.path(), &kit.database().server()), &[], &move || here, false).await;
    let (server, _) = found[1].server.as_ref().unwrap();
    let beyond = server.ahead - SignedDuration::from_hours(1);
    assert!(!beyond.is_negative() && beyond < SignedDuration::from_secs(60), "{server:?}");
}

#[tokio::test]
async fn a_database_that_is_away_hides_no_other() {
    let kit = shared().await;
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut places = kit.settings.clone();
    let gone = crate::PostgresSettings::serving(&format!("postgres://a:b@{address}/c"), 2);
    places.placements.insert("gone".into(), crate::Placement::Postgres(gone));
    let found = looked(&places, &[kit.cesena]).await;
    let away: Vec<_> = found.iter().filter_map(|place| place.status.as_ref().err()).collect();
    let cause = "Connection refused (os error 111)".to_owned();
    assert_eq!(away, [&StoreProblem::Unreachable { database: "gone".to_owned(), cause }]);
    assert_eq!(found.iter().filter(|place| place.status.is_ok()).count(), 2);
}
