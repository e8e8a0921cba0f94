//! When what was tried in vain was given up, so that people find it; what was given up before counts from this step.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{name, number_or_none};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0015_dead_letters"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let now = match manager.get_database_backend() {
            DbBackend::Postgres => "(extract(epoch FROM now()) * 1000000)::bigint",
            _ => "unixepoch() * 1000000",
        };
        for table in ["jobs", "outbox"] {
            manager.alter_table(Table::alter().table(name(table)).add_column(number_or_none("given_up_at")).take()).await?;
            let connection = manager.get_connection();
            connection
                .execute_unprepared(&format!("UPDATE {table} SET given_up_at = {now} WHERE next_at IS NULL AND done_at IS NULL"))
                .await?;
            // Almost no row is given up, so the index is almost empty.
            let index =
                format!("CREATE INDEX {table}_by_given_up_at_id ON {table} (tenant_id, given_up_at, id) WHERE given_up_at IS NOT NULL");
            connection.execute_unprepared(&index).await?;
        }
        Ok(())
    }
}
