//! What is wrong with a file of `tenants/`, where, and what to do about it.
//!
//! A problem never stops the search for the next one: functions of this crate push into [`Problems`] and go on with what is
//! still usable, so that one run shows everything. To add a kind of problem, add one entry to the table in `table.rs`: the
//! macro there demands both languages.

mod output;
mod table;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

pub use sportello_domain::text::Language;

pub use output::{Summary, to_json, to_text};
pub use table::{Message, samples};

/// How bad a problem is. Only errors make a tenant unusable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The tenant cannot be served with this configuration.
    Error,
    /// Works, but is probably not what was meant; counts as an error under `--strict`.
    Warning,
    /// For information: for example a value that nobody has confirmed yet.
    Note,
}

/// A place in a file. Lines and columns count from 1, columns in characters; 0 stands for the whole file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The file as shown to people.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Span {
    /// A place inside a file.
    pub fn new(file: &Arc<str>, line: u32, column: u32) -> Self {
        Self { file: Arc::clone(file), line, column }
    }

    /// The file as a whole: shown as its first line.
    pub fn of_file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), line: 1, column: 1 }
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A piece of a message: the same in both languages (a key, a number), or a word that has to be translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// In Italian.
    pub it: String,
    /// In English.
    pub en: String,
}

impl Words {
    /// A piece that differs by language.
    pub fn new(it: impl Into<String>, en: impl Into<String>) -> Self {
        Self { it: it.into(), en: en.into() }
    }

    fn get(&self, language: Language) -> &str {
        match language {
            Language::It => &self.it,
            Language::En => &self.en,
        }
    }
}

impl<T: std::fmt::Display> From<T> for Words {
    fn from(value: T) -> Self {
        let text = value.to_string();
        Self { it: text.clone(), en: text }
    }
}

/// One problem at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, with its details.
    pub message: Box<Message>,
    /// Where.
    pub span: Span,
    /// The value concerned, as `fees.issue.amount`; empty for a whole file.
    pub path: String,
}

impl Problem {
    /// A problem with a value.
    pub fn new(message: Message, span: &Span, path: impl Into<String>) -> Self {
        Self { message: Box::new(message), span: span.clone(), path: path.into() }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.message.severity()
    }

    /// The stable code, for programs.
    pub fn code(&self) -> &'static str {
        self.message.code()
    }

    /// What is wrong, for people.
    pub fn text(&self, language: Language) -> String {
        self.message.text(language)
    }

    /// What to do about it, for people.
    pub fn remedy(&self, language: Language) -> String {
        self.message.remedy(language)
    }

    fn sort_key(&self) -> (&str, u32, u32, Severity, &'static str, &str) {
        (&self.span.file, self.span.line, self.span.column, self.severity(), self.code(), &self.path)
    }
}

impl PartialOrd for Problem {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Problem {
    fn cmp(&self, other: &Self) -> Ordering {
        self.sort_key().cmp(&other.sort_key())
    }
}

/// The problems found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes one more.
    pub fn push(&mut self, message: Message, span: &Span, path: impl Into<String>) {
        self.0.push(Problem::new(message, span, path));
    }

    /// Takes in the problems of another search.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Forgets those that do not matter here.
    pub(crate) fn leave_out(&mut self, matters_not: impl Fn(&Message) -> bool) {
        self.0.retain(|problem| !matters_not(&problem.message));
    }

    /// True when nothing prevents use.
    pub fn usable(&self) -> bool {
        !self.0.iter().any(|problem| problem.severity() == Severity::Error)
    }

    /// Ordered by file and place, each once. That a document makes no definition is only said where nothing more precise is.
    pub fn sorted(mut self) -> Vec<Problem> {
        let vague = |problem: &Problem| matches!(*problem.message, Message::BadDefinition { .. });
        let told: BTreeSet<Arc<str>> = self
            .0
            .iter()
            .filter(|problem| problem.severity() == Severity::Error && !vague(problem))
            .map(|problem| Arc::clone(&problem.span.file))
            .collect();
        self.0.retain(|problem| !vague(problem) || !told.contains(&problem.span.file));
        self.0.sort();
        self.0.dedup();
        self.0
    }

    /// As found.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<Problem>> for Problems {
    fn from(problems: Vec<Problem>) -> Self {
        Self(problems)
    }
}
