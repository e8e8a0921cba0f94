//! What is due, listed for all tenants of a shared database: what a worker asks instead of looking into each of them.
//!
//! The list stands in a schema of its own, outside row-level security, so it may hold nothing but ids, a kind and times; the server
//! refuses to start over a column more. Triggers keep it in step with the tables `jobs` and `outbox`, in the transaction of whoever
//! changes these, so that no code can forget it. They run with the rights of who changes the row.
//!
//! A body whose rows are on their way, or elsewhere by now, has nothing to be done there: when it stands otherwise than before, its part
//! of the list is made anew from its rows.
//!
//! A file has no such list: it holds one tenant's rows only.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0014_dispatch"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let connection = manager.get_connection();
        for sql in [LIST, SERVED, FOLLOW, STAND] {
            connection.execute_unprepared(sql).await?;
        }
        for (table, kind) in [("jobs", "job"), ("outbox", "outbox")] {
            connection.execute_unprepared(&followed(table, kind)).await?;
        }
        Ok(())
    }
}

/// Rows come and go all day, so they are cleared away long before a fifth of the table is dead. No index holds `lease_until`: a
/// claim then changes a row without touching one.
const LIST: &str = "
CREATE SCHEMA IF NOT EXISTS dispatch;
CREATE TABLE dispatch.due (
  tenant_id uuid NOT NULL,
  job_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('job', 'outbox')),
  run_at bigint NOT NULL,
  lease_until bigint,
  PRIMARY KEY (tenant_id, kind, job_id)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX due_by_run_at ON dispatch.due (run_at, tenant_id);
CREATE INDEX due_by_tenant_run_at ON dispatch.due (tenant_id, run_at, job_id)";

/// Servers go on writing while a step runs, so who may plan may be listed at once; whatever else roles need is granted after the steps.
const SERVED: &str = "
DO $$
DECLARE
  role text;
BEGIN
  FOR role IN SELECT grantee FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name = 'jobs' AND privilege_type = 'INSERT' AND grantee <> current_user
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA dispatch TO %I', role);
    EXECUTE format('GRANT SELECT, INSERT, DELETE, UPDATE (run_at, lease_until) ON dispatch.due TO %I', role);
  END LOOP;
END $$";

/// What is planned anew is nobody's any more, so its lease falls away.
const FOLLOW: &str = "
CREATE FUNCTION dispatch.follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM dispatch.due WHERE tenant_id = OLD.tenant_id AND kind = TG_ARGV[0] AND job_id = OLD.id;
  ELSIF NEW.next_at IS NULL THEN
    DELETE FROM dispatch.due WHERE tenant_id = NEW.tenant_id AND kind = TG_ARGV[0] AND job_id = NEW.id;
  ELSE
    INSERT INTO dispatch.due (tenant_id, job_id, kind, run_at) VALUES (NEW.tenant_id, NEW.id, TG_ARGV[0], NEW.next_at)
    ON CONFLICT (tenant_id, kind, job_id) DO UPDATE SET run_at = EXCLUDED.run_at, lease_until = NULL;
  END IF;
  RETURN NULL;
END $$";

/// Only a body that is served from here has a part in the list.
const STAND: &str = "
CREATE FUNCTION dispatch.stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM dispatch.due WHERE tenant_id = NEW.tenant_id;
  IF NEW.status = 'active' THEN
    EXECUTE format('INSERT INTO dispatch.due (tenant_id, job_id, kind, run_at)
      SELECT tenant_id, id, ''job'', next_at FROM %1$I.jobs WHERE tenant_id = $1 AND next_at IS NOT NULL
      UNION ALL
      SELECT tenant_id, id, ''outbox'', next_at FROM %1$I.outbox WHERE tenant_id = $1 AND next_at IS NOT NULL', TG_TABLE_SCHEMA)
    USING NEW.tenant_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tenant_state_due AFTER INSERT OR UPDATE OF status ON tenant_state FOR EACH ROW EXECUTE FUNCTION dispatch.stand()";

/// Lists what a table holds already, and from now on.
fn followed(table: &str, kind: &str) -> String {
    format!(
        "CREATE TRIGGER {table}_due AFTER INSERT OR DELETE OR UPDATE OF next_at ON {table}
           FOR EACH ROW EXECUTE FUNCTION dispatch.follow('{kind}');
         INSERT INTO dispatch.due (tenant_id, job_id, kind, run_at)
           SELECT tenant_id, id, '{kind}', next_at FROM {table} WHERE next_at IS NOT NULL"
    )
}
