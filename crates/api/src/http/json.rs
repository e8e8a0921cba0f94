//! JSON as this API takes it: no repeated names, no deep nests, and an error that says line and column in the reader's
//! language, never in the words of a parser.
//!
//! What a body must hold is read from the value by [`super::fields`].

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value, error::Category};
use sportello_domain::refusal::{Code, Fault, Message, Refusal};

/// How deep arrays and objects may be nested.
pub(crate) const MAX_DEPTH: u16 = 32;

/// What was wrong besides the syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Objection {
    TooDeep,
    Repeated(String),
    Null,
}

/// Reads one JSON value that fills the whole body.
pub(crate) fn read(bytes: &[u8]) -> Result<Value, Refusal> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(malformed("not_utf8", "Il testo non è in UTF-8.", "The text is not UTF-8."));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(malformed("empty", "Il corpo è vuoto.", "The body is empty."));
    }
    let objection = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = Strict { depth: 0, objection: &objection }.deserialize(&mut deserializer).and_then(|value| {
        deserializer.end()?;
        Ok(value)
    });
    read.map_err(|error| explain(&error, objection.take()))
}

fn malformed(code: &'static str, it: impl Into<String>, en: impl Into<String>) -> Refusal {
    let (it, en) = (it.into(), en.into());
    let mut refusal = Refusal::because(Code::MalformedJson, it.clone(), en.clone());
    refusal.faults.push(Fault { pointer: String::new(), code, message: Message::new(it, en) });
    refusal
}

fn explain(error: &serde_json::Error, objection: Option<Objection>) -> Refusal {
    let (line, column) = (error.line(), error.column());
    let at = |it: &str, en: &str| (format!("{it} (riga {line}, colonna {column})."), format!("{en} (line {line}, column {column})."));
    let (code, (it, en)) = match objection {
        Some(Objection::TooDeep) => {
            ("too_deep", at(&format!("Oltre {MAX_DEPTH} livelli di annidamento"), &format!("Nested more than {MAX_DEPTH} levels deep")))
        }
        Some(Objection::Repeated(name)) => (
            "repeated",
            at(&format!("Il nome «{name}» è ripetuto nello stesso oggetto"), &format!("The name \"{name}\" is repeated in one object")),
        ),
        // No database keeps it in a text in the same way, and nobody writes it.
        Some(Objection::Null) => ("null_character", at("Un testo contiene il carattere nullo", "A text contains the null character")),
        None if error.classify() == Category::Eof => ("ends_early", at("Il testo finisce troppo presto", "The text ends too early")),
        None => ("syntax", at("Errore di sintassi", "Syntax error")),
    };
    malformed(code, it, en)
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: u16,
    objection: &'a Cell<Option<Objection>>,
}

impl Strict<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            self.objection.set(Some(Objection::TooDeep));
            return Err(E::custom("too deep"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn plain<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            self.objection.set(Some(Objection::Null));
            return Err(E::custom("a null character"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        self.plain(&value)?;
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper::<A::Error>()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper::<A::Error>()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            self.plain::<A::Error>(&name)?;
            if object.contains_key(&name) {
                self.objection.set(Some(Objection::Repeated(name)));
                return Err(A::Error::custom("repeated"));
            }
            let value = members.next_value_seed(inner)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &[u8]) -> (String, &'static str) {
        let refusal = read(body).unwrap_err();
        assert_eq!(refusal.code, Code::MalformedJson);
        (refusal.detail.unwrap().en, refusal.faults[0].code)
    }

    #[test]
    fn json_is_read_in_its_order() {
        let value = read(br#" {"z": [1, -2, 3.5, "x", null, true], "a": {}} "#).unwrap();
        assert_eq!(value.to_string(), r#"{"z":[1,-2,3.5,"x",null,true],"a":{}}"#);
    }

    #[test]
    fn bad_json_is_told_with_line_and_column() {
        assert_eq!(said(b""), ("The body is empty.".to_owned(), "empty"));
        assert_eq!(said(b"\xff{}"), ("The text is not UTF-8.".to_owned(), "not_utf8"));
        assert_eq!(said(b"{\n  \"a\": 1,\n}"), ("Syntax error (line 3, column 1).".to_owned(), "syntax"));
        assert_eq!(said(b"{\"a\": 1"), ("The text ends too early (line 1, column 7).".to_owned(), "ends_early"));
        assert_eq!(said(b"{} {}"), ("Syntax error (line 1, column 4).".to_owned(), "syntax"));
        assert_eq!(said(br#"{"a":1,"a":2}"#).1, "repeated");
        assert!(said(br#"{"a":1,"a":2}"#).0.starts_with("The name \"a\" is repeated in one object (line 1"));
        assert_eq!(said(br#"{"a":NaN}"#).1, "syntax");
        for null in [&br#"{"a":"x\u0000"}"#[..], br#"{"\u0000":1}"#, br#"["a", ["\u0000"]]"#] {
            let (detail, code) = said(null);
            assert!(detail.starts_with("A text contains the null character (line 1, column ") && code == "null_character", "{detail}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
        assert!(read(&nested(32)).is_ok());
        assert_eq!(said(&nested(33)), ("Nested more than 32 levels deep (line 1, column 34).".to_owned(), "too_deep"));
        assert_eq!(said(&nested(50_000)).1, "too_deep");
    }
}
