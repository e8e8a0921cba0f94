//! Which tables there are, with their columns: read from the entities once, so a column that is added there is in every archive. A
//! test compares them with the schema, so a table that a step adds cannot be forgotten.

use sea_orm::{
    ColumnTrait, ColumnType, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn,
    sea_query::{Alias, DynIden, IntoIden},
};

use crate::entities::{self, Owned};

/// A table of rows, as an archive holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it is called.
    pub name: &'static str,
    /// Its columns in their order, without the one that says whose a row is.
    pub columns: Vec<Column>,
    /// The columns that tell rows apart, in the order by which rows are sorted.
    pub(crate) key: Vec<Column>,
    /// Whether its rows belong to tenants.
    pub(crate) owned: bool,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is called.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A UUID.
    Id,
    /// Text; also JSON and civil days.
    Text,
    /// A whole number of 64 bits; also cents and instants.
    Number,
    /// A whole number of 16 bits.
    Small,
    /// Yes or no.
    Flag,
    /// Bytes.
    Bytes,
}

/// The column that says whose a row is.
pub(crate) const TENANT: &str = "tenant_id";

impl Table {
    /// The column with this name.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(crate) fn iden(&self) -> DynIden {
        Alias::new(self.name).into_iden()
    }

    fn of<E: EntityTrait>(owned: bool) -> Self {
        let column = |column: E::Column| Column { name: column.as_str(), kind: Kind::of(column.def().get_column_type()) };
        let others = |column: &Column| !(owned && column.name == TENANT);
        Self {
            name: E::default().as_str(),
            columns: E::Column::iter().map(column).filter(others).collect(),
            key: E::PrimaryKey::iter().map(|key| column(key.into_column())).filter(others).collect(),
            owned,
        }
    }

    /// A table of tenants.
    pub(crate) fn owned<E: Owned>() -> Self {
        Self::of::<E>(true)
    }
}

impl Column {
    pub(crate) fn iden(&self) -> DynIden {
        Alias::new(self.name).into_iden()
    }
}

impl Kind {
    fn of(column: &ColumnType) -> Self {
        match column {
            ColumnType::Uuid => Self::Id,
            ColumnType::BigInteger => Self::Number,
            ColumnType::SmallInteger => Self::Small,
            ColumnType::Boolean => Self::Flag,
            ColumnType::Binary(_) | ColumnType::VarBinary(_) | ColumnType::Blob => Self::Bytes,
            // What is left in the entities is text; the test beside the schema says so.
            _ => Self::Text,
        }
    }
}

/// Every table of tenants; one that others point at stands before them.
pub fn tables() -> Vec<Table> {
    entities::owned_tables()
}

/// Every table of the platform, in the same way.
pub fn platform_tables() -> Vec<Table> {
    use entities::{generations, slugs, tenants};
    vec![Table::of::<tenants::Entity>(false), Table::of::<slugs::Entity>(false), Table::of::<generations::Entity>(false)]
}
