//! An entry of the protocol register.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "register_entries")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) register: String,
    pub(crate) year: i16,
    pub(crate) sequence: i64,
    pub(crate) date: String,
    pub(crate) at: i64,
    pub(crate) direction: String,
    pub(crate) correspondent: String,
    pub(crate) subject: String,
    pub(crate) sha256: String,
    pub(crate) case_id: Uuid,
    pub(crate) annulled_at: Option<i64>,
    pub(crate) annulled_by: Option<Uuid>,
    pub(crate) annulled_act: Option<String>,
    pub(crate) annulled_reason: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
