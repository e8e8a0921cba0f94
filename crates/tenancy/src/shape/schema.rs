//! JSON Schemas for editors: completion, hover, bounds. No `oneOf`, whose errors mislead people.

use serde_json::{Map as Object, Value as Json, json};
use sportello_domain::text::Language;

use super::kinds::Kind;
use super::validate::Standing;
use super::{Field, Items, Keys, Leaf, Record, Shape};

/// The schema of a kind of document. A file of differences requires nothing but its format.
pub fn schema(kind: Kind, standing: Standing, language: Language) -> Json {
    let builder = Builder { standing, language };
    let mut defs = Object::new();
    let mut root = builder.record(kind.record(), false, &mut defs);
    if let Some(object) = root.as_object_mut() {
        object.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
        object.insert("title".into(), language.pick(kind.record().it, kind.record().en).into());
        object.insert("required".into(), json!(builder.required(kind.record(), true)));
        object.insert("definitions".into(), Json::Object(defs));
    }
    root
}

struct Builder {
    standing: Standing,
    language: Language,
}

impl Builder {
    fn required(&self, record: &Record, root: bool) -> Vec<&'static str> {
        let wanted = |field: &&Field| field.required && (self.standing == Standing::Whole || (root && field.key == "format"));
        record.fields.iter().filter(wanted).map(|field| field.key).collect()
    }

    fn record(&self, record: &'static Record, entry: bool, defs: &mut Object<String, Json>) -> Json {
        let mut properties = Object::new();
        for field in record.fields {
            let mut schema = self.shape(field.shape, defs);
            if let Some(object) = schema.as_object_mut() {
                object.insert(
                    "description".into(),
                    format!("{}\n{}", self.language.pick(field.it, field.en), self.language.pick(field.en, field.it)).into(),
                );
            }
            properties.insert(field.key.into(), schema);
        }
        let marker = |name: &str, json: Json, properties: &mut Object<String, Json>| {
            properties.entry(name.to_owned()).or_insert(json);
        };
        if entry {
            marker("after", json!({"type": "string", "pattern": Leaf::Id.pattern()}), &mut properties);
        }
        if self.standing == Standing::Differences {
            marker("reason", json!({"type": "string"}), &mut properties);
            if entry {
                marker("new", json!({"type": "boolean"}), &mut properties);
                marker("excluded", json!({"type": "boolean"}), &mut properties);
            }
        }
        json!({"type": "object", "properties": properties, "additionalProperties": false, "required": self.required(record, false)})
    }

    /// Records that contain themselves are written once, under `definitions`.
    fn shape(&self, shape: Shape, defs: &mut Object<String, Json>) -> Json {
        match shape {
            Shape::Leaf(leaf) => leaf_schema(leaf),
            Shape::Texts(max) => {
                let text = if max == 0 {
                    json!({"type": "string", "minLength": 1})
                } else {
                    json!({"type": "string", "minLength": 1, "maxLength": max})
                };
                let required: &[&str] = if self.standing == Standing::Whole { &["it"] } else { &[] };
                json!({"type": "object", "properties": {"it": text, "en": text, "value": {"type": "object"}, "source": {"type": "string"}},
                       "additionalProperties": false, "required": required})
            }
            Shape::Record(record) => self.reference(record, false, defs),
            Shape::Items(items) => self.items(items, defs),
            Shape::Set(keys) => keyed(keys, &json!({"type": "boolean"})),
            Shape::Free => json!({}),
        }
    }

    fn items(&self, items: &'static Items, defs: &mut Object<String, Json>) -> Json {
        let item = match items.item {
            Shape::Record(record) => self.reference(record, true, defs),
            other => self.shape(other, defs),
        };
        keyed(items.keys, &item)
    }

    fn reference(&self, record: &'static Record, entry: bool, defs: &mut Object<String, Json>) -> Json {
        let kind = if entry { "entry" } else { "record" };
        let first = record.fields.first().map_or("", |field| field.key);
        let name = format!("{kind} {} {first}{}", record.en, record.fields.len());
        if !defs.contains_key(&name) {
            defs.insert(name.clone(), Json::Null);
            let schema = self.record(record, entry, defs);
            defs.insert(name.clone(), schema);
        }
        json!({ "$ref": format!("#/definitions/{}", name.replace('%', "%25").replace(' ', "%20")) })
    }
}

fn keyed(keys: Keys, item: &Json) -> Json {
    match keys {
        Keys::OneOf(words) => {
            let properties: Object<String, Json> = words.iter().map(|word| ((*word).to_owned(), item.clone())).collect();
            json!({"type": "object", "properties": properties, "additionalProperties": false})
        }
        Keys::Id => json!({"type": "object", "propertyNames": {"pattern": Leaf::Id.pattern()}, "additionalProperties": item}),
        Keys::Date => json!({"type": "object", "propertyNames": {"pattern": Leaf::Date.pattern()}, "additionalProperties": item}),
        Keys::Time => json!({"type": "object", "propertyNames": {"pattern": Leaf::Time.pattern()}, "additionalProperties": item}),
        Keys::Word | Keys::Host | Keys::Pattern | Keys::Path | Keys::Number => json!({"type": "object", "additionalProperties": item}),
    }
}

/// Values that may be written with their source accept a map too; the types are listed, never alternated.
fn leaf_schema(leaf: Leaf) -> Json {
    let mut schema = match leaf {
        Leaf::Bool => json!({"type": ["boolean", "object"]}),
        Leaf::Integer(min, max) => json!({"type": ["integer", "object"], "minimum": min, "maximum": max}),
        Leaf::Number => json!({"type": ["number", "object"]}),
        Leaf::Bound => json!({"type": ["number", "string"]}),
        Leaf::OneOf(words) => json!({"type": "string", "enum": words}),
        // Plain texts that look like numbers or truth values stay texts, so the editor must not object to them.
        Leaf::Text(0) => json!({"type": ["string", "number", "boolean", "object"]}),
        Leaf::Text(max) => json!({"type": ["string", "number", "boolean", "object"], "maxLength": max}),
        _ => json!({"type": ["string", "number", "object"]}),
    };
    if let (Some(pattern), Some(object)) = (leaf.pattern(), schema.as_object_mut()) {
        object.insert("pattern".into(), pattern.into());
        object.insert("patternErrorMessage".into(), leaf.expected().it.into());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_schema_without_alternatives() {
        for kind in Kind::ALL {
            for standing in [Standing::Whole, Standing::Differences] {
                let schema = schema(kind, standing, Language::It);
                let text = schema.to_string();
                assert!(!text.contains("oneOf") && !text.contains("anyOf") && !text.contains(":null"), "{}", kind.name());
                let required = schema["required"].as_array().unwrap();
                assert!(required.contains(&json!("format")), "{}", kind.name());
            }
        }
    }

    #[test]
    fn a_service_closes_its_keys_and_names_its_bounds() {
        let whole = schema(Kind::Service, Standing::Whole, Language::En);
        assert_eq!(whole["additionalProperties"], json!(false));
        assert_eq!(whole["properties"]["term_days"]["maximum"], json!(180));
        assert_eq!(whole["properties"]["category"]["enum"].as_array().unwrap().len(), 15);
        let differences = schema(Kind::Service, Standing::Differences, Language::En);
        assert_eq!(differences["required"], json!(["format"]));
    }
}
