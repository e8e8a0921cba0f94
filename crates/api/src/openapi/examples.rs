//! Examples of whole bodies, put together from the examples of their parts, so that they can never leave their schema.

use serde_json::{Map, Value, json};

/// An example of a schema.
pub(super) fn of(schema: &Value, document: &Value) -> Value {
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return document.pointer(name.trim_start_matches('#')).map_or(Value::Null, |found| of(found, document));
    }
    if let Some(first) = schema.pointer("/enum/0") {
        return first.clone();
    }
    for name in ["oneOf", "anyOf", "allOf"] {
        let choices = schema.get(name).and_then(Value::as_array).into_iter().flatten();
        if let Some(choice) = choices.into_iter().find(|choice| choice.get("type") != Some(&json!("null"))) {
            return of(choice, document);
        }
    }
    let kind = schema.get("type");
    let is = |name: &str| kind == Some(&json!(name)) || kind.and_then(Value::as_array).is_some_and(|kinds| kinds.contains(&json!(name)));
    if is("object") {
        return object(schema, document);
    }
    if is("array") {
        return schema.get("items").map_or_else(|| json!([]), |items| json!([of(items, document)]));
    }
    if is("boolean") { json!(true) } else { Value::Null }
}

fn object(schema: &Value, document: &Value) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let mut example: Map<String, Value> = properties.map(|(name, property)| (name.clone(), of(property, document))).collect();
    if let (true, Some(additional @ Value::Object(_))) = (example.is_empty(), schema.get("additionalProperties")) {
        example.insert("name".to_owned(), of(additional, document));
    }
    example.into()
}
