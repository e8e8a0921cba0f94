//! Papers: what the product itself draws up, before it has a page. A paper is words in order; how they stand on a page is the
//! printer's affair.
//!
//! Everything in it is already in the reader's language and filled. To extend: a variant of [`Part`], and its place on the page in
//! the printer.

use std::sync::Arc;

use jiff::civil::Date;

use crate::text::Language;

/// A paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The language that it is written in.
    pub language: Language,
    /// Who issues it.
    pub issuer: Issuer,
    /// The day that it bears; the file's own particulars tell it too.
    pub date: Date,
    /// What it is: `Ricevuta`. With the day and the language, all that the file's own particulars tell.
    pub heading: String,
    /// What it is about.
    pub subject: Option<String>,
    /// What it says, in order.
    pub parts: Vec<Part>,
    /// Lines that the law wants on it, one below the other at the end.
    pub legend: Vec<String>,
    /// How it can be checked whether it is genuine.
    pub verification: Option<String>,
    /// What stands at the foot of each page beside its number.
    pub footer: String,
}

/// The body that issues a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// Its name.
    pub name: String,
    /// The office, and how to reach it.
    pub lines: Vec<String>,
    /// Its colour, `#RRGGBB`; black where it has none.
    pub color: Option<Arc<str>>,
}

/// A part of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A title within the paper.
    Title(String),
    /// Running text; an empty line begins a new paragraph.
    Text(String),
    /// Labels with their values; rows without a value are left out.
    Table(Vec<Row>),
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What the value is.
    pub label: String,
    /// The value.
    pub value: String,
}

impl Row {
    /// A row.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// A colour's red, green and blue.
///
/// ```
/// # use sportello_domain::printed::rgb;
/// assert_eq!(rgb("#0066CC"), Some([0, 0x66, 0xCC]));
/// assert_eq!(rgb("blue"), None);
/// ```
pub fn rgb(color: &str) -> Option<[u8; 3]> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}
