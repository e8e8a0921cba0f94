//! From a resolved document to typed JSON, ready for the types of the domain.

use serde_json::{Map as Object, Value as Json, json};

use super::validate::{is_verified, unwrap_sourced};
use super::{Leaf, Record, SOURCE_KEYS, Shape};
use crate::yaml::{Node, Value};

/// A document as JSON: keys that only steer the resolution are left out, values that keep their source carry it.
pub fn document(record: &'static Record, node: &Node) -> Json {
    fields(record, node)
}

/// A value of a shape as JSON.
pub fn value(shape: Shape, sourced: bool, node: &Node) -> Json {
    let inner = match shape {
        Shape::Items(_) | Shape::Set(_) => None,
        _ => unwrap_sourced(node),
    };
    let plain = bare(shape, inner.unwrap_or(node));
    if sourced { with_source(plain, inner.is_some().then_some(node)) } else { plain }
}

fn with_source(plain: Json, wrapper: Option<&Node>) -> Json {
    let Some(wrapper) = wrapper else { return json!({ "value": plain }) };
    let mut object = Object::new();
    object.insert("value".into(), plain);
    if let Some(source) = wrapper.text("source") {
        object.insert("source".into(), source.into());
    }
    object.insert("verified".into(), is_verified(wrapper).into());
    if let Some(confirmed) = wrapper.get("confirmed") {
        object.insert("confirmed".into(), free(confirmed));
    }
    Json::Object(object)
}

fn bare(shape: Shape, node: &Node) -> Json {
    match shape {
        Shape::Leaf(leaf) => scalar(leaf, node.as_text().unwrap_or_default()),
        Shape::Texts(_) => node.entries().map(|(key, entry)| (key.to_owned(), text(&entry.node))).collect::<Object<_, _>>().into(),
        Shape::Record(record) => fields(record, node),
        Shape::Items(items) => node
            .entries()
            .map(|(key, entry)| (key.to_owned(), value(items.item, items.sourced, &entry.node)))
            .collect::<Object<_, _>>()
            .into(),
        Shape::Set(_) => node
            .entries()
            .map(|(key, entry)| (key.to_owned(), Json::Bool(entry.node.as_text() == Some("true"))))
            .collect::<Object<_, _>>()
            .into(),
        Shape::Free => free(node),
    }
}

fn text(node: &Node) -> Json {
    Json::from(node.as_text().unwrap_or_default().trim_end())
}

fn fields(record: &'static Record, node: &Node) -> Json {
    let mut object = Object::new();
    for (key, entry) in node.entries() {
        if let Some(field) = record.field(key).filter(|field| field.kept) {
            object.insert(key.to_owned(), value(field.shape, field.sourced, &entry.node));
        }
    }
    if record.field("source").is_some() && record.field("verified").is_some() {
        object.insert("verified".into(), is_verified(node).into());
    }
    Json::Object(object)
}

fn scalar(leaf: Leaf, text: &str) -> Json {
    match leaf {
        Leaf::Bool => Json::Bool(text == "true"),
        Leaf::Integer(..) => text.parse::<i64>().map_or(Json::Null, Json::from),
        Leaf::Number => number(text),
        _ => Json::from(text),
    }
}

/// A number as JSON: whole where it is whole.
pub fn number(text: &str) -> Json {
    text.parse::<i64>().map_or_else(|_| text.parse::<f64>().map_or(Json::Null, Json::from), Json::from)
}

/// A value of no particular shape: maps stay maps, everything else stays text.
pub fn free(node: &Node) -> Json {
    match &node.value {
        Value::Map(map) => {
            let wrapped = map.contains_key("value") && map.keys().all(|key| SOURCE_KEYS.contains(&key.as_str()));
            match map.get("value") {
                Some(inner) if wrapped => free(&inner.node),
                _ => map.iter().map(|(key, entry)| (key.clone(), free(&entry.node))).collect::<Object<_, _>>().into(),
            }
        }
        Value::Scalar { text, .. } => Json::from(text.as_str()),
        Value::Broken => Json::Null,
    }
}
