//! Why a term waits, and the opinions that other offices are asked for.

use sea_orm_migration::prelude::*;

use crate::columns::{id, id_or_none, index, name, number, number_or_none, table, text, text_or_none, within_tenant};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0011_workflows"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let norm = Table::alter().table(name("suspensions")).add_column(text("norm").default("integration")).take();
        manager.alter_table(norm).await?;
        let opinions = table(
            "opinions",
            [
                id("tenant_id"),
                id("id"),
                id("case_id"),
                text("request"),
                text("state"),
                text("office"),
                number("asked_at"),
                text_or_none("due_date"),
                text_or_none("verdict"),
                text_or_none("note"),
                id_or_none("given_by"),
                number_or_none("given_at"),
            ],
            &["tenant_id", "id"],
        )
        .foreign_key(&mut within_tenant("opinions", "case_id", "cases", ForeignKeyAction::Cascade))
        .foreign_key(&mut within_tenant("opinions", "given_by", "persons", ForeignKeyAction::Restrict))
        .take();
        manager.create_table(opinions).await?;
        manager.create_index(index("opinions", &["tenant_id", "case_id", "id"])).await?;
        manager.create_index(index("opinions", &["tenant_id", "given_by"])).await?;
        manager.create_index(index("opinions", &["tenant_id", "office", "id"])).await
    }
}
