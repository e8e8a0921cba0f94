//! Whose database this is and whether it serves: read when each transaction begins.

use sea_orm_migration::prelude::*;

use crate::columns::{id, number, table, text};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0001_tenant_state"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table("tenant_state", [id("tenant_id"), number("epoch"), text("status")], &["tenant_id"])).await
    }
}
