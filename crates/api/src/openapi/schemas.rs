//! Tightens the schemas that were collected: objects are closed, texts and arrays bounded, numbers have a format, and what may be
//! absent is never null.

use serde_json::{Map, Value, json};

/// The longest text where a schema says nothing else.
const TEXT: u32 = 10_000;
/// The longest array where a schema says nothing else.
const ITEMS: u32 = 1_000;

/// Tightens every schema of the document.
pub(super) fn tighten(document: &mut Value) {
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.values_mut().for_each(schema);
        name_items(schemas);
    }
    if let Some(paths) = document.get_mut("paths") {
        inside(paths);
        any_length(paths);
    }
    as_bodies_are_read(document);
    write_out_nullable(document);
    drop_unused(document);
}

/// A schema that may be null is written out with both types: a choice between null and a reference is lost on tools that know
/// OpenAPI 3.0 only.
fn write_out_nullable(document: &mut Value) {
    let Some(Value::Object(schemas)) = document.pointer("/components/schemas").cloned() else { return };
    let Some(written) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    for property in written.values_mut().filter_map(|schema| schema.get_mut("properties")?.as_object_mut()).flat_map(Map::values_mut) {
        let Some(choices) = property.get("oneOf").and_then(Value::as_array).filter(|choices| choices.contains(&json!({"type": "null"})))
        else {
            continue;
        };
        let reference = choices.iter().find_map(|choice| choice.get("$ref")?.as_str()?.rsplit('/').next());
        let Some(mut whole) = reference.and_then(|name| schemas.get(name)).cloned() else { continue };
        whole["type"] = json!(["object", "null"]);
        *property = whole;
    }
}

/// Leaves out the schemas that nothing names.
fn drop_unused(document: &mut Value) {
    // The schema of problems is named by the responses that are written later.
    let text = document.to_string();
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    schemas.retain(|name, _| name == "Problem" || text.contains(&format!("#/components/schemas/{name}\"")));
}

/// Lists name the schema of their items rather than repeat it.
fn name_items(schemas: &mut Map<String, Value>) {
    let names: Vec<String> = schemas.keys().cloned().collect();
    for (name, list) in schemas.iter_mut() {
        let item = name.strip_prefix("List_").filter(|item| names.iter().any(|name| name == item));
        if let (Some(item), Some(items)) = (item, list.pointer_mut("/properties/items/items")) {
            *items = json!({"$ref": format!("#/components/schemas/{item}")});
        }
    }
}

/// Finds the schemas that stand in operations.
fn inside(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if name == "schema" { schema(member) } else { inside(member) }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(inside),
        _ => {}
    }
}

/// Tags are compared, however long they are; none is refused for its length.
fn any_length(value: &mut Value) {
    match value {
        Value::Object(members)
            if members.get("in") == Some(&json!("header"))
                && members.get("name").and_then(Value::as_str).is_some_and(|name| matches!(name, "If-Match" | "If-None-Match")) =>
        {
            if let Some(Value::Object(schema)) = members.get_mut("schema") {
                schema.remove("maxLength");
            }
        }
        Value::Object(members) => members.values_mut().for_each(any_length),
        Value::Array(items) => items.iter_mut().for_each(any_length),
        _ => {}
    }
}

/// What the readers of bodies ask and what they let pass, wherever a schema says nothing else: a text holds more than blanks, and null
/// stands for what may be absent.
fn as_bodies_are_read(document: &mut Value) {
    let mut names = Vec::new();
    for item in document.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::values) {
        for operation in item.as_object().into_iter().flat_map(Map::values) {
            named(operation.get("requestBody").unwrap_or(&Value::Null), &mut names);
        }
    }
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        next += 1;
        let Some(schema) = schemas.get_mut(&name) else { continue };
        named(schema, &mut names);
        if schema.get("type") == Some(&json!("object")) && schema.get("properties").is_none() {
            // A body without members is empty, not free.
            schema["additionalProperties"] = Value::Bool(false);
        }
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        for (name, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            let Value::Object(property) = property else { continue };
            let free = !["enum", "const", "format", "pattern"].iter().any(|name| property.contains_key(*name));
            if free && kind(property) == "string" {
                property.entry("minLength").or_insert_with(|| json!(1));
                property.insert("pattern".to_owned(), json!(r"\S"));
            }
            if !required.contains(&json!(name)) {
                or_null(property);
            }
        }
    }
}

/// Lets null pass where something else may stand.
fn or_null(property: &mut Map<String, Value>) {
    if let Some(reference) = property.remove("$ref") {
        property.insert("oneOf".to_owned(), json!([{"$ref": reference}, {"type": "null"}]));
    }
    if let Some(kind) = property.get("type").and_then(Value::as_str).map(str::to_owned) {
        property.insert("type".to_owned(), json!([kind, "null"]));
    }
    if let Some(words) = property.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
}

/// The schemas that a piece of the document names, each once.
fn named(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| !names.iter().any(|known| known == name)) {
                names.push(name.to_owned());
            }
            members.values().for_each(|member| named(member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, names)),
        _ => {}
    }
}

fn schema(value: &mut Value) {
    let Value::Object(members) = value else { return };
    if members.contains_key("$ref") {
        // Tools that know OpenAPI 3.0 only want a reference to stand alone.
        members.retain(|name, _| name == "$ref");
        return;
    }
    // A name or an index that utoipa writes for maps, and formats that belong to no type of ours.
    members.remove("propertyNames");
    match kind(members).as_str() {
        "object" => object(members),
        "array" => {
            if let Some(items) = members.get_mut("items") {
                schema(items);
            }
            members.entry("minItems").or_insert_with(|| json!(0));
            members.entry("maxItems").or_insert_with(|| json!(ITEMS));
        }
        "string" => {
            let bounded = ["enum", "const"].iter().any(|name| members.contains_key(*name));
            if !bounded {
                members.entry("maxLength").or_insert_with(|| json!(TEXT));
            }
        }
        "integer" => {
            members.entry("format").or_insert_with(|| json!("int32"));
        }
        _ => {}
    }
    for name in ["oneOf", "anyOf", "allOf"] {
        if let Some(Value::Array(choices)) = members.get_mut(name) {
            choices.iter_mut().for_each(schema);
        }
    }
}

fn object(members: &mut Map<String, Value>) {
    let required: Vec<String> = members
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    if let Some(Value::Object(properties)) = members.get_mut("properties") {
        for (name, property) in properties.iter_mut() {
            if !required.contains(name) {
                never_null(property);
            }
            schema(property);
        }
        members.entry("additionalProperties").or_insert(Value::Bool(false));
    } else if let Some(additional) = members.get_mut("additionalProperties") {
        schema(additional);
    }
}

/// What may be absent is left out rather than null.
fn never_null(property: &mut Value) {
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            property["type"] = only;
        }
    }
    if let Some(Value::Array(choices)) = property.get_mut("oneOf") {
        choices.retain(|choice| choice != &json!({"type": "null"}));
        if let [only] = choices.as_slice() {
            *property = only.clone();
        }
    }
}

/// The type of a schema, null aside.
fn kind(members: &Map<String, Value>) -> String {
    match members.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}
