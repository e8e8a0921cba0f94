//! Fills the `{{placeholders}}` of texts: a catalogue writes one text, each body's own names and figures stand in it.
//!
//! [`TENANT`], [`OFFICE`] and [`CASE`] are all the names there are, beside `parameters.<id>`; a configuration that uses another is
//! refused. What cannot be filled is left out together with its braces. To extend: a name in one of the lists and an arm in
//! `value`.

use jiff::civil::Date;
use serde_json::Value;

use crate::{
    tenant::{Office, Tenant},
    text::Language,
};

/// What texts say of the body.
pub const TENANT: [&str; 5] = ["tenant.name", "tenant.email", "tenant.certified_email", "tenant.phone", "tenant.website"];
/// What texts say of the office that answers for the service.
pub const OFFICE: [&str; 5] = ["office.name", "office.email", "office.certified_email", "office.phone", "office.head"];
/// What messages say of the case that they are about.
pub const CASE: [&str; 4] = ["case.code", "case.register_number", "case.service", "case.due_date"];

/// A case as messages speak of it.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Its code.
    pub code: Option<&'a str>,
    /// Its register number.
    pub register_number: Option<&'a str>,
    /// The title of its service.
    pub service: &'a str,
    /// The last day to conclude; a dash stands for one that is not known.
    pub due: Option<Date>,
}

/// The text with its placeholders filled.
pub fn fill(text: &str, tenant: &Tenant, office: Option<&Office>, language: Language) -> String {
    fill_about(text, tenant, office, None, language)
}

/// The text of a message with its placeholders filled.
pub fn fill_about(text: &str, tenant: &Tenant, office: Option<&Office>, case: Option<&About<'_>>, language: Language) -> String {
    replace(text, |name| value(name, tenant, office, case, language).unwrap_or_default())
}

/// The text with each placeholder replaced by what stands for its name.
///
/// ```
/// # use sportello_domain::placeholders::replace;
/// assert_eq!(replace("Fino al {{ until }}, {{x}}.", |name| format!("<{name}>")), "Fino al <until>, <x>.");
/// ```
pub fn replace(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else {
            rest = after;
            continue;
        };
        filled.push_str(&value(name.trim()));
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

fn value(name: &str, tenant: &Tenant, office: Option<&Office>, case: Option<&About<'_>>, language: Language) -> Option<String> {
    let (subject, key) = name.split_once('.')?;
    let text = |text: Option<&str>| text.map(str::to_owned);
    match (subject, key) {
        ("tenant", "name") => Some(tenant.name.get(language).to_owned()),
        ("tenant", contact) => Some(tenant.contacts.get(contact)?.value.to_string()),
        ("office", "name") => Some(office?.name.get(language).to_owned()),
        ("office", "email") => text(office?.email.as_deref()),
        ("office", "certified_email") => text(office?.certified_email.as_deref()),
        ("office", "phone") => text(office?.phone.as_deref()),
        ("office", "head") => text(office?.head.as_deref()),
        ("case", "code") => text(case?.code),
        ("case", "register_number") => text(case?.register_number),
        ("case", "service") => text(Some(case?.service)),
        ("case", "due_date") => Some(case?.due.map_or_else(|| "–".to_owned(), |day| words_of(day, language))),
        ("parameters", id) => words(&tenant.parameters.get(id)?.value, language),
        _ => None,
    }
}

fn words_of(day: Date, language: Language) -> String {
    day.strftime(language.pick("%d/%m/%Y", "%-d %B %Y")).to_string()
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

    /// What the check of the configuration lets through is what is filled here.
    #[test]
    fn every_name_there_is_has_a_value() {
        let mut tenant = tenant();
        let contacts = ["email", "certified_email", "phone", "website"];
        let contacts = contacts.map(|kind| (kind.into(), serde_json::from_value(json!({"value": format!("body's {kind}")})).unwrap()));
        tenant.contacts.extend(contacts);
        let office: Office = serde_json::from_value(json!({
            "name": {"it": "Anagrafe", "en": "Registry"}, "email": "office's email", "certified_email": "office's PEC",
            "phone": "office's phone", "head": "Ada Neri"
        }))
        .unwrap();
        let due = Some(jiff::civil::date(2026, 5, 4));
        let case = About { code: Some("VER-2026-0000001"), register_number: Some("0000001"), service: "Permesso", due };
        let mut filled = std::collections::BTreeSet::new();
        for name in TENANT.iter().chain(&OFFICE).chain(&CASE) {
            let text = fill_about(&format!("{{{{{name}}}}}"), &tenant, Some(&office), Some(&case), Language::It);
            assert!(!text.is_empty(), "{name} is filled with nothing");
            assert!(filled.insert(text.clone()), "{name} is filled with what another name means: {text}");
        }
        assert!(filled.contains("04/05/2026") && filled.contains("Ada Neri"));
        let unknown = About { due: None, ..case };
        assert_eq!(fill_about("{{case.due_date}}", &tenant, None, Some(&unknown), Language::It), "–");
    }

    #[test]
    fn braces_that_do_not_close_are_harmless() {
        assert_eq!(fill("a {{ b", &tenant(), None, Language::It), "a  b");
    }
}
