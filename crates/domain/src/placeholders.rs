//! Fills the `{{placeholders}}` of a service's texts: a catalogue writes one text, each body's own names and figures stand in it.
//!
//! `{{tenant.name}}`, `{{office.name}}`, `{{office.email}}`, `{{office.certified_email}}`, `{{office.phone}}` (the office that
//! answers for the service) and `{{parameters.<id>}}`. What cannot be filled is left out together with its braces. To extend:
//! an arm in `value`.

use serde_json::Value;

use crate::{
    tenant::{Office, Tenant},
    text::Language,
};

/// The text with its placeholders filled.
pub fn fill(text: &str, tenant: &Tenant, office: Option<&Office>, language: Language) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else {
            rest = after;
            continue;
        };
        filled.push_str(&value(name.trim(), tenant, office, language).unwrap_or_default());
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

fn value(name: &str, tenant: &Tenant, office: Option<&Office>, language: Language) -> Option<String> {
    let (subject, key) = name.split_once('.')?;
    match (subject, key) {
        ("tenant", "name") => Some(tenant.name.get(language).to_owned()),
        ("office", "name") => Some(office?.name.get(language).to_owned()),
        ("office", "email") => office?.email.as_deref().map(str::to_owned),
        ("office", "certified_email") => office?.certified_email.as_deref().map(str::to_owned),
        ("office", "phone") => office?.phone.as_deref().map(str::to_owned),
        ("parameters", id) => words(&tenant.parameters.get(id)?.value, language),
        _ => None,
    }
}

/// A parameter's value as people read it; a value by language is a text.
fn words(value: &Value, language: Language) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(language.pick(if *yes { "sì" } else { "no" }, if *yes { "yes" } else { "no" }).to_owned()),
        Value::Object(texts) => {
            let text = texts.get(language.tag()).or_else(|| texts.get(Language::It.tag()))?;
            text.as_str().map(str::to_owned)
        }
        Value::Null | Value::Array(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tenant() -> Tenant {
        serde_json::from_value(json!({
            "id": "019b78cc-aad8-7e5a-9397-af82e1c701f0", "slug": "verucchio", "code": "VER", "kind": "municipality",
            "name": {"it": "Comune di Verucchio", "en": "Municipality of Verucchio"}, "languages": {"it": true},
            "parameters": {"months": {"value": 12}, "area": {"value": {"it": "il centro", "en": "the centre"}}},
            "hash": "h"
        }))
        .unwrap()
    }

    #[test]
    fn names_and_figures_are_filled_in_the_readers_language() {
        let text = "{{tenant.name}}: {{ parameters.months }} / {{parameters.area}}{{office.phone}}{{nobody}}.";
        assert_eq!(fill(text, &tenant(), None, Language::It), "Comune di Verucchio: 12 / il centro.");
        assert_eq!(fill(text, &tenant(), None, Language::En), "Municipality of Verucchio: 12 / the centre.");
    }

    #[test]
    fn braces_that_do_not_close_are_harmless() {
        assert_eq!(fill("a {{ b", &tenant(), None, Language::It), "a  b");
    }
}
