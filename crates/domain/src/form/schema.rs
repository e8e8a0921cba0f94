//! The same rules told to clients: a JSON Schema 2020-12 of the answers, and a layout that says in which order to ask for them.
//!
//! The schema is of a submission. A field that is asked only under a condition is never in `required`: its condition is in the
//! layout, in CEL. What a schema cannot say (check digits, bounds that move with today) is the business of `check`; whatever the
//! schema refuses, `check` refuses too, save that `check` takes null and blank texts for answers that were not given.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::{
    Field, FieldType, Form, limits,
    parts::{self, Part, PartKind, REGISTRIES},
};
use crate::{
    service::{Key, Privacy},
    text::{Language, Text},
};

const MONEY: &str = r"^[0-9]{1,12}\.[0-9]{2}$";
const PHONE: &str = r"^\s*\+?(?:[ ./()-]*[0-9]){6,15}[ ./()-]*\s*$";

/// The JSON Schema of the answers, with titles and descriptions in a language.
///
/// ```
/// # use sportello_domain::{form::{Form, schema::schema}, text::Language};
/// # use serde_json::json;
/// let form: Form = serde_json::from_value(json!({"sections": {"applicant": {"title": {"it": "I tuoi dati", "en": "Your details"},
///     "fields": {"email": {"type": "email", "title": {"it": "Posta", "en": "E-mail"}, "required": true}}}}})).unwrap();
/// let schema = schema(&form, Language::En);
/// assert_eq!(schema["properties"]["applicant"]["properties"]["email"]["format"], "email");
/// assert_eq!(schema["properties"]["applicant"]["required"], json!(["email"]));
/// ```
pub fn schema(form: &Form, language: Language) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (id, section) in &form.sections {
        let content = fields(&section.fields, language);
        if section.when.is_none() && content.contains_key("required") {
            required.push(Value::from(id.as_ref()));
        }
        properties.insert(id.to_string(), titled(&section.title, section.help.as_ref(), content, language).into());
    }
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.extend(closed(properties, required));
    schema.into()
}

/// The order in which to ask, with what a schema cannot say: conditions, types, help, moving bounds.
pub fn layout(form: &Form, language: Language) -> Value {
    let sections = form.sections.iter().map(|(id, section)| {
        let mut entry = Map::new();
        entry.insert("id".to_owned(), id.as_ref().into());
        entry.insert("title".to_owned(), section.title.get(language).into());
        optional(&mut entry, "help", section.help.as_ref().map(|help| help.get(language)));
        optional(&mut entry, "when", section.when.as_ref().map(crate::condition::Condition::source));
        entry.insert("fields".to_owned(), layout_fields(&section.fields, language));
        Value::Object(entry)
    });
    json!({"sections": sections.collect::<Vec<_>>()})
}

/// The layout of a few fields, as a transition asks them.
pub fn layout_fields(fields: &IndexMap<Key, Field>, language: Language) -> Value {
    fields.iter().map(|(id, field)| layout_field(id, field, language)).collect()
}

/// The schema of a few fields, as a transition asks them.
pub fn schema_fields(of: &IndexMap<Key, Field>, language: Language) -> Value {
    fields(of, language).into()
}

fn layout_field(id: &str, field: &Field, language: Language) -> Value {
    let mut entry = Map::new();
    entry.insert("id".to_owned(), id.into());
    entry.insert("type".to_owned(), json!(field.kind));
    entry.insert("title".to_owned(), field.title.get(language).into());
    optional(&mut entry, "help", field.help.as_ref().map(|help| help.get(language)));
    entry.insert("required".to_owned(), field.required.into());
    optional(&mut entry, "when", field.when.as_ref().map(crate::condition::Condition::source));
    optional(&mut entry, "privacy", (field.privacy == Privacy::Special).then_some("special"));
    optional(&mut entry, "min", field.min.as_deref());
    optional(&mut entry, "max", field.max.as_deref());
    optional(&mut entry, "min_length", field.min_length);
    if let FieldType::Text | FieldType::LongText | FieldType::Email = field.kind {
        entry.insert("max_length".to_owned(), limits::longest(field).into());
    }
    optional(&mut entry, "pattern", field.pattern.as_deref());
    optional(&mut entry, "computed", field.computed.as_ref().map(crate::condition::Expression::source));
    if !field.choices.is_empty() {
        let choices = field.choices.iter().map(|(id, choice)| json!({"id": id, "title": choice.title.get(language)}));
        entry.insert("choices".to_owned(), choices.collect());
    }
    optional(&mut entry, "statement", field.statement.as_ref().map(|statement| statement.get(language)));
    if !field.types.is_empty() {
        let types = field.types.iter().filter(|(_, taken)| **taken).map(|(kind, _)| json!(kind));
        entry.insert("types".to_owned(), types.collect());
    }
    if let Some(parts) = parts::of(field.kind) {
        let parts =
            parts.iter().map(|part| json!({"id": part.key, "title": language.pick(part.title.0, part.title.1), "required": part.required}));
        entry.insert("parts".to_owned(), parts.collect());
    }
    if !field.fields.is_empty() {
        entry.insert("fields".to_owned(), layout_fields(&field.fields, language));
    }
    entry.into()
}

fn optional(entry: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        entry.insert(key.to_owned(), value.into());
    }
}

/// A closed object with these members.
fn closed(properties: Map<String, Value>, required: Vec<Value>) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema.insert("additionalProperties".to_owned(), false.into());
    schema
}

/// Title and description in front of the rest.
fn titled(title: &Text, help: Option<&Text>, rest: Map<String, Value>, language: Language) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("title".to_owned(), title.get(language).into());
    optional(&mut schema, "description", help.map(|help| help.get(language)));
    schema.extend(rest);
    schema
}

fn fields(of: &IndexMap<Key, Field>, language: Language) -> Map<String, Value> {
    let required = of.iter().filter(|(_, field)| field.required && field.when.is_none() && field.computed.is_none());
    let required = required.map(|(id, _)| Value::from(id.as_ref())).collect();
    closed(of.iter().map(|(id, field)| (id.to_string(), schema_field(field, language))).collect(), required)
}

fn schema_field(field: &Field, language: Language) -> Value {
    let help = field.help.as_ref().or(field.statement.as_ref());
    let Value::Object(mut rest) = rules(field, language) else { return Value::Null };
    if field.computed.is_some() {
        rest.insert("readOnly".to_owned(), true.into());
    }
    titled(&field.title, help, rest, language).into()
}

fn rules(field: &Field, language: Language) -> Value {
    let string = |rest: Value| merged(json!({"type": "string", "maxLength": limits::longest(field)}), rest);
    match field.kind {
        FieldType::Text | FieldType::LongText => text(field),
        FieldType::Number => {
            let bound = |text: Option<&str>| text.and_then(|text| text.parse::<serde_json::Number>().ok()).map(Value::Number);
            let mut schema = Map::new();
            schema.insert("type".to_owned(), "number".into());
            optional(&mut schema, "minimum", bound(field.min.as_deref()));
            optional(&mut schema, "maximum", bound(field.max.as_deref()));
            schema.into()
        }
        FieldType::Money => string(json!({"pattern": MONEY})),
        FieldType::Date => string(json!({"format": "date"})),
        FieldType::Choice => merged(json!({"type": "string"}), choices(field, language)),
        FieldType::Choices => {
            let items = merged(json!({"type": "string"}), choices(field, language));
            merged(entries(field), json!({"uniqueItems": true, "items": items}))
        }
        FieldType::Declaration if field.required => json!({"type": "boolean", "const": true}),
        FieldType::Boolean | FieldType::Declaration => json!({"type": "boolean"}),
        FieldType::TaxCode | FieldType::VatNumber => string(json!({"minLength": 11})),
        FieldType::Iban => string(json!({"minLength": 15})),
        FieldType::Plate => string(json!({"minLength": 1})),
        FieldType::Phone => string(json!({"pattern": PHONE})),
        FieldType::Email => string(json!({"format": "email"})),
        FieldType::Attachment => string(json!({"format": "uuid"})),
        FieldType::Address | FieldType::Place | FieldType::CadastralParcel | FieldType::Person => {
            object(parts::of(field.kind).unwrap_or_default(), language)
        }
        FieldType::Group => merged(entries(field), json!({"items": fields(&field.fields, language)})),
    }
}

fn text(field: &Field) -> Value {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "string".into());
    let shortest = field.min_length.unwrap_or(0).max(u32::from(field.required));
    optional(&mut schema, "minLength", (shortest > 0).then_some(shortest));
    schema.insert("maxLength".to_owned(), limits::longest(field).into());
    let whole = field.pattern.as_deref().map(|pattern| format!("^(?:{pattern})$"));
    optional(&mut schema, "pattern", whole.or_else(|| field.required.then(|| r"\S".to_owned())));
    schema.into()
}

fn choices(field: &Field, language: Language) -> Value {
    let choices = field.choices.iter().map(|(id, choice)| json!({"const": id, "title": choice.title.get(language)}));
    json!({"oneOf": choices.collect::<Vec<_>>()})
}

fn entries(field: &Field) -> Value {
    let (least, most) = limits::entries(field);
    // A list that may stay empty may do so whatever the least is: an empty one was not answered.
    let least = if field.required { least.max(1) } else { 0 };
    json!({"type": "array", "minItems": least, "maxItems": most})
}

fn object(parts: &[Part], language: Language) -> Value {
    let property = |part: &Part| {
        let title = json!({"title": language.pick(part.title.0, part.title.1)});
        (part.key.to_owned(), merged(title, part_rules(part, language)))
    };
    let required = parts.iter().filter(|part| part.required).map(|part| part.key.into()).collect();
    closed(parts.iter().map(property).collect(), required).into()
}

fn part_rules(part: &Part, language: Language) -> Value {
    match part.kind {
        PartKind::Line(most) if part.required => json!({"type": "string", "minLength": 1, "maxLength": most, "pattern": r"\S"}),
        PartKind::Line(most) => json!({"type": "string", "maxLength": most}),
        PartKind::PostalCode => json!({"type": "string", "pattern": "^[0-9]{5}$"}),
        PartKind::Province => json!({"type": "string", "pattern": "^[A-Z]{2}$"}),
        PartKind::Latitude => json!({"type": "number", "minimum": -90, "maximum": 90}),
        PartKind::Longitude => json!({"type": "number", "minimum": -180, "maximum": 180}),
        PartKind::Registry => {
            let registries = REGISTRIES.map(|(id, title)| json!({"const": id, "title": language.pick(title.0, title.1)}));
            json!({"type": "string", "oneOf": registries})
        }
        PartKind::Municipality => json!({"type": "string", "pattern": "^[A-Z][0-9]{3}$"}),
        PartKind::PersonTaxCode => json!({"type": "string", "minLength": 16, "maxLength": limits::SHORT}),
    }
}

/// One object with the members of both.
fn merged(mut schema: Value, rest: Value) -> Value {
    if let (Value::Object(schema), Value::Object(rest)) = (&mut schema, rest) {
        schema.extend(rest);
    }
    schema
}

#[cfg(test)]
mod tests;
