//! Why a command could not run: a sentence that says what happened and what to do, in both languages, and exit status 2.

use std::io;
use std::path::Path;

use sportello_domain::refusal::Message;
use sportello_domain::text::Language;
use sportello_store::StoreProblem;
use sportello_tenancy::problem::Problem;

/// Why a command could not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    /// The sentence.
    pub(crate) sentence: Message,
    /// Everything that was found, where it is more than the sentence says.
    pub(crate) findings: Vec<Message>,
}

/// What a command answers.
pub(crate) type Outcome<T = ()> = Result<T, Stop>;

impl Stop {
    /// A reason in both languages.
    pub(crate) fn new(it: impl Into<String>, en: impl Into<String>) -> Self {
        Self { sentence: Message::new(it, en), findings: Vec::new() }
    }

    /// The same with all that was found.
    pub(crate) fn with(mut self, findings: Vec<Message>) -> Self {
        self.findings = findings;
        self
    }

    /// A file or folder that could not be used.
    pub(crate) fn of_io(path: &Path, error: &io::Error) -> Self {
        let path = path.display();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::new(
                format!("Non c'è più spazio per scrivere {path}: libera spazio, o scegli un'altra cartella con --data."),
                format!("No space is left to write {path}: free some, or choose another folder with --data."),
            ),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::new(
                format!("{path} non si può scrivere: dai il permesso all'utente del programma, o scegli un'altra cartella."),
                format!("{path} cannot be written: give the program's user the permission, or choose another folder."),
            ),
            _ => Self::new(
                format!("{path} non si può usare ({error}): controlla il percorso."),
                format!("{path} cannot be used ({error}): check the path."),
            ),
        }
    }

    /// The sentence in the reader's language.
    pub(crate) fn text(&self, language: Language) -> &str {
        self.sentence.get(language)
    }
}

impl From<StoreProblem> for Stop {
    fn from(problem: StoreProblem) -> Self {
        Self::new(problem.text(Language::It), problem.text(Language::En))
    }
}

impl From<sportello_archive::Problem> for Stop {
    fn from(problem: sportello_archive::Problem) -> Self {
        Self { sentence: problem.message(), findings: Vec::new() }
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        let sentence = |language| {
            let (text, remedy) = (problem.text(language), problem.remedy(language));
            let place = if problem.span.line > 1 { problem.span.to_string() } else { problem.span.file.to_string() };
            let stop = if remedy.ends_with('?') { "" } else { "." };
            format!("{place}: {text}: {remedy}{stop}")
        };
        Self::new(sentence(Language::It), sentence(Language::En))
    }
}

/// A problem of the configuration as it is listed.
pub(crate) fn finding(problem: &Problem) -> Message {
    Message::new(problem.line(Language::It), problem.line(Language::En))
}
