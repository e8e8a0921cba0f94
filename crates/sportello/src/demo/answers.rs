//! Answers that a form would accept, made from the form itself: whatever a catalogue asks, somebody can answer it.

use std::str::FromStr;

use jiff::{Span, civil::Date};
use serde_json::{Map, Value, json};
use sportello_domain::condition::Scope;
use sportello_domain::form::{DayBound, Field, FieldType, Form};

use super::people::{CHILD, Resident};

/// What is written where a text is free.
const WORDS: [&str; 6] = ["Argo", "Borello", "Centro", "San Rocco", "Ponte Vecchio", "Fiorita"];
/// Streets that nobody would call their own.
const STREETS: [&str; 4] = ["Via delle Prove", "Via dell'Esempio", "Piazza del Modello", "Viale della Bozza"];

/// Who answers, on which day, with which luck.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answering<'a> {
    pub(super) who: Resident,
    pub(super) city: &'a str,
    pub(super) today: Date,
    pub(super) luck: usize,
}

/// Answers to every question that applies, in the order of the form.
pub(super) fn answers(form: &Form, scope: &Scope, answering: Answering<'_>) -> Value {
    let mut scope = Scope { answers: json!({}), today: Some(answering.today), ..scope.clone() };
    for (section_id, section) in &form.sections {
        if !section.when.as_ref().is_none_or(|when| when.holds(&scope)) {
            continue;
        }
        let of = if &**section_id == "child" { CHILD } else { answering.who };
        scope.answers[section_id.as_ref()] = json!({});
        for (id, field) in &section.fields {
            if field.computed.is_none()
                && field.when.as_ref().is_none_or(|when| when.holds(&scope))
                && let Some(value) = answer(id, field, &scope, Answering { who: of, ..answering })
            {
                scope.answers[section_id.as_ref()][id.as_ref()] = value;
            }
        }
    }
    scope.answers
}

/// An answer to one question; none where it may be left out and chance says so.
pub(super) fn answer(id: &str, field: &Field, scope: &Scope, answering: Answering<'_>) -> Option<Value> {
    let Answering { who: (given, family, code, birth), luck, .. } = answering;
    if !field.required && luck.is_multiple_of(2) {
        return None;
    }
    Some(match field.kind {
        FieldType::Text | FieldType::LongText => text(id, field, answering)?,
        FieldType::Number => json!(field.min.as_deref().and_then(|least| least.parse::<i64>().ok()).unwrap_or(2)),
        FieldType::Money => json!("10.00"),
        FieldType::Date => {
            json!(if id == "birth-date" && field.min.is_none() { birth.to_owned() } else { day(field, scope, answering).to_string() })
        }
        FieldType::Choice => json!(field.choices.keys().nth(luck % field.choices.len().max(1))?),
        FieldType::Choices => json!([field.choices.keys().next()?]),
        FieldType::Boolean => json!(luck.is_multiple_of(3)),
        FieldType::Declaration => json!(true),
        FieldType::TaxCode => json!(code),
        FieldType::VatNumber => json!("00743110157"),
        FieldType::Iban => json!("IT60X0542811101000000123456"),
        FieldType::Plate => json!(format!("AB{:03}CD", 100 + luck % 900)),
        FieldType::Phone => json!("0547 000000"),
        FieldType::Email => json!(format!("{}.{}@example.org", given.to_ascii_lowercase(), family.to_ascii_lowercase())),
        FieldType::Address => json!({
            "street": STREETS[luck % STREETS.len()], "number": (1 + luck % 90).to_string(), "postal_code": "47521", "city": answering.city,
        }),
        FieldType::Person => json!({"given_name": given, "family_name": family, "tax_code": code}),
        FieldType::Place => {
            json!({"latitude": 44.1391 + thousandths(luck), "longitude": 12.2431 - thousandths(luck), "description": STREETS[luck % STREETS.len()]})
        }
        FieldType::CadastralParcel => {
            json!({"registry": "buildings", "municipality": "C573", "sheet": (1 + luck % 200).to_string(), "parcel": (10 + luck % 900).to_string()})
        }
        FieldType::Attachment => return None,
        FieldType::Group => {
            let least = field.min.as_deref().and_then(|least| least.parse::<usize>().ok()).unwrap_or(1).max(1);
            (0..least).map(|number| entry(field, scope, Answering { luck: luck + number, ..answering })).collect()
        }
    })
}

/// A few metres, so that no two places are one.
fn thousandths(luck: usize) -> f64 {
    f64::from(u8::try_from(luck % 100).unwrap_or(0)) / 1000.0
}

/// One entry of a repeated group, with what its own conditions ask for.
fn entry(group: &Field, scope: &Scope, answering: Answering<'_>) -> Value {
    let mut scope = Scope { item: json!({}), ..scope.clone() };
    let mut given = Map::new();
    for (id, field) in &group.fields {
        if field.when.as_ref().is_none_or(|when| when.holds(&scope))
            && let Some(value) = answer(id, field, &scope, answering)
        {
            given.insert(id.to_string(), value);
            scope.item = json!(given);
        }
    }
    json!(given)
}

fn text(id: &str, field: &Field, answering: Answering<'_>) -> Option<Value> {
    let (given, family, ..) = answering.who;
    let luck = answering.luck;
    let candidates = [
        WORDS[luck % WORDS.len()].to_owned(),
        format!("{:015}", 380_260_000_000_000_u64 + luck as u64),
        format!("{:06}", 100_000 + luck),
        "AB1234567".to_owned(),
    ];
    match id {
        "given-name" => Some(json!(given)),
        "family-name" => Some(json!(family)),
        _ => match &field.pattern {
            None => Some(json!(sized(&candidates[0], field))),
            Some(pattern) => {
                let pattern = sportello_domain::form::pattern(pattern).ok()?;
                candidates.into_iter().find(|candidate| pattern.is_match(candidate)).map(|text| json!(text))
            }
        },
    }
}

/// The words, made longer by a sentence as often as the field wants more of them.
fn sized(words: &str, field: &Field) -> String {
    let least = usize::try_from(field.min_length.unwrap_or(0)).unwrap_or(0);
    let mut text = words.to_owned();
    while text.chars().count() < least {
        text.push_str(" – serve a mostrare come funziona la domanda.");
    }
    match field.max_length.and_then(|most| usize::try_from(most).ok()) {
        Some(most) => text.chars().take(most).collect(),
        None => text,
    }
}

/// A day inside the bounds: a little after the first, or a little before the last.
fn day(field: &Field, scope: &Scope, answering: Answering<'_>) -> Date {
    let bound = |text: &Option<std::sync::Arc<str>>| DayBound::from_str(text.as_deref()?).ok()?.on(answering.today, &scope.parameters);
    let shift = |day: Date, days: i64| day.checked_add(Span::new().days(days)).unwrap_or(day);
    let ahead = i64::try_from(answering.luck % 5).unwrap_or(1) + 1;
    match (bound(&field.min), bound(&field.max)) {
        (Some(first), Some(last)) => shift(first, 1).min(last),
        (Some(first), None) => shift(first, 20 * ahead),
        (None, Some(last)) => shift(last, -ahead),
        (None, None) => shift(answering.today, ahead),
    }
}
