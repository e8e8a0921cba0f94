//! What `sportello doctor` looks at: each check says how things are and, where they are not well, what to do. Nothing is changed, so it
//! may run beside the server and on a folder of somebody else's.
//!
//! To extend: a function that answers checks, and a line in [`examine`].

mod databases;
mod folders;
mod keys;
mod servers;
#[cfg(test)]
mod tests;
mod work;

use std::io;
use std::path::Path;

use sportello_domain::ids::TenantId;
use sportello_domain::refusal::Message;
use sportello_domain::text::Language;
use sportello_engine::ports::Clock;
use sportello_store::StoreSettings;
use sportello_tenancy::Installation;

use crate::settings::Settings;

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// As it should be.
    Ok,
    /// It works, and somebody should look.
    Warning,
    /// It does not work, or will not for long.
    Error,
}

impl Level {
    /// The name for programs.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The name for people.
    pub(crate) const fn word(self, language: Language) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => language.pick("avviso", "warning"),
            Self::Error => language.pick("errore", "error"),
        }
    }
}

/// What was looked at and how it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Check {
    /// What was looked at, for programs.
    pub(crate) about: &'static str,
    /// How it is.
    pub(crate) level: Level,
    /// The sentence.
    pub(crate) finding: Message,
    /// What to do.
    pub(crate) remedy: Option<Message>,
}

impl Check {
    fn ok(about: &'static str, it: impl Into<String>, en: impl Into<String>) -> Self {
        Self { about, level: Level::Ok, finding: Message::new(it, en), remedy: None }
    }

    fn warning(about: &'static str, finding: (String, String), remedy: (String, String)) -> Self {
        Self { about, level: Level::Warning, finding: Message::new(finding.0, finding.1), remedy: Some(Message::new(remedy.0, remedy.1)) }
    }

    fn error(about: &'static str, finding: (String, String), remedy: (String, String)) -> Self {
        Self { level: Level::Error, ..Self::warning(about, finding, remedy) }
    }
}

/// A file or folder that could not be looked at.
fn unreadable(about: &'static str, path: &Path, error: &io::Error) -> Check {
    let path = path.display();
    Check::error(
        about,
        (format!("{path} non si può leggere ({error})"), format!("{path} cannot be read ({error})")),
        (
            "Esegui doctor come l'utente del server, o correggi il percorso.".to_owned(),
            "Run doctor as the server's user, or correct the path.".to_owned(),
        ),
    )
}

/// Looks at everything.
pub(crate) async fn examine(settings: &Settings, clock: &dyn Clock, deep: bool) -> Vec<Check> {
    let now = clock.now();
    let mut checks = vec![folders::settings(settings)];
    let (installation, bodies) = bodies(settings);
    checks.extend(bodies);
    checks.extend(folders::data(settings));
    let mut kept = Vec::new();
    if settings.data.is_dir() {
        match settings.stores() {
            Ok(places) => {
                let (of_rows, bodies) = rows(settings, &places, installation.as_ref(), clock, deep).await;
                checks.extend(of_rows);
                kept = bodies;
            }
            Err(stop) => checks.push(databases::unaddressed("databases", &stop)),
        }
        checks.extend(work::spool(settings, now));
    }
    checks.extend(servers::redis(settings, clock).await);
    checks.extend(work::backups(settings, &kept, now));
    checks
}

/// What rows have to do with, and the bodies that have some or may have.
async fn rows(
    settings: &Settings,
    places: &StoreSettings,
    installation: Option<&Installation>,
    clock: &dyn Clock,
    deep: bool,
) -> (Vec<Check>, Vec<(String, TenantId)>) {
    let found = databases::look(places, installation, clock, deep).await;
    let mut checks = keys::master(settings, &found.bodies);
    checks.push(databases::clock(clock.now(), found.newest));
    checks.extend(work::backlog(&found.bodies));
    checks.extend(found.checks);
    (checks, found.kept)
}

/// Whether the bodies' configuration can be used.
fn bodies(settings: &Settings) -> (Option<Installation>, Vec<Check>) {
    const ABOUT: &str = "tenants";
    let installation = match crate::compose::read(settings) {
        Ok(installation) => installation,
        Err(problem) => {
            let text = |language| format!("{}: {}", problem.span.file, problem.text(language));
            let remedy = |language| format!("{}.", problem.remedy(language));
            let finding = (text(Language::It), text(Language::En));
            return (None, vec![Check::error(ABOUT, finding, (remedy(Language::It), remedy(Language::En)))]);
        }
    };
    let mut checks = Vec::new();
    for (slug, loaded) in installation.tenants.iter().filter(|(_, loaded)| loaded.errors() > 0) {
        let errors = loaded.errors();
        checks.push(Check::error(
            ABOUT,
            (format!("{slug}: errori nella configurazione: {errors}"), format!("{slug}: errors in the configuration: {errors}")),
            (format!("Vedi sportello tenant check {slug}."), format!("See sportello tenant check {slug}.")),
        ));
    }
    if checks.is_empty() {
        let count = installation.tenants.len();
        checks.push(Check::ok(ABOUT, format!("Enti senza errori: {count}"), format!("Bodies without errors: {count}")));
    }
    (Some(installation), checks)
}
