//! A schema as a program sees it that was written for it: what it may read, what it must write, what it is refused.

use std::collections::{BTreeMap, BTreeSet};

use sportello_test_postgres::TestDatabase;
use sqlx::SqlitePool;

/// Columns and rules of a file, a line each.
const FILE: &str = "
SELECT concat('column|', m.name, '|', c.name, '|', c.type, '|', c.\"notnull\" = 1 OR c.pk > 0, '|', c.dflt_value)
  FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
UNION ALL
SELECT concat('rule|', m.name, '|UNIQUE ', l.name, l.partial, (SELECT group_concat(i.name) FROM pragma_index_info(l.name) i))
  FROM sqlite_master m JOIN pragma_index_list(m.name) l WHERE m.type = 'table' AND l.\"unique\"
UNION ALL
SELECT concat('rule|', m.name, '|FOREIGN KEY ', f.\"from\", ' ', f.\"table\", ' ', f.\"to\", ' ', f.on_delete)
  FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";

/// The same of a schema of a database. What must not be null (`n`) is told with the columns.
const DATABASE: &str = "
SELECT concat('column|', table_name, '|', column_name, '|', data_type, '|', (is_nullable = 'NO')::int, '|', column_default)
  FROM information_schema.columns WHERE table_schema = 'SCHEMA'
UNION ALL
SELECT concat('rule|', relname, '|', pg_get_constraintdef(c.oid))
  FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE connamespace = 'SCHEMA'::regnamespace AND contype NOT IN ('n', 'p', 'u')
UNION ALL
SELECT concat('rule|', tablename, '|', substr(indexdef, 8)) FROM pg_indexes WHERE schemaname = 'SCHEMA' AND indexdef LIKE 'CREATE UNIQUE %'";

/// A column of a table.
#[derive(Debug, PartialEq, Eq)]
struct Column {
    kind: String,
    required: bool,
    default: String,
}

/// The tables of a schema with their columns, and what a row of each is refused for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    columns: BTreeMap<String, BTreeMap<String, Column>>,
    rules: BTreeMap<String, BTreeSet<String>>,
}

impl Shape {
    pub(super) async fn of_file(pool: &SqlitePool) -> Self {
        let lines: Vec<String> = sqlx::query_scalar(FILE).fetch_all(pool).await.unwrap();
        Self::of(lines.iter().map(String::as_str))
    }

    pub(super) fn of_database(database: &TestDatabase, schema: &str) -> Self {
        Self::of(database.as_superuser(&DATABASE.replace("SCHEMA", schema)).lines())
    }

    fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut shape = Self::default();
        for line in lines {
            match line.splitn(6, '|').collect::<Vec<_>>()[..] {
                ["column", table, column, kind, required, default] => {
                    let about = Column { kind: kind.to_owned(), required: required == "1", default: default.to_owned() };
                    shape.columns.entry(table.to_owned()).or_default().insert(column.to_owned(), about);
                }
                ["rule", table, ..] => {
                    let text = line.splitn(3, '|').last().unwrap().to_owned();
                    shape.rules.entry(table.to_owned()).or_default().insert(text);
                }
                _ => panic!("no line that was asked for: {line}"),
            }
        }
        shape
    }

    pub(super) fn tables(&self) -> usize {
        self.columns.len()
    }

    /// What a program that was written for this schema misses, or is refused for, in a later one.
    pub(super) fn lost_in(&self, later: &Self) -> Vec<String> {
        let mut lost = Vec::new();
        for (table, columns) in &self.columns {
            let Some(now) = later.columns.get(table) else {
                lost.push(format!("the table {table} is gone"));
                continue;
            };
            lost.extend(
                columns.iter().filter_map(|(column, before)| changed(before, now.get(column)).map(|how| format!("{table}.{column} {how}"))),
            );
            let new = now.iter().filter(|(column, _)| !columns.contains_key(*column));
            let must = new.filter(|(_, about)| about.required && about.default.is_empty());
            lost.extend(must.map(|(column, _)| format!("{table}.{column} is required and has no default")));
            if columns.keys().all(|column| now.contains_key(column)) {
                lost.extend(rules(self.rules.get(table), later.rules.get(table)).map(|how| format!("{table}: {how}")));
            }
        }
        lost
    }
}

/// How a column is not what it was.
fn changed(before: &Column, now: Option<&Column>) -> Option<String> {
    let Some(now) = now else { return Some("is gone".to_owned()) };
    if now.kind != before.kind {
        return Some(format!("was {} and is {}", before.kind, now.kind));
    }
    match (before.required, now.required) {
        (false, true) => Some("is required now".to_owned()),
        // Older programs read what they never wrote, and do not expect nothing there.
        (true, false) => Some("may be absent now".to_owned()),
        _ => (now.default != before.default && !before.default.is_empty()).then(|| "has another default".to_owned()),
    }
}

/// Rules that are new, and those that say what is once there only, since statements that insert or update lean on them.
fn rules<'a>(before: Option<&'a BTreeSet<String>>, now: Option<&'a BTreeSet<String>>) -> impl Iterator<Item = String> + 'a {
    let of = |rules: Option<&'a BTreeSet<String>>| rules.into_iter().flatten();
    let new = of(now).filter(move |rule| !before.is_some_and(|before| before.contains(*rule))).map(|rule| format!("new rule: {rule}"));
    let gone = of(before).filter(move |rule| rule.starts_with("UNIQUE") && !now.is_some_and(|now| now.contains(*rule)));
    new.chain(gone.map(|rule| format!("rule gone: {rule}")))
}
