//! Acts that the product draws up: a template of the catalogue, filled from a case, becomes a paper.
//!
//! What an act tells of a case it computes in `values`, each an expression that is checked when the configuration is loaded; its
//! texts name them as `{{values.<id>}}` and hold no logic. A value with a title stands in the act's table too. To extend: another
//! kind of word that a text may name is an arm in `fill`.

use indexmap::IndexMap;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    case::Case,
    condition::{Expression, Scope},
    definition::Definition,
    form::{Form, special},
    money::Money,
    placeholders,
    printed::{Paper, Part, Row},
    receipt::issuer,
    service::{Key, Privacy},
    tenant::Tenant,
    text::{Language, Text},
    words,
};

/// The template of an act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Its heading.
    pub title: Text,
    /// What it tells of the case, in the order of its table.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub values: IndexMap<Key, ActValue>,
    /// What it says.
    pub body: Text,
    /// A line that the law wants on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legend: Option<Text>,
}

/// Something that an act tells of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActValue {
    /// What it is called in the act's table; it stands only in the text where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// What it is; what cannot be told is left out.
    pub computed: Expression,
}

/// What an act is drawn up from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The body that issues it.
    pub tenant: &'a Tenant,
    /// The case.
    pub case: &'a Case,
    /// What it runs under.
    pub definition: &'a Definition,
    /// What expressions see.
    pub scope: &'a Scope,
    /// The day of issue.
    pub today: Date,
}

impl Act {
    /// What it tells of a case, by id; what cannot be told is null.
    pub fn tell(&self, scope: &Scope) -> Map<String, Value> {
        self.values.iter().map(|(id, value)| (id.to_string(), value.computed.evaluate(scope).unwrap_or(Value::Null))).collect()
    }

    /// Special where any of its values looks at an answer of a special category (GDPR art. 9).
    pub fn privacy(&self, form: &Form) -> Privacy {
        let special = special::paths(form);
        let looks = |path: &Vec<String>| match path.as_slice() {
            [answers, section, field, ..] if answers == "answers" => special.contains(&format!("{section}/{field}")),
            [answers, section] if answers == "answers" => special.iter().any(|path| path.starts_with(&format!("{section}/"))),
            [answers] => answers == "answers" && !special.is_empty(),
            _ => false,
        };
        let any = self.values.values().any(|value| value.computed.paths().iter().any(looks));
        if any { Privacy::Special } else { Privacy::Ordinary }
    }

    /// The paper in one language.
    pub fn draw_up(&self, facts: &Facts<'_>, language: Language) -> Paper {
        let Facts { tenant, case, definition, scope, today } = *facts;
        let told = self.tell(scope);
        let read = |id: &str| {
            let value = self.values.get(id)?;
            Some(read(told.get(id)?, &value.computed, &definition.form, language))
        };
        let office = tenant.offices.get(&case.office);
        let fill = |text: &Text| placeholders::fill(&fill(text.get(language), case, read), tenant, office, language);
        let rows = self.values.iter().filter_map(|(id, value)| Some(Row::new(value.title.as_ref()?.get(language), read(id)?)));
        let code = case.code.as_deref().unwrap_or_default();
        let mut parts = vec![Part::Text(fill(&self.body))];
        let rows: Vec<Row> = rows.collect();
        if !rows.is_empty() {
            parts.push(Part::Table(rows));
        }
        Paper {
            language,
            issuer: issuer(tenant, office, language),
            date: today,
            heading: self.title.get(language).to_owned(),
            subject: Some(format!("{} – {code}", definition.title.get(language))),
            parts,
            legend: self.legend.iter().map(fill).collect(),
            verification: None,
            footer: format!("{} – {code}", tenant.name.get(language)),
        }
    }
}

/// The text with the act's own words in it; those of the body and its offices are left.
fn fill(text: &str, case: &Case, read: impl Fn(&str) -> Option<String>) -> String {
    placeholders::replace(text, |name| match name.split_once('.') {
        Some(("values", id)) => read(id).unwrap_or_default(),
        Some(("case", "code")) => case.code.as_deref().unwrap_or_default().to_owned(),
        Some(("case", "register_number")) => case.register_number.as_deref().unwrap_or_default().to_owned(),
        _ => format!("{{{{{name}}}}}"),
    })
}

/// A value as people read it. What comes straight from a question with choices is told in the words of the choice.
fn read(value: &Value, from: &Expression, form: &Form, language: Language) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => words::yes(*yes, language).to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => chosen(text, from, form, language)
            .or_else(|| Some(words::date(text.parse::<Date>().ok().filter(|_| text.len() == 10)?, language)))
            .or_else(|| Some(words::money(text.parse::<Money>().ok().filter(|_| text.contains('.'))?, language)))
            .unwrap_or_else(|| text.clone()),
        Value::Array(items) => {
            items.iter().map(|item| read(item, from, form, language)).filter(|item| !item.is_empty()).collect::<Vec<_>>().join(", ")
        }
        Value::Object(parts) => {
            parts.values().map(|part| read(part, from, form, language)).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The words of a choice.
fn chosen(id: &str, from: &Expression, form: &Form, language: Language) -> Option<String> {
    let path = from.path()?;
    let [answers, section, field] = path.as_slice() else { return None };
    let choice = form.sections.get(section.as_str()).filter(|_| answers == "answers")?.fields.get(field.as_str())?.choices.get(id)?;
    Some(choice.title.get(language).to_owned())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::case::tests::{a_case, a_definition};

    fn act() -> Act {
        serde_json::from_value(json!({
            "title": {"it": "Contrassegno", "en": "Badge"},
            "values": {
                "plate": {"title": {"it": "Targa", "en": "Plate"}, "computed": "answers.vehicle.plate"},
                "class": {"title": {"it": "Classe", "en": "Class"}, "computed": "answers.vehicle.class"},
                "until": {"computed": "add_months(today, answers.vehicle.years * 12)"},
                "unknown": {"title": {"it": "Ignoto", "en": "Unknown"}, "computed": "answers.vehicle.absent"}
            },
            "body": {"it": "{{tenant.name}} rilascia il n. {{case.code}}, valido fino al {{ values.until }}.", "en": "Valid until {{values.until}}."},
            "legend": {"it": "Da esporre.", "en": "To be displayed."}
        }))
        .unwrap()
    }

    fn form() -> Form {
        let text = json!({"it": "testo"});
        serde_json::from_value(json!({"sections": {"vehicle": {"title": text, "fields": {
            "plate": {"type": "plate", "title": text}, "years": {"type": "number", "title": text},
            "class": {"type": "choice", "title": text, "choices": {"resident": {"title": {"it": "Residente", "en": "Resident"}}}},
            "health": {"type": "text", "title": text, "privacy": "special"}}}}}))
        .unwrap()
    }

    fn drawn(language: Language) -> Paper {
        let tenant: Tenant = serde_json::from_value(json!({
            "id": "019b78cc-aad8-7e5a-9397-af82e1c701f0", "slug": "verucchio", "code": "VER", "kind": "municipality",
            "name": {"it": "Comune di Verucchio"}, "languages": {"it": true}, "hash": "h"
        }))
        .unwrap();
        let definition = Definition { form: form(), ..a_definition() };
        let answers = json!({"vehicle": {"plate": "AB123CD", "class": "resident", "years": 2}});
        let scope = Scope { answers, today: Some(date(2026, 5, 4)), ..Scope::default() };
        let case = a_case("submitted");
        act().draw_up(&Facts { tenant: &tenant, case: &case, definition: &definition, scope: &scope, today: date(2026, 5, 4) }, language)
    }

    #[test]
    fn an_act_tells_what_its_values_say_in_the_words_of_people() {
        let paper = drawn(Language::It);
        assert_eq!(paper.heading, "Contrassegno");
        assert_eq!(
            paper.parts,
            [
                Part::Text("Comune di Verucchio rilascia il n. CES-2026-0000001, valido fino al 4 maggio 2028.".to_owned()),
                Part::Table(vec![Row::new("Targa", "AB123CD"), Row::new("Classe", "Residente"), Row::new("Ignoto", "")]),
            ]
        );
        assert_eq!(paper.legend, ["Da esporre."]);
        assert_eq!(drawn(Language::En).parts[0], Part::Text("Valid until 4 May 2028.".to_owned()));
    }

    #[test]
    fn an_act_that_looks_at_special_answers_is_special() {
        assert_eq!(act().privacy(&form()), Privacy::Ordinary);
        for look in ["answers.vehicle.health", "answers.vehicle", "answers"] {
            let mut act = act();
            act.values.insert("health".into(), ActValue { title: None, computed: Expression::parse(look).unwrap() });
            assert_eq!(act.privacy(&form()), Privacy::Special, "{look}");
        }
    }
}
