//! `sportello db backup` and `sportello db restore`: a folder with an archive for each body and each time.

use std::path::Path;

use jiff::Timestamp;
use serde_json::json;
use sportello_archive::{Archive, Backups, Kept, Lock, Problem, Restored, read_platform, restore as put_back, write_platform};
use sportello_connect::clock::SystemClock;
use sportello_domain::refusal::Message;
use sportello_domain::text::Language;
use sportello_engine::ports::Clock as _;
use sportello_store::platform::{self, Listed};

use super::carry::Carrier;
use crate::stop::{Outcome, Stop};

/// Writes a backup of the directory and of each body. One body that cannot be read keeps the others from nothing.
pub(super) async fn backup(carrier: &Carrier<'_>, to: &Path, tenant: Option<&str>, keep: Option<usize>) -> Outcome {
    let backups = Backups::in_folder(to);
    let bodies = match tenant {
        Some(slug) => vec![carrier.body(slug).await?],
        None => carrier.listed().await?,
    };
    let now = SystemClock.now();
    write_platform(&carrier.stores, &backups.path(None, now), now).await?;
    let mut failed = Vec::new();
    for body in &bodies {
        let written = carrier.write(body, &backups.path(Some(body.tenant), SystemClock.now()), None).await;
        match written {
            Ok(written) => carrier.say_written(body, &written),
            Err(problem) => failed.push((body.slug.as_str(), problem.message())),
        }
    }
    if !failed.is_empty() {
        return Err(missing(&failed));
    }
    if let Some(keep) = keep {
        backups.keep(None, keep)?;
        for body in &bodies {
            backups.keep(Some(body.tenant), keep)?;
        }
    }
    Ok(())
}

/// Bodies of which there is no new backup; old ones are left alone then.
fn missing(failed: &[(&str, Message)]) -> Stop {
    let slugs = failed.iter().map(|(slug, _)| *slug).collect::<Vec<_>>().join(", ");
    let findings = failed.iter().map(|(slug, said)| Message::new(format!("{slug}: {}", said.it), format!("{slug}: {}", said.en)));
    Stop::new(
        format!("Manca la copia di {slugs}, le altre ci sono: rimedia a quanto elencato sopra e riprova."),
        format!("The backup of {slugs} is missing, the others were made: mend what is listed above and try again."),
    )
    .with(findings.collect())
}

/// Puts bodies back to the newest backup up to a time.
pub(super) async fn restore(carrier: &Carrier<'_>, from: &Path, (tenant, at): (Option<&str>, Option<Timestamp>), dry_run: bool) -> Outcome {
    let backups = Backups::in_folder(from);
    let archives = chosen(&backups, from, tenant, at)?;
    if !dry_run {
        complete_directory(carrier, &backups, &archives, at).await?;
    }
    let listed = carrier.listed().await?;
    for archive in &archives {
        let (id, slug) = archive.tenant()?;
        let placement = match listed.iter().find(|body| body.tenant == id) {
            Some(Listed { placement, .. }) => placement.as_str(),
            None => carrier.stores.default_placement(),
        };
        if dry_run {
            say_plan(carrier, archive, (slug, placement));
            continue;
        }
        let _turn = Lock::take(&carrier.settings.data, id, slug)?;
        let now = SystemClock.now();
        let kept = Backups::beside(archive.path(), now);
        let restored = put_back(carrier.ground(), placement, archive, &kept, now).await?;
        say_restored(carrier, archive, slug, &restored);
    }
    Ok(())
}

/// The archives to go back to, each looked at from end to end.
fn chosen(backups: &Backups, from: &Path, tenant: Option<&str>, at: Option<Timestamp>) -> Outcome<Vec<Archive>> {
    let mut archives = Vec::new();
    if from.is_file() {
        archives.push(Archive::open(from)?);
    } else {
        for id in backups.tenants()? {
            if let Some(found) = backups.newest(Some(id), at)? {
                // Of one body no other one's archive need be in order.
                match (Archive::slug_of(&found.path), tenant) {
                    (Ok(Some(slug)), Some(wanted)) if slug != wanted => {}
                    _ => archives.push(Archive::open(&found.path)?),
                }
            }
        }
    }
    let wanted = |archive: &Archive| archive.tenant().is_ok_and(|(_, slug)| tenant.is_none_or(|tenant| tenant == slug));
    archives.retain(wanted);
    if archives.is_empty() {
        let what = tenant.unwrap_or("–").to_owned();
        return Err(Problem::NoBackup { what, folder: from.display().to_string() }.into());
    }
    Ok(archives)
}

/// Lets the directory know the bodies that come back, where it has lost them.
async fn complete_directory(carrier: &Carrier<'_>, backups: &Backups, archives: &[Archive], at: Option<Timestamp>) -> Outcome {
    let known = carrier.listed().await?;
    let lost = |archive: &&Archive| archive.tenant().is_ok_and(|(id, _)| known.iter().all(|body| body.tenant != id));
    if archives.iter().any(|archive| lost(&archive))
        && let Some(found) = backups.newest(None, at)?
    {
        read_platform(&carrier.stores, &Archive::open(&found.path)?).await?;
    }
    for archive in archives.iter().filter(lost) {
        let (id, slug) = archive.tenant()?;
        let tx = carrier.stores.write_platform().await?;
        let placement = carrier.stores.default_placement();
        let registered = platform::register(&tx, id, slug, placement, SystemClock.now()).await?;
        if !registered {
            tx.rollback().await?;
            return Err(Problem::SlugTaken(slug.to_owned()).into());
        }
        tx.commit().await?;
    }
    Ok(())
}

fn say_plan(carrier: &Carrier<'_>, archive: &Archive, (slug, placement): (&str, &str)) {
    let (manifest, path) = (archive.manifest(), archive.path().display());
    let (rows, files, at) = (manifest.rows(), manifest.files.count, manifest.taken_at);
    if carrier.ui.json {
        carrier.ui.value(&json!({
            "tenant": slug, "archive": path.to_string(), "taken_at": at.to_string(), "placement": placement, "rows": rows,
            "documents": files, "dry_run": true,
        }));
        return;
    }
    carrier.ui.line(match carrier.ui.language {
        Language::It => format!("{slug}: tornerebbe al {at} in {placement}, righe {rows}, documenti {files}, da {path}"),
        Language::En => format!("{slug}: would go back to {at} at {placement}, {rows} rows, {files} documents, from {path}"),
    });
}

fn say_restored(carrier: &Carrier<'_>, archive: &Archive, slug: &str, Restored { files, kept, fenced }: &Restored) {
    let (rows, at) = (archive.manifest().rows(), archive.manifest().taken_at);
    let milliseconds = u64::try_from(fenced.as_millis()).unwrap_or(u64::MAX);
    let before = match kept {
        Kept::Nothing => None,
        Kept::Archive(path) | Kept::Damaged(path) => Some(path.display().to_string()),
    };
    if carrier.ui.json {
        carrier.ui.value(&json!({
            "tenant": slug, "taken_at": at.to_string(), "rows": rows, "documents_put_back": files, "before": before,
            "milliseconds_without_writes": milliseconds, "dry_run": false,
        }));
        return;
    }
    carrier.ui.line(match carrier.ui.language {
        Language::It => {
            format!("{slug}: com'era al {at}, righe {rows}, documenti recuperati {files}, {milliseconds} ms senza poter scrivere")
        }
        Language::En => format!("{slug}: as of {at}, {rows} rows, {files} documents put back, {milliseconds} ms without writes"),
    });
    if let Some(before) = before {
        carrier.ui.line(match (carrier.ui.language, kept) {
            (Language::It, Kept::Damaged(_)) => format!("{slug}: il file danneggiato è ora {before}"),
            (Language::En, Kept::Damaged(_)) => format!("{slug}: the damaged file is now {before}"),
            (Language::It, _) => {
                format!("{slug}: quello che c'era prima è in {before}; per tornarci: sportello db restore --from {before}")
            }
            (Language::En, _) => format!("{slug}: what was there before is in {before}; to go back: sportello db restore --from {before}"),
        });
    }
}
