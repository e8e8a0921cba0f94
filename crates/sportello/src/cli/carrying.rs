//! What carries bodies about: export, import and move under `tenant`, backup and restore under `db`.

use std::path::PathBuf;

use clap::{ArgMatches, Command};

use super::{
    Asked,
    places::{config, data, is_set, slug, text},
    words::Words,
};

/// What of that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Carry {
    Export { tenant: String, to: PathBuf, recipient: Option<String> },
    Import { archive: PathBuf, placement: Option<String> },
    Recipient,
    Move { tenant: String, to: String, forget: bool },
    Backup { to: PathBuf, tenant: Option<String>, keep: Option<usize> },
    Restore { from: PathBuf, tenant: Option<String>, at: Option<String>, dry_run: bool },
}

/// The commands under `tenant`.
pub(super) fn of_tenants(words: Words) -> [Command; 4] {
    let export = words
        .command(
            "export",
            "Scrive un ente intero in un archivio: righe, documenti, chiavi",
            "Writes a whole body into an archive: rows, documents, keys",
            "sportello tenant export cesena --to cesena.tar --for sportello-…",
        )
        .args([
            slug(words),
            words.option("to", ("FILE", "FILE"), "L'archivio da scrivere", "The archive to write").required(true),
            words.option(
                "for",
                ("CHIAVE", "KEY"),
                "La chiave di chi lo riceve, da sportello tenant recipient (altrimenti si apre solo qui)",
                "The key of who receives it, from sportello tenant recipient (else it opens only here)",
            ),
        ]);
    let import = words
        .command(
            "import",
            "Accoglie un ente da un archivio",
            "Takes a body in from an archive",
            "sportello tenant import cesena.tar --to main",
        )
        .args([
            words.place("archive", ("FILE", "FILE"), "L'archivio", "The archive"),
            words.option(
                "to",
                ("COLLOCAZIONE", "PLACEMENT"),
                "In quale collocazione (altrimenti quella degli enti nuovi)",
                "At which placement (else that of new bodies)",
            ),
        ]);
    let recipient = words.command(
        "recipient",
        "Mostra la chiave con cui altri possono consegnare un ente a questa installazione",
        "Shows the key with which others can hand a body over to this installation",
        "sportello tenant recipient",
    );
    let moving = words
        .command(
            "move",
            "Sposta i dati di un ente in un'altra collocazione, mentre gli altri lavorano",
            "Moves a body's data to another placement, while the others work",
            "sportello tenant move cesena --to main",
        )
        .args([
            slug(words),
            words
                .option(
                    "to",
                    ("COLLOCAZIONE", "PLACEMENT"),
                    "Dove; dov'è già, per annullare uno spostamento interrotto",
                    "Where; where it is already, to take an interrupted move back",
                )
                .required(true),
            words.flag(
                "forget",
                "Cancella i dati rimasti dov'era prima (altrimenti restano, e non servono a nessuno)",
                "Removes the data left where it was before (else they stay, and serve nobody)",
            ),
        ]);
    [export, import, recipient, moving].map(|command| command.args([data(words), config(words)]))
}

/// The commands under `db`.
pub(super) fn of_databases(words: Words) -> [Command; 2] {
    let tenant = |it, en| words.option("tenant", ("ENTE", "TENANT"), it, en);
    let backup = words
        .command(
            "backup",
            "Scrive una copia di ogni ente mentre si lavora, con documenti e chiavi",
            "Writes a backup of each body while work goes on, with documents and keys",
            "sportello db backup --to /var/backups/sportello --keep 30",
        )
        .args([
            words.option("to", ("CARTELLA", "DIR"), "La cartella delle copie", "The folder of backups").required(true),
            tenant("Solo questo ente (altrimenti tutti)", "This body only (else all)"),
            words
                .option(
                    "keep",
                    ("NUMERO", "NUMBER"),
                    "Quante copie tenere di ciascuno (altrimenti tutte)",
                    "How many to keep of each (else all)",
                )
                .value_parser(clap::value_parser!(u16).range(1..)),
        ]);
    let restore = words
        .command(
            "restore",
            "Rimette gli enti com'erano a una copia, mentre gli altri lavorano",
            "Puts bodies back to a backup, while the others work",
            "sportello db restore --from /var/backups/sportello --tenant cesena --at 2026-05-04T08:30:00Z",
        )
        .args([
            words
                .option("from", ("CARTELLA", "DIR"), "La cartella delle copie, o un archivio", "The folder of backups, or one archive")
                .required(true),
            tenant("Solo questo ente (altrimenti tutti)", "This body only (else all)"),
            words.option(
                "at",
                ("MOMENTO", "TIME"),
                "L'ultima copia fino a questo momento (altrimenti l'ultima)",
                "The newest backup up to this time (else the newest)",
            ),
            words.flag("dry-run", "Controlla e dice che cosa farebbe, senza farlo", "Checks and says what it would do, without doing it"),
        ]);
    [backup, restore].map(|command| command.args([data(words), config(words)]))
}

/// What the arguments of such a command say.
pub(super) fn asked(name: &str, given: &ArgMatches) -> Option<Asked> {
    let path = |name| text(given, name).map(PathBuf::from);
    Some(Asked::Carry(match name {
        "tenant export" => Carry::Export { tenant: text(given, "tenant")?, to: path("to")?, recipient: text(given, "for") },
        "tenant import" => Carry::Import { archive: path("archive")?, placement: text(given, "to") },
        "tenant recipient" => Carry::Recipient,
        "tenant move" => Carry::Move { tenant: text(given, "tenant")?, to: text(given, "to")?, forget: is_set(given, "forget") },
        "db backup" => Carry::Backup {
            to: path("to")?,
            tenant: text(given, "tenant"),
            keep: given.try_get_one::<u16>("keep").ok().flatten().map(|keep| usize::from(*keep)),
        },
        "db restore" => {
            Carry::Restore { from: path("from")?, tenant: text(given, "tenant"), at: text(given, "at"), dry_run: is_set(given, "dry-run") }
        }
        _ => return None,
    }))
}
