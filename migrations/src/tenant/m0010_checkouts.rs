//! Paying online: what went out under a notice number, and the money that came back, what paid nothing included.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, id, id_or_none, index, number, table, text, unique, within_tenant};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0010_checkouts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checkouts = table(
            "checkouts",
            [id("tenant_id"), id("id"), id("case_id"), text("notice"), number("amount_cents"), flag("settled"), number("created_at")],
            &["tenant_id", "id"],
        )
        .foreign_key(&mut within_tenant("checkouts", "case_id", "cases", ForeignKeyAction::Restrict))
        .take();
        manager.create_table(checkouts).await?;
        manager.create_index(unique("checkouts", &["tenant_id", "notice"])).await?;
        manager.create_index(index("checkouts", &["tenant_id", "case_id", "id"])).await?;
        let settlements = table(
            "settlements",
            [
                id("tenant_id"),
                id("id"),
                id_or_none("case_id"),
                text("notice"),
                number("amount_cents"),
                text("receipt"),
                text("outcome"),
                number("at"),
            ],
            &["tenant_id", "id"],
        )
        .foreign_key(&mut within_tenant("settlements", "case_id", "cases", ForeignKeyAction::Restrict))
        .take();
        manager.create_table(settlements).await?;
        manager.create_index(unique("settlements", &["tenant_id", "receipt"])).await?;
        manager.create_index(index("settlements", &["tenant_id", "case_id"])).await
    }
}
