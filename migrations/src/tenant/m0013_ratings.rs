//! What citizens thought of services: one rating a case.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, name, number, small, table, text, text_or_none, within_tenant};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0013_ratings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ratings = table(
            "ratings",
            [id("tenant_id"), id("case_id"), text("service"), small("stars"), text_or_none("aspect"), text_or_none("text"), number("at")],
            &["tenant_id", "case_id"],
        )
        .foreign_key(&mut within_tenant("ratings", "case_id", "cases", ForeignKeyAction::Cascade))
        .check(Expr::col(name("stars")).between(1, 5))
        .take();
        manager.create_table(ratings).await?;
        manager.create_index(index("ratings", &["tenant_id", "service", "stars"])).await?;
        manager.create_index(index("ratings", &["tenant_id", "service", "case_id"])).await
    }
}
