//! A case.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cases")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) code: Option<String>,
    pub(crate) register_number: Option<String>,
    pub(crate) service: String,
    pub(crate) definition: String,
    pub(crate) status: String,
    pub(crate) phase: i16,
    pub(crate) state: String,
    pub(crate) answers: String,
    pub(crate) applicant_id: Uuid,
    pub(crate) delegate_id: Option<Uuid>,
    pub(crate) language: String,
    pub(crate) channel: String,
    pub(crate) serving_tenant_id: Uuid,
    pub(crate) operator_id: Option<Uuid>,
    pub(crate) office: String,
    pub(crate) assignee_id: Option<Uuid>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) submitted_at: Option<i64>,
    pub(crate) due_date: Option<String>,
    pub(crate) due_key: String,
    pub(crate) concluded_at: Option<i64>,
    pub(crate) outcome: Option<String>,
    pub(crate) version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
