//! Placements have the names that the settings give them; that of a file for each tenant is `embedded`.

use sea_orm_migration::prelude::*;

use crate::columns::name;

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0002_placements"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let renamed = Query::update()
            .table(name("tenants"))
            .value(name("placement"), "embedded")
            .and_where(Expr::col(name("placement")).eq("sqlite"))
            .take();
        manager.execute(renamed).await
    }
}
