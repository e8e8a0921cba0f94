//! Roles and addresses: what is said where one is wrong, and what each may do.

use sportello_domain::text::Language::{En, It};
use sportello_test_postgres::TestDatabase;

use super::{refused, settings, shared};
use crate::{
    Placement, PlatformPlacement, PostgresSettings, StoreProblem, StoreSettings, Stores, counters, status,
    tests::{
        isolation::fill,
        kit::{Kit, uuid},
    },
};

/// Two tenants with rows in every table.
async fn filled() -> Kit {
    let kit = shared().await;
    for tenant in [kit.cesena, kit.santarcangelo] {
        let tx = kit.stores.write(tenant).await.unwrap();
        fill(&tx).await;
        tx.commit().await.unwrap();
    }
    kit
}

/// The settings of whoever updates a database.
pub(super) fn owning(folder: &std::path::Path, database: &TestDatabase) -> StoreSettings {
    let reached = PostgresSettings {
        owner_url: Some(database.owner().into()),
        backup_url: Some(database.backup().into()),
        ..PostgresSettings::serving(&database.server(), 2)
    };
    StoreSettings::shared(folder.join("data"), &reached)
}

#[tokio::test]
async fn a_wrong_address_role_or_database_is_named_with_what_to_do() {
    let database = TestDatabase::create();
    let right = database.server();
    let problem = refused("mysql://nobody").await;
    assert_eq!(problem.what(En), "The address of the database main will not do: it does not begin with postgres://.");
    assert_eq!(problem.remedy(En), "Write an address like postgres://role:password@host:5432/database into the file.");
    assert!(!problem.text(It).contains("nobody"), "an address may hold a password: {}", problem.text(It));

    let problem = refused(&right.replace(":tests@", ":wrong@")).await;
    let role = database.role("server");
    assert_eq!(problem.what(En), format!("The database main refuses: password authentication failed for user \"{role}\"."));

    let problem = refused(&format!("{right}_gone")).await;
    assert_eq!(problem.what(It), format!("Il database main rifiuta: database \"{}_gone\" does not exist.", database.name()));

    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let problem = refused(&format!("postgres://a:b@{address}/c")).await;
    assert!(matches!(&problem, StoreProblem::Unreachable { .. }), "{problem:?}");
    assert!(problem.what(En).starts_with("The database main does not answer: "), "{problem}");
    assert!(problem.is_passing());
}

#[tokio::test]
async fn an_old_schema_is_refused_until_the_owner_brings_it_up_to_date() {
    let database = TestDatabase::empty();
    let folder = tempfile::tempdir().unwrap();
    let problem = refused(&database.server()).await;
    let missing = crate::placement::Schema::Tenants.steps().len();
    assert_eq!(problem.what(En), format!("The database main lacks steps of an update ({missing})."));
    assert_eq!(problem.remedy(It), "Esegui sportello db migrate.");

    // Nobody said as whom; and the server may not.
    let serving = settings(folder.path(), &database.server());
    let problem = Stores::migrate_databases(&serving).await.unwrap_err();
    assert_eq!(problem.what(En), "Nobody said as which role to update the database main.");
    let own = PostgresSettings { owner_url: Some(database.server().into()), ..PostgresSettings::serving(&database.server(), 2) };
    let problem = Stores::migrate_databases(&StoreSettings::shared(folder.path().join("data"), &own)).await.unwrap_err();
    assert_eq!(problem.what(En), format!("The database main refuses: permission denied for database {}.", database.name()));

    let owning = owning(folder.path(), &database);
    let lacking = status(&owning, &[]).await.unwrap();
    assert!(lacking.iter().all(|place| !place.exists && place.missing > 0), "{lacking:?}");
    // Twice is once, and two at a time is one after the other.
    let (one, other) = tokio::join!(Stores::migrate_databases(&owning), Stores::migrate_databases(&owning));
    one.unwrap();
    other.unwrap();
    Stores::migrate_databases(&owning).await.unwrap();
    let done = status(&owning, &[]).await.unwrap();
    assert!(done.iter().all(|place| place.exists && place.missing == 0 && place.found == place.known), "{done:?}");
    Stores::open(serving).await.unwrap();
}

#[tokio::test]
async fn a_database_that_takes_no_writes_is_named() {
    let kit = shared().await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    kit.database().as_superuser(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", kit.database().name()));
    let stores = Stores::open(kit.settings.clone()).await.unwrap();
    let problem = stores.write(kit.santarcangelo).await.unwrap_err();
    assert_eq!(problem.what(It), "Il database main è di sola lettura.");
    assert_eq!(problem.remedy(En), "Name the primary server rather than a replica, or take default_transaction_read_only away.");
}

#[tokio::test]
async fn a_server_that_comes_back_is_gone_on_with() {
    let kit = shared().await;
    // Several at once, so that the pool holds several connections when they end.
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(kit.stores.read(kit.cesena).await.unwrap());
    }
    for tx in open {
        tx.rollback().await.unwrap();
    }
    // Every connection of the pool is dead at once, as after a restart.
    kit.database().as_superuser(&format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()",
        kit.database().name()
    ));
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    assert_eq!(counters::next(&tx, "case", 2026).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_pool_without_a_free_connection_is_told_as_busy_and_not_as_gone() {
    let kit = shared().await;
    let folder = tempfile::tempdir().unwrap();
    let stores = Stores::open(settings(folder.path(), &kit.database().server())).await.unwrap();
    stores.prepare(kit.cesena).await.unwrap();
    let held = (stores.read(kit.cesena).await.unwrap(), stores.read(kit.cesena).await.unwrap());
    let (one, other) = tokio::join!(stores.read(kit.cesena), stores.read(kit.cesena));
    for problem in [one.unwrap_err(), other.unwrap_err()] {
        assert_eq!(problem.what(En), "The database main has been busy for more than 5 seconds.");
        assert!(problem.is_passing());
    }
    held.0.rollback().await.unwrap();
    stores.prepare(kit.cesena).await.unwrap();
}

#[tokio::test]
async fn the_backup_reads_all_tenants_and_changes_none() {
    let kit = filled().await;
    let run = |sql: &str| kit.database().run_as("backup", sql);
    assert_eq!(run("SELECT count(DISTINCT tenant_id) FROM sportello.cases").unwrap(), "2");
    assert!(run("DELETE FROM sportello.cases").unwrap_err().contains("permission denied"));
    assert!(run("UPDATE sportello.cases SET state = 'x'").unwrap_err().contains("permission denied"));
}

#[tokio::test]
async fn a_dump_by_the_backup_role_restores_to_the_same_rows() {
    let kit = filled().await;
    let dump = kit.database().dump_as("backup");
    let restored = TestDatabase::create();
    restored.restore(&dump);
    assert!(restored.content().len() > 1_000);
    assert_eq!(restored.content(), kit.database().content());
    // What was restored is behind the wall again.
    let folder = tempfile::tempdir().unwrap();
    Stores::open(settings(folder.path(), &restored.server())).await.unwrap();
}

#[tokio::test]
async fn the_owner_changes_rows_of_two_tenants_in_one_step() {
    // Forced row-level security binds the owner too; without a policy of its own a step over data would change nothing, in silence.
    let kit = filled().await;
    let sql =
        "WITH changed AS (UPDATE sportello.cases SET office = 'moved' RETURNING tenant_id) SELECT count(DISTINCT tenant_id) FROM changed";
    assert_eq!(kit.database().run_as("owner", sql).unwrap(), "2");
}

#[tokio::test]
async fn a_placement_that_nobody_knows_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = StoreSettings::embedded(folder.path().join("data"), 4);
    settings.default_placement = "main".into();
    let problem = Stores::open(settings.clone()).await.unwrap_err();
    assert_eq!(problem.what(En), "The settings do not know the placement 'main'; they know: embedded.");

    settings.default_placement = crate::EMBEDDED.into();
    let stores = Stores::open(settings).await.unwrap();
    let tenant = sportello_domain::ids::TenantId::new(uuid());
    let tx = stores.write_platform().await.unwrap();
    assert!(crate::platform::register(&tx, tenant, "cesena", "gone", crate::tests::kit::now()).await.unwrap());
    tx.commit().await.unwrap();
    let problem = stores.read(tenant).await.unwrap_err();
    assert_eq!(problem.what(It), "Le impostazioni non conoscono la collocazione 'gone'; conoscono: embedded.");
}

#[tokio::test]
async fn tenants_may_be_at_different_placements() {
    let database = TestDatabase::create();
    let folder = tempfile::tempdir().unwrap();
    let mut settings = StoreSettings::embedded(folder.path().join("data"), 4);
    settings.placements.insert("main".into(), Placement::Postgres(PostgresSettings::serving(&database.server(), 2)));
    assert!(matches!(settings.platform, PlatformPlacement::File(_)));
    let stores = Stores::open(settings).await.unwrap();
    let (one, other) = (sportello_domain::ids::TenantId::new(uuid()), sportello_domain::ids::TenantId::new(uuid()));
    for (tenant, slug, placement) in [(one, "one", "embedded"), (other, "other", "main")] {
        let tx = stores.write_platform().await.unwrap();
        assert!(crate::platform::register(&tx, tenant, slug, placement, crate::tests::kit::now()).await.unwrap());
        tx.commit().await.unwrap();
        let tx = stores.write(tenant).await.unwrap();
        assert_eq!(counters::next(&tx, "case", 2026).await.unwrap(), 1);
        tx.commit().await.unwrap();
    }
    assert!(stores.file(one).exists() && !stores.file(other).exists());
    let sql = format!("SELECT value FROM sportello.counters WHERE tenant_id = '{}'", other.uuid());
    assert_eq!(database.as_superuser(&sql), "1");
}
