//! What belongs to a case: its timeline, documents, messages and payments. All of it goes with a draft that is thrown away.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, id, id_or_none, index, number, number_or_none, table, text, text_or_none, unique, within_tenant};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0005_case_files"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(events()).await?;
        manager.create_index(unique("events", &["tenant_id", "case_id", "sequence"])).await?;
        manager.create_table(documents()).await?;
        manager.create_index(index("documents", &["tenant_id", "case_id", "id"])).await?;
        manager.create_table(messages()).await?;
        manager.create_index(index("messages", &["tenant_id", "case_id", "id"])).await?;
        manager.create_table(payments()).await?;
        manager.create_index(index("payments", &["tenant_id", "case_id", "id"])).await
    }
}

fn of_a_case(table: &'static str) -> ForeignKeyCreateStatement {
    within_tenant(table, "case_id", "cases", ForeignKeyAction::Cascade)
}

fn events() -> TableCreateStatement {
    table(
        "events",
        [
            id("tenant_id"),
            id("id"),
            id("case_id"),
            number("sequence"),
            text("kind"),
            number("at"),
            text("role"),
            id_or_none("actor_id"),
            text("data"),
        ],
        &["tenant_id", "id"],
    )
    .foreign_key(&mut of_a_case("events"))
    .take()
}

fn documents() -> TableCreateStatement {
    table(
        "documents",
        [
            id("tenant_id"),
            id("id"),
            id("case_id"),
            text("kind"),
            flag("is_act"),
            text("name"),
            text("file_type"),
            number("size"),
            text("sha256"),
            text("privacy"),
            id("uploaded_by"),
            number("uploaded_at"),
        ],
        &["tenant_id", "id"],
    )
    .foreign_key(&mut of_a_case("documents"))
    .take()
}

fn messages() -> TableCreateStatement {
    table(
        "messages",
        [
            id("tenant_id"),
            id("id"),
            id("case_id"),
            text("role"),
            id_or_none("author_id"),
            text_or_none("subject"),
            text("body"),
            number("at"),
        ],
        &["tenant_id", "id"],
    )
    .foreign_key(&mut of_a_case("messages"))
    .take()
}

fn payments() -> TableCreateStatement {
    table(
        "payments",
        [
            id("tenant_id"),
            id("id"),
            id("case_id"),
            text("fee"),
            text("title"),
            number("amount_cents"),
            text("status"),
            text_or_none("receipt"),
            number_or_none("paid_at"),
        ],
        &["tenant_id", "id"],
    )
    .foreign_key(&mut of_a_case("payments"))
    .take()
}
