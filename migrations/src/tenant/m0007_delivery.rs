//! What makes a command safe to repeat, what must leave the system, and what is to be done later: all written in the transaction
//! of the command that causes it.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, id_or_none, index, number, number_or_none, small, small_or_none, table, text, text_or_none, unique};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0007_delivery"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(idempotency_keys()).await?;
        manager.create_index(index("idempotency_keys", &["tenant_id", "created_at"])).await?;
        manager.create_table(outbox()).await?;
        manager.create_index(index("outbox", &["tenant_id", "next_at", "id"])).await?;
        manager.create_table(jobs()).await?;
        manager.create_index(index("jobs", &["tenant_id", "next_at", "id"])).await?;
        manager.create_index(unique("jobs", &["tenant_id", "kind", "subject"])).await
    }
}

fn idempotency_keys() -> TableCreateStatement {
    table(
        "idempotency_keys",
        [
            id("tenant_id"),
            text("caller"),
            text("operation"),
            text("key"),
            bytes("fingerprint"),
            number("created_at"),
            small_or_none("status"),
            id_or_none("resource_id"),
            number_or_none("version"),
        ],
        &["tenant_id", "caller", "operation", "key"],
    )
}

/// `next_at` is null once it was delivered or given up, so the index holds only what is still to be sent.
fn outbox() -> TableCreateStatement {
    table(
        "outbox",
        [
            id("tenant_id"),
            id("id"),
            text("kind"),
            text("payload"),
            number("created_at"),
            number_or_none("next_at"),
            small("attempts"),
            number_or_none("done_at"),
            text_or_none("last_error"),
        ],
        &["tenant_id", "id"],
    )
}

fn jobs() -> TableCreateStatement {
    table(
        "jobs",
        [
            id("tenant_id"),
            id("id"),
            text("kind"),
            text("subject"),
            text("payload"),
            number_or_none("next_at"),
            small("attempts"),
            number_or_none("done_at"),
            text_or_none("last_error"),
        ],
        &["tenant_id", "id"],
    )
}
