//! Persons as the tenant knows them, and the roles that they hold.
//!
//! A person is looked up by a keyed hash, so the fiscal code needs no index and a copy of the file gives no list to try.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, id_or_none, index, number, table, text, text_or_none, unique, within_tenant};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0002_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let persons = table(
            "persons",
            [
                id("tenant_id"),
                id("id"),
                bytes("lookup_key"),
                text_or_none("tax_code"),
                text("given_name"),
                text("family_name"),
                text_or_none("email"),
                number("created_at"),
                number("updated_at"),
            ],
            &["tenant_id", "id"],
        );
        manager.create_table(persons).await?;
        manager.create_index(unique("persons", &["tenant_id", "lookup_key"])).await?;

        let assignments = table(
            "assignments",
            [
                id("tenant_id"),
                id("id"),
                id("person_id"),
                text("role"),
                text_or_none("office"),
                text("valid_from"),
                text_or_none("valid_until"),
                id_or_none("granted_by"),
                number("granted_at"),
                number("version"),
            ],
            &["tenant_id", "id"],
        )
        .foreign_key(&mut within_tenant("assignments", "person_id", "persons", ForeignKeyAction::Restrict))
        .foreign_key(&mut within_tenant("assignments", "granted_by", "persons", ForeignKeyAction::Restrict))
        .take();
        manager.create_table(assignments).await?;
        manager.create_index(index("assignments", &["tenant_id", "person_id", "id"])).await?;
        // Without it each change of a person would look for assignments that the person gave.
        manager.create_index(index("assignments", &["tenant_id", "granted_by"])).await
    }
}
