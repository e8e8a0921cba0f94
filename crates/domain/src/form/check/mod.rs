//! Whether answers are complete and right: every fault at once, each with the pointer of the field that it is about.
//!
//! A draft is checked for the types and formats of what is there; a submission must also be complete, must agree to its
//! declarations, and must not answer what is not asked. To add a field type: an arm in `value`, its parts where it is an object,
//! and the same in `schema`.

mod problem;
mod value;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeMap};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use self::problem::{Problem, Shape};
use super::{Field, FieldType, Form, limits};
use crate::{
    condition::{Condition, Scope},
    refusal::Fault,
    service::{Check, Delegates, DocumentRequirement, Key},
};

/// How thorough a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Something is still being filled in: only what is there is looked at.
    Draft,
    /// It is about to become a case: it must be complete too.
    Submission,
}

/// Everything that is wrong with the answers to a form, in the order of the form; pointers begin with `/answers`.
///
/// Conditions are asked about these answers and the rest of `scope`. What is null was not answered; neither was a text of
/// nothing but blanks.
///
/// ```
/// # use sportello_domain::{condition::Scope, form::{Form, check::{check, Depth}}};
/// # use serde_json::json;
/// let form: Form = serde_json::from_value(json!({"sections": {"applicant": {"title": {"it": "I tuoi dati"}, "fields": {
///     "tax-code": {"type": "tax_code", "title": {"it": "Codice fiscale"}, "required": true}}}}})).unwrap();
/// let faults = check(&form, &json!({"applicant": {"tax-code": "RSSMRA80A01C573A"}}), &Scope::default(), Depth::Submission);
/// assert_eq!((faults[0].pointer.as_str(), faults[0].code), ("/answers/applicant/tax-code", "check_letter"));
/// ```
pub fn check(form: &Form, answers: &Value, scope: &Scope, depth: Depth) -> Vec<Fault> {
    let scope = Scope { answers: answers.clone(), ..scope.clone() };
    let mut checker = Checker { scope: Cow::Borrowed(&scope), depth, faults: Vec::new() };
    let base = "/answers";
    let Some(given) = checker.root(answers, base) else { return checker.faults };
    for id in given.keys().filter(|id| !form.sections.contains_key(id.as_str())) {
        checker.fault(&under(base, id), &Problem::UnknownField);
    }
    for (id, section) in &form.sections {
        let pointer = under(base, id);
        let shown = checker.holds(section.when.as_ref());
        let empty = Map::new();
        let fields = match given.get(id.as_ref()) {
            None | Some(Value::Null) => &empty,
            Some(Value::Object(fields)) => fields,
            Some(_) => {
                checker.fault(&pointer, &Problem::WrongType(Shape::Object));
                continue;
            }
        };
        checker.fields(&section.fields, fields, &pointer, shown);
    }
    checker.faults
}

/// Everything that is wrong with the answers to a few fields, as a transition asks them; pointers begin with `base`.
pub fn check_fields(fields: &IndexMap<Key, Field>, data: &Value, scope: &Scope, depth: Depth, base: &str) -> Vec<Fault> {
    let mut checker = Checker { scope: Cow::Borrowed(scope), depth, faults: Vec::new() };
    if let Some(given) = checker.root(data, base) {
        checker.fields(fields, &given, base, true);
    }
    checker.faults
}

/// The fault of a computed field that was answered otherwise than the product does.
pub(super) fn computed_otherwise(pointer: &str, right: &Value) -> Fault {
    let problem = Problem::Computed(right);
    Fault { pointer: pointer.to_owned(), code: problem.code(), message: problem.message() }
}

/// Which rules do not hold, of the sections that are asked and of the service's own. One that cannot be decided yet, or whose field
/// has a fault already (`faults`), is not mentioned: that fault comes first.
pub fn check_rules(form: &Form, rules: &IndexMap<Key, Check>, scope: &Scope, faults: &[Fault]) -> Vec<Fault> {
    let asked = form.sections.values().filter(|section| section.when.as_ref().is_none_or(|when| when.holds(scope)));
    let rules = asked.flat_map(|section| section.checks.values()).chain(rules.values());
    let broken = rules.filter(|rule| rule.holds.decide(scope) == Some(false));
    let told = broken.map(|rule| Fault { pointer: rule.pointer(), code: "not_allowed", message: (&rule.refusal).into() });
    told.filter(|told| faults.iter().all(|fault| fault.pointer != told.pointer)).collect()
}

/// Which documents are missing or too many, by kind; pointers are `/documents/<kind>`. The mandate is needed as soon as somebody
/// acts for another.
pub fn check_documents(
    documents: &IndexMap<Key, DocumentRequirement>,
    mandate: Option<&Delegates>,
    attached: &BTreeMap<Key, u16>,
    scope: &Scope,
) -> Vec<Fault> {
    let mandate = mandate.filter(|_| !scope.delegate.is_null()).map(|delegates| &delegates.document);
    let mut checker = Checker { scope: Cow::Borrowed(scope), depth: Depth::Submission, faults: Vec::new() };
    for (kind, requirement) in documents {
        let pointer = under("/documents", kind);
        let count = attached.get(kind).copied().unwrap_or(0);
        let needed = mandate == Some(kind) || (requirement.required && checker.holds(requirement.when.as_ref()));
        if count == 0 && needed {
            checker.fault(&pointer, &Problem::DocumentMissing(&requirement.title));
        } else if count > requirement.max_count {
            checker.fault(&pointer, &Problem::TooManyDocuments(requirement.max_count));
        }
    }
    checker.faults
}

/// The pointer of a member: `~` and `/` are escaped (RFC 6901 section 3).
pub(crate) fn under(base: &str, key: &str) -> String {
    format!("{base}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// One check in progress.
struct Checker<'a> {
    /// Borrowed but inside a group, whose entries are each an `item`.
    scope: Cow<'a, Scope>,
    depth: Depth,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, pointer: &str, problem: &Problem<'_>) {
        self.faults.push(Fault { pointer: pointer.to_owned(), code: problem.code(), message: problem.message() });
    }

    fn submitting(&self) -> bool {
        self.depth == Depth::Submission
    }

    fn holds(&self, when: Option<&Condition>) -> bool {
        when.is_none_or(|when| when.holds(&self.scope))
    }

    /// The outermost object; nothing at all is an empty one.
    fn root(&mut self, given: &Value, base: &str) -> Option<Map<String, Value>> {
        if is_deeper(given, limits::DEPTH) {
            self.fault(base, &Problem::TooDeep);
            return None;
        }
        match given {
            Value::Null => Some(Map::new()),
            Value::Object(given) => Some(given.clone()),
            _ => {
                self.fault(base, &Problem::WrongType(Shape::Object));
                None
            }
        }
    }

    /// The fields of one object. Where it is not asked for (`shown` is false), nothing in it is.
    fn fields(&mut self, fields: &IndexMap<Key, Field>, given: &Map<String, Value>, base: &str, shown: bool) {
        for id in given.keys().filter(|id| !fields.contains_key(id.as_str())) {
            self.fault(&under(base, id), &Problem::UnknownField);
        }
        for (id, field) in fields {
            let shown = shown && self.holds(field.when.as_ref());
            let pointer = under(base, id);
            let given = given.get(id.as_ref()).filter(|value| !value.is_null());
            match given {
                None if shown => self.missing(field, &pointer),
                None => {}
                Some(Value::String(text)) if text.trim().is_empty() => self.blank(field, text, &pointer, shown),
                Some(_) if !shown && self.submitting() => self.fault(&pointer, &Problem::NotApplicable),
                Some(value) => self.value(field, value, &pointer),
            }
        }
    }

    /// What is asked and was not answered.
    fn missing(&mut self, field: &Field, pointer: &str) {
        if field.required && self.submitting() && field.computed.is_none() {
            let declaration = field.kind == FieldType::Declaration;
            self.fault(pointer, &if declaration { Problem::MustAgree } else { Problem::Required });
        }
    }

    /// An empty box of a page: no answer yet. What is submitted either is a text or is left out.
    fn blank(&mut self, field: &Field, text: &str, pointer: &str, shown: bool) {
        let longest = limits::longest(field);
        if text.chars().count() as u64 > longest {
            return self.fault(pointer, &Problem::TooLong(longest));
        }
        if !shown || !self.submitting() {
            return;
        }
        if field.required {
            self.missing(field, pointer);
        } else if !matches!(field.kind, FieldType::Text | FieldType::LongText) {
            self.value(field, &Value::String(text.to_owned()), pointer);
        }
    }
}

/// Whether a value is nested deeper than so many levels.
fn is_deeper(value: &Value, levels: usize) -> bool {
    let Some(left) = levels.checked_sub(1) else { return true };
    match value {
        Value::Array(items) => items.iter().any(|item| is_deeper(item, left)),
        Value::Object(members) => members.values().any(|member| is_deeper(member, left)),
        _ => false,
    }
}
