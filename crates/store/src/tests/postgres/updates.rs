//! Updates beside servers that work.

use std::time::Duration;

use sea_orm::SqlxPostgresConnector;
use sea_orm_migration::MigratorTrait;
use sportello_migrations::TenantMigrator;
use sportello_test_postgres::TestDatabase;
use sqlx::{Connection, PgConnection, PgPool, postgres::PgConnectOptions};

use super::roles::owning;
use crate::{StoreProblem, Stores, status};

/// How many steps come before the one that adds a column to `cases`; a later one adds one to `suspensions`.
const BEFORE_CASES: u32 = 8;

/// A database that lacks steps, and a connection of somebody who works in it.
async fn behind() -> (TestDatabase, PgConnection) {
    let database = TestDatabase::empty();
    database.run_as("owner", "CREATE SCHEMA sportello").unwrap();
    let owner: PgConnectOptions = database.owner().parse().unwrap();
    let owner = owner.options([("search_path", "sportello")]);
    let pool = PgPool::connect_with(owner.clone()).await.unwrap();
    TenantMigrator::up(&SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone()), Some(BEFORE_CASES)).await.unwrap();
    pool.close().await;
    (database, PgConnection::connect_with(&owner).await.unwrap())
}

#[tokio::test]
async fn an_update_and_a_server_that_wait_for_each_other_cost_no_request() {
    let (database, mut server) = behind().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = owning(folder.path(), &database);
    // A request that read one table, and wants the other after the update has it.
    sqlx::raw_sql("BEGIN; SELECT 1 FROM suspensions").execute(&mut server).await.unwrap();
    let working = async {
        let waits = "SELECT count(*) FROM pg_locks WHERE relation = 'sportello.suspensions'::regclass AND NOT granted";
        let mut tries = 0;
        while database.as_superuser(waits) == "0" {
            tries += 1;
            assert!(tries < 500, "the update never waited");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let read = sqlx::raw_sql("SELECT 1 FROM cases; COMMIT").execute(&mut server).await;
        assert!(read.is_ok(), "the request was refused: {read:?}");
    };
    let (updated, ()) = tokio::join!(Stores::migrate_databases(&settings), working);
    updated.unwrap();
    assert!(status(&settings, &[]).await.unwrap().iter().all(|place| place.missing == 0));
}

#[tokio::test]
async fn a_newer_database_is_served_unless_a_step_shuts_this_program_out() {
    let (database, _) = behind().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = owning(folder.path(), &database);
    Stores::migrate_databases(&settings).await.unwrap();
    let later = |step: &str| {
        database.run_as("owner", &format!("INSERT INTO sportello.seaql_migrations (version, applied_at) VALUES ('{step}', 0)")).unwrap()
    };
    later("m0098_later");
    Stores::open(settings.clone()).await.unwrap().close().await;
    // The older program's own update has nothing to do, and does not stumble over the step.
    Stores::migrate_databases(&settings).await.unwrap();
    let places = status(&settings, &[]).await.unwrap();
    assert_eq!((places[1].found.as_deref(), &places[1].refusing), (Some("m0098_later"), &None));

    later("m0099_contract_m0098_tidy");
    let known = TenantMigrator::migrations().last().unwrap().name().to_owned();
    let found = "m0099_contract_m0098_tidy".to_owned();
    let expected = StoreProblem::Newer { place: "main".to_owned(), found: found.clone(), known };
    assert_eq!(Stores::open(settings.clone()).await.unwrap_err(), expected);
    assert_eq!(Stores::migrate_databases(&settings).await.unwrap_err(), expected);
    assert_eq!(status(&settings, &[]).await.unwrap()[1].refusing, Some(found));
}
