//! The places of rows: at this program's step, whole, and not from the future.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sportello_domain::ids::TenantId;
use sportello_domain::text::Language;
use sportello_engine::ports::Clock;
use sportello_store::{Examined, Inspection, PlaceStatus, StoreProblem, StoreSettings};
use sportello_tenancy::Installation;

use super::{Check, Level, servers};
use crate::stop::Stop;

const ABOUT: &str = "databases";
/// How far a clock may be behind what was written: it is set by others, too.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);

/// A body whose rows could be looked into.
pub(super) struct Body {
    pub(super) slug: String,
    pub(super) id: TenantId,
    pub(super) found: Inspection,
}

/// What the places say.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) bodies: Vec<Body>,
    /// Those that have rows, or may have where that could not be seen.
    pub(super) kept: Vec<(String, TenantId)>,
    pub(super) newest: Option<Timestamp>,
    pub(super) checks: Vec<Check>,
}

/// Looks into every place.
pub(super) async fn look(places: &StoreSettings, installation: Option<&Installation>, clock: &dyn Clock, deep: bool) -> Looked {
    let known = installation.into_iter().flat_map(|installation| &installation.tenants);
    let known: BTreeMap<TenantId, &str> = known.filter_map(|(slug, loaded)| Some((loaded.id?, slug.as_str()))).collect();
    let tenants: Vec<TenantId> = known.keys().copied().collect();
    let mut looked = Looked::default();
    let (mut current, mut absent, mut unmade) = (0_usize, 0_usize, Vec::new());
    let examined = sportello_store::examine(places, &tenants, &|| clock.now(), deep).await;
    looked.checks.extend(servers::room(&examined));
    for Examined { status, file, server, tenants } in examined {
        looked.newest = looked.newest.max(file.as_deref().and_then(written));
        if let (Ok(status), Some((state, _))) = (&status, &server) {
            looked.checks.extend(servers::postgres(&status.place, state));
        }
        match status {
            Ok(status) if !status.exists && file.is_some() => {
                absent += 1;
                unmade.extend(status.tenant);
            }
            Ok(status) => match step(&status, file.is_some()) {
                Some(check) => looked.checks.push(check),
                None => current += 1,
            },
            Err(problem) => looked.checks.push(broken(&problem)),
        }
        for (id, found) in tenants {
            looked.body(known.get(&id).copied().unwrap_or_default(), id, found, file.as_deref());
        }
    }
    let made = known.iter().filter(|(id, _)| !unmade.contains(id));
    looked.kept = made.map(|(id, slug)| ((*slug).to_owned(), *id)).collect();
    looked.kept.sort();
    looked.checks.push(Check::ok(
        ABOUT,
        format!("Database aggiornati: {current}; creati al primo avvio: {absent}"),
        format!("Databases up to date: {current}; made on the first start: {absent}"),
    ));
    looked
}

impl Looked {
    fn body(&mut self, slug: &str, id: TenantId, found: Result<Inspection, StoreProblem>, file: Option<&Path>) {
        match found {
            Ok(found) => {
                if let (Some(first), Some(file)) = (found.damage.first(), file) {
                    self.checks.push(broken(&StoreProblem::Corrupt { place: file.display().to_string(), detail: first.clone() }));
                }
                self.newest = self.newest.max(found.newest);
                self.bodies.push(Body { slug: slug.to_owned(), id, found });
            }
            Err(problem) => self.checks.push(broken(&problem)),
        }
    }
}

pub(super) fn broken(problem: &StoreProblem) -> Check {
    let trim = |text: String| text.trim_end_matches('.').to_owned();
    let (it, en) = (Language::It, Language::En);
    Check::error(ABOUT, (trim(problem.what(it)), trim(problem.what(en))), (problem.remedy(it).to_owned(), problem.remedy(en).to_owned()))
}

/// An address in the settings that will not do, so that nothing behind it can be looked at.
pub(super) fn unaddressed(about: &'static str, stop: &Stop) -> Check {
    Check { level: Level::Error, ..Check::ok(about, stop.sentence.it.trim_end_matches('.'), stop.sentence.en.trim_end_matches('.')) }
}

/// Whether a place is at another step than this program.
fn step(status: &PlaceStatus, is_file: bool) -> Option<Check> {
    let PlaceStatus { place, tenant: _, exists: _, found, known, missing, refusing } = status;
    if let Some(found) = refusing {
        let (found, known) = (found.clone(), known.clone().unwrap_or_default());
        return Some(broken(&StoreProblem::Newer { place: place.clone(), found, known }));
    }
    if *missing == 0 {
        return (found > known).then(|| ahead(place, found.as_deref().unwrap_or_default()));
    }
    if !is_file {
        // The server does not start over a database that lacks steps.
        return Some(broken(&StoreProblem::Behind { database: place.clone(), missing: *missing }));
    }
    Some(Check::warning(
        ABOUT,
        (format!("Al database {place} mancano passi: {missing}"), format!("The database {place} lacks steps: {missing}")),
        (
            "Il server li applica all'avvio; senza avviarlo: sportello db migrate.".to_owned(),
            "The server takes them when it starts; without starting it: sportello db migrate.".to_owned(),
        ),
    ))
}

/// A newer program brought the place up to date, as in every update while the older one still serves.
fn ahead(place: &str, found: &str) -> Check {
    Check::warning(
        ABOUT,
        (
            format!("Il database {place} è più recente di questo programma, che può servire lo stesso: contiene il passo {found}"),
            format!("The database {place} is newer than this program, which can serve all the same: it holds step {found}"),
        ),
        (
            "Durante un aggiornamento è giusto così; poi avvia il programma nuovo.".to_owned(),
            "While an update is under way this is as it should be; then start the new program.".to_owned(),
        ),
    )
}

/// When a file was last written.
fn written(file: &Path) -> Option<Timestamp> {
    fs::metadata(file).and_then(|about| about.modified()).ok().and_then(|at| Timestamp::try_from(at).ok())
}

/// Whether the clock says something that can be: nothing here was written after now.
pub(super) fn clock(now: Timestamp, newest: Option<Timestamp>) -> Check {
    const ABOUT: &str = "clock";
    if let Some(newest) = newest.filter(|newest| newest.duration_since(now) > TOLERANCE) {
        return Check::error(
            ABOUT,
            (
                format!("L'orologio dice {now:.0}, ma i dati arrivano al {newest:.0}"),
                format!("The clock says {now:.0}, but data go up to {newest:.0}"),
            ),
            (
                "Regola l'orologio del sistema (NTP): termini e protocollo dipendono da lui.".to_owned(),
                "Set the system's clock (NTP): terms and protocol depend on it.".to_owned(),
            ),
        );
    }
    Check::ok(ABOUT, format!("Orologio: {now:.0}"), format!("Clock: {now:.0}"))
}
