//! A form that changed under an open draft: what became of its questions, and which answers go over.
//!
//! Answers are carried by the id of their field, also where the field moved to another section. What cannot be an answer any more (the
//! field is gone, asks for another type, or no longer offers the choice) is left behind and named, so that nothing is lost unseen.

use serde_json::{Map, Value};

use super::{Field, FieldType, Form, check::under};
use crate::text::Text;

/// One difference that whoever fills the form in should know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field's pointer in the answers; that of before where it is gone.
    pub pointer: String,
    /// What became of it.
    pub kind: ChangeKind,
    /// The question.
    pub title: Text,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is not asked any more; an answer to it is left behind.
    Removed,
    /// It asks for something else: its type, its bounds, its choices, its condition or what is declared.
    Changed,
    /// The choice that was made is not offered any more.
    ChoiceRemoved,
}

impl ChangeKind {
    /// The id in the API.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::ChoiceRemoved => "choice_removed",
        }
    }
}

/// What changed from one form to the next, for who gave these answers. New words for the same question are no change.
///
/// ```
/// # use sportello_domain::form::{Form, changes::{ChangeKind, changes}};
/// # use serde_json::json;
/// let form = |fields| -> Form { serde_json::from_value(json!({"sections": {"request": {"title": {"it": "R"}, "fields": fields}}})).unwrap() };
/// let before = form(json!({"note": {"type": "text", "title": {"it": "Nota"}}}));
/// let now = form(json!({"reason": {"type": "text", "title": {"it": "Motivo"}}}));
/// let found: Vec<_> = changes(&before, &now, &json!({})).into_iter().map(|change| (change.pointer, change.kind)).collect();
/// assert_eq!(found, [("/answers/request/reason".into(), ChangeKind::Added), ("/answers/request/note".into(), ChangeKind::Removed)]);
/// ```
pub fn changes(before: &Form, now: &Form, answers: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    for (section, id, field) in fields(now) {
        let pointer = under(&under("/answers", section), id);
        let change = |kind| Change { pointer: pointer.clone(), kind, title: field.title.clone() };
        match origin(before, now, section, id) {
            None => found.push(change(ChangeKind::Added)),
            Some((old, earlier)) => {
                if lost_choice(field, answers.get(old).and_then(|fields| fields.get(id))) {
                    found.push(change(ChangeKind::ChoiceRemoved));
                } else if asks_otherwise(earlier, field) {
                    found.push(change(ChangeKind::Changed));
                }
            }
        }
    }
    let gone = fields(before).filter(|(section, id, _)| {
        fields(now).all(|(new, field, _)| origin(before, now, new, field).is_none_or(|(from, _)| (from, field) != (*section, *id)))
    });
    found.extend(gone.map(|(section, id, field)| Change {
        pointer: under(&under("/answers", section), id),
        kind: ChangeKind::Removed,
        title: field.title.clone(),
    }));
    found
}

/// The answers that go over from one form to the next.
pub fn carry(before: &Form, now: &Form, answers: &Value) -> Value {
    let mut carried = Map::new();
    for (section, id, field) in fields(now) {
        let Some((old, earlier)) = origin(before, now, section, id) else { continue };
        let Some(answer) = answers.get(old).and_then(|fields| fields.get(id)) else { continue };
        if earlier.kind != field.kind || lost_choice(field, Some(answer)) {
            continue;
        }
        let entry = carried.entry(section).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(fields) = entry {
            fields.insert(id.to_owned(), answer.clone());
        }
    }
    carried.into()
}

fn fields(form: &Form) -> impl Iterator<Item = (&str, &str, &Field)> {
    form.sections.iter().flat_map(|(section, content)| content.fields.iter().map(move |(id, field)| (section.as_ref(), id.as_ref(), field)))
}

/// Where a field of the new form stood before: in the same section, or alone under its id in another that has lost it.
fn origin<'b>(before: &'b Form, now: &Form, section: &str, id: &str) -> Option<(&'b str, &'b Field)> {
    if let Some((name, content)) = before.sections.get_key_value(section)
        && let Some(field) = content.fields.get(id)
    {
        return Some((name, field));
    }
    let still = |section: &str| now.sections.get(section).is_some_and(|content| content.fields.contains_key(id));
    let mut moved = fields(before).filter(|(old, field, _)| *field == id && !still(old));
    let (old, _, field) = moved.next()?;
    moved.next().is_none().then_some((old, field))
}

/// Whether an answer chose what the field does not offer.
fn lost_choice(field: &Field, answer: Option<&Value>) -> bool {
    let offered = |choice: &Value| choice.as_str().is_none_or(|choice| field.choices.contains_key(choice));
    match (field.kind, answer) {
        (FieldType::Choice, Some(choice)) => !offered(choice),
        (FieldType::Choices, Some(Value::Array(choices))) => !choices.iter().all(offered),
        _ => false,
    }
}

/// Whether something else is asked, whatever the words.
fn asks_otherwise(before: &Field, now: &Field) -> bool {
    let worded = Field { title: now.title.clone(), help: now.help.clone(), choices: now.choices.clone(), ..before.clone() };
    worded != *now || !before.choices.keys().eq(now.choices.keys())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(sections: &Value) -> Form {
        serde_json::from_value(json!({"sections": sections})).unwrap()
    }

    fn before() -> Form {
        form(&json!({
            "request": {"title": {"it": "Richiesta"}, "fields": {
                "kind": {"type": "choice", "title": {"it": "Tipo"}, "choices": {"first": {"title": {"it": "Primo"}}, "copy": {"title": {"it": "Copia"}}}},
                "note": {"type": "text", "title": {"it": "Nota"}},
                "phone": {"type": "phone", "title": {"it": "Telefono"}},
                "when": {"type": "text", "title": {"it": "Quando"}},
            }},
        }))
    }

    fn now() -> Form {
        form(&json!({
            "request": {"title": {"it": "La tua richiesta"}, "fields": {
                "kind": {"type": "choice", "title": {"it": "Che cosa chiedi"}, "choices": {"first": {"title": {"it": "Primo rilascio"}}}},
                "note": {"type": "text", "title": {"it": "Una nota"}, "required": true},
                "when": {"type": "date", "title": {"it": "Quando"}},
            }},
            "contact": {"title": {"it": "Contatti"}, "fields": {
                "phone": {"type": "phone", "title": {"it": "Telefono"}},
                "email": {"type": "email", "title": {"it": "Posta"}},
            }},
        }))
    }

    #[test]
    fn answers_go_over_by_the_id_of_their_field() {
        let answers = json!({"request": {"kind": "copy", "note": "x", "phone": "0547 356235", "when": "presto"}});
        assert_eq!(carry(&before(), &now(), &answers), json!({"request": {"note": "x"}, "contact": {"phone": "0547 356235"}}));
        let first = json!({"request": {"kind": "first"}});
        assert_eq!(carry(&before(), &now(), &first), first);
        assert_eq!(carry(&before(), &before(), &answers), answers);
    }

    #[test]
    fn what_became_of_each_question_is_told_once() {
        let answers = json!({"request": {"kind": "copy"}});
        let found: Vec<_> = changes(&before(), &now(), &answers).into_iter().map(|change| (change.pointer, change.kind.id())).collect();
        let expected = [
            ("/answers/request/kind", "choice_removed"),
            ("/answers/request/note", "changed"),
            ("/answers/request/when", "changed"),
            ("/answers/contact/email", "added"),
        ];
        assert_eq!(found, expected.map(|(pointer, kind)| (pointer.to_owned(), kind)));
        assert_eq!(changes(&before(), &before(), &answers), []);
        let back: Vec<_> = changes(&now(), &before(), &json!({})).into_iter().map(|change| (change.pointer, change.kind.id())).collect();
        assert!(back.contains(&("/answers/contact/email".to_owned(), "removed")), "{back:?}");
    }

    #[test]
    fn new_words_for_the_same_question_are_no_change() {
        let old = form(&json!({"a": {"title": {"it": "A"}, "fields": {"x": {"type": "text", "title": {"it": "Uno"}}}}}));
        let new =
            form(&json!({"a": {"title": {"it": "B"}, "fields": {"x": {"type": "text", "title": {"it": "Due"}, "help": {"it": "Aiuto"}}}}}));
        assert_eq!(changes(&old, &new, &json!({})), []);
    }
}
