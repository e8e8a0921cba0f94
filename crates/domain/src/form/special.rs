//! Takes answers of a special category (GDPR art. 9) out of the others, so that they can be kept encrypted apart, and puts them
//! back for who may see them.
//!
//! A field is special by its `privacy`, or because a field of its group is: then the whole group is kept apart.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Field, Form};
use crate::service::Privacy;

/// The ordinary answers, in which special ones are null, and the special ones by `section/field`.
///
/// ```
/// # use sportello_domain::form::{Form, special::{join, split}};
/// # use serde_json::json;
/// let form: Form = serde_json::from_value(json!({"sections": {"request": {"title": {"it": "Domanda"}, "fields": {
///     "kind": {"type": "text", "title": {"it": "Tipo"}},
///     "diagnosis": {"type": "text", "title": {"it": "Diagnosi"}, "privacy": "special"}}}}})).unwrap();
/// let answers = json!({"request": {"kind": "first", "diagnosis": "none of your business"}});
/// let (ordinary, special) = split(&form, &answers);
/// assert_eq!(ordinary, json!({"request": {"kind": "first", "diagnosis": null}}));
/// assert_eq!(join(ordinary, &special), answers);
/// ```
pub fn split(form: &Form, answers: &Value) -> (Value, BTreeMap<String, Value>) {
    let mut ordinary = answers.clone();
    let mut special = BTreeMap::new();
    for (section, field) in special_fields(form) {
        let Some(value) = ordinary.get_mut(section).and_then(|section| section.get_mut(field)) else { continue };
        let value = value.take();
        if !value.is_null() {
            special.insert(format!("{section}/{field}"), value);
        }
    }
    (ordinary, special)
}

/// The answers with the special ones in their places again.
pub fn join(ordinary: Value, special: &BTreeMap<String, Value>) -> Value {
    let mut answers = ordinary;
    for (path, value) in special {
        let Some((section, field)) = path.split_once('/') else { continue };
        if let Some(Value::Object(section)) = answers.get_mut(section) {
            section.insert(field.to_owned(), value.clone());
        } else if let Value::Object(sections) = &mut answers {
            sections.insert(section.to_owned(), Value::Object([(field.to_owned(), value.clone())].into_iter().collect()));
        }
    }
    answers
}

/// The special fields of a form, as `section/field`, in the order of the form.
pub fn paths(form: &Form) -> Vec<String> {
    special_fields(form).map(|(section, field)| format!("{section}/{field}")).collect()
}

fn special_fields(form: &Form) -> impl Iterator<Item = (&str, &str)> {
    form.sections.iter().flat_map(|(section, content)| {
        let special = content.fields.iter().filter(|(_, field)| is_special(field));
        special.map(move |(field, _)| (section.as_ref(), field.as_ref()))
    })
}

fn is_special(field: &Field) -> bool {
    field.privacy == Privacy::Special || field.fields.values().any(is_special)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> Form {
        let text = json!({"it": "testo"});
        serde_json::from_value(json!({"sections": {
            "request": {"title": text, "fields": {
                "kind": {"type": "text", "title": text},
                "health": {"type": "text", "title": text, "privacy": "special"},
                "children": {"type": "group", "title": text, "fields": {
                    "name": {"type": "text", "title": text},
                    "allergies": {"type": "text", "title": text, "privacy": "special"}}}}},
            "other": {"title": text, "fields": {"note": {"type": "text", "title": text, "privacy": "special"}}}}}))
        .unwrap()
    }

    #[test]
    fn a_group_with_a_special_field_is_kept_apart_whole() {
        let answers = json!({"request": {"kind": "a", "children": [{"name": "Ada", "allergies": "nuts"}]}});
        let (ordinary, special) = split(&form(), &answers);
        assert_eq!(ordinary, json!({"request": {"kind": "a", "children": null}}));
        assert_eq!(special.keys().collect::<Vec<_>>(), ["request/children"]);
        assert_eq!(join(ordinary, &special), answers);
        assert_eq!(paths(&form()), ["request/health", "request/children", "other/note"]);
    }

    #[test]
    fn what_was_not_answered_is_nowhere() {
        let answers = json!({"request": {"kind": "a", "health": null}});
        let (ordinary, special) = split(&form(), &answers);
        assert_eq!((ordinary, special.len()), (answers, 0));
    }

    #[test]
    fn answers_of_the_wrong_shape_pass_through() {
        for answers in [json!(null), json!("text"), json!({"request": 1}), json!([])] {
            let (ordinary, special) = split(&form(), &answers);
            assert_eq!((ordinary, special.len()), (answers, 0));
        }
    }

    #[test]
    fn a_section_that_is_gone_comes_back_with_its_value() {
        let special = BTreeMap::from([("other/note".to_owned(), json!("kept"))]);
        assert_eq!(join(json!({}), &special), json!({"other": {"note": "kept"}}));
    }
}
