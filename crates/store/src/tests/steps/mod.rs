//! Steps: each does no more to the schema than its name says, so that the program before it goes on serving, and any number of
//! updates leads to the schema that a new installation gets.

mod shape;

use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sea_orm_migration::MigratorTrait;
use sportello_migrations::{PlatformMigrator, TenantMigrator, needs};
use sportello_test_postgres::TestDatabase;
use sqlx::{
    AssertSqlSafe, PgPool, SqlitePool,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use shape::Shape;

/// A schema without tables, at one of the two placements.
enum Place {
    File { pool: SqlitePool, _folder: tempfile::TempDir },
    Database { pool: PgPool, database: TestDatabase, schema: &'static str },
}

impl Place {
    async fn file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Another connection may still remember a table that is gone.
        let one = SqlitePoolOptions::new().max_connections(1);
        let options = SqliteConnectOptions::new().filename(folder.path().join("rows.sqlite")).create_if_missing(true);
        Self::File { pool: one.connect_with(options).await.unwrap(), _folder: folder }
    }

    async fn database(schema: &'static str) -> Self {
        let database = TestDatabase::empty();
        database.run_as("owner", &format!("CREATE SCHEMA {schema}")).unwrap();
        let owner: PgConnectOptions = database.owner().parse().unwrap();
        let pool = PgPool::connect_with(owner.options([("search_path", schema)])).await.unwrap();
        Self::Database { pool, database, schema }
    }

    fn library(&self) -> DatabaseConnection {
        match self {
            Self::File { pool, .. } => SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone()),
            Self::Database { pool, .. } => SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone()),
        }
    }

    async fn shape(&self) -> Shape {
        match self {
            Self::File { pool, .. } => Shape::of_file(pool).await,
            Self::Database { database, schema, .. } => Shape::of_database(database, schema),
        }
    }

    async fn run(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::File { pool, .. } => sqlx::raw_sql(sql).execute(pool).await.map(drop).unwrap(),
            Self::Database { pool, .. } => sqlx::raw_sql(sql).execute(pool).await.map(drop).unwrap(),
        }
    }
}

/// Holds each step to its name, and answers the schema to which they lead one by one.
async fn one_by_one<M: MigratorTrait>(place: &Place) -> Shape {
    let names: Vec<String> = M::migrations().iter().map(|step| step.name().to_owned()).collect();
    let mut before = place.shape().await;
    for (index, name) in names.iter().enumerate() {
        M::up(&place.library(), Some(1)).await.unwrap();
        let after = place.shape().await;
        match needs(name) {
            None => assert_eq!(before.lost_in(&after), [""; 0], "{name} contracts: its name must say which programs it shuts out"),
            Some(needed) => {
                let known = names[..index].iter().any(|earlier| earlier.starts_with(&format!("{needed}_")));
                assert!(known, "{name} asks for {needed}, which is no step before it");
            }
        }
        before = after;
    }
    before
}

/// The schema to which all steps lead at once.
async fn at_once<M: MigratorTrait>(place: &Place) -> Shape {
    M::up(&place.library(), None).await.unwrap();
    place.shape().await
}

#[tokio::test]
async fn every_step_leaves_older_programs_what_they_use_and_replayed_equals_fresh_in_files() {
    let rows = one_by_one::<TenantMigrator>(&Place::file().await).await;
    assert!(rows.tables() > 20, "{rows:?}");
    assert_eq!(rows, at_once::<TenantMigrator>(&Place::file().await).await);
    let platform = one_by_one::<PlatformMigrator>(&Place::file().await).await;
    assert!(platform.tables() > 3, "{platform:?}");
    assert_eq!(platform, at_once::<PlatformMigrator>(&Place::file().await).await);
}

#[tokio::test]
async fn every_step_leaves_older_programs_what_they_use_and_replayed_equals_fresh_in_a_database() {
    let rows = one_by_one::<TenantMigrator>(&Place::database("sportello").await).await;
    assert!(rows.tables() > 20, "{rows:?}");
    assert_eq!(rows, at_once::<TenantMigrator>(&Place::database("sportello").await).await);
    let platform = one_by_one::<PlatformMigrator>(&Place::database("platform").await).await;
    assert!(platform.tables() > 3, "{platform:?}");
    assert_eq!(platform, at_once::<PlatformMigrator>(&Place::database("platform").await).await);
}

/// What a step may do without a word, and what it may not: each with how the complaint begins.
const EVERYWHERE: [(&str, &str); 9] = [
    ("CREATE TABLE others (id text PRIMARY KEY, thing text REFERENCES things (id))", ""),
    ("ALTER TABLE things ADD COLUMN extra text", ""),
    ("ALTER TABLE things ADD COLUMN more text NOT NULL DEFAULT 'none'", ""),
    ("CREATE INDEX things_by_name ON things (name)", ""),
    ("CREATE UNIQUE INDEX things_name ON things (name)", "things: new rule: "),
    ("DROP INDEX things_once", "things: rule gone: "),
    ("ALTER TABLE things RENAME COLUMN name TO title", "things.name is gone"),
    ("ALTER TABLE things DROP COLUMN size", "things.size is gone"),
    ("DROP TABLE things", "the table things is gone"),
];

/// The same for what a file cannot do to a table that is there.
const IN_A_DATABASE: [(&str, &str); 6] = [
    ("ALTER TABLE things ADD COLUMN must text NOT NULL", "things.must is required and has no default"),
    ("ALTER TABLE things ALTER COLUMN name SET NOT NULL", "things.name is required now"),
    ("ALTER TABLE things ALTER COLUMN size TYPE bigint", "things.size was integer and is bigint"),
    ("ALTER TABLE things ALTER COLUMN note DROP DEFAULT", "things.note has another default"),
    ("ALTER TABLE things ADD CHECK (size > 0)", "things: new rule: CHECK"),
    ("ALTER TABLE things ALTER COLUMN note DROP NOT NULL", "things.note may be absent now"),
];

/// The first complaint about each statement on tables of their own.
async fn complaints(place: &Place, cases: &[(&str, &str)]) {
    for (sql, expected) in cases {
        place.run("CREATE TABLE things (id text PRIMARY KEY, name text, note text NOT NULL DEFAULT '', size integer)").await;
        place.run("CREATE UNIQUE INDEX things_once ON things (note, id)").await;
        let before = place.shape().await;
        place.run(sql).await;
        let lost = before.lost_in(&place.shape().await);
        let first = lost.first().map_or("", String::as_str);
        assert!(lost.len() < 2 && first.starts_with(expected) && first.is_empty() == expected.is_empty(), "{sql}: {lost:?}");
        place.run("DROP TABLE IF EXISTS others").await;
        place.run("DROP TABLE IF EXISTS things").await;
    }
}

#[tokio::test]
async fn what_shuts_older_programs_out_is_seen() {
    complaints(&Place::file().await, &EVERYWHERE).await;
    let database = Place::database("sportello").await;
    complaints(&database, &EVERYWHERE).await;
    complaints(&database, &IN_A_DATABASE).await;
}
