//! The protocol register of a tenant that is not served from a place may leave it: a copy that was moved away, or one that is about to
//! be replaced by a backup. Where it is served, no entry is ever removed; in a database only the owner of the tables removes any.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0016_register_elsewhere"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &[POSTGRES],
            _ => &["DROP TRIGGER register_entries_never_removed", SQLITE],
        };
        for statement in statements {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const SQLITE: &str = "CREATE TRIGGER register_entries_never_removed BEFORE DELETE ON register_entries
WHEN NOT EXISTS (SELECT 1 FROM tenant_state s WHERE s.tenant_id = OLD.tenant_id AND s.status <> 'active')
BEGIN SELECT RAISE(ABORT, 'an entry of the register is never removed'); END";

const POSTGRES: &str = "CREATE OR REPLACE FUNCTION register_entries_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
       AND EXISTS (SELECT 1 FROM tenant_state s WHERE s.tenant_id = OLD.tenant_id AND s.status <> 'active') THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'an entry of the register is never removed';
  END IF;
  RAISE EXCEPTION 'an entry of the register is never changed, only annulled once';
END $$";
