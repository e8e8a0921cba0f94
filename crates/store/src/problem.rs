//! What can be wrong with the data, in words for whoever runs the installation.

use std::{error::Error, fmt, io, path::Path};

use sea_orm::{DbErr, RuntimeErr};
use sportello_domain::{ids::TenantId, text::Language};

/// Why rows could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreProblem {
    /// The folder or a file in it cannot be opened.
    Folder {
        /// The folder or file.
        path: String,
        /// What the system says.
        cause: String,
    },
    /// Nothing can be written there.
    ReadOnly {
        /// The folder or file.
        path: String,
    },
    /// No space is left.
    Full {
        /// The folder or file.
        path: String,
    },
    /// The file was written by a newer program.
    Newer {
        /// The file.
        file: String,
        /// The newest step in it that this program does not know.
        found: String,
        /// The newest step that this program knows.
        known: String,
    },
    /// Somebody else held the file for longer than is waited.
    Busy {
        /// The file.
        file: String,
    },
    /// The file is not what was written.
    Corrupt {
        /// The file.
        file: String,
        /// What the database says.
        detail: String,
    },
    /// The file holds another tenant's rows.
    WrongTenant {
        /// The file.
        file: String,
        /// Whose rows were expected.
        tenant: TenantId,
    },
    /// The tenant's rows are being moved, or were moved, to another place.
    Moved {
        /// Whose.
        tenant: TenantId,
    },
    /// A value that this program does not understand stands in a row.
    UnreadableRow {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A transaction was used after one of its statements was abandoned halfway.
    Abandoned,
    /// Anything else that the database said.
    Database {
        /// What it said; never a value of a row.
        detail: String,
    },
}

impl StoreProblem {
    /// What is wrong and what to do, in one go.
    pub fn text(&self, language: Language) -> String {
        format!("{} {}", self.what(language), self.remedy(language))
    }

    /// What is wrong.
    pub fn what(&self, language: Language) -> String {
        match language {
            Language::It => self.what_it(),
            Language::En => self.what_en(),
        }
    }

    fn what_it(&self) -> String {
        match self {
            Self::Folder { path, cause } => format!("Non si può aprire {path}: {cause}."),
            Self::ReadOnly { path } => format!("La cartella dei dati {path} è di sola lettura."),
            Self::Full { path } => format!("Non c'è più spazio sul disco di {path}."),
            Self::Newer { file, found, known } => {
                format!("Il database {file} è più recente di questo programma: contiene il passo {found}, il programma arriva a {known}.")
            }
            Self::Busy { file } => format!("Il database {file} è occupato da più di 5 secondi."),
            Self::Corrupt { file, detail } => format!("Il database {file} è danneggiato: {detail}."),
            Self::WrongTenant { file, tenant } => format!("Il database {file} non contiene i dati dell'ente {tenant}."),
            Self::Moved { tenant } => format!("I dati dell'ente {tenant} sono in corso di spostamento."),
            Self::UnreadableRow { table, column } => {
                format!("Nella tabella {table} c'è un valore della colonna {column} che questo programma non conosce.")
            }
            Self::Abandoned => "La transazione è stata abbandonata a metà e non vale più.".to_owned(),
            Self::Database { detail } => format!("Il database ha risposto con un errore: {detail}."),
        }
    }

    fn what_en(&self) -> String {
        match self {
            Self::Folder { path, cause } => format!("{path} cannot be opened: {cause}."),
            Self::ReadOnly { path } => format!("The data folder {path} is read-only."),
            Self::Full { path } => format!("No space is left on the disk of {path}."),
            Self::Newer { file, found, known } => {
                format!("The database {file} is newer than this program: it holds step {found}, the program knows up to {known}.")
            }
            Self::Busy { file } => format!("The database {file} has been busy for more than 5 seconds."),
            Self::Corrupt { file, detail } => format!("The database {file} is damaged: {detail}."),
            Self::WrongTenant { file, tenant } => format!("The database {file} does not hold the data of tenant {tenant}."),
            Self::Moved { tenant } => format!("The data of tenant {tenant} are being moved."),
            Self::UnreadableRow { table, column } => {
                format!("In table {table} there is a value of column {column} that this program does not know.")
            }
            Self::Abandoned => "The transaction was abandoned halfway and no longer counts.".to_owned(),
            Self::Database { detail } => format!("The database answered with an error: {detail}."),
        }
    }

    /// What to do.
    pub const fn remedy(&self, language: Language) -> &'static str {
        match self {
            Self::Folder { .. } => language.pick(
                "Controlla che il percorso esista e che l'utente che avvia Sportello possa entrarci, oppure indica un'altra cartella con --data.",
                "Check that the path exists and that the user who runs Sportello may enter it, or name another folder with --data.",
            ),
            Self::ReadOnly { .. } => language.pick(
                "Dai all'utente che avvia Sportello il permesso di scriverci, oppure indica un'altra cartella con --data.",
                "Give the user who runs Sportello permission to write to it, or name another folder with --data.",
            ),
            Self::Full { .. } => language.pick(
                "Libera spazio e riprova: quanto era già confermato è al sicuro.",
                "Free some space and try again: what was already confirmed is safe.",
            ),
            Self::Newer { .. } => language.pick(
                "Avvia una versione di Sportello almeno altrettanto recente, oppure ripristina la copia fatta prima dell'aggiornamento.",
                "Start a version of Sportello that is at least as recent, or restore the copy made before the update.",
            ),
            Self::Busy { .. } => language.pick(
                "Riprova; se continua, chiudi l'altro programma che lo tiene aperto.",
                "Try again; if it goes on, close the other program that holds it open.",
            ),
            Self::Corrupt { .. } | Self::UnreadableRow { .. } => language.pick(
                "Ferma Sportello, metti da parte il file e ripristina l'ultima copia di sicurezza.",
                "Stop Sportello, put the file aside and restore the last backup.",
            ),
            Self::WrongTenant { .. } => language.pick(
                "Rimetti nella cartella dell'ente il suo database.",
                "Put the tenant's own database back into its folder.",
            ),
            Self::Moved { .. } => language.pick("Riprova fra qualche minuto.", "Try again in a few minutes."),
            Self::Abandoned => language.pick("Ripeti l'operazione.", "Repeat the operation."),
            Self::Database { .. } => language.pick(
                "Riprova; se continua, invia questa riga all'assistenza.",
                "Try again; if it goes on, send this line to support.",
            ),
        }
    }

    /// Whether the same may work shortly, without anybody mending anything.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Moved { .. } | Self::Abandoned)
    }

    /// What an error of the file system means for a folder or file.
    pub(crate) fn of_io(path: &Path, error: &io::Error) -> Self {
        let path = path.display().to_string();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Folder { path, cause: error.to_string() },
        }
    }

    /// What an error of the database means for a file. The numbers are those of `SQLite`'s result codes.
    pub(crate) fn of_sqlx(file: &Path, error: &sqlx::Error) -> Self {
        let path = || file.display().to_string();
        let database = match error {
            sqlx::Error::PoolTimedOut => return Self::Busy { file: path() },
            sqlx::Error::Io(error) => return Self::of_io(file, error),
            sqlx::Error::Database(database) => database,
            other => return Self::Database { detail: other.to_string() },
        };
        let code: Option<u32> = database.code().and_then(|code| code.parse().ok());
        match code.map(|code| code & 0xFF) {
            Some(5 | 6) => Self::Busy { file: path() },
            Some(8) => Self::ReadOnly { path: path() },
            Some(11 | 26) => Self::Corrupt { file: path(), detail: database.message().to_owned() },
            Some(13) => Self::Full { path: path() },
            Some(14) => Self::Folder { path: path(), cause: database.message().to_owned() },
            _ => Self::Database { detail: database.message().to_owned() },
        }
    }

    /// Wraps the problem for the way through the database library; [`From<DbErr>`] takes it out again.
    pub(crate) fn into_db_err(self) -> DbErr {
        DbErr::Exec(RuntimeErr::SqlxError(std::sync::Arc::new(sqlx::Error::Configuration(Box::new(self)))))
    }
}

impl From<DbErr> for StoreProblem {
    fn from(error: DbErr) -> Self {
        if let DbErr::Exec(RuntimeErr::SqlxError(inner)) = &error
            && let sqlx::Error::Configuration(inner) = &**inner
            && let Some(problem) = inner.downcast_ref::<Self>()
        {
            return problem.clone();
        }
        Self::Database { detail: error.to_string() }
    }
}

/// For the log, in English.
impl fmt::Display for StoreProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what(Language::En))
    }
}

impl Error for StoreProblem {}
