//! The files of rows: at this program's step, whole, and not from the future.

use std::fs;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sportello_domain::ids::TenantId;
use sportello_domain::text::Language;
use sportello_store::{FileStatus, Inspection, StoreProblem};
use sportello_tenancy::Installation;

use super::Check;
use crate::settings::Settings;

const ABOUT: &str = "databases";
/// How far a clock may be behind what was written: it is set by others, too.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);

/// A body whose file could be looked into.
pub(super) struct Body {
    pub(super) slug: String,
    pub(super) id: TenantId,
    pub(super) found: Inspection,
}

/// What the files say.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) bodies: Vec<Body>,
    pub(super) newest: Option<Timestamp>,
    pub(super) checks: Vec<Check>,
}

/// Looks into every file.
pub(super) async fn look(settings: &Settings, installation: Option<&Installation>, now: Timestamp, deep: bool) -> Looked {
    let known = installation.into_iter().flat_map(|installation| &installation.tenants);
    let known: Vec<(&str, TenantId)> = known.filter_map(|(slug, loaded)| Some((slug.as_str(), loaded.id?))).collect();
    let mut looked = Looked::default();
    let (mut current, mut absent) = (0_usize, 0_usize);
    // The platform's file first, then each body's; one that cannot be read is told of without the others.
    let platform = std::iter::once((None, None));
    for (slug, id) in platform.chain(known.iter().map(|(slug, id)| (Some(*slug), Some(*id)))) {
        let status = match sportello_store::status_of(&settings.data, id).await {
            Ok(status) if status.exists => status,
            Ok(_) => {
                absent += 1;
                continue;
            }
            Err(problem) => {
                looked.checks.push(broken(&problem));
                continue;
            }
        };
        looked.newest = looked.newest.max(written(&status.file));
        if let Some(check) = step(&status) {
            looked.checks.push(check);
            continue;
        }
        current += 1;
        if let (Some(slug), Some(id)) = (slug, id) {
            looked.body(slug, id, &status.file, now, deep).await;
        }
    }
    looked.checks.push(Check::ok(
        ABOUT,
        format!("Database aggiornati: {current}; creati al primo avvio: {absent}"),
        format!("Databases up to date: {current}; made on the first start: {absent}"),
    ));
    looked
}

impl Looked {
    async fn body(&mut self, slug: &str, id: TenantId, file: &Path, now: Timestamp, deep: bool) {
        match sportello_store::inspect(file, id, now, deep).await {
            Ok(found) => {
                if let Some(first) = found.damage.first() {
                    let detail = first.clone();
                    self.checks.push(broken(&StoreProblem::Corrupt { file: file.display().to_string(), detail }));
                }
                self.newest = self.newest.max(found.newest);
                self.bodies.push(Body { slug: slug.to_owned(), id, found });
            }
            Err(problem) => self.checks.push(broken(&problem)),
        }
    }
}

fn broken(problem: &StoreProblem) -> Check {
    let trim = |text: String| text.trim_end_matches('.').to_owned();
    let (it, en) = (Language::It, Language::En);
    Check::error(ABOUT, (trim(problem.what(it)), trim(problem.what(en))), (problem.remedy(it).to_owned(), problem.remedy(en).to_owned()))
}

/// Whether a file is at another step than this program.
fn step(status: &FileStatus) -> Option<Check> {
    let FileStatus { file, tenant: _, exists: _, found, known, missing } = status;
    let shown = file.display().to_string();
    if found > known {
        let newer = StoreProblem::Newer { file: shown, found: found.clone().unwrap_or_default(), known: known.clone().unwrap_or_default() };
        return Some(broken(&newer));
    }
    (*missing > 0).then(|| {
        Check::warning(
            ABOUT,
            (format!("Al database {shown} mancano passi: {missing}"), format!("The database {shown} lacks steps: {missing}")),
            (
                "Il server li applica all'avvio; senza avviarlo: sportello db migrate.".to_owned(),
                "The server takes them when it starts; without starting it: sportello db migrate.".to_owned(),
            ),
        )
    })
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
