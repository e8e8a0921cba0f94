//! What a service asks the registers about a case, as its configuration says, and what their answers look like to expressions.
//!
//! A lookup names a register and whom or what it is asked about. Expressions see the answer as `registers.<id>`: always `match` (`one`,
//! `several`, `none`, `unknown`) and `known`; of a person the members of [`Person`], of land `properties`; of homonyms `candidates`.
//! What nobody could ask, because nothing is connected or an answer is missing, is `unknown`. To extend: another register is an arm in
//! [`Lookup::question`].

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Parcel, Person, Property, Register, Registry,
    query::{AskedParcel, AskedPerson, Whom, parcel, whom},
};
use crate::{
    condition::{Condition, Expression, Scope},
    definition::Definition,
    form::Field,
    identity::Sex,
    service::Key,
};

/// Something that a service asks a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// Which register.
    pub register: Register,
    /// About whom: a fiscal code, or a map of names as a search takes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Expression>,
    /// About which property: the answer to a field of type `cadastral_parcel`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<Expression>,
    /// When it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

/// What a register is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// About a person.
    Person(Whom),
    /// About a property.
    Property(Parcel),
}

impl Question {
    /// What tells this question from others, without telling what it is about to who does not know it.
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(format!("{self:?}")))
    }
}

impl Lookup {
    /// What is to be asked now; none where it is not to be, or an answer that it needs is missing or makes no sense.
    pub fn question(&self, scope: &Scope) -> Option<Question> {
        if !self.when.as_ref().is_none_or(|when| when.holds(scope)) {
            return None;
        }
        if let Some(property) = self.property.as_ref().and_then(|property| property.evaluate(scope)).filter(Value::is_object) {
            return Some(Question::Property(asked_parcel(&property).and_then(|asked| parcel(asked).ok())?));
        }
        let person = self.person.as_ref()?.evaluate(scope)?;
        Some(Question::Person(whom(asked_person(&person)?, scope.today?).ok()?))
    }
}

fn text(value: &Value, key: &str) -> Option<Arc<str>> {
    value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(Into::into)
}

fn asked_person(value: &Value) -> Option<AskedPerson> {
    if let Some(code) = value.as_str() {
        return Some(AskedPerson { tax_code: Some(code.into()), ..AskedPerson::default() });
    }
    if let Some(code) = text(value, "tax_code") {
        return Some(AskedPerson { tax_code: Some(code), ..AskedPerson::default() });
    }
    let sex = text(value, "sex").and_then(|letter| match &*letter {
        "F" => Some(Sex::Female),
        "M" => Some(Sex::Male),
        _ => None,
    });
    value.is_object().then(|| AskedPerson {
        tax_code: None,
        given_name: text(value, "given_name"),
        family_name: text(value, "family_name"),
        birth_date: text(value, "birth_date").and_then(|day| day.parse().ok()),
        sex,
        birth_place: text(value, "birth_place"),
        candidate: text(value, "candidate"),
    })
}

fn asked_parcel(value: &Value) -> Option<AskedParcel> {
    Some(AskedParcel {
        registry: text(value, "registry").and_then(|id| Registry::from_id(&id))?,
        municipality: text(value, "municipality")?,
        section: text(value, "section"),
        sheet: text(value, "sheet")?,
        parcel: text(value, "parcel")?,
        denominator: text(value, "denominator"),
        subaltern: text(value, "subaltern"),
    })
}

/// What expressions see where nobody could be asked.
pub fn unknown() -> Value {
    json!({"match": "unknown", "known": false})
}

/// What expressions see where the register has nothing of the kind.
pub fn none() -> Value {
    json!({"match": "none", "known": true})
}

/// What expressions see of homonyms.
pub fn several(candidates: &[Value]) -> Value {
    json!({"match": "several", "known": true, "candidates": candidates})
}

/// What expressions see of a person.
pub fn of_person(person: &Person) -> Value {
    with_match(serde_json::to_value(person).unwrap_or_default())
}

/// What expressions see of properties.
pub fn of_properties(properties: &[Property]) -> Value {
    with_match(json!({"properties": properties}))
}

fn with_match(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.insert("match".to_owned(), "one".into());
        members.insert("known".to_owned(), true.into());
    }
    value
}

/// The members that expressions may name of an answer.
pub const fn members(register: Register) -> &'static [&'static str] {
    match register {
        Register::Population => &[
            "match",
            "known",
            "candidates",
            "tax_code",
            "given_name",
            "family_name",
            "sex",
            "birth",
            "died",
            "citizenship",
            "marital_status",
            "certifiability",
            "residence",
            "family",
        ],
        Register::Land => &["match", "known", "candidates", "properties"],
    }
}

/// Something that a register knows and a form asks for (criterion C.SE.1.5).
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The answer that it could be: `/answers/applicant/given-name`.
    pub pointer: String,
    /// What the register says.
    pub value: Value,
    /// The register that says it.
    pub register: Register,
    /// Whether the answer is just that.
    pub taken: bool,
    /// Whether it is of a special category.
    pub special: bool,
}

/// What became of a lookup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its id.
    pub lookup: Key,
    /// Which register.
    pub register: Register,
    /// `one`, `several`, `none`, `unknown`.
    pub found: String,
    /// The homonyms to choose from.
    pub candidates: Vec<Homonym>,
}

/// One of several people of the same names, with the little that tells them apart.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Homonym {
    /// What the choice is sent back as.
    pub id: Arc<str>,
    /// Given name.
    pub given_name: Arc<str>,
    /// Family name.
    pub family_name: Arc<str>,
    /// The day of birth.
    pub birth_date: Arc<str>,
    /// The birthplace's code.
    pub birth_place: Arc<str>,
}

/// What became of each lookup of a case.
pub fn outcomes(definition: &Definition, scope: &Scope) -> Vec<Outcome> {
    let outcome = |(id, lookup): (&Key, &Lookup)| {
        let seen = scope.registers.get(&**id)?;
        let candidates = seen.get("candidates").cloned().and_then(|candidates| serde_json::from_value(candidates).ok());
        Some(Outcome {
            lookup: id.clone(),
            register: lookup.register,
            found: seen.get("match")?.as_str()?.to_owned(),
            candidates: candidates.unwrap_or_default(),
        })
    };
    definition.lookups().filter_map(outcome).collect()
}

/// Everything that registers know of what a form asks.
pub fn known(definition: &Definition, scope: &Scope) -> Vec<Known> {
    let fields = definition
        .form
        .sections
        .iter()
        .flat_map(|(section, content)| content.fields.iter().map(move |(field, question)| (section, field, question)));
    fields.filter_map(|(section, field, question)| known_of(definition, scope, section, field, question)).collect()
}

fn known_of(definition: &Definition, scope: &Scope, section: &Key, field: &Key, question: &Field) -> Option<Known> {
    let prefill = question.prefill.as_ref()?;
    let value = prefill.evaluate(scope).filter(|value| !value.is_null())?;
    let lookup = prefill.paths().into_iter().find_map(|path| match path.as_slice() {
        [registers, lookup, ..] if registers == "registers" => Some(lookup.clone()),
        _ => None,
    })?;
    let register = definition.lookups().find(|(id, _)| ***id == *lookup)?.1.register;
    let answer = scope.answers.get(&**section).and_then(|section| section.get(&**field));
    Some(Known {
        pointer: format!("/answers/{section}/{field}"),
        taken: answer == Some(&value),
        value,
        register,
        special: question.privacy == crate::service::Privacy::Special,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::case::tests::a_definition;

    fn lookup(value: Value) -> Lookup {
        serde_json::from_value(value).unwrap()
    }

    fn scope(answers: Value) -> Scope {
        Scope { answers, applicant: json!({"tax_code": "RSSMRA80A01C573D"}), today: Some(date(2026, 5, 4)), ..Scope::default() }
    }

    #[test]
    fn a_person_is_asked_about_by_code_or_by_names() {
        let own = lookup(json!({"register": "population", "person": "applicant.tax_code"}));
        assert_eq!(own.question(&scope(json!({}))), Some(Question::Person(Whom::Code("RSSMRA80A01C573D".into()))));
        let other = lookup(json!({"register": "land", "person": "{'given_name': answers.who.given, 'family_name': answers.who.family}"}));
        let asked = other.question(&scope(json!({"who": {"given": "Mario", "family": "Rossi"}})));
        assert!(matches!(asked, Some(Question::Person(Whom::Names(names))) if &*names.family_name == "Rossi"));
        for missing in [json!({}), json!({"who": {"given": "Mario"}}), json!({"who": {"given": "Mario", "family": " "}})] {
            assert_eq!(other.question(&scope(missing.clone())), None, "{missing}");
        }
        let person = lookup(json!({"register": "population", "person": "answers.who.person"}));
        let code =
            person.question(&scope(json!({"who": {"person": {"given_name": "A", "family_name": "B", "tax_code": "BNCLRA85B41C573Q"}}})));
        assert_eq!(code, Some(Question::Person(Whom::Code("BNCLRA85B41C573Q".into()))));
    }

    #[test]
    fn a_property_needs_its_sheet_and_its_parcel() {
        let land = lookup(json!({"register": "land", "property": "answers.property.parcel", "when": "answers.by == 'property'"}));
        let parcel = |sheet: &str| json!({"by": "property", "property": {"parcel": {"registry": "buildings", "municipality": "C573", "sheet": sheet, "parcel": "345"}}});
        assert!(matches!(land.question(&scope(parcel("126"))), Some(Question::Property(_))));
        assert_eq!(land.question(&scope(parcel(""))), None);
        assert_eq!(land.question(&scope(json!({"by": "person"}))), None);
    }

    #[test]
    fn what_a_register_knows_is_offered_and_marked_where_it_was_taken() {
        let text = json!({"it": "Nome"});
        let mut definition = a_definition();
        definition.form = serde_json::from_value(json!({"sections": {"applicant": {
            "title": text,
            "lookups": {"applicant": {"register": "population", "person": "applicant.tax_code"}},
            "fields": {
                "given": {"type": "text", "title": text, "prefill": "registers.applicant.given_name"},
                "family": {"type": "text", "title": text, "prefill": "registers.applicant.family_name"},
                "email": {"type": "email", "title": text}}}}}))
        .unwrap();
        let mut scope = scope(json!({"applicant": {"given": "Mario", "family": "Bianchi"}}));
        assert_eq!(known(&definition, &scope), []);
        scope.registers = json!({"applicant": {"match": "one", "known": true, "given_name": "Mario", "family_name": "Rossi"}});
        let found: Vec<_> = known(&definition, &scope).into_iter().map(|known| (known.pointer, known.value, known.taken)).collect();
        assert_eq!(
            found,
            [
                ("/answers/applicant/given".to_owned(), json!("Mario"), true),
                ("/answers/applicant/family".to_owned(), json!("Rossi"), false)
            ]
        );
    }

    #[test]
    fn two_questions_have_two_fingerprints() {
        let one = Question::Person(Whom::Code("RSSMRA80A01C573D".into()));
        let other = Question::Person(Whom::Code("BNCLRA85B41C573Q".into()));
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert_eq!(one.fingerprint(), one.clone().fingerprint());
    }
}
