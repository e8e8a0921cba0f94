use serde_json::json;

use super::*;
use crate::{
    condition::Scope,
    form::check::{Depth, check},
};

/// One field of each type with bounds, and answers that it takes.
fn fields() -> Vec<(Value, Vec<Value>)> {
    let choices = json!({"red": {"title": {"it": "Rosso", "en": "Red"}}, "blue": {"title": {"it": "Blu", "en": "Blue"}}});
    let name = json!({"type": "text", "title": {"it": "Nome"}, "required": true});
    vec![
        (json!({"type": "text", "max_length": 10, "pattern": "[a-z ]*"}), vec![json!("a b")]),
        (json!({"type": "long_text", "min_length": 2}), vec![json!("a\nb")]),
        (json!({"type": "number", "min": "1", "max": "10"}), vec![json!(1), json!(2.5)]),
        (json!({"type": "money", "max": "20.00"}), vec![json!("16.00")]),
        (json!({"type": "date"}), vec![json!("2026-05-04")]),
        (json!({"type": "choice", "choices": choices}), vec![json!("red")]),
        (json!({"type": "choices", "choices": choices, "min": "1"}), vec![json!(["red", "blue"])]),
        (json!({"type": "boolean"}), vec![json!(true), json!(false)]),
        (json!({"type": "declaration", "statement": {"it": "Dichiaro"}}), vec![json!(true)]),
        (json!({"type": "tax_code"}), vec![json!("RSSMRA80A01C573D"), json!("rssmra 80a01 c573d"), json!("00743110157")]),
        (json!({"type": "vat_number"}), vec![json!("00743110157")]),
        (json!({"type": "iban"}), vec![json!("IT60X0542811101000000123456")]),
        (json!({"type": "plate"}), vec![json!("AB123CD")]),
        (json!({"type": "phone"}), vec![json!("+39 0547 356111"), json!("(0547) 356.111")]),
        (json!({"type": "email"}), vec![json!("nome@example.org")]),
        (json!({"type": "address"}), vec![json!({"street": "Via", "postal_code": "47521", "city": "Cesena", "province": "FC"})]),
        (json!({"type": "place"}), vec![json!({"latitude": 44.1, "longitude": 12, "description": "Piazza"})]),
        (json!({"type": "cadastral_parcel"}), vec![json!({"registry": "land", "municipality": "C573", "sheet": "1", "parcel": "2"})]),
        (json!({"type": "person"}), vec![json!({"given_name": "Mario", "family_name": "Rossi", "tax_code": "RSSMRA80A01C573D"})]),
        (json!({"type": "attachment"}), vec![json!("0197a3c2-0000-7000-8000-000000000001")]),
        (json!({"type": "group", "max": "2", "fields": {"name": name}}), vec![json!([{"name": "Ada"}])]),
    ]
}

/// What people and machines send by mistake.
fn mistakes() -> Vec<Value> {
    let mut mistakes = vec![
        json!(0),
        json!(-3),
        json!(1.5),
        json!(1e300),
        json!(true),
        json!(false),
        json!("x"),
        json!("true"),
        json!("12"),
        json!("16.5"),
        json!("2026-02-30"),
        json!("RSSMRA80A01C573A"),
        json!("a\u{0}b"),
        json!("a".repeat(5000)),
        json!([]),
        json!(["red", "red"]),
        json!(["green"]),
        json!([[]]),
        json!([1]),
        json!({}),
        json!({"x": 1}),
        json!([{}]),
        json!([{"name": 1}]),
        json!([{"name": "a", "x": 1}]),
        json!({"street": "Via", "postal_code": 47521, "city": "Cesena"}),
        json!({"latitude": 91, "longitude": 12}),
    ];
    mistakes.extend(fields().into_iter().flat_map(|(_, good)| good));
    mistakes
}

fn form_with(field: &Value, required: bool) -> Form {
    let mut field = field.clone();
    field["title"] = json!({"it": "Domanda", "en": "Question"});
    field["required"] = json!(required);
    serde_json::from_value(json!({"sections": {"s": {"title": {"it": "Sezione"}, "fields": {"q": field}}}})).unwrap()
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(schema).unwrap()
}

#[test]
fn the_schema_refuses_nothing_that_the_check_takes() {
    for (field, good) in fields() {
        for required in [true, false] {
            let form = form_with(&field, required);
            let schema = schema(&form, Language::It);
            assert!(jsonschema::meta::is_valid(&schema), "{schema}");
            let validator = validator(&schema);
            for value in mistakes() {
                let answers = json!({"s": {"q": value}});
                let faults = check(&form, &answers, &Scope::default(), Depth::Submission);
                let taken = validator.is_valid(&answers);
                assert!(taken || !faults.is_empty(), "the schema refuses and the check takes {value} for {field}");
                let wrong_type = faults.iter().any(|fault| fault.code == "wrong_type" || fault.code == "unknown_field");
                assert!(!(taken && wrong_type), "the schema takes and the check refuses {value} for {field}: {faults:?}");
                assert!(!good.contains(&value) || (taken && faults.is_empty()), "{value} is right for {field}: {taken} {faults:?}");
            }
            assert_eq!(validator.is_valid(&json!({"s": {}})), !required, "{field}");
            assert!(!validator.is_valid(&json!({"s": {"other": 1}})));
        }
    }
}

fn conditional() -> Form {
    serde_json::from_value(json!({"sections": {
        "request": {"title": {"it": "Richiesta", "en": "Request"}, "help": {"it": "Aiuto", "en": "Help"}, "fields": {
            "kind": {"type": "choice", "title": {"it": "Tipo", "en": "Kind"}, "required": true, "choices": {"first": {"title": {"it": "Primo", "en": "First"}}}},
            "born": {"type": "date", "title": {"it": "Data di nascita", "en": "Date of birth"}, "required": true, "min": "today - 10", "max": "today",
                     "privacy": "special", "when": "answers.request.kind == 'first'"}}},
        "home": {"title": {"it": "Casa", "en": "Home"}, "when": "answers.request.kind == 'first'", "fields": {
            "address": {"type": "address", "title": {"it": "Indirizzo", "en": "Address"}, "required": true}}}}}))
    .unwrap()
}

#[test]
fn what_is_asked_under_a_condition_is_not_required() {
    let schema = schema(&conditional(), Language::En);
    assert!(jsonschema::meta::is_valid(&schema));
    assert_eq!(schema["required"], json!(["request"]));
    assert_eq!(schema["properties"]["request"]["required"], json!(["kind"]));
    assert_eq!(
        schema["properties"]["request"]["properties"]["born"],
        json!({"title": "Date of birth", "type": "string", "maxLength": 100, "format": "date"})
    );
    assert_eq!(schema["additionalProperties"], json!(false));
}

#[test]
fn the_layout_keeps_the_order_and_the_conditions() {
    let layout = layout(&conditional(), Language::En);
    assert_eq!(
        layout["sections"][0],
        json!({"id": "request", "title": "Request", "help": "Help", "fields": [
            {"id": "kind", "type": "choice", "title": "Kind", "required": true, "choices": [{"id": "first", "title": "First"}]},
            {"id": "born", "type": "date", "title": "Date of birth", "required": true, "when": "answers.request.kind == 'first'",
             "privacy": "special", "min": "today - 10", "max": "today"}]})
    );
    assert_eq!(layout["sections"][1]["when"], "answers.request.kind == 'first'");
    assert_eq!(layout["sections"][1]["fields"][0]["parts"][0], json!({"id": "street", "title": "Street", "required": true}));
}

#[test]
fn texts_come_in_the_language_that_was_asked_for() {
    let italian = schema(&conditional(), Language::It).to_string();
    assert!(italian.contains("Data di nascita") && italian.contains("Numero civico"));
    assert!(!italian.contains("Date of birth") && !italian.contains("Street"));
}
