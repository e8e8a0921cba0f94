//! At 100,000 rows of 200 tenants no statement of the repositories reads a whole table, and none loses its index to the policy.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use sportello_test_postgres::TestDatabase;

use super::shared;
use crate::{
    TenantTx,
    tests::{kit::Kit, plans::send_everything},
};

/// Rows of every table, and the tenants among whom they are dealt out.
const ROWS: u32 = 100_000;
const TENANTS: u32 = 200;

/// Multiplies the one row that every table holds: tenants in turn, keys all different, references and what lists filter by spread.
fn multiply(database: &TestDatabase) {
    let sql = format!(
        "SET session_replication_role = replica; SET search_path = sportello;
DO $$
DECLARE t text; wanted text;
BEGIN
  FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'sportello'::regnamespace AND relkind = 'r' AND relname NOT IN ('seaql_migrations', 'tenant_state')
  LOOP
    SELECT string_agg(CASE
        WHEN a.attname = 'tenant_id' THEN 'md5((n % {TENANTS})::text)::uuid'
        WHEN a.attname = 'phase' THEN '(n / {TENANTS} % 3)::smallint'
        WHEN a.attname IN ('office', 'service') THEN quote_literal('o') || ' || n % 7'
        WHEN a.attname IN ('next_at', 'done_at', 'due_key') THEN 'r.' || quote_ident(a.attname)
        WHEN EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey)) THEN
          CASE format_type(a.atttypid, NULL) WHEN 'uuid' THEN 'md5(n::text || ' || quote_literal(a.attname) || ')::uuid'
            WHEN 'smallint' THEN '2026::smallint' WHEN 'bigint' THEN 'n::bigint' WHEN 'bytea' THEN 'decode(md5(n::text), ''hex'')' ELSE 'md5(n::text)' END
        WHEN format_type(a.atttypid, NULL) = 'uuid' THEN 'md5((n % 9973)::text)::uuid'
        ELSE 'r.' || quote_ident(a.attname) END, ', ' ORDER BY a.attnum)
      INTO wanted FROM pg_attribute a WHERE a.attrelid = t::regclass AND a.attnum > 0 AND NOT a.attisdropped;
    EXECUTE format('INSERT INTO %I SELECT %s FROM (SELECT * FROM %I LIMIT 1) r, generate_series(1, {ROWS}) n ON CONFLICT DO NOTHING', t, wanted, t);
  END LOOP;
END $$;
ANALYZE"
    );
    database.as_superuser(&sql);
}

/// The steps of a plan: what each does, over which index, under which condition.
fn steps(plan: &Value, found: &mut Vec<(String, String, String)>) {
    let text = |key: &str| plan[key].as_str().unwrap_or_default().to_owned();
    found.push((text("Node Type"), text("Index Name") + &text("Relation Name"), text("Index Cond")));
    for inner in plan["Plans"].as_array().into_iter().flatten() {
        steps(inner, found);
    }
}

async fn plan(kit: &Kit, tx: &TenantTx, statement: &Statement) -> Vec<(String, String, String)> {
    let statement = Statement { sql: format!("EXPLAIN (FORMAT JSON) {}", statement.sql), ..statement.clone() };
    let row = tx.session().query_one_raw(statement).await.unwrap().unwrap();
    kit.taken();
    let plan: Value = row.try_get_by_index(0).unwrap();
    let mut found = Vec::new();
    steps(&plan[0]["Plan"], &mut found);
    found
}

#[tokio::test]
async fn no_statement_reads_a_whole_table_and_the_policy_costs_none_its_index() {
    let kit = shared().await;
    let tx = kit.stores.write(kit.santarcangelo).await.unwrap();
    crate::tests::isolation::fill(&tx).await;
    tx.commit().await.unwrap();
    multiply(kit.database());
    let rows: u32 = kit.database().as_superuser("SELECT count(*) FROM sportello.cases").parse().unwrap();
    assert!(rows >= ROWS, "{rows}");

    let tx = kit.begun().await;
    send_everything(&tx).await;
    let statements = kit.taken();
    assert!(statements.len() > 60, "{} statements were sent", statements.len());
    let mut under_policy = Vec::new();
    for statement in &statements {
        let steps = plan(&kit, &tx, statement).await;
        for (does, over, condition) in &steps {
            assert!(does != "Seq Scan", "{} reads all of {over}: {steps:?}", statement.sql);
            let by_index = does.contains("Index") && does.contains("Scan");
            assert!(!by_index || condition.contains("tenant_id"), "{}: {steps:?}", statement.sql);
        }
        under_policy.push(steps);
    }
    tx.rollback().await.unwrap();

    // The same without the policy: every index that is used then is used with it.
    kit.database().as_superuser(
        "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'sportello'::regnamespace AND relrowsecurity
         LOOP EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', t); END LOOP; END $$",
    );
    let tx = kit.begun().await;
    for (statement, with) in statements.iter().zip(under_policy) {
        let without = plan(&kit, &tx, statement).await;
        let indexes = |steps: &[(String, String, String)]| -> Vec<String> {
            let mut used: Vec<String> = steps.iter().filter(|step| step.0.contains("Index")).map(|step| step.1.clone()).collect();
            used.sort();
            used
        };
        assert_eq!(indexes(&with), indexes(&without), "{}", statement.sql);
    }
}
