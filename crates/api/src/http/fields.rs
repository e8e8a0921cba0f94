//! Reads the members of a JSON body one by one and collects everything that is wrong, each with its pointer, so that a client
//! mends a body in one go.
//!
//! A body is described by the calls that take it apart; what was not taken is unknown and refused. Types that derive
//! `Deserialize` are not used here: their errors stop at the first mistake and speak in the words of the parser.

use serde_json::{Map, Value};
use sportello_domain::{
    money::Money,
    refusal::{Code, Fault, Refusal},
};

use super::faults::{self, Kind};

/// The members of one JSON object that were not yet read.
#[derive(Debug)]
pub(crate) struct Fields {
    base: String,
    members: Map<String, Value>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl Fields {
    /// Begins to read a body, which must be an object.
    pub(crate) fn of(body: Value) -> Result<Self, Refusal> {
        match body {
            Value::Object(members) => Ok(Self { base: String::new(), members, known: Vec::new(), faults: Vec::new() }),
            _ => Err(Refusal::with_faults(Code::InvalidBody, vec![faults::wrong_type("", Kind::Object)])),
        }
    }

    fn pointer(&self, name: &str) -> String {
        format!("{}/{}", self.base, escaped(name))
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.members.shift_remove(name)
    }

    fn object_to(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Says that a member must be there.
    pub(crate) fn missing(&mut self, name: &str) {
        let pointer = self.pointer(name);
        self.object_to(faults::required(&pointer));
    }

    /// Says that a member must be there, unless something is wrong with it already.
    pub(crate) fn missing_unless_told(&mut self, name: &str) {
        let pointer = self.pointer(name);
        if self.faults.iter().all(|fault| fault.pointer != pointer && !fault.pointer.starts_with(&format!("{pointer}/"))) {
            self.object_to(faults::required(&pointer));
        }
    }

    /// A text that may be absent or null.
    pub(crate) fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        match self.take(name)? {
            Value::Null => None,
            Value::String(text) => {
                if text.trim().is_empty() || text.chars().count() > max {
                    let pointer = self.pointer(name);
                    self.object_to(faults::wrong_length(&pointer, 1, max));
                    return None;
                }
                Some(text)
            }
            _ => self.wrong(name, Kind::Text),
        }
    }

    /// A text that must be there.
    pub(crate) fn required_text(&mut self, name: &'static str, max: usize) -> String {
        let before = self.faults.len();
        let text = self.text(name, max);
        if text.is_none() && self.faults.len() == before {
            self.missing(name);
        }
        text.unwrap_or_default()
    }

    /// One of some words; absent or null is none.
    pub(crate) fn choice(&mut self, name: &'static str, choices: &[&str]) -> Option<String> {
        match self.take(name)? {
            Value::Null => None,
            Value::String(word) if choices.contains(&word.as_str()) => Some(word),
            Value::String(_) => {
                let pointer = self.pointer(name);
                self.object_to(faults::unknown_choice(&pointer, choices));
                None
            }
            _ => self.wrong(name, Kind::Text),
        }
    }

    /// One of some words, which must be there.
    pub(crate) fn required_choice(&mut self, name: &'static str, choices: &[&str]) -> String {
        let before = self.faults.len();
        let word = self.choice(name, choices);
        if word.is_none() && self.faults.len() == before {
            self.missing(name);
        }
        word.unwrap_or_default()
    }

    /// A UUID; absent or null is none.
    pub(crate) fn optional_id(&mut self, name: &'static str) -> Option<uuid::Uuid> {
        match self.take(name)? {
            Value::Null => None,
            Value::String(text) => match text.parse() {
                Ok(id) => Some(id),
                Err(_) => self.wrong(name, Kind::Id),
            },
            _ => self.wrong(name, Kind::Id),
        }
    }

    /// A UUID or null, one of which must be there.
    pub(crate) fn required_id(&mut self, name: &'static str) -> Option<uuid::Uuid> {
        match self.take(name) {
            None => {
                self.missing(name);
                None
            }
            Some(Value::Null) => None,
            Some(Value::String(text)) => match text.parse() {
                Ok(id) => Some(id),
                Err(_) => self.wrong(name, Kind::Id),
            },
            Some(_) => self.wrong(name, Kind::Id),
        }
    }

    /// An amount in euro, which must be there.
    pub(crate) fn required_amount(&mut self, name: &'static str) -> Money {
        let before = self.faults.len();
        let amount = self.nested(name, |inner| {
            let text = inner.required_text("amount", 16);
            inner.required_choice("currency", &["EUR"]);
            if text.is_empty() { None } else { text.parse().ok().or_else(|| inner.wrong("amount", Kind::Money)) }
        });
        if amount.is_none() && self.faults.len() == before {
            self.missing(name);
        }
        amount.flatten().unwrap_or_default()
    }

    /// A whole number within bounds, which must be there.
    pub(crate) fn required_number(&mut self, name: &'static str, min: i64, max: i64) -> i64 {
        let Some(value) = self.take(name).filter(|value| !value.is_null()) else {
            self.missing(name);
            return min;
        };
        let Some(number) = whole(&value) else { return self.wrong(name, Kind::Number).unwrap_or(min) };
        if !(min..=max).contains(&number) {
            let pointer = self.pointer(name);
            self.object_to(faults::out_of_range(&pointer, min, max));
        }
        number
    }

    /// Between one and `most` UUIDs, which must be there.
    pub(crate) fn required_ids(&mut self, name: &'static str, most: usize) -> Vec<uuid::Uuid> {
        let Some(value) = self.take(name) else {
            self.missing(name);
            return Vec::new();
        };
        let Value::Array(items) = value else { return self.wrong(name, Kind::Ids).unwrap_or_default() };
        if items.is_empty() || items.len() > most {
            let pointer = self.pointer(name);
            self.object_to(faults::out_of_range(&pointer, 1, i64::try_from(most).unwrap_or(i64::MAX)));
            return Vec::new();
        }
        let ids: Option<Vec<uuid::Uuid>> = items.iter().map(|item| item.as_str()?.parse().ok()).collect();
        ids.unwrap_or_else(|| self.wrong(name, Kind::Ids).unwrap_or_default())
    }

    /// Any of some words, separated by commas as in a query; absent or null is none.
    pub(crate) fn terms<T>(&mut self, name: &'static str, choices: &[&str], find: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let Some(text) = self.text(name, 200) else { return Vec::new() };
        let found: Option<Vec<T>> = text.split(',').map(find).collect();
        found.unwrap_or_else(|| {
            let pointer = self.pointer(name);
            self.object_to(faults::unknown_choice(&pointer, choices));
            Vec::new()
        })
    }

    /// A civil day; absent or null is none.
    pub(crate) fn date(&mut self, name: &'static str) -> Option<jiff::civil::Date> {
        match self.take(name)? {
            Value::Null => None,
            Value::String(text) => match text.parse() {
                Ok(day) => Some(day),
                Err(_) => self.wrong(name, Kind::Date),
            },
            _ => self.wrong(name, Kind::Date),
        }
    }

    /// Any object, as it is.
    pub(crate) fn object(&mut self, name: &'static str) -> Option<Value> {
        match self.take(name)? {
            Value::Null => None,
            object @ Value::Object(_) => Some(object),
            _ => self.wrong(name, Kind::Object),
        }
    }

    /// An object that must be there, as it is.
    pub(crate) fn required_object(&mut self, name: &'static str) -> Option<Value> {
        let before = self.faults.len();
        let object = self.object(name);
        if object.is_none() && self.faults.len() == before {
            self.missing(name);
        }
        object
    }

    /// An object with members of its own, read by `read`; what is wrong in it is told with the whole pointer.
    pub(crate) fn nested<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let value = self.object(name)?;
        let Value::Object(members) = value else { return None };
        let mut inner = Self { base: self.pointer(name), members, known: Vec::new(), faults: Vec::new() };
        let made = read(&mut inner);
        inner.refuse_the_rest();
        self.faults.append(&mut inner.faults);
        Some(made)
    }

    /// Ends the reading: everything that is wrong, or nothing.
    pub(crate) fn finish(mut self) -> Result<(), Refusal> {
        self.refuse_the_rest();
        if self.faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::InvalidBody, self.faults)) }
    }

    fn refuse_the_rest(&mut self) {
        let rest: Vec<String> = self.members.keys().cloned().collect();
        for name in rest {
            let pointer = self.pointer(&name);
            self.faults.push(faults::unknown_field(&pointer, &self.known));
        }
    }

    fn wrong<T>(&mut self, name: &str, expected: Kind) -> Option<T> {
        let pointer = self.pointer(name);
        self.object_to(faults::wrong_type(&pointer, expected));
        None
    }
}

/// A reference token of a JSON pointer (RFC 6901 section 3).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A whole number, however it is written: `5.0` is an `integer` to JSON Schema.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64()?.to_string().parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults_of(refusal: Refusal) -> Vec<(String, &'static str)> {
        refusal.faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let mut fields = Fields::of(json!({"service": 5, "note": "", "a/b": 1, "who": {"name": "x", "age": 3}})).unwrap();
        fields.required_text("service", 64);
        fields.text("note", 10);
        fields.missing("code");
        fields.nested("who", |who| who.required_text("given_name", 10));
        assert_eq!(
            faults_of(fields.finish().unwrap_err()),
            [
                ("/service".to_owned(), "wrong_type"),
                ("/note".to_owned(), "wrong_length"),
                ("/code".to_owned(), "required"),
                ("/who/given_name".to_owned(), "required"),
                ("/who/name".to_owned(), "unknown_field"),
                ("/who/age".to_owned(), "unknown_field"),
                ("/a~1b".to_owned(), "unknown_field"),
            ]
        );
    }

    #[test]
    fn absent_and_null_differ_for_ids() {
        let mut fields = Fields::of(json!({"assignee": null, "other": "x"})).unwrap();
        assert_eq!(fields.required_id("assignee"), None);
        fields.required_id("other");
        fields.required_id("third");
        let faults = faults_of(fields.finish().unwrap_err());
        assert_eq!(faults, [("/other".to_owned(), "wrong_type"), ("/third".to_owned(), "required")]);
    }

    #[test]
    fn only_an_object_is_a_body() {
        let refusal = Fields::of(json!([1])).unwrap_err();
        assert_eq!(refusal.code, Code::InvalidBody);
        assert_eq!(faults_of(refusal), [(String::new(), "wrong_type")]);
    }
}
