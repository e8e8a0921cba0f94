//! Statements in the language of `pgbench`, with the types that the product declares, and their values apart from them.
//!
//! What begins a transaction goes out as the product sends it, several statements in one round trip: `pgbench` has a pipeline for that.

use std::fmt::Write as _;

use regex::{Captures, Regex};
use sea_orm::sea_query::Value;

use super::{Script, Sent};

/// A tenant whose rows are the same as another's, but for whose they are.
#[derive(Clone, Debug)]
pub(crate) struct Twin {
    /// Whose rows the product reads and writes.
    pub(crate) of: String,
    /// Whose rows the statements shall reach.
    pub(crate) id: String,
}

impl Twin {
    fn own(&self, text: &str) -> String {
        text.replace(&self.of, &self.id)
    }
}

/// What is prepared once and sent many times: each value is a variable that the turn brings.
pub(super) fn template(script: &Script, twin: &Twin) -> String {
    let mut text = String::new();
    let mut first = 1;
    for Sent { sql, values, .. } in &script.statements {
        let sql = twin.own(sql);
        assert!(!clashes(&sql), "pgbench would take a part of this for a variable: {sql}");
        match values {
            None if sql.contains(';') => pipeline(&mut text, &sql),
            None => drop(writeln!(text, "{sql};")),
            Some(values) => {
                let _ = writeln!(text, "{};", with_variables(&sql, &values.0, first));
                first += values.0.len();
            }
        }
    }
    text
}

/// The values of a turn, one for each variable; what is absent is written into the template and has none.
pub(super) fn values(script: &Script, twin: &Twin) -> Vec<Option<String>> {
    let all = script.statements.iter().filter_map(|sent| sent.values.as_ref()).flat_map(|values| &values.0);
    all.map(|value| typed(value).1.map(|text| twin.own(&text))).collect()
}

fn pipeline(text: &mut String, sql: &str) {
    text.push_str("\\startpipeline\n");
    for statement in sql.split(';') {
        let _ = writeln!(text, "{};", statement.trim());
    }
    text.push_str("\\endpipeline\n");
}

fn with_variables(sql: &str, values: &[Value], first: usize) -> String {
    let placeholder = Regex::new(r"\$(\d+)").expect("an expression");
    placeholder
        .replace_all(sql, |found: &Captures<'_>| {
            let place: usize = found[1].parse().expect("a number");
            let (kind, value) = typed(&values[place - 1]);
            if value.is_some() { format!(":p{}::{kind}", first + place - 1) } else { format!("NULL::{kind}") }
        })
        .into_owned()
}

/// Whether there is a colon before a name that is no cast.
fn clashes(sql: &str) -> bool {
    Regex::new(r"(^|[^:]):[A-Za-z0-9_]").expect("an expression").is_match(sql)
}

/// The type that a value is declared as, and its text.
fn typed(value: &Value) -> (&'static str, Option<String>) {
    match value {
        Value::Bool(value) => ("bool", value.map(|value| value.to_string())),
        Value::SmallInt(value) => ("int2", value.map(|value| value.to_string())),
        Value::Int(value) => ("int4", value.map(|value| value.to_string())),
        Value::BigInt(value) => ("int8", value.map(|value| value.to_string())),
        Value::BigUnsigned(value) => ("int8", value.map(|value| value.to_string())),
        Value::String(value) => ("text", value.clone()),
        Value::Uuid(value) => ("uuid", value.map(|value| value.to_string())),
        Value::Bytes(value) => ("bytea", value.as_ref().map(|bytes| hexadecimal(bytes))),
        other => panic!("a kind of value that the product did not send before: {other:?}"),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold("\\x".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
