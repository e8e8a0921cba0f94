//! What carries bodies about: `sportello tenant export`, `import`, `recipient` and `move`. `db backup` and `restore` stand beside it.

use std::path::Path;

use jiff::Timestamp;
use serde_json::json;
use sportello_archive::{Archive, Ground, Lock, Moved, Problem, Written, export, forget, import, relocate};
use sportello_connect::clock::SystemClock;
use sportello_connect::handover::{Recipient, RecipientPair};
use sportello_connect::keys::MasterKey;
use sportello_domain::text::Language;
use sportello_engine::ports::Clock as _;
use sportello_store::platform::{self, Listed};
use sportello_store::{StoreProblem, Stores};

use super::admin::own;
use super::{Ended, backup};
use crate::cli::Carry;
use crate::compose;
use crate::settings::Settings;
use crate::stop::{Outcome, Stop};
use crate::ui::Ui;

/// The places, the keys and the files of an installation; its configuration is not needed.
pub(super) struct Carrier<'a> {
    pub(super) ui: Ui,
    pub(super) settings: &'a Settings,
    pub(super) stores: Stores,
    keys: MasterKey,
    pair: Option<RecipientPair>,
}

/// Does what was asked.
pub(crate) async fn carry(ui: Ui, settings: &Settings, asked: &Carry) -> Outcome<Ended> {
    own(&settings.data)?;
    if matches!(asked, Carry::Recipient) {
        return recipient(ui, settings);
    }
    let carrier = Carrier::open(ui, settings).await?;
    let done = carrier.run(asked).await;
    carrier.stores.close().await;
    done.map(|()| Ended::Fine)
}

/// Shows the public half of the pair of keys, making the pair the first time.
fn recipient(ui: Ui, settings: &Settings) -> Outcome<Ended> {
    let folder = settings.keys();
    let pair = RecipientPair::keep(&folder).map_err(|error| Stop::of_io(&folder, &error))?;
    let shown = pair.public().to_string();
    if ui.json {
        ui.value(&json!({ "recipient": shown }));
    } else {
        ui.line(shown);
    }
    Ok(Ended::Fine)
}

impl<'a> Carrier<'a> {
    async fn open(ui: Ui, settings: &'a Settings) -> Outcome<Self> {
        let stores = Stores::open(settings.stores()?).await?;
        let keys = compose::master_key(settings)?;
        let folder = settings.keys();
        let pair = RecipientPair::read(&folder).map_err(|error| Stop::of_io(&folder, &error))?;
        Ok(Self { ui, settings, stores, keys, pair })
    }

    async fn run(&self, asked: &Carry) -> Outcome {
        match asked {
            Carry::Export { tenant, to, recipient } => self.export(tenant, to, recipient.as_deref()).await,
            Carry::Import { archive, placement } => self.import(archive, placement.as_deref()).await,
            Carry::Move { tenant, to, forget } => self.relocate(tenant, to, *forget).await,
            Carry::Backup { to, tenant, keep } => backup::backup(self, to, tenant.as_deref(), *keep).await,
            Carry::Restore { from, tenant, at, dry_run } => {
                let at = at.as_deref().map(moment).transpose()?;
                backup::restore(self, from, (tenant.as_deref(), at), *dry_run).await
            }
            Carry::Recipient => Ok(()),
        }
    }

    pub(super) fn ground(&self) -> Ground<'_> {
        Ground { stores: &self.stores, files: &self.settings.files, keys: &self.keys, pair: self.pair.as_ref() }
    }

    /// Every body of the directory.
    pub(super) async fn listed(&self) -> Outcome<Vec<Listed>> {
        let tx = self.stores.read_platform().await?;
        let listed = platform::listed(&tx).await?;
        tx.rollback().await?;
        Ok(listed)
    }

    /// The body to which a slug leads or led.
    pub(super) async fn body(&self, slug: &str) -> Outcome<Listed> {
        let tx = self.stores.read_platform().await?;
        let tenant = platform::find(&tx, slug).await?;
        tx.rollback().await?;
        let listed = self.listed().await?;
        if let Some(body) = listed.iter().find(|body| Some(body.tenant) == tenant) {
            return Ok(body.clone());
        }
        let known = listed.iter().map(|body| body.slug.as_str()).collect::<Vec<_>>().join(", ");
        Err(Stop::new(
            format!("Qui non ci sono dati di un ente '{slug}': gli enti sono {known}."),
            format!("There are no data of a body '{slug}' here: the bodies are {known}."),
        ))
    }

    /// Writes a body's archive, as its rows are now.
    pub(super) async fn write(&self, body: &Listed, to: &Path, recipient: Option<&Recipient>) -> Result<Written, Problem> {
        let tx = self.stores.read(body.tenant).await.map_err(|problem| told(body, problem))?;
        export(self.ground(), (tx, &body.slug), to, recipient, SystemClock.now()).await
    }

    async fn export(&self, slug: &str, to: &Path, recipient: Option<&str>) -> Outcome {
        let recipient = recipient.map(Recipient::parse).transpose().map_err(Problem::from)?;
        let body = self.body(slug).await?;
        let written = self.write(&body, to, recipient.as_ref()).await?;
        self.say_written(&body, &written);
        Ok(())
    }

    pub(super) fn say_written(&self, body: &Listed, Written { path, manifest }: &Written) {
        let (rows, files, path) = (manifest.rows(), manifest.files.count, path.display());
        if self.ui.json {
            self.ui.value(&json!({
                "tenant": body.slug, "archive": path.to_string(), "rows": rows, "files": files, "taken_at": manifest.taken_at.to_string(),
            }));
            return;
        }
        self.ui.line(match self.ui.language {
            Language::It => format!("{}: righe {rows}, documenti {files}, in {path}", body.slug),
            Language::En => format!("{}: {rows} rows, {files} documents, in {path}", body.slug),
        });
    }

    async fn import(&self, path: &Path, placement: Option<&str>) -> Outcome {
        let archive = Archive::open(path)?;
        let (tenant, slug) = archive.tenant()?;
        let _turn = Lock::take(&self.settings.data, tenant, slug)?;
        let files = import(self.ground(), &archive, placement, SystemClock.now()).await?;
        let (rows, body) = (archive.manifest().rows(), self.body(slug).await?);
        if self.ui.json {
            self.ui.value(&json!({"tenant": slug, "id": tenant, "placement": body.placement, "rows": rows, "files": files}));
            return Ok(());
        }
        self.ui.line(match self.ui.language {
            Language::It => format!("{slug}: righe {rows}, documenti {files}, in {}", body.placement),
            Language::En => format!("{slug}: {rows} rows, {files} documents, at {}", body.placement),
        });
        let folder = self.settings.tenants.join(slug);
        if !folder.exists() {
            let folder = folder.display();
            self.ui.progress(match self.ui.language {
                Language::It => format!("Perché sia in servizio serve anche la sua configurazione in {folder}."),
                Language::En => format!("To be served it also needs its configuration in {folder}."),
            });
        }
        Ok(())
    }

    async fn relocate(&self, slug: &str, to: &str, forgetting: bool) -> Outcome {
        let body = self.body(slug).await?;
        let _turn = Lock::take(&self.settings.data, body.tenant, slug)?;
        let moved = match relocate(self.ground(), &body, to).await {
            Err(Problem::AlreadyAt { .. }) if forgetting => None,
            moved => Some(moved?),
        };
        let forgotten = if forgetting { forget(self.ground(), &self.body(slug).await?).await? } else { Vec::new() };
        self.say_moved((slug, to), moved.as_ref(), &forgotten);
        Ok(())
    }

    fn say_moved(&self, (slug, to): (&str, &str), moved: Option<&Moved>, forgotten: &[String]) {
        let (rows, fenced) = match moved {
            Some(Moved::There { rows, fenced }) => (Some(*rows), Some(u64::try_from(fenced.as_millis()).unwrap_or(u64::MAX))),
            Some(Moved::TakenBack) | None => (None, None),
        };
        if self.ui.json {
            let back = moved == Some(&Moved::TakenBack);
            self.ui.value(&json!({
                "tenant": slug, "placement": to, "rows": rows, "milliseconds_without_writes": fenced, "taken_back": back,
                "forgotten": forgotten,
            }));
            return;
        }
        match (self.ui.language, rows, fenced) {
            (Language::It, Some(rows), Some(fenced)) => {
                self.ui.line(format!("{slug}: {rows} righe spostate in {to}, {fenced} ms senza poter scrivere"));
            }
            (Language::En, Some(rows), Some(fenced)) => {
                self.ui.line(format!("{slug}: {rows} rows moved to {to}, {fenced} ms without writes"));
            }
            (Language::It, ..) if moved.is_some() => self.ui.line(format!("{slug}: spostamento annullato, i dati sono in {to}")),
            (Language::En, ..) if moved.is_some() => self.ui.line(format!("{slug}: move taken back, the data are at {to}")),
            _ => {}
        }
        for place in forgotten {
            self.ui.line(match self.ui.language {
                Language::It => format!("{slug}: cancellato quanto restava in {place}"),
                Language::En => format!("{slug}: what was left at {place} was removed"),
            });
        }
    }
}

/// A move that was interrupted is told by the body's name.
fn told(body: &Listed, problem: StoreProblem) -> Problem {
    match problem {
        StoreProblem::Moved { .. } => Problem::Halfway { slug: body.slug.clone(), placement: body.placement.clone() },
        problem => problem.into(),
    }
}

fn moment(text: &str) -> Outcome<Timestamp> {
    text.parse().map_err(|_| {
        Stop::new(
            format!("'{text}' non è un momento per --at: scrivi data, ora e fuso, come 2026-05-04T10:30:00+02:00."),
            format!("'{text}' is no time for --at: write date, time and zone, such as 2026-05-04T10:30:00+02:00."),
        )
    })
}
