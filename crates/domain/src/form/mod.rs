//! Forms: what a citizen is asked, section by section.
//!
//! Answers are JSON, section → field → value, and travel as they were given: `check` decides whether they are complete and
//! right, `schema` tells the same to clients as JSON Schema 2020-12 with a layout. To add a field type: a variant of
//! [`FieldType`], its check in `check`, its schema in `schema`, and both languages of its refusals.

mod bound;
pub mod changes;
pub mod check;
pub mod computed;
mod limits;
mod parts;
pub mod schema;
pub mod special;

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{
    condition::{Condition, Expression},
    registers::Lookup,
    service::{Check, Key, Privacy},
    text::Text,
};

pub use bound::{DayBound, NotADayBound, Shift};
pub use limits::pattern;

/// The questions of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The sections in the order in which they are asked.
    #[serde(with = "crate::ordered", default)]
    pub sections: IndexMap<Key, Section>,
}

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its heading.
    pub title: Text,
    /// What helps to fill it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// When it is asked at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Its fields in order.
    #[serde(with = "crate::ordered", default)]
    pub fields: IndexMap<Key, Field>,
    /// What must hold of its answers, wherever it is asked: a section that services share brings its rules along.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub checks: IndexMap<Key, Check>,
    /// What its fields are filled from.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub lookups: IndexMap<Key, Lookup>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The question.
    pub title: Text,
    /// What helps to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// Whether it must be answered (where `when` holds).
    #[serde(default)]
    pub required: bool,
    /// When it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Whether the answer is of a special category.
    #[serde(default)]
    pub privacy: Privacy,
    /// The least value (number, money, or for dates a [`DayBound`]: a day, `today`, `today - 10`, `today - parameters.id`), or the fewest items of a group or of choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Arc<str>>,
    /// The greatest value, or the most items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Arc<str>>,
    /// The fewest characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// The most characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// A regular expression that the whole text must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Arc<str>>,
    /// The choices, for `choice` and `choices`.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub choices: IndexMap<Key, Choice>,
    /// The statement that is agreed to, for `declaration`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Text>,
    /// The file types that are taken, for `attachment`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub types: BTreeMap<crate::service::FileType, bool>,
    /// What a register knows of it, offered to be taken as the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Expression>,
    /// What the answer follows from: the product works it out, nobody types it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computed: Option<Expression>,
    /// The fields of a repeated `group`.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub fields: IndexMap<Key, Field>,
}

/// One of the answers that a choice offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What people read.
    pub title: Text,
}

/// The kinds of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A whole or decimal number.
    Number,
    /// An amount in euro, `"16.00"`.
    Money,
    /// A civil day, `2026-05-04`.
    Date,
    /// One of the choices.
    Choice,
    /// Any of the choices: an array of ids.
    Choices,
    /// Yes or no.
    Boolean,
    /// A statement that must be agreed to: `true`.
    Declaration,
    /// A fiscal code.
    TaxCode,
    /// An Italian VAT number.
    VatNumber,
    /// An IBAN.
    Iban,
    /// A number plate.
    Plate,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// `{street, number?, postal_code, city, province?}`.
    Address,
    /// A point in the city: `{latitude, longitude, description?}`.
    Place,
    /// `{registry, municipality, section?, sheet, parcel, subaltern?}`.
    CadastralParcel,
    /// `{given_name, family_name, tax_code}`.
    Person,
    /// The id of a document of the case.
    Attachment,
    /// Several answers to the same fields: an array of objects.
    Group,
}
