//! A row as a line of JSON: the same bytes whichever database it came from.

use sea_orm::{DbErr, QueryResult, sea_query::Value as Sql};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Column, Kind, Table};

/// A line that is no row of its table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// The values of a row, each with its column.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub(crate) columns: Vec<Column>,
    pub(crate) values: Vec<Sql>,
}

impl Table {
    /// A row as an object with the columns by their names, in the table's order.
    pub(crate) fn line(&self, row: &QueryResult) -> Result<String, DbErr> {
        let mut object = Map::with_capacity(self.columns.len());
        for Column { name, kind } in &self.columns {
            let value = match kind {
                Kind::Id => row.try_get::<Option<Uuid>>("", name)?.map(|id| Value::from(id.to_string())),
                Kind::Text => row.try_get::<Option<String>>("", name)?.map(Value::from),
                Kind::Number => row.try_get::<Option<i64>>("", name)?.map(Value::from),
                Kind::Small => row.try_get::<Option<i16>>("", name)?.map(Value::from),
                Kind::Flag => row.try_get::<Option<bool>>("", name)?.map(Value::from),
                Kind::Bytes => row.try_get::<Option<Vec<u8>>>("", name)?.map(|bytes| Value::from(hex::encode(bytes))),
            };
            object.insert((*name).to_owned(), value.unwrap_or_default());
        }
        Ok(Value::Object(object).to_string())
    }

    /// The row that a line says. A column that it lacks gets what the schema gives to rows that are older than the column.
    pub fn row(&self, line: &str) -> Result<Row, Unreadable> {
        let object: Map<String, Value> = serde_json::from_str(line).map_err(|error| Unreadable(error.to_string()))?;
        let mut row = Row { columns: Vec::with_capacity(object.len()), values: Vec::with_capacity(object.len()) };
        for (name, value) in &object {
            let column = self.column(name).ok_or_else(|| Unreadable(format!("there is no column {name}")))?;
            let value = column.kind.value(value).ok_or_else(|| Unreadable(format!("the value of {name} is of another kind")))?;
            row.columns.push(column.clone());
            row.values.push(value);
        }
        Ok(row)
    }
}

impl Kind {
    fn value(self, value: &Value) -> Option<Sql> {
        let absent = value.is_null();
        Some(match self {
            Self::Id if absent => None::<Uuid>.into(),
            Self::Text if absent => None::<String>.into(),
            Self::Number if absent => None::<i64>.into(),
            Self::Small if absent => None::<i16>.into(),
            Self::Flag if absent => None::<bool>.into(),
            Self::Bytes if absent => None::<Vec<u8>>.into(),
            Self::Id => Uuid::parse_str(value.as_str()?).ok()?.into(),
            Self::Text => value.as_str()?.into(),
            Self::Number => value.as_i64()?.into(),
            Self::Small => i16::try_from(value.as_i64()?).ok()?.into(),
            Self::Flag => value.as_bool()?.into(),
            Self::Bytes => hex::decode(value.as_str()?).ok()?.into(),
        })
    }
}
