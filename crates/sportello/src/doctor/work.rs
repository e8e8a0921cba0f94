//! What should have been done and was not: jobs, letters, backups.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use sportello_archive::{Backups as Archives, Problem};
use sportello_domain::ids::TenantId;
use sportello_domain::refusal::Message;
use sportello_store::Backlog;

use super::databases::Body;
use super::{Check, Level, unreadable};
use crate::settings::{Backups, Settings};

/// How long a letter may lie in the folder of outgoing mail.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

const BACKUPS: &str = "backups";

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

/// How old the newest backup of each of these bodies is, and that of the directory of bodies.
pub(super) fn backups(settings: &Settings, bodies: &[(String, TenantId)], now: Timestamp) -> Vec<Check> {
    let Some(Backups { directory, max_age_days }) = &settings.backups else {
        return vec![Check::warning(
            BACKUPS,
            ("Non è indicato dove sono i backup".to_owned(), "Nothing says where backups are".to_owned()),
            (
                "Indicalo in sportello.yaml: backups: {directory: …, max_age_days: 1}".to_owned(),
                "Say so in sportello.yaml: backups: {directory: …, max_age_days: 1}".to_owned(),
            ),
        )];
    };
    if let Err(error) = fs::read_dir(directory) {
        return vec![unreadable(BACKUPS, directory, &error)];
    }
    match newest(directory, bodies) {
        Ok(newest) => young(directory, &newest, SignedDuration::from_hours(24 * i64::from(*max_age_days)), now),
        Err(problem) => {
            let Message { it, en } = problem.message();
            vec![Check { level: Level::Error, ..Check::ok(BACKUPS, it.trim_end_matches('.'), en.trim_end_matches('.')) }]
        }
    }
}

/// Whose backup it is, and of when the newest one is.
type Newest = (String, Option<Timestamp>);

fn newest(directory: &Path, bodies: &[(String, TenantId)]) -> Result<Vec<Newest>, Problem> {
    let there = Archives::in_folder(directory);
    let platform = ("platform".to_owned(), None);
    let all = std::iter::once(platform).chain(bodies.iter().map(|(slug, id)| (slug.clone(), Some(*id))));
    all.map(|(whose, id)| Ok((whose, there.newest(id, None)?.map(|found| found.at)))).collect()
}

/// What is to be said of backups: those that there are not and those that are too old, by name.
fn young(directory: &Path, newest: &[Newest], most: SignedDuration, now: Timestamp) -> Vec<Check> {
    let shown = directory.display();
    let wrong = |(it, en): (String, String)| {
        let remedy = ("Fai un backup, e controlla ciò che dovrebbe farlo.", "Make one, and check what should make them.");
        Check::error(BACKUPS, (it, en), (remedy.0.to_owned(), remedy.1.to_owned()))
    };
    if newest.iter().all(|(_, at)| at.is_none()) {
        return vec![wrong((format!("In {shown} non c'è nessun backup"), format!("There is no backup in {shown}")))];
    }
    let none: Vec<&str> = newest.iter().filter(|(_, at)| at.is_none()).map(|(whose, _)| whose.as_str()).collect();
    let dated = newest.iter().filter_map(|(whose, at)| Some((whose, (*at)?)));
    let old: Vec<String> =
        dated.clone().filter(|(_, at)| now.duration_since(*at) > most).map(|(whose, at)| format!("{whose} ({at:.0})")).collect();
    let mut checks = Vec::new();
    if !none.is_empty() {
        let none = none.join(", ");
        checks.push(wrong((format!("In {shown} non c'è nessun backup di: {none}"), format!("In {shown} there is no backup of: {none}"))));
    }
    if !old.is_empty() {
        let old = old.join(", ");
        checks.push(wrong((
            format!("In {shown} l'ultimo backup è troppo vecchio di: {old}"),
            format!("In {shown} the newest backup is too old of: {old}"),
        )));
    }
    if let (true, Some(oldest)) = (checks.is_empty(), dated.map(|(_, at)| at).min()) {
        let count = newest.len();
        checks.push(Check::ok(
            BACKUPS,
            format!("In {shown} c'è l'ultimo backup di tutti ({count}), il meno recente del {oldest:.0}"),
            format!("In {shown} there is a young backup of each ({count}), the oldest of them of {oldest:.0}"),
        ));
    }
    checks
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
