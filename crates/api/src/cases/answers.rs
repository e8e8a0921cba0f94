//! Answers as people read them: each question with what was answered, in words.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use sportello_domain::{
    form::{Field, Form},
    service::Key,
    text::Language,
};
use utoipa::ToSchema;

/// A section with its answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnsweredSection {
    /// The section, by id.
    #[schema(max_length = 64, example = "request")]
    id: String,
    /// Its heading.
    #[schema(max_length = 400, example = "La richiesta")]
    title: String,
    /// Its questions that were answered.
    #[schema(max_items = 1000)]
    fields: Vec<AnsweredField>,
}

/// A question with its answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnsweredField {
    /// The field, by id.
    #[schema(max_length = 64, example = "kind")]
    id: String,
    /// The question.
    #[schema(max_length = 400, example = "Che cosa chiedi?")]
    title: String,
    /// The answer in words.
    #[schema(max_length = 20_000, example = "Primo rilascio")]
    text: String,
}

/// The answers to a form, section by section; what was not answered is left out.
pub(super) fn answered(form: &Form, answers: &Value, language: Language) -> Vec<AnsweredSection> {
    let section = |(id, section): (&Key, &sportello_domain::form::Section)| {
        let fields = fields(&section.fields, answers.get(&**id)?, language);
        let title = section.title.get(language).to_owned();
        (!fields.is_empty()).then(|| AnsweredSection { id: id.to_string(), title, fields })
    };
    form.sections.iter().filter_map(section).collect()
}

fn fields(fields: &IndexMap<Key, Field>, answers: &Value, language: Language) -> Vec<AnsweredField> {
    let answered = fields.iter().filter_map(|(id, field)| Some((id, field, answers.get(&**id).filter(|answer| !answer.is_null())?)));
    answered
        .map(|(id, field, answer)| AnsweredField {
            id: id.to_string(),
            title: field.title.get(language).to_owned(),
            text: words(field, answer, language),
        })
        .collect()
}

/// An answer in words: choices by their titles, yes and no, objects and groups by their parts.
fn words(field: &Field, answer: &Value, language: Language) -> String {
    match answer {
        Value::Null => String::new(),
        // What was declared, in the words that were agreed to.
        Value::Bool(true) if field.statement.is_some() => {
            field.statement.as_ref().map(|statement| statement.get(language).to_owned()).unwrap_or_default()
        }
        Value::Bool(yes) => language.pick(if *yes { "sì" } else { "no" }, if *yes { "yes" } else { "no" }).to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            field.choices.get(text.as_str()).map_or_else(|| text.clone(), |choice| choice.title.get(language).to_owned())
        }
        Value::Array(items) => items.iter().map(|item| words(field, item, language)).collect::<Vec<_>>().join("; "),
        Value::Object(_) if !field.fields.is_empty() => {
            let parts = fields(&field.fields, answer, language);
            parts.iter().map(|part| format!("{}: {}", part.title, part.text)).collect::<Vec<_>>().join(", ")
        }
        Value::Object(parts) => parts.values().map(|part| words(field, part, language)).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_read_in_words() {
        let text = |words: &str| json!({"it": words, "en": format!("{words} (en)")});
        let form: Form = serde_json::from_value(json!({"sections": {"request": {"title": text("Richiesta"), "fields": {
            "kind": {"type": "choice", "title": text("Tipo"), "choices": {"first": {"title": text("Primo rilascio")}}},
            "agree": {"type": "declaration", "title": text("Dichiaro"), "statement": text("Dichiaro di risiedere qui.")},
            "news": {"type": "boolean", "title": text("Avvisi")},
            "children": {"type": "group", "title": text("Figli"), "fields": {"name": {"type": "text", "title": text("Nome")}}},
            "empty": {"type": "text", "title": text("Vuoto")},
        }}, "other": {"title": text("Altro"), "fields": {}}}}))
        .unwrap();
        let answers = json!({"request": {"kind": "first", "agree": true, "news": true, "children": [{"name": "Ada"}, {"name": "Ugo"}], "empty": null}});
        let sections = answered(&form, &answers, Language::It);
        let read: Vec<_> = sections[0].fields.iter().map(|field| (field.title.as_str(), field.text.as_str())).collect();
        let expected =
            [("Tipo", "Primo rilascio"), ("Dichiaro", "Dichiaro di risiedere qui."), ("Avvisi", "sì"), ("Figli", "Nome: Ada; Nome: Ugo")];
        assert_eq!(read, expected);
        assert_eq!(sections.len(), 1);
        assert_eq!(answered(&form, &answers, Language::En)[0].fields[1].text, "Dichiaro di risiedere qui. (en)");
        assert_eq!(answered(&form, &answers, Language::En)[0].fields[2].text, "yes");
    }
}
