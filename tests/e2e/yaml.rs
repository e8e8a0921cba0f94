//! Reads a YAML file of the project into JSON values, so that tests judge what a reader of the file would see.
//!
//! The project's own loader is not used: it admits only the strict subset of configuration, and a test should not lean on
//! the code that it may have to accuse.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// What is open while the events are folded: a mapping with the key that waits for its value, or a sequence.
enum Open {
    Mapping(Map<String, Value>, Option<String>),
    Sequence(Vec<Value>),
}

/// The document in `text`, with scalars typed by the core schema of YAML 1.2.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let closed = match event {
            Event::Scalar(raw, style, _, _) => Some(scalar(&raw, style)),
            Event::Alias(_) => return Err(format!("line {}: an alias has no place here", span.start.line())),
            Event::MappingStart(_, _) => {
                open.push(Open::Mapping(Map::new(), None));
                None
            }
            Event::SequenceStart(_, _) => {
                open.push(Open::Sequence(Vec::new()));
                None
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop().map(|done| match done {
                Open::Mapping(map, _) => Value::Object(map),
                Open::Sequence(items) => Value::Array(items),
            }),
            _ => None,
        };
        let Some(value) = closed else { continue };
        match open.last_mut() {
            None => return Ok(value),
            Some(Open::Sequence(items)) => items.push(value),
            Some(Open::Mapping(map, key)) => match key.take() {
                None => *key = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
                Some(key) => {
                    if map.insert(key.clone(), value).is_some() {
                        return Err(format!("line {}: the key `{key}` stands twice", span.start.line()));
                    }
                }
            },
        }
    }
    Err("the document is empty".to_owned())
}

fn scalar(raw: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::from(raw);
    }
    match raw {
        "" | "~" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => number(raw).unwrap_or_else(|| Value::from(raw)),
    }
}

/// A number of the core schema; `1.2.3`, `0x10` and `infinity` are texts here.
fn number(raw: &str) -> Option<Value> {
    if !raw.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) || !raw.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    raw.parse::<i64>().map(Value::from).ok().or_else(|| raw.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from))
}
