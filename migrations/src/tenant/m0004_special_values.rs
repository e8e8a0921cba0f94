//! Values of special categories (GDPR art. 9), only ever as ciphertext, and the tenant's keys, only ever wrapped.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, name, number, table, text, within_tenant};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0004_special_values"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys =
            table("tenant_keys", [id("tenant_id"), text("key_id"), bytes("wrapped"), number("created_at")], &["tenant_id", "key_id"]);
        manager.create_table(keys).await?;
        let values = table(
            "special_values",
            [id("tenant_id"), id("case_id"), text("field"), text("key_id"), bytes("ciphertext")],
            &["tenant_id", "case_id", "field"],
        )
        .foreign_key(&mut within_tenant("special_values", "case_id", "cases", ForeignKeyAction::Cascade))
        .foreign_key(
            ForeignKey::create()
                .name("special_values_key_id_fk")
                .from(name("special_values"), (name("tenant_id"), name("key_id")))
                .to(name("tenant_keys"), (name("tenant_id"), name("key_id"))),
        )
        .take();
        manager.create_table(values).await
    }
}
