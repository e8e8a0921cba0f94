//! An opinion that another office is asked for.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opinions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) case_id: Uuid,
    pub(crate) request: String,
    pub(crate) state: String,
    pub(crate) office: String,
    pub(crate) asked_at: i64,
    pub(crate) due_date: Option<String>,
    pub(crate) verdict: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) given_by: Option<Uuid>,
    pub(crate) given_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
