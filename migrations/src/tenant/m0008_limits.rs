//! Uses of limits over past cases: how many were taken of each, and which case took which, so that it can give them back.
//!
//! What a limit is counted over (a plate, a person) is only here as a keyed hash.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, number, table, text, within_tenant};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0008_limits"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let counts = table(
            "limit_counts",
            [id("tenant_id"), text("service"), text("limit_id"), text("period"), bytes("key_hash"), number("used")],
            &["tenant_id", "service", "limit_id", "period", "key_hash"],
        )
        .check(Expr::col(crate::columns::name("used")).gte(0))
        .take();
        manager.create_table(counts).await?;
        let uses = table(
            "limit_uses",
            [id("tenant_id"), id("case_id"), text("limit_id"), text("service"), text("period"), bytes("key_hash")],
            &["tenant_id", "case_id", "limit_id"],
        )
        .foreign_key(&mut within_tenant("limit_uses", "case_id", "cases", ForeignKeyAction::Cascade))
        .take();
        manager.create_table(uses).await
    }
}
