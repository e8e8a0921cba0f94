//! What commands say: results on standard output, everything else on standard error, in the reader's language or as JSON.

use std::io::{self, IsTerminal, Write};

use serde_json::{Value, json};
use sportello_domain::text::Language;

use crate::stop::Stop;

/// How a command speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ui {
    /// The reader's language.
    pub(crate) language: Language,
    /// Whether a program reads.
    pub(crate) json: bool,
}

impl Ui {
    /// One of two texts.
    pub(crate) fn pick<T: Copy>(self, it: T, en: T) -> T {
        self.language.pick(it, en)
    }

    /// A line of the result. A reader who has gone away is no reason to fail.
    #[expect(clippy::unused_self, reason = "results are said through the same value as everything else")]
    pub(crate) fn line(self, text: impl AsRef<str>) {
        let _ = writeln!(io::stdout(), "{}", text.as_ref());
    }

    /// A result for a program.
    pub(crate) fn value(self, value: &Value) {
        self.line(serde_json::to_string_pretty(value).unwrap_or_default());
    }

    /// Progress, for people only.
    pub(crate) fn progress(self, text: impl AsRef<str>) {
        if !self.json {
            let _ = writeln!(io::stderr(), "{}", text.as_ref());
        }
    }

    /// Why the command could not run.
    pub(crate) fn stop(self, stop: &Stop) {
        let mut out = io::stderr().lock();
        if self.json {
            let findings: Vec<&str> = stop.findings.iter().map(|finding| finding.get(self.language)).collect();
            let _ = writeln!(out, "{}", json!({"error": stop.text(self.language), "findings": findings}));
            return;
        }
        for finding in &stop.findings {
            let _ = writeln!(out, "{}", finding.get(self.language));
        }
        let _ = writeln!(out, "{}: {}", self.pick("errore", "error"), stop.text(self.language));
    }

    /// Whether a person sees standard error.
    pub(crate) fn watched() -> bool {
        io::stderr().is_terminal()
    }
}
