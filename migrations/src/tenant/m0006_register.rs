//! The protocol register (DPR 445/2000 artt. 53–57) and the counters that number it.
//!
//! A counter is a row, not a sequence of the database: sequences leave gaps when a transaction is rolled back. That an entry is
//! never changed and never removed, only annulled once (art. 54), is held by triggers, below every program that writes here.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::columns::{id, id_or_none, index, number, number_or_none, small, table, text, text_or_none, unique, within_tenant};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0006_register"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let counters = table("counters", [id("tenant_id"), text("name"), small("year"), number("value")], &["tenant_id", "name", "year"]);
        manager.create_table(counters).await?;
        manager.create_table(entries()).await?;
        manager.create_index(unique("register_entries", &["tenant_id", "register", "year", "sequence"])).await?;
        manager.create_index(index("register_entries", &["tenant_id", "case_id", "id"])).await?;
        let connection = manager.get_connection();
        let triggers = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        for trigger in triggers {
            connection.execute_unprepared(trigger).await?;
        }
        Ok(())
    }
}

fn entries() -> TableCreateStatement {
    table(
        "register_entries",
        [
            id("tenant_id"),
            id("id"),
            text("register"),
            small("year"),
            number("sequence"),
            text("date"),
            number("at"),
            text("direction"),
            text("correspondent"),
            text("subject"),
            text("sha256"),
            id("case_id"),
            number_or_none("annulled_at"),
            id_or_none("annulled_by"),
            text_or_none("annulled_act"),
            text_or_none("annulled_reason"),
        ],
        &["tenant_id", "id"],
    )
    .foreign_key(&mut within_tenant("register_entries", "case_id", "cases", ForeignKeyAction::Restrict))
    .take()
}

const SQLITE: [&str; 2] = [
    "CREATE TRIGGER register_entries_never_changed BEFORE UPDATE ON register_entries
WHEN OLD.annulled_at IS NOT NULL
  OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.id IS NOT OLD.id OR NEW.register IS NOT OLD.register
  OR NEW.year IS NOT OLD.year OR NEW.sequence IS NOT OLD.sequence OR NEW.date IS NOT OLD.date OR NEW.at IS NOT OLD.at
  OR NEW.direction IS NOT OLD.direction OR NEW.correspondent IS NOT OLD.correspondent OR NEW.subject IS NOT OLD.subject
  OR NEW.sha256 IS NOT OLD.sha256 OR NEW.case_id IS NOT OLD.case_id
BEGIN SELECT RAISE(ABORT, 'an entry of the register is never changed, only annulled once'); END",
    "CREATE TRIGGER register_entries_never_removed BEFORE DELETE ON register_entries
BEGIN SELECT RAISE(ABORT, 'an entry of the register is never removed'); END",
];

const POSTGRES: [&str; 2] = [
    "CREATE FUNCTION register_entries_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'an entry of the register is never removed'; END IF;
  RAISE EXCEPTION 'an entry of the register is never changed, only annulled once';
END $$",
    "CREATE TRIGGER register_entries_never_changed BEFORE UPDATE ON register_entries FOR EACH ROW
WHEN (OLD.annulled_at IS NOT NULL
  OR (NEW.tenant_id, NEW.id, NEW.register, NEW.year, NEW.sequence, NEW.date, NEW.at, NEW.direction, NEW.correspondent, NEW.subject,
      NEW.sha256, NEW.case_id)
   IS DISTINCT FROM
     (OLD.tenant_id, OLD.id, OLD.register, OLD.year, OLD.sequence, OLD.date, OLD.at, OLD.direction, OLD.correspondent, OLD.subject,
      OLD.sha256, OLD.case_id))
EXECUTE FUNCTION register_entries_stand();
CREATE TRIGGER register_entries_never_removed BEFORE DELETE ON register_entries FOR EACH ROW EXECUTE FUNCTION register_entries_stand()",
];
