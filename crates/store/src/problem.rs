//! What can be wrong with the data, in words for whoever runs the installation.

use std::{error::Error, fmt, io, path::Path};

use rustix::fs::{StatVfs, StatVfsMountFlags, statvfs};
use sea_orm::{DbErr, RuntimeErr};
use sportello_domain::{ids::TenantId, text::Language};

/// How much room `SQLite` may ask for at once.
const A_PIECE: u64 = 64 * 1024;

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
    /// The disk does not do what it is asked, for no reason that can be told.
    Disk {
        /// The file.
        path: String,
        /// What the database says.
        cause: String,
    },
    /// The file was written by a newer program.
    Newer {
        /// The file.
        place: String,
        /// The newest step in it that this program does not know.
        found: String,
        /// The newest step that this program knows.
        known: String,
    },
    /// Others held the place for longer than is waited.
    Busy {
        /// The file or database.
        place: String,
    },
    /// What is there is not what was written.
    Corrupt {
        /// The file or database.
        place: String,
        /// What the database says.
        detail: String,
    },
    /// The place does not hold the tenant's rows.
    WrongTenant {
        /// The file or database.
        place: String,
        /// Whose rows were expected.
        tenant: TenantId,
    },
    /// The tenant's rows are being moved, or were moved, to another place.
    Moved {
        /// Whose.
        tenant: TenantId,
    },
    /// Nobody answers where the database should be.
    Unreachable {
        /// The database.
        database: String,
        /// What the network or the database says.
        cause: String,
    },
    /// The database does not let this role in, or not do this.
    Denied {
        /// The database.
        database: String,
        /// What it says.
        detail: String,
    },
    /// The database takes no writes: it is a replica, or was set so.
    NoWrites {
        /// The database.
        database: String,
    },
    /// What should be its address is none.
    Address {
        /// The database.
        database: String,
        /// What is wrong with it; never the address, which holds a password.
        cause: String,
    },
    /// The database is of a release that is not served.
    TooOld {
        /// The database.
        database: String,
        /// Its release.
        found: i32,
        /// The oldest that is served.
        oldest: i32,
    },
    /// The database lacks steps that this program needs.
    Behind {
        /// The database.
        database: String,
        /// How many.
        missing: usize,
    },
    /// Steps should be applied, and nobody said as whom.
    NoOwner {
        /// The database.
        database: String,
    },
    /// The wall between tenants has a hole.
    Wall {
        /// The database.
        database: String,
        /// What the hole is, in English as the database's own words are.
        detail: String,
    },
    /// A tenant's rows are at a placement that the settings do not name.
    UnknownPlacement {
        /// The placement.
        placement: String,
        /// Those that they name.
        known: String,
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
            Self::Disk { path, cause } => format!("Il disco di {path} non fa quanto gli si chiede: {cause}."),
            Self::Newer { place, found, known } => {
                format!("Il database {place} è più recente di questo programma: contiene il passo {found}, il programma arriva a {known}.")
            }
            Self::Busy { place } => format!("Il database {place} è occupato da più di 5 secondi."),
            Self::Corrupt { place, detail } => format!("Il database {place} è danneggiato: {detail}."),
            Self::WrongTenant { place, tenant } => format!("Il database {place} non contiene i dati dell'ente {tenant}."),
            Self::Moved { tenant } => format!("I dati dell'ente {tenant} sono in corso di spostamento."),
            Self::Unreachable { database, cause } => format!("Il database {database} non risponde: {cause}."),
            Self::Denied { database, detail } => format!("Il database {database} rifiuta: {detail}."),
            Self::NoWrites { database } => format!("Il database {database} è di sola lettura."),
            Self::Address { database, cause } => format!("L'indirizzo del database {database} non va: {cause}."),
            Self::TooOld { database, found, oldest } => {
                format!("Il database {database} è un PostgreSQL {found}; serve almeno la versione {oldest}.")
            }
            Self::Behind { database, missing } => {
                format!("Al database {database} mancano passi di aggiornamento ({missing}).")
            }
            Self::NoOwner { database } => format!("Non si sa con quale ruolo aggiornare il database {database}."),
            Self::Wall { database, detail } => {
                format!("Il database {database} non separa gli enti come deve: {detail}.")
            }
            Self::UnknownPlacement { placement, known } => {
                format!("Le impostazioni non conoscono la collocazione '{placement}'; conoscono: {known}.")
            }
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
            Self::Disk { path, cause } => format!("The disk of {path} does not do what it is asked: {cause}."),
            Self::Newer { place, found, known } => {
                format!("The database {place} is newer than this program: it holds step {found}, the program knows up to {known}.")
            }
            Self::Busy { place } => format!("The database {place} has been busy for more than 5 seconds."),
            Self::Corrupt { place, detail } => format!("The database {place} is damaged: {detail}."),
            Self::WrongTenant { place, tenant } => format!("The database {place} does not hold the data of tenant {tenant}."),
            Self::Moved { tenant } => format!("The data of tenant {tenant} are being moved."),
            Self::Unreachable { database, cause } => format!("The database {database} does not answer: {cause}."),
            Self::Denied { database, detail } => format!("The database {database} refuses: {detail}."),
            Self::NoWrites { database } => format!("The database {database} is read-only."),
            Self::Address { database, cause } => format!("The address of the database {database} will not do: {cause}."),
            Self::TooOld { database, found, oldest } => {
                format!("The database {database} is a PostgreSQL {found}; {oldest} is the oldest that is served.")
            }
            Self::Behind { database, missing } => format!("The database {database} lacks steps of an update ({missing})."),
            Self::NoOwner { database } => format!("Nobody said as which role to update the database {database}."),
            Self::Wall { database, detail } => {
                format!("The database {database} does not keep tenants apart as it must: {detail}.")
            }
            Self::UnknownPlacement { placement, known } => {
                format!("The settings do not know the placement '{placement}'; they know: {known}.")
            }
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
            Self::Disk { .. } => language.pick(
                "Guarda il disco e il registro del sistema; le richieste riprendono da sole quando torna a funzionare.",
                "Look at the disk and at the system's log; requests go on by themselves once it works again.",
            ),
            Self::Newer { .. } => language.pick(
                "Avvia una versione di Sportello almeno altrettanto recente, oppure ripristina la copia fatta prima dell'aggiornamento.",
                "Start a version of Sportello that is at least as recent, or restore the copy made before the update.",
            ),
            Self::Busy { .. } => language.pick(
                "Riprova; se continua, chiudi l'altro programma che lo tiene aperto, o per PostgreSQL alza pool.",
                "Try again; if it goes on, close the other program that holds it open, or for PostgreSQL raise pool.",
            ),
            Self::Corrupt { .. } | Self::UnreadableRow { .. } => language.pick(
                "Ferma Sportello, metti da parte il file e ripristina l'ultima copia di sicurezza.",
                "Stop Sportello, put the file aside and restore the last backup.",
            ),
            Self::WrongTenant { .. } => language.pick(
                "Rimetti al suo posto il database dell'ente.",
                "Put the tenant's own database back in its place.",
            ),
            Self::Moved { .. } => language.pick("Riprova fra qualche minuto.", "Try again in a few minutes."),
            Self::Unreachable { .. } => language.pick(
                "Controlla che PostgreSQL sia avviato e che l'indirizzo nelle impostazioni sia giusto; le richieste riprendono da sole.",
                "Check that PostgreSQL runs and that the address in the settings is right; requests go on by themselves.",
            ),
            Self::Denied { .. } => language.pick(
                "Controlla ruolo, password e permessi: deploy/postgres/roles.sql li crea e sportello db migrate li completa.",
                "Check role, password and permissions: deploy/postgres/roles.sql makes them and sportello db migrate completes them.",
            ),
            Self::NoWrites { .. } => language.pick(
                "Indica il server primario e non una replica, oppure togli default_transaction_read_only.",
                "Name the primary server rather than a replica, or take default_transaction_read_only away.",
            ),
            Self::Address { .. } => language.pick(
                "Scrivi nel file un indirizzo come postgres://ruolo:password@host:5432/database.",
                "Write an address like postgres://role:password@host:5432/database into the file.",
            ),
            Self::TooOld { .. } => language.pick("Aggiorna PostgreSQL.", "Update PostgreSQL."),
            Self::Behind { .. } => language.pick("Esegui sportello db migrate.", "Run sportello db migrate."),
            Self::NoOwner { .. } => language.pick(
                "Aggiungi owner_url_file alla collocazione nelle impostazioni.",
                "Add owner_url_file to the placement in the settings.",
            ),
            Self::Wall { .. } => language.pick(
                "Sportello non parte così. Usa il ruolo di deploy/postgres/roles.sql ed esegui sportello db migrate.",
                "Sportello does not start like this. Use the role of deploy/postgres/roles.sql and run sportello db migrate.",
            ),
            Self::UnknownPlacement { .. } => language.pick(
                "Rimetti la collocazione nelle impostazioni: i dati di un ente sono lì.",
                "Put the placement back into the settings: rows of a tenant are there.",
            ),
            Self::Abandoned => language.pick("Ripeti l'operazione.", "Repeat the operation."),
            Self::Database { .. } => language.pick(
                "Riprova; se continua, invia questa riga all'assistenza.",
                "Try again; if it goes on, send this line to support.",
            ),
        }
    }

    /// Whether the same may work shortly, without anybody mending anything.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Moved { .. } | Self::Unreachable { .. } | Self::Abandoned)
    }

    /// What an error of the file system means for a folder or file.
    pub fn of_io(path: &Path, error: &io::Error) -> Self {
        let path = path.display().to_string();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Folder { path, cause: error.to_string() },
        }
    }

    /// What an error of the database means for a file. The numbers are those of `SQLite`'s result codes.
    pub(crate) fn of_sqlite(file: &Path, error: &sqlx::Error) -> Self {
        let path = || file.display().to_string();
        let database = match error {
            sqlx::Error::PoolTimedOut => return Self::Busy { place: path() },
            sqlx::Error::Io(error) => return Self::of_io(file, error),
            sqlx::Error::Database(database) => database,
            other => return Self::Database { detail: other.to_string() },
        };
        let code: Option<u32> = database.code().and_then(|code| code.parse().ok());
        match code.map(|code| code & 0xFF) {
            Some(5 | 6) => Self::Busy { place: path() },
            Some(8) => Self::ReadOnly { path: path() },
            Some(10) => Self::of_disk(file, database.message()),
            Some(11 | 26) => Self::Corrupt { place: path(), detail: database.message().to_owned() },
            Some(13) => Self::Full { path: path() },
            Some(14) => Self::Folder { path: path(), cause: database.message().to_owned() },
            _ => Self::Database { detail: database.message().to_owned() },
        }
    }

    /// What is behind an I/O error of the database, which says no more than that: the file system is asked.
    fn of_disk(file: &Path, said: &str) -> Self {
        let path = file.display().to_string();
        match statvfs(file.parent().unwrap_or(file)) {
            Ok(disk) => Self::behind(path, said, &disk),
            Err(_) => Self::Disk { path, cause: said.to_owned() },
        }
    }

    /// What is behind an I/O error, as the file system is.
    pub(crate) fn behind(path: String, said: &str, disk: &StatVfs) -> Self {
        // A file system that makes files for as long as there is room says that it has none of them.
        let no_more_files = disk.f_files > 0 && disk.f_favail == 0;
        if disk.f_flag.contains(StatVfsMountFlags::RDONLY) {
            Self::ReadOnly { path }
        } else if no_more_files || disk.f_bavail.saturating_mul(disk.f_frsize) < A_PIECE {
            Self::Full { path }
        } else {
            Self::Disk { path, cause: said.to_owned() }
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
