//! Which slug leads to which tenant, and which configuration was loaded when.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, name, number, table, text};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0001_directory"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table("tenants", [id("tenant_id"), text("placement"), number("created_at")], &["tenant_id"])).await?;
        let slugs = table("slugs", [text("slug"), id("tenant_id"), number("since")], &["slug"])
            .foreign_key(
                ForeignKey::create()
                    .name("slugs_tenant_id_fk")
                    .from(name("slugs"), name("tenant_id"))
                    .to(name("tenants"), name("tenant_id")),
            )
            .take();
        manager.create_table(slugs).await?;
        manager.create_index(index("slugs", &["tenant_id", "slug"])).await?;
        manager.create_table(table("generations", [number("number"), text("hash"), number("loaded_at")], &["number"])).await
    }
}
