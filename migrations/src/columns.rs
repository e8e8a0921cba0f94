//! The column types that every step uses, so that one kind of value is kept in one way in all tables.

use sea_orm_migration::prelude::*;

/// A name that is made of text: tables and columns.
pub(crate) fn name(text: &'static str) -> Alias {
    Alias::new(text)
}

/// An id.
pub(crate) fn id(column: &'static str) -> ColumnDef {
    ColumnDef::new(name(column)).uuid().not_null().take()
}

/// An id that may be absent.
pub(crate) fn id_or_none(column: &'static str) -> ColumnDef {
    ColumnDef::new(name(column)).uuid().take()
}

/// Text; also JSON and civil days.
pub(crate) fn text(column: &'static str) -> ColumnDef {
    ColumnDef::new(name(column)).text().not_null().take()
}

/// Text that may be absent.
pub(crate) fn text_or_none(column: &'static str) -> ColumnDef {
    ColumnDef::new(name(column)).text().take()
}

/// A whole number; also cents and instants in microseconds.
pub(crate) fn number(column: &'static str) -> ColumnDef {
    ColumnDef::new(name(column)).big_integer().not_null().take()
}

/// A whole number that may be absent.
pub(crate) fn number_or_none(column: &'static str) -> ColumnDef {
    ColumnDef::new(name(column)).big_integer().take()
}

/// A small number: a year, a phase, a count of attempts.
pub(crate) fn small(column: &'static str) -> ColumnDef {
    ColumnDef::new(name(column)).small_integer().not_null().take()
}

/// A small number that may be absent.
pub(crate) fn small_or_none(column: &'static str) -> ColumnDef {
    ColumnDef::new(name(column)).small_integer().take()
}

/// Yes or no.
pub(crate) fn flag(column: &'static str) -> ColumnDef {
    ColumnDef::new(name(column)).boolean().not_null().take()
}

/// Bytes.
pub(crate) fn bytes(column: &'static str) -> ColumnDef {
    ColumnDef::new(name(column)).binary().not_null().take()
}

/// A table with its columns and its primary key.
pub(crate) fn table(table: &'static str, columns: impl IntoIterator<Item = ColumnDef>, key: &[&'static str]) -> TableCreateStatement {
    let mut statement = Table::create();
    statement.table(name(table));
    for column in columns {
        statement.col(column);
    }
    let mut primary = Index::create();
    for column in key {
        primary.col(name(column));
    }
    statement.primary_key(&mut primary);
    statement
}

/// A foreign key that stays within the tenant: `(tenant_id, column)` → `target(tenant_id, id)`.
pub(crate) fn within_tenant(
    table: &'static str,
    column: &'static str,
    target: &'static str,
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{column}_fk"))
        .from(name(table), (name("tenant_id"), name(column)))
        .to(name(target), (name("tenant_id"), name("id")))
        .on_delete(on_delete)
        .take()
}

/// An index, named by its table and its columns.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut statement = Index::create();
    statement.name(format!("{table}_by_{}", columns[1..].join("_"))).table(name(table));
    for column in columns {
        statement.col(name(column));
    }
    statement
}

/// An index that allows each combination once.
pub(crate) fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut statement = index(table, columns);
    statement.unique();
    statement
}
