//! A file of a case; its bytes lie elsewhere.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "documents")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) case_id: Uuid,
    pub(crate) kind: String,
    pub(crate) is_act: bool,
    pub(crate) name: String,
    pub(crate) file_type: String,
    pub(crate) size: i64,
    pub(crate) sha256: String,
    pub(crate) privacy: String,
    pub(crate) uploaded_by: Uuid,
    pub(crate) uploaded_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
