//! Limits over past cases: three day tickets a month for one plate, one badge a year for one person.
//!
//! A [`Claim`] is one use of a limit that a submission would take. What it is counted over is a text in one spelling only, so that
//! `en 399 zx` and `EN399ZX` are one plate; whoever keeps the count keeps a keyed hash of it. Counting is the store's business.

use jiff::civil::Date;
use serde_json::Value;

use crate::{
    condition::{Expression, Scope},
    definition::Definition,
    form::{FieldType, Form},
    identity::{Plate, TaxCode},
    refusal::Fault,
    service::{Key, Limit, Per},
};

/// One use of a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The limit's id in the service.
    pub limit: Key,
    /// How many uses there may be in the span.
    pub count: u32,
    /// The span: `2026-05-04`, `2026-05`, `2026`, or nothing for all time.
    pub period: String,
    /// What it is counted over, in one spelling.
    pub key: String,
    /// What is said when none is left, at the answer that it is counted over.
    pub refusal: Fault,
}

/// The uses that a submission on a day would take. A limit whose key cannot be told, or was not answered, takes none.
///
/// ```
/// # use sportello_domain::{condition::Scope, form::Form, limits::claims_of, service::Limit};
/// # use jiff::civil::date;
/// # use serde_json::json;
/// let text = json!({"it": "Tre al mese.", "en": "Three a month."});
/// let form: Form = serde_json::from_value(json!({"sections": {"vehicle": {"title": text, "fields": {
///     "plate": {"type": "plate", "title": text}}}}})).unwrap();
/// let limit: Limit = serde_json::from_value(json!({"count": 3, "per": "month", "key": "answers.vehicle.plate", "refusal": text})).unwrap();
/// let scope = Scope { answers: json!({"vehicle": {"plate": "ab 123-cd"}}), ..Scope::default() };
/// let claims = claims_of(&form, [(&"month-per-plate".into(), &limit)], &scope, date(2026, 5, 4));
/// assert_eq!((claims[0].period.as_str(), claims[0].key.as_str()), ("2026-05", "AB123CD"));
/// ```
pub fn claims_of<'a>(form: &Form, limits: impl IntoIterator<Item = (&'a Key, &'a Limit)>, scope: &Scope, today: Date) -> Vec<Claim> {
    limits.into_iter().filter_map(|(id, limit)| claim(form, id, limit, scope, today)).collect()
}

/// The uses that a submission under a definition would take.
pub fn claims(definition: &Definition, scope: &Scope, today: Date) -> Vec<Claim> {
    claims_of(&definition.form, &definition.limits, scope, today)
}

fn claim(form: &Form, id: &Key, limit: &Limit, scope: &Scope, today: Date) -> Option<Claim> {
    let key = spelling(form, &limit.key, &limit.key.evaluate(scope)?)?;
    // A day that cannot be told is no way around the limit.
    let named = limit.day.as_ref().and_then(|day| day.evaluate(scope)?.as_str()?.parse().ok());
    let day = named.unwrap_or(today);
    let pointer = answer_of(&limit.key).map_or_else(|| "/answers".to_owned(), |(section, field)| format!("/answers/{section}/{field}"));
    let refusal = Fault { pointer, code: "limit_reached", message: (&limit.refusal).into() };
    Some(Claim { limit: id.clone(), count: limit.count, period: period(limit.per, day), key, refusal })
}

fn period(per: Per, day: Date) -> String {
    match per {
        Per::Day => day.to_string(),
        Per::Month => day.strftime("%Y-%m").to_string(),
        Per::Year => day.strftime("%Y").to_string(),
        Per::Ever => String::new(),
    }
}

/// One spelling of what is counted over. Plates and fiscal codes are written as their own types write them; other texts lose their
/// case and the blanks around them.
fn spelling(form: &Form, key: &Expression, value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_uppercase(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Array(_) | Value::Object(_) => serde_json_canonicalizer::to_string(value).ok()?,
        Value::Null => return None,
    };
    let kind = answer_of(key).and_then(|(section, field)| Some(form.sections.get(section.as_str())?.fields.get(field.as_str())?.kind));
    let text = match kind {
        Some(FieldType::Plate) => Plate::parse(&text).map_or(text, |plate| plate.as_str().to_owned()),
        Some(FieldType::TaxCode) => TaxCode::parse(&text).map_or(text, |code| code.as_entered().to_owned()),
        _ => text,
    };
    (!text.is_empty()).then_some(text)
}

/// The section and field, where the key is one answer.
fn answer_of(key: &Expression) -> Option<(String, String)> {
    match key.path()?.as_slice() {
        [answers, section, field] if answers == "answers" => Some((section.clone(), field.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn claims_for(limit: Value, answers: Value) -> Vec<Claim> {
        let text = json!({"it": "Basta.", "en": "Enough."});
        let form: Form = serde_json::from_value(json!({"sections": {"vehicle": {"title": text, "fields": {
            "plate": {"type": "plate", "title": text}, "day": {"type": "date", "title": text}, "who": {"type": "tax_code", "title": text}}}}}))
        .unwrap();
        let mut limit = limit;
        limit["refusal"] = text;
        let limit: Limit = serde_json::from_value(limit).unwrap();
        let scope = Scope { answers, applicant: json!({"tax_code": "RSSMRA80A01C573D"}), ..Scope::default() };
        claims_of(&form, [(&Key::from("few"), &limit)], &scope, date(2026, 5, 4))
    }

    #[test]
    fn spans_follow_the_calendar_of_the_day_that_is_named() {
        let period = |per: &str| {
            let limit = json!({"count": 1, "per": per, "key": "answers.vehicle.plate", "day": "answers.vehicle.day"});
            claims_for(limit, json!({"vehicle": {"plate": "AB123CD", "day": "2026-12-31"}}))[0].period.clone()
        };
        assert_eq!([period("day"), period("month"), period("year"), period("ever")], ["2026-12-31", "2026-12", "2026", ""]);
    }

    #[test]
    fn every_spelling_of_a_plate_is_one_plate_and_keys_may_be_made_of_several() {
        let plate = |plate: &str| {
            claims_for(json!({"count": 3, "per": "month", "key": "answers.vehicle.plate"}), json!({"vehicle": {"plate": plate}})).remove(0)
        };
        assert_eq!(plate("ab 123 cd").key, plate("AB-123-CD").key);
        assert_eq!(plate("AB123CD").refusal.pointer, "/answers/vehicle/plate");
        let both = json!({"count": 1, "per": "ever", "key": "applicant.tax_code + ' ' + answers.vehicle.who"});
        let claim = claims_for(both, json!({"vehicle": {"who": "bnclra85b41c573q"}})).remove(0);
        assert_eq!((claim.key.as_str(), claim.refusal.pointer.as_str()), ("RSSMRA80A01C573D BNCLRA85B41C573Q", "/answers"));
        let who =
            |who: &str| claims_for(json!({"count": 1, "per": "ever", "key": "answers.vehicle.who"}), json!({"vehicle": {"who": who}}));
        assert_eq!(who("rssmra80 a01c573d")[0].key, "RSSMRA80A01C573D");
    }

    #[test]
    fn what_was_not_answered_takes_no_use() {
        for answers in [json!({}), json!({"vehicle": {"plate": null}}), json!({"vehicle": {"plate": "  "}})] {
            assert_eq!(claims_for(json!({"count": 1, "per": "ever", "key": "answers.vehicle.plate"}), answers), []);
        }
    }

    #[test]
    fn a_day_that_cannot_be_told_is_no_way_around() {
        let limit = json!({"count": 1, "per": "day", "key": "answers.vehicle.plate", "day": "answers.vehicle.day"});
        for day in [json!(null), json!("soon")] {
            let claims = claims_for(limit.clone(), json!({"vehicle": {"plate": "AB123CD", "day": day}}));
            assert_eq!(claims[0].period, "2026-05-04");
        }
    }
}
