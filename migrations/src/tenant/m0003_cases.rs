//! Cases, the definitions that they pin, and the suspensions of their terms.
//!
//! `phase` (0 open, 1 concluded, 2 draft) follows from the status and `due_key` is the due date or `9999-12-31`: with both in
//! the indexes an inbox walks only what is still to be done, in the order in which it falls due, and never sorts.

use sea_orm_migration::prelude::*;

use crate::columns::{id, id_or_none, index, name, number, number_or_none, small, table, text, text_or_none, unique, within_tenant};

pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m0003_cases"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let definitions =
            table("definitions", [id("tenant_id"), text("hash"), small("definition_format"), text("content")], &["tenant_id", "hash"]);
        manager.create_table(definitions).await?;
        manager.create_table(cases()).await?;
        manager.create_index(unique("cases", &["tenant_id", "code"])).await?;
        for columns in [
            ["tenant_id", "applicant_id", "id"].as_slice(),
            &["tenant_id", "delegate_id", "id"],
            &["tenant_id", "phase", "due_key", "id"],
            &["tenant_id", "office", "phase", "due_key", "id"],
            &["tenant_id", "assignee_id", "phase", "due_key", "id"],
        ] {
            manager.create_index(index("cases", columns)).await?;
        }
        let suspensions = table(
            "suspensions",
            [id("tenant_id"), id("case_id"), text("from_date"), text_or_none("to_date")],
            &["tenant_id", "case_id", "from_date"],
        )
        .foreign_key(&mut within_tenant("suspensions", "case_id", "cases", ForeignKeyAction::Cascade))
        .take();
        manager.create_table(suspensions).await
    }
}

fn cases() -> TableCreateStatement {
    table(
        "cases",
        vec![
            id("tenant_id"),
            id("id"),
            text_or_none("code"),
            text_or_none("register_number"),
            text("service"),
            text("definition"),
            text("status"),
            small("phase"),
            text("state"),
            text("answers"),
            id("applicant_id"),
            id_or_none("delegate_id"),
            text("channel"),
            id("serving_tenant_id"),
            id_or_none("operator_id"),
            text("office"),
            id_or_none("assignee_id"),
            number("created_at"),
            number("updated_at"),
            number_or_none("submitted_at"),
            text_or_none("due_date"),
            text("due_key"),
            number_or_none("concluded_at"),
            text_or_none("outcome"),
            number("version"),
        ],
        &["tenant_id", "id"],
    )
    .foreign_key(&mut within_tenant("cases", "applicant_id", "persons", ForeignKeyAction::Restrict))
    .foreign_key(&mut within_tenant("cases", "delegate_id", "persons", ForeignKeyAction::Restrict))
    .foreign_key(&mut within_tenant("cases", "assignee_id", "persons", ForeignKeyAction::Restrict))
    .check(Expr::col(name("phase")).is_in([0, 1, 2]))
    .check(Expr::col(name("version")).gte(1))
    .take()
}
