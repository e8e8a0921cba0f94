//! The schema: the same however many updates it took, and fit to be spread over servers by tenant.

use sea_orm::SqlxPostgresConnector;
use sea_orm_migration::MigratorTrait;
use sportello_migrations::TenantMigrator;
use sportello_test_postgres::TestDatabase;
use sqlx::{PgPool, postgres::PgConnectOptions};

use crate::{PostgresSettings, StoreSettings, Stores};

/// Columns, constraints, indexes, triggers, functions, policies and grants with their text, in order.
fn schema(database: &TestDatabase) -> String {
    let parts = [
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
          WHERE table_schema = 'sportello' ORDER BY 1, 2",
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = 'sportello'::regnamespace ORDER BY 1, 2",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'sportello' ORDER BY 1",
        "SELECT tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'sportello'::regnamespace ORDER BY 1",
        "SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'sportello' ORDER BY 1, 2",
        "SELECT relname, relacl, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relnamespace = 'sportello'::regnamespace ORDER BY 1",
    ];
    parts.map(|sql| database.as_superuser(sql)).join("\n")
}

#[tokio::test]
async fn step_by_step_over_many_updates_makes_the_same_schema_as_all_at_once() {
    let fresh = schema(&TestDatabase::create());
    assert!(fresh.lines().count() > 300, "{fresh}");
    let (database, folder) = (TestDatabase::empty(), tempfile::tempdir().unwrap());
    let reached = PostgresSettings {
        owner_url: Some(database.owner().into()),
        backup_url: Some(database.backup().into()),
        ..PostgresSettings::serving(&database.server(), 1)
    };
    let settings = StoreSettings::shared(folder.path().join("data"), &reached);
    database.run_as("owner", "CREATE SCHEMA sportello").unwrap();
    let owner: PgConnectOptions = database.owner().parse().unwrap();
    let pool = PgPool::connect_with(owner.options([("search_path", "sportello")])).await.unwrap();
    let library = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
    for _ in 0..TenantMigrator::migrations().len() {
        TenantMigrator::up(&library, Some(1)).await.unwrap();
    }
    pool.close().await;
    Stores::migrate_databases(&settings).await.unwrap();
    assert_eq!(schema(&database), fresh);
}

/// What Citus asks of tables that are distributed by a column, so that a shared database can be spread one day: every primary,
/// unique and foreign key holds the column, and no table that has it refers to one that has not.
#[tokio::test]
async fn every_key_begins_with_the_tenant() {
    let database = TestDatabase::create();
    let wrong = database.as_superuser(
        "SELECT conrelid::regclass || ': ' || conname FROM pg_constraint c
          WHERE connamespace = 'sportello'::regnamespace AND contype IN ('p', 'u', 'f', 'x') AND conrelid <> 'sportello.seaql_migrations'::regclass
            AND (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) <> 'tenant_id'
         UNION ALL
         SELECT conrelid::regclass || ' refers by ' || conname FROM pg_constraint
          WHERE connamespace = 'sportello'::regnamespace AND contype = 'f'
            AND (SELECT attname FROM pg_attribute WHERE attrelid = confrelid AND attnum = confkey[1]) <> 'tenant_id'
         UNION ALL
         SELECT indexrelid::regclass::text FROM pg_index
          WHERE indrelid::regclass::text LIKE 'sportello.%' AND indrelid <> 'sportello.seaql_migrations'::regclass
            AND (SELECT attname FROM pg_attribute WHERE attrelid = indrelid AND attnum = indkey[0]) <> 'tenant_id'
         UNION ALL
         SELECT relname || ' is a sequence' FROM pg_class WHERE relnamespace = 'sportello'::regnamespace AND relkind = 'S'",
    );
    assert_eq!(wrong, "");
    let keys = database
        .as_superuser("SELECT count(*) FROM pg_constraint WHERE connamespace = 'sportello'::regnamespace AND contype IN ('p', 'f')");
    assert!(keys.parse::<u32>().unwrap() > 40, "{keys}");
}
