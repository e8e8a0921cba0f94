//! A catalogue as a layer, its integrity, and the chain that it stands on.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use super::{Manifest, Pin};
use crate::defaults::platform_layer;
use crate::policy::Policies;
use crate::problem::{Message, Problems, Span};
use crate::resolve::{Layer, LayerKind, Resolved, Stack};
use crate::shape::kinds::Kind;
use crate::shape::validate::English;
use crate::source::{DocId, Folder, Layout, Root, read_folder};

/// A release, or a draft.
#[derive(Debug)]
pub struct Catalogue {
    /// Who publishes it.
    pub tenant: String,
    /// Its number, or `draft`.
    pub release: String,
    /// The SHA-256 of its `RELEASE.yaml`; empty for a draft.
    pub sha256: String,
    /// What it stands on.
    pub parent: Option<Pin>,
    /// Version of each service.
    pub versions: BTreeMap<String, String>,
    /// SHA-256 of each file.
    pub hashes: BTreeMap<String, String>,
    /// The layers up to and including this one.
    pub stack: Stack,
    /// Everything it holds and inherits, resolved.
    pub resolved: Resolved,
    /// What is wrong with it.
    pub problems: Problems,
}

impl Catalogue {
    /// The chain of pins that a lock of this release holds.
    pub fn pin(&self) -> Pin {
        Pin {
            tenant: self.tenant.clone(),
            release: self.release.clone(),
            sha256: self.sha256.clone(),
            on: self.parent.clone().map(Box::new),
        }
    }

    /// `cesena 2026.1`
    pub fn name(&self) -> String {
        format!("{} {}", self.tenant, self.release)
    }
}

/// The releases that a tenant has published, the oldest first.
pub fn releases(root: &Root, tenant: &str) -> Vec<String> {
    let mut found: Vec<(u32, u32, String)> = fs::read_dir(root.dir.join(tenant).join("catalogue"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let (year, number) = name.split_once('.')?;
            Some((year.parse().ok()?, number.parse().ok()?, name))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, _, name)| name).collect()
}

/// The catalogues of an installation, each read once.
#[derive(Debug)]
pub struct Shelf {
    /// Where they are.
    pub root: Root,
    read: BTreeMap<(String, String), Option<Arc<Catalogue>>>,
}

/// Catalogues on top of each other that a tenant may stand on.
const LONGEST_CHAIN: usize = 2;

impl Shelf {
    /// Nothing read yet.
    pub fn new(root: Root) -> Self {
        Self { root, read: BTreeMap::new() }
    }

    /// A release; nothing when there is no such folder.
    pub fn release(&mut self, tenant: &str, release: &str) -> Option<Arc<Catalogue>> {
        let key = (tenant.to_owned(), release.to_owned());
        if let Some(known) = self.read.get(&key) {
            return known.clone();
        }
        // A release that stands on itself finds nothing here while it is being read, instead of reading for ever.
        self.read.insert(key.clone(), None);
        let catalogue = self.open_release(tenant, release).map(Arc::new);
        self.read.insert(key, catalogue.clone());
        catalogue
    }

    /// A draft, standing on a release of another tenant or on nothing.
    pub fn draft(&mut self, tenant: &str, parent: Option<Pin>) -> Option<Catalogue> {
        let relative = format!("{tenant}/catalogue/draft");
        if !self.root.dir.join(&relative).is_dir() {
            return None;
        }
        let mut problems = Problems::new();
        let folder = read_folder(&self.root, &relative, Layout::Catalogue { overlay: parent.is_some() }, &mut problems);
        let manifest = Manifest { release: "draft".into(), parent, ..Manifest::default() };
        Some(self.assemble(tenant, "", manifest, folder, problems))
    }

    /// The catalogue that a tenant's pin names, whole and unchanged; otherwise a problem at the place of the pin.
    pub fn pinned(&mut self, tenant: &str, pin: &Pin, at: &Span, problems: &mut Problems) -> Option<Arc<Catalogue>> {
        let Some(catalogue) = self.release(&pin.tenant, &pin.release) else {
            let message =
                Message::ReleaseMissing { parent: pin.tenant.as_str().into(), release: pin.release.as_str().into(), tenant: tenant.into() };
            problems.push(message, at, "parent");
            return None;
        };
        if catalogue.sha256 != pin.sha256 {
            let message = Message::ParentChanged { parent: pin.tenant.as_str().into(), release: pin.release.as_str().into() };
            problems.push(message, at, "parent.sha256");
            return None;
        }
        if !catalogue.problems.usable() {
            let message = Message::ParentBroken { parent: pin.tenant.as_str().into(), release: pin.release.as_str().into() };
            problems.push(message, at, "parent");
            problems.extend(catalogue.problems.clone());
            return None;
        }
        Some(catalogue)
    }

    fn open_release(&mut self, tenant: &str, release: &str) -> Option<Catalogue> {
        let relative = format!("{tenant}/catalogue/{release}");
        let manifest_path = format!("{relative}/RELEASE.yaml");
        if !self.root.dir.join(&relative).is_dir() {
            return None;
        }
        let mut problems = Problems::new();
        let manifest_bytes = fs::read(self.root.dir.join(&manifest_path)).unwrap_or_default();
        let overlay = String::from_utf8_lossy(&manifest_bytes).lines().any(|line| line.starts_with("parent:"));
        let mut folder = read_folder(&self.root, &relative, Layout::Catalogue { overlay }, &mut problems);
        let Some(document) = folder.documents.get(&DocId::single(Kind::Release)) else {
            problems.push(Message::MissingFile { name: "RELEASE.yaml".into() }, &self.root.file(&manifest_path), "");
            let manifest = Manifest { release: release.to_owned(), ..Manifest::default() };
            return Some(self.assemble(tenant, "", manifest, folder, problems));
        };
        let manifest = Manifest::read(document);
        let mut damage = Problems::new();
        self.integrity(release, &relative, &manifest, &folder, &mut damage);
        if !damage.is_empty() {
            // What other files than the published ones say does not matter.
            folder.documents.clear();
            problems = damage;
        }
        Some(self.assemble(tenant, &crate::source::sha256(&manifest_bytes), manifest, folder, problems))
    }

    fn integrity(&self, release: &str, relative: &str, manifest: &Manifest, folder: &Folder, problems: &mut Problems) {
        let at = |file: &str| self.root.file(&format!("{relative}/{file}"));
        if manifest.release != release {
            let message = Message::ReleaseName { release: manifest.release.as_str().into(), folder: release.into() };
            problems.push(message, &at("RELEASE.yaml"), "release");
        }
        for (file, hash) in &manifest.files {
            match folder.hashes.get(file) {
                Some(found) if found == hash => {}
                Some(_) => {
                    problems.push(Message::ReleaseFileChanged { file: file.as_str().into(), release: release.into() }, &at(file), "");
                }
                None => {
                    problems.push(Message::ReleaseFileMissing { file: file.as_str().into(), release: release.into() }, &at(file), "");
                }
            }
        }
        for file in folder.hashes.keys().filter(|file| *file != "RELEASE.yaml" && !manifest.files.contains_key(*file)) {
            problems.push(Message::ReleaseFileExtra { file: file.as_str().into(), release: release.into() }, &at(file), "");
        }
    }

    fn assemble(&mut self, tenant: &str, sha256: &str, manifest: Manifest, folder: Folder, mut problems: Problems) -> Catalogue {
        let at = self.root.file(&format!("{tenant}/catalogue/{}/RELEASE.yaml", manifest.release));
        let mut versions = BTreeMap::new();
        let mut stack = Stack { layers: vec![platform_layer()] };
        let below = manifest.parent.as_ref().and_then(|pin| self.parent(tenant, &manifest.release, pin, &at, &mut problems));
        if let Some(parent) = &below {
            versions.clone_from(&parent.versions);
            stack = parent.stack.clone();
        }
        versions.extend(manifest.services);
        let mut documents = folder.documents;
        documents.remove(&DocId::single(Kind::Release));
        let policies =
            documents.remove(&DocId::single(Kind::Policies)).map(|node| Policies::read(&node, &mut problems)).unwrap_or_default();
        let name = format!("{tenant} {}", manifest.release);
        stack.layers.push(Layer { kind: LayerKind::Catalogue, name, documents: Arc::new(documents), policies });
        // Differences say nothing without what they stand on; that it is missing was reported.
        let stands = manifest.parent.is_none() || below.is_some();
        let below = below.map(|parent| parent.resolved.clone()).unwrap_or_default();
        let resolved = if stands { stack.resolve(Some(&below), &mut problems) } else { Resolved::new() };
        crate::check::documents(&resolved, &below, English::Required, &mut problems);
        let (tenant, release, sha256, hashes) = (tenant.to_owned(), manifest.release, sha256.to_owned(), folder.hashes);
        Catalogue { tenant, release, sha256, parent: manifest.parent, versions, hashes, stack, resolved, problems }
    }

    fn parent(&mut self, tenant: &str, release: &str, pin: &Pin, at: &Span, problems: &mut Problems) -> Option<Arc<Catalogue>> {
        let parent = self.pinned(tenant, pin, at, problems)?;
        let depth = parent.stack.layers.iter().filter(|layer| layer.kind == LayerKind::Catalogue).count();
        if depth >= LONGEST_CHAIN {
            let names: Vec<&str> = parent.stack.layers[1..].iter().map(|layer| layer.name.as_str()).collect();
            let chain = format!("{} → {tenant} {release}", names.join(" → "));
            problems.push(Message::ChainTooLong { chain: chain.into() }, at, "parent");
            return None;
        }
        Some(parent)
    }
}
