//! One answer against its field: an arm per type.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    Checker,
    problem::{Problem, Shape},
    under,
};
use crate::{
    form::{
        DayBound, Field, FieldType, limits,
        parts::{self, Part, PartKind, REGISTRIES},
    },
    identity::{Iban, Plate, TaxCode, TaxCodeProblem, VatNumber},
    money::Money,
    refusal::{Fault, Message},
};

impl Checker<'_> {
    /// An answer that was given, whatever its type.
    pub(super) fn value(&mut self, field: &Field, value: &Value, pointer: &str) {
        match field.kind {
            FieldType::Boolean | FieldType::Declaration => self.truth(field, value, pointer),
            FieldType::Number => self.number(field, value, pointer),
            FieldType::Choices => self.choices(field, value, pointer),
            FieldType::Group => self.group(field, value, pointer),
            FieldType::Address | FieldType::Place | FieldType::CadastralParcel | FieldType::Person => {
                let Some(given) = self.object(value, pointer) else { return };
                for part in given.keys().filter(|key| parts::of(field.kind).is_some_and(|parts| parts.iter().all(|part| part.key != *key)))
                {
                    self.fault(&under(pointer, part), &Problem::UnknownField);
                }
                for part in parts::of(field.kind).unwrap_or_default() {
                    self.part(part, given, pointer);
                }
            }
            _ => {
                let Value::String(text) = value else { return self.fault(pointer, &Problem::WrongType(Shape::Text)) };
                self.string(field, text, pointer);
            }
        }
    }

    /// The types that are texts in JSON.
    fn string(&mut self, field: &Field, text: &str, pointer: &str) {
        if !self.line(text, limits::longest(field), field.kind == FieldType::LongText, pointer) {
            return;
        }
        match field.kind {
            FieldType::Text | FieldType::LongText => self.text(field, text, pointer),
            FieldType::Money => self.money(field, text, pointer),
            FieldType::Date => self.date(field, text, pointer),
            FieldType::Choice if !field.choices.contains_key(text) => {
                self.fault(pointer, &Problem::UnknownChoice(field.choices.keys().map(AsRef::as_ref).collect()));
            }
            FieldType::TaxCode => {
                if let Err(problem) = self.tax_code(text) {
                    self.code(problem.code(), problem.into(), pointer);
                }
            }
            FieldType::VatNumber => {
                if let Err(problem) = VatNumber::parse(text) {
                    self.code(problem.code(), problem.into(), pointer);
                }
            }
            FieldType::Iban => {
                if let Err(problem) = Iban::parse(text) {
                    self.code(problem.code(), problem.into(), pointer);
                }
            }
            FieldType::Plate => {
                if let Err(problem) = Plate::parse(text) {
                    self.code(problem.code(), problem.into(), pointer);
                }
            }
            FieldType::Phone if !is_phone(text) => self.fault(pointer, &Problem::NotAPhone),
            FieldType::Email if !is_email(text) => self.fault(pointer, &Problem::NotAnEmail),
            FieldType::Attachment if !is_uuid(text) => self.fault(pointer, &Problem::NotADocument),
            _ => {}
        }
    }

    /// A fault of one of the codes that `identity` checks, in its own words.
    fn code(&mut self, code: &'static str, message: Message, pointer: &str) {
        self.faults.push(Fault { pointer: pointer.to_owned(), code, message });
    }

    /// What every text must keep to; false where a fault was found.
    fn line(&mut self, text: &str, longest: u64, several_lines: bool, pointer: &str) -> bool {
        let problem = if text.chars().count() as u64 > longest {
            Problem::TooLong(longest)
        } else if text.chars().any(|character| is_control(character, several_lines)) {
            Problem::ControlCharacter
        } else {
            return true;
        };
        self.fault(pointer, &problem);
        false
    }

    fn text(&mut self, field: &Field, text: &str, pointer: &str) {
        let shortest = field.min_length.map_or(0, u64::from);
        if (text.chars().count() as u64) < shortest {
            return self.fault(pointer, &Problem::TooShort(shortest));
        }
        // A pattern that is no expression matches nothing; the check of the configuration has refused it before.
        let fits = |source: &str| limits::pattern(source).is_ok_and(|pattern| pattern.is_match(text));
        if field.pattern.as_deref().is_some_and(|source| !fits(source)) {
            self.fault(pointer, &Problem::Pattern(field.help.as_ref()));
        }
    }

    fn number(&mut self, field: &Field, value: &Value, pointer: &str) {
        let Some(number) = value.as_f64() else { return self.fault(pointer, &Problem::WrongType(Shape::Number)) };
        let bound = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
        if bound(field.min.as_deref()).is_some_and(|least| number < least) {
            self.fault(pointer, &Problem::TooSmall(field.min.as_deref().unwrap_or_default()));
        } else if bound(field.max.as_deref()).is_some_and(|most| number > most) {
            self.fault(pointer, &Problem::TooLarge(field.max.as_deref().unwrap_or_default()));
        }
    }

    fn money(&mut self, field: &Field, text: &str, pointer: &str) {
        let Ok(amount) = text.parse::<Money>() else { return self.fault(pointer, &Problem::NotAnAmount) };
        let bound = |text: Option<&str>| text.and_then(|text| text.parse::<Money>().ok());
        if bound(field.min.as_deref()).is_some_and(|least| amount < least) {
            self.fault(pointer, &Problem::TooSmall(field.min.as_deref().unwrap_or_default()));
        } else if bound(field.max.as_deref()).is_some_and(|most| amount > most) {
            self.fault(pointer, &Problem::TooLarge(field.max.as_deref().unwrap_or_default()));
        }
    }

    fn date(&mut self, field: &Field, text: &str, pointer: &str) {
        let Some(day) = civil_day(text) else { return self.fault(pointer, &Problem::NotADate) };
        if let Some(least) = self.bound(field.min.as_deref()).filter(|least| day < *least) {
            self.fault(pointer, &Problem::TooEarly(least.to_string()));
        } else if let Some(most) = self.bound(field.max.as_deref()).filter(|most| day > *most) {
            self.fault(pointer, &Problem::TooLate(most.to_string()));
        }
    }

    /// The day that a bound means today; a fixed one needs no today.
    fn bound(&self, text: Option<&str>) -> Option<Date> {
        match text?.parse::<DayBound>().ok()? {
            DayBound::Fixed(day) => Some(day),
            bound @ DayBound::Today(_) => bound.on(self.scope.today?, &self.scope.parameters),
        }
    }

    fn truth(&mut self, field: &Field, value: &Value, pointer: &str) {
        match value {
            Value::Bool(false) if field.kind == FieldType::Declaration => self.missing(field, pointer),
            Value::Bool(_) => {}
            _ => self.fault(pointer, &Problem::WrongType(Shape::Boolean)),
        }
    }

    fn choices(&mut self, field: &Field, value: &Value, pointer: &str) {
        let Some(items) = self.array(field, value, pointer) else { return };
        let mut seen = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            match item {
                Value::String(id) if !field.choices.contains_key(id.as_str()) => {
                    self.fault(&pointer, &Problem::UnknownChoice(field.choices.keys().map(AsRef::as_ref).collect()));
                }
                Value::String(id) if !seen.insert(id.as_str()) => self.fault(&pointer, &Problem::DuplicateChoice),
                Value::String(_) => {}
                _ => self.fault(&pointer, &Problem::WrongType(Shape::Text)),
            }
        }
    }

    fn group(&mut self, field: &Field, value: &Value, pointer: &str) {
        let Some(items) = self.array(field, value, pointer) else { return };
        for (index, item) in items.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            if let Some(given) = self.object(item, &pointer) {
                let outside = self.scope.item.clone();
                self.scope.to_mut().item = item.clone();
                self.fields(&field.fields, given, &pointer, true);
                self.scope.to_mut().item = outside;
            }
        }
    }

    /// A list within its bounds; too few matter only when it is submitted.
    fn array<'v>(&mut self, field: &Field, value: &'v Value, pointer: &str) -> Option<&'v [Value]> {
        let Value::Array(items) = value else {
            self.fault(pointer, &Problem::WrongType(Shape::Array));
            return None;
        };
        let (least, most) = limits::entries(field);
        let count = items.len() as u64;
        // A list of choices that is too long repeats one or names unknown ones, and says so at each; but not a thousand times.
        if count > most && (field.max.is_some() || count > limits::ENTRIES) {
            self.fault(pointer, &Problem::TooMany(most));
            return None;
        }
        if self.submitting() {
            if count == 0 {
                self.missing(field, pointer);
            } else if count < least {
                self.fault(pointer, &Problem::TooFew(least));
            }
        }
        Some(items)
    }

    fn object<'v>(&mut self, value: &'v Value, pointer: &str) -> Option<&'v Map<String, Value>> {
        if !value.is_object() {
            self.fault(pointer, &Problem::WrongType(Shape::Object));
        }
        value.as_object()
    }

    /// One part of an answer that is an object.
    fn part(&mut self, part: &Part, given: &Map<String, Value>, base: &str) {
        let pointer = under(base, part.key);
        let value = match given.get(part.key) {
            Some(Value::String(text)) if text.trim().is_empty() && (part.required || !self.submitting()) => None,
            None | Some(Value::Null) => None,
            Some(value) => Some(value),
        };
        let Some(value) = value else {
            if part.required && self.submitting() {
                self.fault(&pointer, &Problem::Required);
            }
            return;
        };
        if let PartKind::Latitude | PartKind::Longitude = part.kind {
            return self.coordinate(part.kind, value, &pointer);
        }
        let Value::String(text) = value else { return self.fault(&pointer, &Problem::WrongType(Shape::Text)) };
        let longest = if let PartKind::Line(most) = part.kind { u64::from(most) } else { limits::SHORT };
        if self.line(text, longest, false, &pointer) {
            self.part_text(part.kind, text, &pointer);
        }
    }

    fn part_text(&mut self, kind: PartKind, text: &str, pointer: &str) {
        match kind {
            PartKind::PostalCode if !is_shape(text, "00000") => self.fault(pointer, &Problem::NotAPostalCode),
            PartKind::Province if !is_shape(text, "AA") => self.fault(pointer, &Problem::NotAProvince),
            PartKind::Municipality if !is_shape(text, "A000") => self.fault(pointer, &Problem::NotAMunicipality),
            PartKind::Registry if REGISTRIES.iter().all(|(id, _)| *id != text) => self.fault(pointer, &Problem::NotARegistry),
            PartKind::PersonTaxCode => match self.tax_code(text) {
                Ok(code) if code.is_person() => {}
                Ok(_) => self.fault(pointer, &Problem::PersonExpected),
                Err(problem) => self.code(problem.code(), problem.into(), pointer),
            },
            _ => {}
        }
    }

    fn coordinate(&mut self, kind: PartKind, value: &Value, pointer: &str) {
        let (most, problem) = if kind == PartKind::Latitude { (90.0, Problem::NotALatitude) } else { (180.0, Problem::NotALongitude) };
        match value.as_f64() {
            None => self.fault(pointer, &Problem::WrongType(Shape::Number)),
            Some(degrees) if degrees.abs() > most => self.fault(pointer, &problem),
            Some(_) => {}
        }
    }

    /// The birthplace is checked for the day of the check, where the scope has one.
    fn tax_code(&self, text: &str) -> Result<TaxCode, TaxCodeProblem> {
        self.scope.today.map_or_else(|| TaxCode::parse(text), |today| TaxCode::parse_at(text, today))
    }
}

/// Characters that no one types: controls, and the marks that turn the reading direction and make a text look like another
/// (Unicode bidirectional embeddings, overrides and isolates). Long texts may have line ends and tabs.
fn is_control(character: char, several_lines: bool) -> bool {
    if matches!(character, '\n' | '\r' | '\t') {
        return !several_lines;
    }
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// A day as year-month-day and nothing else: other spellings of ISO 8601 would be read differently elsewhere.
fn civil_day(text: &str) -> Option<Date> {
    if is_shape(text, "0000-00-00") { text.parse().ok() } else { None }
}

/// Whether a text has digits where `shape` has `0`, capital letters where it has `A`, and else the same characters.
fn is_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, kind)| match kind {
            b'0' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            same => byte == same,
        })
}

/// Six to fifteen digits (ITU-T E.164) as people write them: a `+` in front, blanks and the usual separators between.
fn is_phone(text: &str) -> bool {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    (6..=15).contains(&digits) && rest.bytes().all(|byte| byte.is_ascii_digit() || b" -./()".contains(&byte))
}

/// An address that a mail server of the internet can be asked about: no quoted local parts, no bare hosts.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte));
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    local.len() <= 64
        && local.split('.').all(atom)
        && domain.contains('.')
        && domain.split('.').all(label)
        && top.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// An id as the product writes it: lower or upper case, with hyphens.
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}
