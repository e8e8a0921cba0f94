//! Two walls stand between the rows of two tenants: the filter of every statement, and row-level security. Each is tested with the
//! other taken away, and the server does not start where the second has a hole.

use sea_orm::{ConnectionTrait, Statement};
use sportello_test_postgres::TestDatabase;

use super::{refused, shared};
use crate::{
    StoreProblem, TenantTx,
    tests::{
        isolation::{assert_changes_nothing, assert_sees_nothing, fill},
        kit::Kit,
    },
};

/// The tables of tenants, as the database lists them.
fn tables(database: &TestDatabase) -> Vec<String> {
    let sql = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'sportello' AND c.relkind = 'r' AND c.relname <> 'seaql_migrations' ORDER BY 1";
    database.as_superuser(sql).lines().map(str::to_owned).collect()
}

/// Every row of a tenant in every table, as text.
fn dump(kit: &Kit, tenant: sportello_domain::ids::TenantId) -> Vec<String> {
    let rows = |table: String| {
        let sql = format!("SELECT t::text FROM sportello.{table} t WHERE tenant_id = '{}' ORDER BY 1", tenant.uuid());
        format!("{table}: {}", kit.database().as_superuser(&sql))
    };
    tables(kit.database()).into_iter().map(rows).collect()
}

/// Fills the rows of one tenant and reads and writes as the other.
async fn the_other_is_out_of_reach(kit: &Kit, change: impl Fn(&mut TenantTx)) {
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let filled = fill(&tx).await;
    tx.commit().await.unwrap();
    let before = dump(kit, kit.cesena);
    assert!(before.iter().all(|table| !table.ends_with(": ")), "{before:?} has an empty table: fill must fill it");
    let mut tx = kit.stores.write(kit.santarcangelo).await.unwrap();
    change(&mut tx);
    assert_sees_nothing(&tx, &filled).await;
    assert_changes_nothing(&tx, &filled).await;
    tx.commit().await.unwrap();
    assert_eq!(dump(kit, kit.cesena), before);
}

#[tokio::test]
async fn both_walls_keep_tenants_apart() {
    the_other_is_out_of_reach(&shared().await, |_| {}).await;
}

#[tokio::test]
async fn row_level_security_holds_alone() {
    the_other_is_out_of_reach(&shared().await, |tx| tx.unfiltered = true).await;
}

#[tokio::test]
async fn the_filter_holds_alone() {
    let kit = shared().await;
    for table in tables(kit.database()) {
        kit.database().as_superuser(&format!("ALTER TABLE sportello.{table} DISABLE ROW LEVEL SECURITY"));
    }
    the_other_is_out_of_reach(&kit, |_| {}).await;
}

#[tokio::test]
async fn with_both_taken_away_the_other_is_seen() {
    // Else the two tests before this one would prove nothing.
    let kit = shared().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    let filled = fill(&tx).await;
    tx.commit().await.unwrap();
    for table in tables(kit.database()) {
        kit.database().as_superuser(&format!("ALTER TABLE sportello.{table} DISABLE ROW LEVEL SECURITY"));
    }
    let mut tx = kit.stores.read(kit.santarcangelo).await.unwrap();
    tx.unfiltered = true;
    assert!(crate::documents::find(&tx, filled.document.id).await.unwrap().is_some());
}

#[tokio::test]
async fn by_hand_as_the_server_nothing_of_another_is_seen_changed_removed_or_made() {
    let kit = shared().await;
    let tx = kit.stores.write(kit.cesena).await.unwrap();
    fill(&tx).await;
    tx.commit().await.unwrap();
    let before = dump(&kit, kit.cesena);
    let (ours, theirs) = (kit.santarcangelo.uuid(), kit.cesena.uuid());
    kit.stores.prepare(kit.santarcangelo).await.unwrap();
    for table in tables(kit.database()) {
        let tx = kit.stores.write(kit.santarcangelo).await.unwrap();
        let all = format!("SELECT count(*) AS number FROM {table} WHERE tenant_id <> '{ours}'");
        let seen = tx.session().query_one_raw(Statement::from_string(sea_orm::DbBackend::Postgres, all)).await.unwrap().unwrap();
        assert_eq!(seen.try_get::<i64>("", "number").unwrap(), 0, "{table}");
        for change in [
            format!("UPDATE {table} SET tenant_id = '{ours}' WHERE tenant_id <> '{ours}'"),
            format!("DELETE FROM {table} WHERE tenant_id <> '{ours}'"),
        ] {
            assert_eq!(tx.session().execute_unprepared(&change).await.unwrap().rows_affected(), 0, "{change}");
        }
        tx.rollback().await.unwrap();
        // Without a word on whose rows are meant, none are; and none can be made for another.
        assert_eq!(kit.database().run_as("server", &format!("SELECT count(*) FROM sportello.{table}")).unwrap(), "0");
        let forged = format!(
            "BEGIN; SET LOCAL app.tenant_id = '{ours}';
             INSERT INTO sportello.{table} SELECT (jsonb_populate_record(NULL::sportello.{table}, '{{\"tenant_id\": \"{theirs}\"}}')).*"
        );
        let said = kit.database().run_as("server", &forged).unwrap_err();
        assert!(said.contains("row-level security") || said.contains("null value"), "{table}: {said}");
        let said = kit.database().run_as("server", &format!("TRUNCATE sportello.{table}")).unwrap_err();
        assert!(said.contains("permission denied"), "{table}: {said}");
    }
    assert_eq!(dump(&kit, kit.cesena), before);
}

/// What the program says at a start over a database in which a hole was made.
async fn refused_after(hole: &str) -> String {
    let database = TestDatabase::create();
    database.as_superuser(hole);
    match refused(&database.server()).await {
        StoreProblem::Wall { database, detail } => {
            assert_eq!(database, "main");
            detail
        }
        problem => panic!("{problem}"),
    }
}

#[tokio::test]
async fn the_server_does_not_start_where_the_wall_has_a_hole() {
    let holes = [
        ("ALTER TABLE sportello.cases DISABLE ROW LEVEL SECURITY", "the table cases has no row-level security"),
        ("ALTER TABLE sportello.cases NO FORCE ROW LEVEL SECURITY", "the table cases does not force row-level security"),
        ("DROP POLICY tenant_rows ON sportello.notes", "the table notes lacks the policy tenant_rows"),
        ("CREATE POLICY late ON sportello.notes USING (true)", "the policy late of the table notes shows more than the rows of one tenant"),
        (
            "DROP POLICY tenant_rows ON sportello.notes;
             CREATE POLICY tenant_rows ON sportello.notes USING (tenant_id = current_setting('app.tenant_id')::uuid OR true)",
            "the policy tenant_rows of the table notes shows more than the rows of one tenant",
        ),
        (
            "DROP POLICY tenant_rows ON sportello.notes;
             CREATE POLICY tenant_rows ON sportello.notes FOR SELECT
               USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)",
            "the policy tenant_rows of the table notes shows more than the rows of one tenant",
        ),
        ("CREATE TABLE sportello.extra (id int)", "the table extra has no column tenant_id"),
        ("CREATE TABLE sportello.extra (tenant_id uuid)", "the table extra has no row-level security"),
        (
            "CREATE VIEW sportello.shortcut AS SELECT * FROM sportello.cases",
            "shortcut is a view or a foreign table, a second way to the same rows",
        ),
        ("GRANT TRUNCATE ON sportello.events TO PUBLIC", "the table events can be emptied with TRUNCATE, which no policy binds"),
        (
            "CREATE FUNCTION sportello.peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM sportello.cases'",
            "the database holds a function that runs with its owner's rights (SECURITY DEFINER)",
        ),
        (
            "CREATE FUNCTION dispatch.peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM sportello.cases'",
            "the database holds a function that runs with its owner's rights (SECURITY DEFINER)",
        ),
        ("ALTER TABLE dispatch.due ADD subject text", "the schema dispatch, which no policy guards, holds due.subject text"),
        ("ALTER TABLE dispatch.due ALTER lease_until TYPE text", "the schema dispatch, which no policy guards, holds due.lease_until text"),
        ("CREATE TABLE dispatch.more (id int)", "the schema dispatch, which no policy guards, holds more.id integer"),
        ("CREATE TABLE dispatch.more ()", "the schema dispatch, which no policy guards, holds more"),
        (
            "CREATE VIEW dispatch.all AS SELECT answers FROM sportello.cases",
            "the schema dispatch, which no policy guards, holds all.answers text",
        ),
        ("GRANT TRUNCATE ON dispatch.due TO PUBLIC", "the table dispatch.due can be emptied with TRUNCATE"),
    ];
    for (hole, expected) in holes {
        assert_eq!(refused_after(hole).await, expected, "{hole}");
    }
}

#[tokio::test]
async fn the_server_does_not_start_as_a_role_that_the_wall_does_not_bind() {
    let database = TestDatabase::create();
    let detail = |problem| match problem {
        StoreProblem::Wall { detail, .. } => detail,
        problem => panic!("{problem}"),
    };
    let owner = database.role("owner");
    assert_eq!(
        detail(refused(&database.owner()).await),
        format!("the role {owner} owns tables of the schema sportello or may become their owner")
    );
    let role = format!("late_{}", std::process::id());
    let address = database.server().replace(&database.role("server"), &role);
    for (powers, what) in [
        ("SUPERUSER", "is a superuser or may become one"),
        ("BYPASSRLS", "has BYPASSRLS or may become a role that has it"),
        (&format!("IN ROLE {owner}"), "owns tables of the schema sportello or may become their owner"),
    ] {
        database.as_superuser(&format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'tests' {powers}; GRANT CONNECT ON DATABASE {} TO {role};
             GRANT USAGE ON SCHEMA sportello TO {role}; GRANT SELECT ON sportello.seaql_migrations TO {role}",
            database.name()
        ));
        let said = detail(refused(&address).await);
        database.as_superuser(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
        assert_eq!(said, format!("the role {role} {what}"));
    }
}
