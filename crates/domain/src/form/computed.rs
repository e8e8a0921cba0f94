//! Answers that follow from others: a total, the last day of a permit.
//!
//! A field with `computed` is never typed. The product works it out each time answers are saved, checked or submitted, in the order
//! of the form, so that one may build on another before it. Repeated groups have none.

use serde_json::{Map, Value};

use super::{Form, check::under};
use crate::{condition::Scope, refusal::Fault};

/// The answers with every computed one worked out anew. What cannot be told (because an answer that it needs is missing) or is not
/// asked for is left out.
///
/// ```
/// # use sportello_domain::{condition::Scope, form::{Form, computed::fill}};
/// # use serde_json::json;
/// let form: Form = serde_json::from_value(json!({"sections": {"period": {"title": {"it": "Periodo"}, "fields": {
///     "years": {"type": "number", "title": {"it": "Anni"}},
///     "total": {"type": "number", "title": {"it": "Totale"}, "computed": "answers.period.years * 60"}}}}})).unwrap();
/// let filled = fill(&form, json!({"period": {"years": 2, "total": 1}}), &Scope::default());
/// assert_eq!(filled, json!({"period": {"years": 2, "total": 120}}));
/// ```
pub fn fill(form: &Form, answers: Value, scope: &Scope) -> Value {
    let mut scope = Scope { answers, ..scope.clone() };
    for (section, content) in &form.sections {
        for (id, field) in content.fields.iter().filter(|(_, field)| field.computed.is_some()) {
            let asked = [content.when.as_ref(), field.when.as_ref()].into_iter().flatten().all(|when| when.holds(&scope));
            let value = field.computed.as_ref().filter(|_| asked).and_then(|computed| computed.evaluate(&scope));
            put(&mut scope.answers, section, id, value.filter(|value| !value.is_null()));
        }
    }
    scope.answers
}

/// Whether a form has any.
pub fn any(form: &Form) -> bool {
    form.sections.values().any(|section| section.fields.values().any(|field| field.computed.is_some()))
}

/// The computed fields that somebody answered otherwise than the product does, at the pointers of the fields; `sent` are the answers
/// as they came, `filled` the same with the computed ones in place.
pub fn contradicted(form: &Form, sent: &Value, filled: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (section, content) in &form.sections {
        for (id, _) in content.fields.iter().filter(|(_, field)| field.computed.is_some()) {
            let at = |answers: &Value| answers.get(&**section).and_then(|section| section.get(&**id)).cloned().unwrap_or_default();
            let (sent, right) = (at(sent), at(filled));
            if !sent.is_null() && !same(&sent, &right) {
                faults.push(super::check::computed_otherwise(&under(&under("/answers", section), id), &right));
            }
        }
    }
    faults
}

/// `2` and `2.0` are one number.
fn same(one: &Value, other: &Value) -> bool {
    one == other || one.as_f64().is_some_and(|one| other.as_f64() == Some(one))
}

/// The answers without the computed ones, as a patch finds them.
pub fn strip(form: &Form, mut answers: Value) -> Value {
    for (section, content) in &form.sections {
        for (id, _) in content.fields.iter().filter(|(_, field)| field.computed.is_some()) {
            put(&mut answers, section, id, None);
        }
    }
    answers
}

fn put(answers: &mut Value, section: &str, field: &str, value: Option<Value>) {
    match (answers.get_mut(section), value) {
        (Some(Value::Object(fields)), Some(value)) => {
            fields.insert(field.to_owned(), value);
        }
        (Some(Value::Object(fields)), None) => {
            fields.shift_remove(field);
        }
        (None, Some(value)) => {
            if let Value::Object(sections) = answers {
                sections.insert(section.to_owned(), Value::Object(Map::from_iter([(field.to_owned(), value)])));
            }
        }
        (Some(_) | None, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> Form {
        let text = json!({"it": "testo", "en": "text"});
        serde_json::from_value(json!({"sections": {
            "request": {"title": text, "fields": {
                "years": {"type": "number", "title": text},
                "from": {"type": "date", "title": text},
            }},
            "result": {"title": text, "when": "answers.request.years > 0", "fields": {
                "until": {"type": "date", "title": text, "computed": "add_months(answers.request.from, answers.request.years * 12)"},
                "days": {"type": "number", "title": text, "computed": "days_between(answers.request.from, answers.result.until)"},
            }},
        }}))
        .unwrap()
    }

    #[test]
    fn one_builds_on_another_and_what_is_not_asked_is_left_out() {
        let fill = |answers| fill(&form(), answers, &Scope::default());
        assert_eq!(
            fill(json!({"request": {"years": 1, "from": "2026-05-04"}})),
            json!({"request": {"years": 1, "from": "2026-05-04"}, "result": {"until": "2027-05-04", "days": 365}})
        );
        assert_eq!(fill(json!({"request": {"years": 0, "from": "2026-05-04"}})), json!({"request": {"years": 0, "from": "2026-05-04"}}));
        assert_eq!(fill(json!({"result": {"until": "2030-01-01"}})), json!({"result": {}}));
        assert_eq!(fill(json!("nonsense")), json!("nonsense"));
    }

    #[test]
    fn an_answer_of_ones_own_is_told_the_right_one() {
        let sent = json!({"request": {"years": 1, "from": "2026-05-04"}, "result": {"until": "2036-05-04", "days": 365.0}});
        let filled = fill(&form(), sent.clone(), &Scope::default());
        let faults = contradicted(&form(), &sent, &filled);
        assert_eq!(faults.len(), 1);
        assert_eq!((faults[0].pointer.as_str(), faults[0].code), ("/answers/result/until", "computed"));
        assert_eq!(faults[0].message.en, "This value follows from the other answers: it is 2027-05-04. Leave it out.");
        assert_eq!(contradicted(&form(), &strip(&form(), sent), &filled), []);
    }
}
