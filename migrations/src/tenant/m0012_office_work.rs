//! What an office keeps for itself: private notes on cases, saved filters of the inbox.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, number, table, text, unique, within_tenant};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0012_office_work"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let notes =
            table("notes", [id("tenant_id"), id("id"), id("case_id"), id("author_id"), text("body"), number("at")], &["tenant_id", "id"])
                .foreign_key(&mut within_tenant("notes", "case_id", "cases", ForeignKeyAction::Cascade))
                .foreign_key(&mut within_tenant("notes", "author_id", "persons", ForeignKeyAction::Restrict))
                .take();
        manager.create_table(notes).await?;
        manager.create_index(index("notes", &["tenant_id", "case_id", "id"])).await?;
        manager.create_index(index("notes", &["tenant_id", "author_id"])).await?;
        let filters = table(
            "saved_filters",
            [id("tenant_id"), id("id"), id("person_id"), text("name"), text("query"), number("created_at")],
            &["tenant_id", "id"],
        )
        .foreign_key(&mut within_tenant("saved_filters", "person_id", "persons", ForeignKeyAction::Cascade))
        .take();
        manager.create_table(filters).await?;
        manager.create_index(unique("saved_filters", &["tenant_id", "person_id", "name"])).await
    }
}
