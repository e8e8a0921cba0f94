//! What can go wrong, in words for whoever runs the installation.

use std::io;
use std::path::Path;

use sportello_connect::handover::KeysProblem;
use sportello_domain::refusal::Message;
use sportello_domain::text::Language;
use sportello_store::StoreProblem;

/// Why something was not carried out. Where it says no more, nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The rows could not be read or written.
    Store(StoreProblem),
    /// A file or folder could not be used.
    File {
        /// Which.
        path: String,
        /// What the system says.
        cause: String,
        /// Whether no space is left.
        full: bool,
    },
    /// There is a file already where one should be written.
    Exists(String),
    /// A file is no archive of ours.
    NoArchive(String),
    /// An archive is not what was written.
    Damaged {
        /// The file.
        path: String,
        /// What does not fit, in English as the names of its parts are.
        what: String,
    },
    /// An archive was written by a newer program.
    Newer {
        /// The file.
        path: String,
        /// What it holds: a format or a step.
        found: String,
    },
    /// An archive holds something else than what was asked for.
    OtherContent(String),
    /// The keys of an archive cannot be used here.
    Keys(KeysProblem),
    /// The body has rows here already.
    AlreadyHere(String),
    /// The slug leads to another body here.
    SlugTaken(String),
    /// A placement that the settings do not name.
    NoPlacement {
        /// What was asked for.
        placement: String,
        /// Those that they name.
        known: String,
    },
    /// The rows are there already.
    AlreadyAt {
        /// The body.
        slug: String,
        /// The placement.
        placement: String,
    },
    /// Rows are where they should come, and in service there.
    ServedTwice {
        /// The body.
        slug: String,
        /// The placement.
        placement: String,
    },
    /// Another command carries the body's rows about.
    Occupied(String),
    /// A move was interrupted in its last steps.
    Halfway {
        /// The body.
        slug: String,
        /// Where the directory has it.
        placement: String,
    },
    /// What came is not what was sent.
    Differs(String),
    /// There is no backup that would do.
    NoBackup {
        /// Of what.
        what: String,
        /// Where it was looked for.
        folder: String,
    },
}

impl Problem {
    pub(crate) fn of_io(path: &Path, error: &io::Error) -> Self {
        let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        Self::File { path: path.display().to_string(), cause: error.to_string(), full }
    }

    pub(crate) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.display().to_string(), what: what.into() }
    }

    /// What is wrong and what to do, in both languages.
    pub fn message(&self) -> Message {
        match self {
            Self::Store(problem) => Message::new(problem.text(Language::It), problem.text(Language::En)),
            Self::File { path, cause: _, full: true } => Message::new(
                format!("Non c'è più spazio per scrivere {path}: libera spazio o scegli un altro disco; non è cambiato nulla."),
                format!("No space is left to write {path}: free some or choose another disk; nothing was changed."),
            ),
            Self::File { path, cause, full: false } => Message::new(
                format!("{path} non si può usare ({cause}): controlla il percorso e i permessi."),
                format!("{path} cannot be used ({cause}): check the path and its permissions."),
            ),
            Self::Exists(path) => Message::new(
                format!("{path} c'è già: scegli un altro nome, qui non si sovrascrive nulla."),
                format!("{path} exists already: choose another name, nothing is overwritten here."),
            ),
            Self::NoArchive(path) => Message::new(
                format!("{path} non è un archivio di Sportello: indica il file scritto da tenant export o db backup."),
                format!("{path} is no archive of Sportello: name the file that tenant export or db backup wrote."),
            ),
            Self::Damaged { path, what } => Message::new(
                format!("L'archivio {path} è danneggiato ({what}): usane un'altra copia; non è cambiato nulla."),
                format!("The archive {path} is damaged ({what}): use another copy; nothing was changed."),
            ),
            Self::Newer { path, found } => Message::new(
                format!("L'archivio {path} è più recente di questo programma ({found}): aggiorna Sportello e riprova."),
                format!("The archive {path} is newer than this program ({found}): update Sportello and try again."),
            ),
            Self::OtherContent(path) => Message::new(
                format!("L'archivio {path} non contiene i dati di un ente: indica quello di un ente."),
                format!("The archive {path} does not hold the data of a body: name that of a body."),
            ),
            Self::Keys(problem) => keys(*problem),
            Self::AlreadyHere(slug) => Message::new(
                format!("'{slug}' ha già dati qui: per rimetterli a una copia usa sportello db restore."),
                format!("'{slug}' has data here already: to put them back to a copy use sportello db restore."),
            ),
            Self::SlugTaken(slug) => Message::new(
                format!("Qui '{slug}' appartiene a un altro ente: usa un'altra installazione o cambia il nome di uno dei due."),
                format!("Here '{slug}' belongs to another body: use another installation or change the name of one of them."),
            ),
            Self::NoPlacement { placement, known } => Message::new(
                format!("Le impostazioni non conoscono la collocazione '{placement}': scegli fra {known}, oppure aggiungila a placements."),
                format!("The settings do not know the placement '{placement}': choose among {known}, or add it to placements."),
            ),
            Self::AlreadyAt { slug, placement } => Message::new(
                format!("I dati di '{slug}' sono già in {placement}: non c'è niente da spostare."),
                format!("The data of '{slug}' are at {placement} already: there is nothing to move."),
            ),
            Self::ServedTwice { slug, placement } => Message::new(
                format!(
                    "In {placement} ci sono dati di '{slug}' in servizio, che lo spostamento cancellerebbe: correggi la sua collocazione nella \
                     tabella tenants della piattaforma; non è cambiato nulla."
                ),
                format!(
                    "At {placement} there are data of '{slug}' in service, which the move would remove: correct its placement in the table \
                     tenants of the platform; nothing was changed."
                ),
            ),
            Self::Occupied(slug) => Message::new(
                format!("Un altro comando sta spostando o ripristinando '{slug}': aspetta che finisca e guarda sportello db status."),
                format!("Another command is moving or restoring '{slug}': wait until it ends and see sportello db status."),
            ),
            Self::Halfway { slug, placement } => Message::new(
                format!(
                    "Uno spostamento di '{slug}' si è interrotto: ripetilo, oppure annullalo con sportello tenant move {slug} --to {placement}."
                ),
                format!(
                    "A move of '{slug}' was interrupted: repeat it, or take it back with sportello tenant move {slug} --to {placement}."
                ),
            ),
            Self::Differs(table) => Message::new(
                format!("Dopo la copia la tabella {table} non è uguale all'originale: l'ente resta dov'era; riprova e segnalalo."),
                format!("After the copy the table {table} is not what it was: the body stays where it was; try again and report it."),
            ),
            Self::NoBackup { what, folder } => Message::new(
                format!("In {folder} non c'è una copia di {what} fino a quel momento: controlla la cartella e --at."),
                format!("In {folder} there is no backup of {what} up to that time: check the folder and --at."),
            ),
        }
    }
}

fn keys(problem: KeysProblem) -> Message {
    match problem {
        KeysProblem::OtherInstallation => Message::new(
            "L'archivio è di un'altra installazione e le sue chiavi qui non si aprono: fallo esportare con --for e la chiave che dà sportello tenant recipient.",
            "The archive is another installation's and its keys do not open here: have it exported with --for and the key that sportello tenant recipient gives.",
        ),
        KeysProblem::OtherRecipient => Message::new(
            "L'archivio è sigillato per un altro destinatario: fallo esportare con --for e la chiave che dà qui sportello tenant recipient.",
            "The archive is sealed to another recipient: have it exported with --for and the key that sportello tenant recipient gives here.",
        ),
        KeysProblem::Damaged => Message::new(
            "Le chiavi nell'archivio sono danneggiate: usane un'altra copia; non è cambiato nulla.",
            "The keys in the archive are damaged: use another copy; nothing was changed.",
        ),
        KeysProblem::NoRecipient => Message::new(
            "La chiave del destinatario non è giusta: copia per intero quella che gli dà sportello tenant recipient.",
            "The recipient's key is not right: copy the whole of what sportello tenant recipient gives there.",
        ),
        KeysProblem::Unwrappable => Message::new(
            "Una chiave dell'ente non si apre con la chiave principale di questa installazione: rimetti al suo posto la chiave giusta.",
            "A key of the body does not open with this installation's master key: put the right master key back.",
        ),
    }
}

impl From<StoreProblem> for Problem {
    fn from(problem: StoreProblem) -> Self {
        Self::Store(problem)
    }
}

impl From<KeysProblem> for Problem {
    fn from(problem: KeysProblem) -> Self {
        Self::Keys(problem)
    }
}
