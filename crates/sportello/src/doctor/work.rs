//! What should have been done and was not: jobs, letters, backups.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use sportello_store::Backlog;

use super::databases::Body;
use super::{Check, unreadable};
use crate::settings::{Backups, Settings};

/// How long a letter may lie in the folder of outgoing mail.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// Work of the bodies that is late or was given up.
pub(super) fn backlog(bodies: &[Body]) -> Vec<Check> {
    let mut checks = Vec::new();
    for body in bodies {
        let kinds = [("jobs", "lavori", "jobs", body.found.jobs), ("outbox", "invii", "notices", body.found.outbox)];
        for (about, it, en, Backlog { waiting, given_up }) in kinds {
            let slug = &body.slug;
            if given_up > 0 {
                checks.push(Check::warning(
                    about,
                    (format!("{slug}: {it} abbandonati: {given_up}"), format!("{slug}: {en} given up: {given_up}")),
                    (
                        "Il diario dice perché (livello WARN): occupatene a mano.".to_owned(),
                        "The log says why (level WARN): see to them by hand.".to_owned(),
                    ),
                ));
            }
            if waiting > 0 {
                checks.push(Check::warning(
                    about,
                    (
                        format!("{slug}: {it} in ritardo di oltre un'ora: {waiting}"),
                        format!("{slug}: {en} late by more than an hour: {waiting}"),
                    ),
                    ("Controlla che il server sia in funzione.".to_owned(), "Check that the server runs.".to_owned()),
                ));
            }
        }
    }
    if checks.is_empty() {
        checks.push(Check::ok(
            "jobs",
            "Nessun lavoro e nessun invio in ritardo o abbandonato",
            "No job and no notice is late or was given up",
        ));
    }
    checks
}

/// Letters that nobody carries on.
pub(super) fn spool(settings: &Settings, now: Timestamp) -> Option<Check> {
    const ABOUT: &str = "mail";
    let folder = settings.outgoing();
    let files = match files(&folder) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return Some(unreadable(ABOUT, &folder, &error)),
    };
    let (count, shown) = (files.len(), folder.display());
    let old = files.iter().filter(|(_, at)| now.duration_since(*at) > PATIENCE).count();
    if old == 0 {
        return Some(Check::ok(ABOUT, format!("Lettere in {shown}: {count}"), format!("Letters in {shown}: {count}")));
    }
    Some(Check::warning(
        ABOUT,
        (
            format!("Lettere ferme da più di un giorno in {shown}: {old}"),
            format!("Letters that have lain in {shown} for more than a day: {old}"),
        ),
        (
            "Controlla il programma che le spedisce e le toglie da lì.".to_owned(),
            "Check the program that sends them and takes them away.".to_owned(),
        ),
    ))
}

/// How old the newest backup is.
pub(super) fn backups(settings: &Settings, now: Timestamp) -> Check {
    const ABOUT: &str = "backups";
    let Some(Backups { directory, max_age_days }) = &settings.backups else {
        return Check::warning(
            ABOUT,
            ("Non è indicato dove sono i backup".to_owned(), "Nothing says where backups are".to_owned()),
            (
                "Indicalo in sportello.yaml: backups: {directory: …, max_age_days: 1}".to_owned(),
                "Say so in sportello.yaml: backups: {directory: …, max_age_days: 1}".to_owned(),
            ),
        );
    };
    let shown = directory.display();
    let remedy = ("Fai un backup, e controlla ciò che dovrebbe farlo.".to_owned(), "Make one, and check what should make them.".to_owned());
    let newest = match newest(directory) {
        Ok(Some(newest)) => newest,
        Ok(None) => {
            return Check::error(ABOUT, (format!("In {shown} non c'è nessun backup"), format!("There is no backup in {shown}")), remedy);
        }
        Err(error) => return unreadable(ABOUT, directory, &error),
    };
    let age = now.duration_since(newest);
    let finding = (format!("L'ultimo backup in {shown} è del {newest:.0}"), format!("The newest backup in {shown} is of {newest:.0}"));
    if age > SignedDuration::from_hours(24 * i64::from(*max_age_days)) {
        return Check::error(ABOUT, finding, remedy);
    }
    Check::ok(ABOUT, finding.0, finding.1)
}

fn newest(directory: &Path) -> io::Result<Option<Timestamp>> {
    let mut newest = None;
    for entry in fs::read_dir(directory)? {
        newest = newest.max(changed(&entry?.path()));
    }
    Ok(newest)
}

fn changed(path: &Path) -> Option<Timestamp> {
    fs::metadata(path).and_then(|about| about.modified()).ok().and_then(|at| Timestamp::try_from(at).ok())
}

/// The letters in the folders of the bodies.
fn files(folder: &Path) -> io::Result<Vec<(PathBuf, Timestamp)>> {
    let mut found = Vec::new();
    for body in fs::read_dir(folder)? {
        for letter in fs::read_dir(body?.path())? {
            let path = letter?.path();
            // One that was taken away meanwhile is no letter any more.
            if let Some(at) = changed(&path).filter(|_| path.extension().is_some_and(|extension| extension == "eml")) {
                found.push((path, at));
            }
        }
    }
    Ok(found)
}
