//! `platform`, `placements` and `default_placement`: where rows are kept. Addresses of databases hold passwords, so they stand in
//! files of their own, which are read when the databases are opened.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use sportello_connect::redis::Redis;
use sportello_store::{EMBEDDED, Placement, PlatformPlacement, PostgresSettings, StoreSettings};
use sportello_tenancy::yaml::Node;
use uuid::Uuid;

use super::Settings;
use super::file::Reader;
use crate::stop::{Outcome, Stop};

/// How many connections one process opens to a database unless told otherwise.
const POOL: u32 = 16;
/// How many tenants' files are open at once.
const MAX_OPEN: usize = 64;

/// One way to keep rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// In a file, or for placements in a folder of files.
    Sqlite(PathBuf),
    /// In a database.
    Postgres(Reached),
}

/// How a database is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) url_file: PathBuf,
    pub(crate) owner_url_file: Option<PathBuf>,
    pub(crate) backup_url_file: Option<PathBuf>,
    pub(crate) pool: u32,
}

/// What the settings say of all that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Placements {
    pub(crate) platform: Option<Kept>,
    pub(crate) by_name: BTreeMap<String, Kept>,
    pub(crate) default: Option<String>,
}

impl Reader {
    pub(super) fn placements(&mut self, root: &Node) -> Placements {
        let platform = root.get("platform").and_then(|node| self.kept(node, "platform"));
        let mut by_name = BTreeMap::new();
        for (name, entry) in root.get("placements").into_iter().flat_map(Node::entries) {
            if let Some(kept) = self.kept(&entry.node, name) {
                by_name.insert(name.to_owned(), kept);
            }
        }
        let default = self.text(root, "default_placement");
        let mut names: Vec<&str> = root.get("placements").into_iter().flat_map(Node::entries).map(|(name, _)| name).collect();
        if names.is_empty() {
            names.push(EMBEDDED);
        }
        match (&default, root.get("default_placement")) {
            (Some(default), Some(node)) if !names.contains(&default.as_str()) => {
                let names = names.join(", ");
                self.wrong(node, "default_placement", (&format!("una collocazione ({names})"), &format!("a placement ({names})")));
            }
            (None, None) if names.len() > 1 => self.lacks(root, "default_placement", "sportello.yaml"),
            _ => {}
        }
        Placements { platform, by_name, default }
    }

    fn kept(&mut self, node: &Node, place: &str) -> Option<Kept> {
        if node.as_map().is_none() {
            self.wrong(node, place, ("una mappa", "a map"));
            return None;
        }
        self.keys(node, &["sqlite", "postgres"], (place, place));
        match (node.get("sqlite"), node.get("postgres")) {
            (Some(_), None) => self.path(node, "sqlite").map(Kept::Sqlite),
            (None, Some(_)) => self.reached(node).map(Kept::Postgres),
            (Some(_), Some(second)) => {
                self.wrong(second, place, ("sqlite oppure postgres, non tutti e due", "sqlite or postgres, not both"));
                None
            }
            // A key that means something else was told already.
            (None, None) if node.entries().next().is_some() => None,
            (None, None) => {
                self.wrong(node, place, ("sqlite oppure postgres", "sqlite or postgres"));
                None
            }
        }
    }

    fn reached(&mut self, node: &Node) -> Option<Reached> {
        let database = self.inner(node, "postgres", &["url_file", "owner_url_file", "backup_url_file", "pool"])?;
        let pool = self.limit(Some(database), "postgres", "pool").unwrap_or(POOL);
        let url_file = self.path(database, "url_file");
        if database.get("url_file").is_none() {
            self.lacks(database, "url_file", "postgres");
        }
        let (owner_url_file, backup_url_file) = (self.path(database, "owner_url_file"), self.path(database, "backup_url_file"));
        Some(Reached { url_file: url_file?, owner_url_file, backup_url_file, pool })
    }
}

impl Settings {
    /// Where rows are kept, with the addresses of databases read from their files.
    pub(crate) fn stores(&self) -> Outcome<StoreSettings> {
        let mut settings = StoreSettings::embedded(self.data.clone(), MAX_OPEN);
        let Placements { platform, by_name, default } = &self.placements;
        match platform {
            Some(Kept::Sqlite(path)) => settings.platform = PlatformPlacement::File(path.clone()),
            Some(Kept::Postgres(reached)) => settings.platform = PlatformPlacement::Postgres(reached.read()?),
            None => {}
        }
        if !by_name.is_empty() {
            settings.placements.clear();
        }
        for (name, kept) in by_name {
            let placement = match kept {
                Kept::Sqlite(folder) => Placement::Files(folder.clone()),
                Kept::Postgres(reached) => Placement::Postgres(reached.read()?),
            };
            settings.placements.insert(name.as_str().into(), placement);
        }
        let only = by_name.keys().next().filter(|_| by_name.len() == 1);
        if let Some(name) = default.as_ref().or(only) {
            settings.default_placement = Arc::from(name.as_str());
        }
        Ok(settings)
    }
}

impl Settings {
    /// The Redis that processes share, if they do; the id tells this one from the others.
    pub(crate) fn redis(&self, process: Uuid) -> Outcome<Option<Redis>> {
        let Some(file) = &self.redis else { return Ok(None) };
        let redis = Redis::new(address(file)?.expose_secret(), process).map_err(|error| {
            let file = file.display();
            Stop::new(
                format!("L'indirizzo in {file} non va ({error}): scrivi per esempio redis://localhost:6379."),
                format!("The address in {file} will not do ({error}): write for example redis://localhost:6379."),
            )
        });
        redis.map(Some)
    }
}

impl Reached {
    fn read(&self) -> Outcome<PostgresSettings> {
        let optional = |file: &Option<PathBuf>| file.as_deref().map(address).transpose();
        Ok(PostgresSettings {
            url: address(&self.url_file)?,
            owner_url: optional(&self.owner_url_file)?,
            backup_url: optional(&self.backup_url_file)?,
            pool: self.pool,
        })
    }
}

/// The address in a file, which has one line.
pub(super) fn address(file: &Path) -> Outcome<SecretString> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        let file = file.display();
        Stop::new(
            format!("L'indirizzo in {file} non si può leggere ({error}): controlla il percorso nelle impostazioni."),
            format!("The address in {file} cannot be read ({error}): check the path in the settings."),
        )
    })?;
    Ok(text.trim().into())
}
