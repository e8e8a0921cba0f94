//! The master key: there, its owner's alone, and the one that the bodies' keys were wrapped with.

use std::fs;
use std::io;

use sportello_connect::keys::MasterKey;
use sportello_engine::ports::Keys as _;

use super::databases::Body;
use super::folders::closed;
use super::{Check, unreadable};
use crate::settings::Settings;

const ABOUT: &str = "master_key";

/// Looks at the master key and tries it on every body's keys.
pub(super) fn master(settings: &Settings, bodies: &[Body]) -> Vec<Check> {
    let path = settings.master_key.clone().unwrap_or_else(|| settings.made_key());
    let shown = path.display();
    let wrapped = bodies.iter().any(|body| !body.found.keys.is_empty());
    let about = match fs::metadata(&path) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound && settings.master_key.is_none() && !wrapped => {
            return vec![Check::ok(ABOUT, "Nessuna chiave ancora: nasce al primo avvio", "No key yet: it is made on the first start")];
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return vec![Check::error(
                ABOUT,
                (format!("La chiave principale {shown} non c'è"), format!("The master key {shown} is not there")),
                (
                    "Rimettila dal backup: senza, i dati particolari non si aprono più.".to_owned(),
                    "Put it back from the backup: without it special data do not open any more.".to_owned(),
                ),
            )];
        }
        Err(error) => return vec![unreadable(ABOUT, &path, &error)],
    };
    let key = match MasterKey::read(&path) {
        Ok(key) => key,
        Err(error) => return vec![unreadable(ABOUT, &path, &error)],
    };
    let mut checks: Vec<Check> = closed(ABOUT, &path, &about, "600").into_iter().collect();
    for Body { slug, id, found } in bodies {
        // Sealing with a wrapped key unwraps it first.
        if found.keys.iter().any(|wrapped| key.seal(*id, &wrapped.wrapped, b"doctor", b"").is_err()) {
            checks.push(Check::error(
                ABOUT,
                (
                    format!("{slug}: la chiave dell'ente non si apre con {shown}"),
                    format!("{slug}: the body's key does not open with {shown}"),
                ),
                (
                    "Rimetti dal backup la chiave con cui fu creata.".to_owned(),
                    "Put the key that it was made with back from the backup.".to_owned(),
                ),
            ));
        }
    }
    if checks.is_empty() {
        let count: usize = bodies.iter().map(|body| body.found.keys.len()).sum();
        checks.push(Check::ok(
            ABOUT,
            format!("La chiave principale apre le chiavi degli enti: {count}"),
            format!("The master key opens the bodies' keys: {count}"),
        ));
    }
    checks
}
