//! The settings and the data folder: whose it is, who may read it, how much room there is.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::{Access, access, statvfs};

use super::{Check, Level, unreadable};
use crate::settings::Settings;

/// The least room that work needs.
const LEAST_BYTES: u64 = 500 * 1024 * 1024;

/// Where the settings come from.
pub(super) fn settings(settings: &Settings) -> Check {
    const ABOUT: &str = "settings";
    match &settings.source {
        Some(path) => {
            Check::ok(ABOUT, format!("Impostazioni lette da {}", path.display()), format!("Settings read from {}", path.display()))
        }
        None => Check::ok(ABOUT, "Nessun file di impostazioni: valgono quelle predefinite", "No settings file: the defaults are in force"),
    }
}

/// The data folder.
pub(super) fn data(settings: &Settings) -> Vec<Check> {
    const ABOUT: &str = "data_folder";
    let path = &settings.data;
    let shown = path.display();
    let about = match fs::metadata(path) {
        Ok(about) if about.is_dir() => about,
        Ok(_) => return vec![unreadable(ABOUT, path, &io::Error::from(io::ErrorKind::NotADirectory))],
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return vec![Check::error(
                ABOUT,
                (format!("La cartella dei dati {shown} non esiste"), format!("The data folder {shown} does not exist")),
                (
                    "Indicala con --data; il server la crea al primo avvio.".to_owned(),
                    "Name it with --data; the server makes it on its first start.".to_owned(),
                ),
            )];
        }
        Err(error) => return vec![unreadable(ABOUT, path, &error)],
    };
    let mut checks = Vec::new();
    if access(path, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK).is_err() {
        checks.push(Check::error(
            ABOUT,
            (format!("La cartella dei dati {shown} non si può scrivere"), format!("The data folder {shown} cannot be written")),
            (
                "Dai il permesso all'utente del server, o esegui doctor come lui.".to_owned(),
                "Give the server's user the permission, or run doctor as that user.".to_owned(),
            ),
        ));
    }
    // What is personal lies further down, in folders of its own.
    checks.extend(closed(ABOUT, path, &about, "700").map(|check| Check { level: Level::Warning, ..check }));
    for inner in [path.join("tenants"), settings.keys(), settings.files.clone(), settings.outgoing()] {
        checks.extend(fs::metadata(&inner).ok().and_then(|about| closed(ABOUT, &inner, &about, "700")));
    }
    if checks.is_empty() {
        checks.push(Check::ok(
            ABOUT,
            format!("Cartella dei dati {shown}, chiusa agli altri"),
            format!("Data folder {shown}, closed to others"),
        ));
    }
    checks.push(match statvfs(path) {
        Ok(disk) => space(path, disk.f_bavail.saturating_mul(disk.f_frsize), disk.f_blocks.saturating_mul(disk.f_frsize)),
        Err(error) => unreadable("disk", path, &error.into()),
    });
    checks
}

/// Whether others than the owner may read something: everybody is an error, the owner's group a warning.
pub(super) fn closed(about: &'static str, path: &Path, found: &Metadata, wanted: &str) -> Option<Check> {
    let mode = found.permissions().mode() & 0o777;
    let level = match (mode & 0o007, mode & 0o070) {
        (0, 0) => return None,
        (0, _) => Level::Warning,
        _ => Level::Error,
    };
    let (path, owner) = (path.display(), found.uid());
    let check = Check::warning(
        about,
        (
            format!("{path} è aperto anche ad altri (permessi {mode:o}, utente {owner})"),
            format!("{path} is open to others, too (mode {mode:o}, user {owner})"),
        ),
        (format!("Chiudilo: chmod {wanted} {path}"), format!("Close it: chmod {wanted} {path}")),
    );
    Some(Check { level, ..check })
}

/// Whether there is room on a disk.
pub(super) fn space(path: &Path, free: u64, total: u64) -> Check {
    const ABOUT: &str = "disk";
    let path = path.display();
    let (percent, mib) = (free.saturating_mul(100).checked_div(total).unwrap_or_default(), free / (1024 * 1024));
    let finding =
        (format!("Sul disco di {path} restano {mib} MiB ({percent} %)"), format!("{mib} MiB ({percent} %) are left on the disk of {path}"));
    let remedy = ("Libera spazio, o sposta la cartella dei dati.".to_owned(), "Free some, or move the data folder.".to_owned());
    if free < LEAST_BYTES || percent < 1 {
        Check::error(ABOUT, finding, remedy)
    } else if percent < 10 {
        Check::warning(ABOUT, finding, remedy)
    } else {
        Check::ok(ABOUT, finding.0, finding.1)
    }
}
