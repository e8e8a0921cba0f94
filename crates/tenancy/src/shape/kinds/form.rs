//! Sections and fields of forms.

use super::super::{Items, Keys, Leaf, Record, Shape, field};
use super::service::{CHECKS, FILE_TYPES, LOOKUPS, PRIVACY};
use super::{BOOL, EXPRESSION, FORMAT_FIELD, ID, TEXTS, WHEN};
use crate::policy::Rule::Locked;

const FIELD_TYPES: &[&str] = &[
    "text",
    "long_text",
    "number",
    "money",
    "date",
    "choice",
    "choices",
    "boolean",
    "declaration",
    "tax_code",
    "vat_number",
    "iban",
    "plate",
    "phone",
    "email",
    "address",
    "place",
    "cadastral_parcel",
    "person",
    "attachment",
    "group",
];

/// A section of the library, `sections/<id>.yaml`; inside a form the same without `format`.
pub static SECTION: Record = Record {
    it: "una sezione",
    en: "a section",
    fields: &[
        FORMAT_FIELD,
        field("title", TEXTS, "titolo", "heading").required(),
        field("help", TEXTS, "aiuto", "what helps to fill it"),
        field("when", WHEN, "quando", "when it is asked"),
        field("fields", Shape::Items(&FIELDS), "campi", "fields"),
        field("checks", Shape::Items(&CHECKS), "regole sulle sue risposte", "rules about its answers"),
        field("lookups", Shape::Items(&LOOKUPS), "ricerche da cui si compila", "what its fields are filled from").rule(Locked),
    ],
};

pub(super) static SECTIONS: Items = Items { keys: Keys::Id, item: Shape::Record(&USED_SECTION), sourced: false };

static USED_SECTION: Record = Record {
    it: "una sezione del modulo",
    en: "a section of the form",
    fields: &[
        field("use", ID, "usa: un file di sections/", "a file of sections/").internal().rule(Locked),
        field("title", TEXTS, "titolo", "heading").required(),
        field("help", TEXTS, "aiuto", "what helps to fill it"),
        field("when", WHEN, "quando", "when it is asked"),
        field("fields", Shape::Items(&FIELDS), "campi", "fields"),
        field("checks", Shape::Items(&CHECKS), "regole sulle sue risposte", "rules about its answers"),
        field("lookups", Shape::Items(&LOOKUPS), "ricerche da cui si compila", "what its fields are filled from").rule(Locked),
    ],
};

pub(super) static FIELDS: Items = Items { keys: Keys::Id, item: Shape::Record(&FIELD), sourced: false };

/// A field of a form.
pub static FIELD: Record = Record {
    it: "un campo",
    en: "a field",
    fields: &[
        field("type", Shape::Leaf(Leaf::OneOf(FIELD_TYPES)), "tipo", "type").required().rule(Locked),
        field("title", TEXTS, "titolo", "the question").required(),
        field("help", TEXTS, "aiuto", "what helps to answer"),
        field("required", BOOL, "obbligatorio", "whether it must be answered"),
        field("when", WHEN, "quando", "when it is asked"),
        PRIVACY,
        field("min", Shape::Leaf(Leaf::Bound), "minimo", "least value or number of items"),
        field("max", Shape::Leaf(Leaf::Bound), "massimo", "greatest value or number of items"),
        field("min_length", Shape::Leaf(Leaf::Integer(0, 100_000)), "lunghezza minima", "fewest characters"),
        field("max_length", Shape::Leaf(Leaf::Integer(1, 100_000)), "lunghezza massima", "most characters"),
        field("pattern", Shape::Leaf(Leaf::Text(500)), "espressione regolare", "regular expression"),
        field("choices", Shape::Items(&CHOICES), "scelte", "choices"),
        field("statement", TEXTS, "dichiarazione", "what is declared"),
        field("types", Shape::Set(FILE_TYPES), "tipi di file", "file types"),
        field("prefill", EXPRESSION, "precompilato: che cosa ne sa un registro", "what a register knows of it"),
        field("computed", EXPRESSION, "calcolato: il valore si ricava da altre risposte", "the value follows from other answers"),
        field("fields", Shape::Items(&FIELDS), "campi", "fields of a repeated group"),
    ],
};

static CHOICES: Items = Items { keys: Keys::Id, item: Shape::Record(&CHOICE), sourced: false };

static CHOICE: Record =
    Record { it: "una scelta", en: "a choice", fields: &[field("title", TEXTS, "titolo", "what people read").required()] };
