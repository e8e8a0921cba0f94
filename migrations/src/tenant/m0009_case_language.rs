//! The language in which the applicant of a case is written to. Cases that are older are Italian, as their letters were.

use sea_orm_migration::prelude::*;

use crate::columns::{name, text};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0009_case_language"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let language = text("language").default("it").take();
        manager.alter_table(Table::alter().table(name("cases")).add_column(language).take()).await
    }
}
