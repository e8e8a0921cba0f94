//! What an archive holds is what there is: every table and every column of the schema.

use sqlx::Row as _;

use super::kit::{kit_of, tables};
use crate::archive::{self, Kind, Table};

async fn columns(raw: &mut sqlx::SqliteConnection, table: &str) -> Vec<(String, Kind)> {
    let rows =
        sqlx::query("SELECT name, type FROM pragma_table_info(?) ORDER BY name").bind(table.to_owned()).fetch_all(raw).await.unwrap();
    let kind = |declared: &str| match declared {
        "uuid_text" => Kind::Id,
        "integer" | "bigint" => Kind::Number,
        "smallint" => Kind::Small,
        "boolean" => Kind::Flag,
        bytes if bytes.starts_with("blob") => Kind::Bytes,
        "text" => Kind::Text,
        other => panic!("{table} has a column of a kind that no archive knows: {other}"),
    };
    let column = |row: &sqlx::sqlite::SqliteRow| (row.get::<String, _>(0), kind(&row.get::<String, _>(1).to_lowercase()));
    rows.iter().map(column).filter(|(name, _)| name != archive::TENANT).collect()
}

fn known(table: &Table) -> Vec<(String, Kind)> {
    let mut columns: Vec<_> = table.columns.iter().map(|column| (column.name.to_owned(), column.kind)).collect();
    columns.sort_by(|one, other| one.0.cmp(&other.0));
    columns
}

#[tokio::test]
async fn every_table_and_every_column_of_tenants_is_in_an_archive() {
    let kit = kit_of(8).await;
    kit.stores.prepare(kit.cesena).await.unwrap();
    let mut raw = kit.raw(kit.cesena).await;
    let mut names: Vec<_> = archive::tables().iter().map(|table| table.name.to_owned()).collect();
    names.sort();
    assert_eq!(names, tables(&mut raw).await, "a table of the schema has no entity, or the other way round");
    for table in archive::tables() {
        assert_eq!(known(&table), columns(&mut raw, table.name).await, "{}", table.name);
        assert!(!table.key.is_empty(), "{} cannot be sorted", table.name);
    }
}

#[tokio::test]
async fn every_table_and_every_column_of_the_platform_is_in_an_archive() {
    let kit = kit_of(8).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(kit.stores.directory().join("platform.sqlite"));
    let mut raw = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options).await.unwrap();
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('seaql_migrations', 'sqlite_sequence') ORDER BY name";
    let there: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut raw).await.unwrap();
    let mut names: Vec<_> = archive::platform_tables().iter().map(|table| table.name.to_owned()).collect();
    names.sort();
    assert_eq!(names, there);
    for table in archive::platform_tables() {
        let mut all = columns(&mut raw, table.name).await;
        // Here it is a column like others.
        if table.columns.iter().any(|column| column.name == archive::TENANT) {
            all.push((archive::TENANT.to_owned(), Kind::Id));
            all.sort_by(|one, other| one.0.cmp(&other.0));
        }
        assert_eq!(known(&table), all, "{}", table.name);
    }
}

#[test]
fn a_line_that_is_no_row_says_why() {
    let tables = archive::tables();
    let persons = tables.iter().find(|table| table.name == "persons").unwrap();
    for (line, said) in [
        ("{", "EOF while parsing an object at line 1 column 1"),
        (r#"{"nickname": "Mario"}"#, "there is no column nickname"),
        (r#"{"created_at": "yesterday"}"#, "the value of created_at is of another kind"),
        (r#"{"id": 7}"#, "the value of id is of another kind"),
        (r#"{"lookup_key": "xyz"}"#, "the value of lookup_key is of another kind"),
        (r#"{"tenant_id": "01980000-0000-7000-8000-000000000001"}"#, "there is no column tenant_id"),
    ] {
        assert_eq!(persons.row(line).unwrap_err().to_string(), said, "{line}");
    }
}
