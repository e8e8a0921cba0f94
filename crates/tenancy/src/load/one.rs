//! One tenant: its layers, its documents, its problems.

use std::collections::BTreeMap;
use std::sync::Arc;

use sportello_domain::ids::TenantId;
use sportello_domain::tenant::Tenant;

use super::Loaded;
use super::build::{Material, build};
use crate::check::{self, TenantView};
use crate::defaults::{platform_hash, platform_layer};
use crate::policy::Policies;
use crate::problem::{Message, Problems, Span};
use crate::release::{Catalogue, Lock, Shelf, read_lock, releases, verify_lock};
use crate::resolve::{Layer, LayerKind, Resolved, Stack};
use crate::shape::kinds::Kind;
use crate::shape::validate::English;
use crate::source::{DocId, Folder, Layout, read_folder, sha256};

/// A tenant as it was read.
pub(crate) struct Reading {
    /// The name of its folder.
    pub folder: String,
    /// Its layers.
    pub stack: Stack,
    /// Its documents, resolved.
    pub resolved: Resolved,
    /// The tenant, unless something is wrong.
    pub tenant: Option<Arc<Tenant>>,
    /// What was found.
    pub problems: Problems,
}

impl Reading {
    /// Reads the tenant in a folder.
    pub(crate) fn of(shelf: &mut Shelf, folder: &str) -> Self {
        let mut problems = Problems::new();
        let inherits = crate::release::inherits(&shelf.root, folder, &mut Problems::new());
        let files = read_folder(&shelf.root.clone(), folder, Layout::Tenant { inherits: inherits.is_some() }, &mut problems);
        let lock = files.documents.get(&DocId::single(Kind::Lock)).map(read_lock);
        let catalogue = inherits.as_deref().and_then(|parent| inherited(shelf, folder, parent, lock.as_ref(), &files, &mut problems));
        let complete = inherits.is_none() || catalogue.is_some();
        let (stack, below) = layers(folder, &files, catalogue.as_deref());
        if !complete {
            // Without its layers every local difference would look like a mistake; what the files say alone was checked.
            return Self { folder: folder.to_owned(), stack, resolved: alone(&files), tenant: None, problems };
        }
        let resolved = stack.resolve(Some(&below), &mut problems);
        let english = english(&resolved);
        if english == English::Unneeded {
            problems.leave_out(|message| matches!(message, Message::OtherLanguageStays { .. }));
        }
        check::documents(&resolved, &below, english, &mut problems);
        let at = shelf.root.file(&format!("{folder}/tenant.yaml"));
        let view = TenantView { folder, at: &at, stack: &stack, resolved: &resolved, assets: &files.assets };
        let active = check::tenant(&view, &mut problems);
        let parameters_at = shelf.root.file(&format!("{folder}/parameters.yaml"));
        let parameters = check::parameters(&resolved, &stack, &parameters_at, &mut problems);
        let material = Material {
            resolved: &resolved,
            assets: &files.assets,
            active: &active,
            parameters,
            release: catalogue.as_deref().map(|catalogue| catalogue.release.as_str()),
            versions: catalogue.as_deref().map(|catalogue| &catalogue.versions),
            hash: hash(&files, catalogue.as_deref()),
            at: &at,
        };
        let tenant = if problems.usable() { build(&material, &mut problems).filter(|_| problems.usable()) } else { None };
        Self { folder: folder.to_owned(), stack, resolved, tenant: tenant.map(Arc::new), problems }
    }

    /// Its id, as long as that much could be read.
    pub(crate) fn id(&self) -> Option<TenantId> {
        let document = self.resolved.get(&DocId::single(Kind::Tenant));
        document.and_then(|node| node.text("id")).and_then(|id| id.parse().ok())
    }

    /// As others see it.
    pub(crate) fn finish(self) -> Loaded {
        Loaded { id: self.id(), slug: self.folder, tenant: self.tenant, problems: self.problems.sorted() }
    }
}

/// The catalogue that a tenant's lock pins.
fn inherited(
    shelf: &mut Shelf,
    folder: &str,
    parent: &str,
    lock: Option<&Lock>,
    files: &Folder,
    problems: &mut Problems,
) -> Option<Arc<Catalogue>> {
    let at = shelf.root.file(&format!("{folder}/lock.yaml"));
    let said = files.documents.get(&DocId::single(Kind::Tenant)).and_then(|node| node.get("inherits"));
    let said = said.map_or_else(|| at.clone(), |node| node.span.clone());
    if !shelf.root.dir.join(parent).is_dir() {
        problems.push(Message::UnknownParent { parent: parent.into() }, &said, "inherits");
        return None;
    }
    let Some(pin) = lock.and_then(|lock| lock.parent.as_ref()) else {
        if releases(&shelf.root, parent).is_empty() {
            problems.push(Message::NoRelease { parent: parent.into() }, &said, "inherits");
        } else {
            problems.push(Message::LockMissing { tenant: folder.into() }, &at, "");
        }
        return None;
    };
    let catalogue = shelf.pinned(folder, pin, &pin_place(files, &at), problems)?;
    let document = files.documents.get(&DocId::single(Kind::Lock))?;
    verify_lock(shelf, folder, document, parent, &catalogue, problems);
    Some(catalogue)
}

fn pin_place(files: &Folder, at: &Span) -> Span {
    let lock = files.documents.get(&DocId::single(Kind::Lock));
    lock.and_then(|node| node.as_map()).and_then(|map| map.get("parent")).map_or_else(|| at.clone(), |entry| entry.key.clone())
}

/// The stack of a tenant, and what its documents are without the tenant's own.
fn layers(folder: &str, files: &Folder, catalogue: Option<&Catalogue>) -> (Stack, Resolved) {
    let (mut stack, below) = if let Some(catalogue) = catalogue {
        (catalogue.stack.clone(), catalogue.resolved.clone())
    } else {
        let stack = Stack { layers: vec![platform_layer()] };
        let resolved = stack.resolve(None, &mut Problems::new());
        (stack, resolved)
    };
    let mut documents = files.documents.clone();
    documents.retain(|id, _| !matches!(id.kind, Kind::Lock | Kind::Decisions));
    stack.layers.push(Layer {
        kind: LayerKind::Tenant,
        name: folder.to_owned(),
        documents: Arc::new(documents),
        policies: Policies::default(),
    });
    (stack, below)
}

fn alone(files: &Folder) -> Resolved {
    files.documents.iter().map(|(id, node)| (id.clone(), Arc::new(node.clone()))).collect()
}

fn english(resolved: &Resolved) -> English {
    let document = resolved.get(&DocId::single(Kind::Tenant));
    match document.and_then(|node| node.at(["languages", "en"])).and_then(|node| node.as_text()) {
        Some("true") => English::Expected,
        _ => English::Unneeded,
    }
}

/// SHA-256 over everything that a tenant was resolved from, so that a reload can tell change from no change.
fn hash(files: &Folder, catalogue: Option<&Catalogue>) -> String {
    let mut parts: BTreeMap<&str, &str> = files
        .hashes
        .iter()
        .filter(|(path, _)| !path.starts_with("decisions/") && !path.to_lowercase().ends_with(".md"))
        .map(|(path, hash)| (path.as_str(), hash.as_str()))
        .collect();
    let platform = platform_hash();
    parts.insert("/platform", &platform);
    if let Some(catalogue) = catalogue {
        // The hash of the manifest covers the release's files, and through its pin those of the releases below.
        parts.insert("/catalogue", &catalogue.sha256);
    }
    let lines: Vec<String> = parts.into_iter().map(|(path, hash)| format!("{path} {hash}")).collect();
    sha256(lines.join("\n").as_bytes())
}
