//! Problems as text for a terminal and as JSON for programs.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{Language, Problem, Severity};

/// How many problems of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Errors: the tenants concerned cannot be used as they are.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Summary {
    /// Counts.
    pub fn of(problems: &[Problem]) -> Self {
        problems.iter().fold(Self::default(), |mut sum, problem| {
            match problem.severity() {
                Severity::Error => sum.errors += 1,
                Severity::Warning => sum.warnings += 1,
                Severity::Note => sum.notes += 1,
            }
            sum
        })
    }

    /// True when a check has to end with status 1: on errors, and on warnings too when `strict`.
    pub fn failed(self, strict: bool) -> bool {
        self.errors > 0 || (strict && self.warnings > 0)
    }

    /// One line for people.
    pub fn line(self, language: Language) -> String {
        let Self { errors, warnings, notes } = self;
        match language {
            Language::It => format!("errori: {errors}, avvisi: {warnings}, note: {notes}"),
            Language::En => format!("errors: {errors}, warnings: {warnings}, notes: {notes}"),
        }
    }
}

impl Severity {
    /// The word for people.
    pub fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Error, Language::It) => "errore",
            (Self::Error, Language::En) => "error",
            (Self::Warning, Language::It) => "avviso",
            (Self::Warning, Language::En) => "warning",
            (Self::Note, Language::It) => "nota",
            (Self::Note, Language::En) => "note",
        }
    }
}

impl Problem {
    /// `file:line:column: severity: what`, and the remedy indented on the next line.
    pub fn line(&self, language: Language) -> String {
        let label = match language {
            Language::It => "rimedio",
            Language::En => "remedy",
        };
        let (span, word) = (&self.span, self.severity().word(language));
        format!("{span}: {word}: {}\n    {label}: {}", self.text(language), self.remedy(language))
    }

    /// For programs, with the texts in one language.
    pub fn json(&self, language: Language) -> Value {
        let args: Map<String, Value> =
            self.message.args(language).into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
        json!({
            "severity": self.severity(),
            "code": self.code(),
            "file": &*self.span.file,
            "line": self.span.line,
            "column": self.span.column,
            "path": self.path,
            "text": self.text(language),
            "remedy": self.remedy(language),
            "args": args,
        })
    }
}

/// All problems as text, one after the other.
pub fn to_text(problems: &[Problem], language: Language) -> String {
    problems.iter().fold(String::new(), |mut out, problem| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", problem.line(language));
        out
    })
}

/// All problems with their counts.
pub fn to_json(problems: &[Problem], language: Language) -> Value {
    let items: Vec<Value> = problems.iter().map(|problem| problem.json(language)).collect();
    json!({ "summary": Summary::of(problems), "problems": items })
}
