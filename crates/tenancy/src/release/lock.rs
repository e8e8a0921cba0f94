//! `lock.yaml`: which release a tenant stands on, down to the bytes.

use std::collections::BTreeMap;

use super::manifest::section;
use super::write::replace_file;
use super::{Catalogue, Pin, Shelf, releases};
use crate::problem::{Message, Problems};
use crate::shape::kinds::Kind;
use crate::shape::validate::Standing;
use crate::source::{DocId, Root, sha256};
use crate::yaml::Node;

/// What a lock says of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedService {
    /// Its version.
    pub version: String,
    /// SHA-256 of the files it is inherited from.
    pub sha256: String,
    /// Until when an update of it is put off, and why.
    pub held: Option<(String, Option<String>)>,
}

/// A lock, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The release in force.
    pub parent: Option<Pin>,
    /// The services of it.
    pub services: BTreeMap<String, LockedService>,
}

/// Reads a lock that was checked against its shape.
pub fn read_lock(node: &Node) -> Lock {
    let service = |node: &Node| {
        let text = |key| node.text(key).map(str::to_owned);
        Some(LockedService {
            version: text("version")?,
            sha256: text("sha256")?,
            held: text("held_until").map(|day| (day, text("reason"))),
        })
    };
    let services = node.get("services").into_iter().flat_map(Node::entries);
    Lock {
        parent: node.get("parent").and_then(Pin::read),
        services: services.filter_map(|(id, entry)| Some((id.to_owned(), service(&entry.node)?))).collect(),
    }
}

/// The SHA-256 of what a service is inherited from: that of its file, or of all its files' where layers add to it.
fn service_hash(shelf: &mut Shelf, catalogue: &Catalogue, id: &str) -> String {
    let file = format!("services/{id}.yaml");
    let mut hashes: Vec<String> = catalogue.hashes.get(&file).cloned().into_iter().collect();
    let mut pin = catalogue.parent.clone();
    while let Some(parent) = pin.as_ref().and_then(|pin| shelf.release(&pin.tenant, &pin.release)) {
        hashes.extend(parent.hashes.get(&file).cloned());
        pin.clone_from(&parent.parent);
    }
    if hashes.len() == 1 { hashes.remove(0) } else { sha256(hashes.join("\n").as_bytes()) }
}

fn services(shelf: &mut Shelf, catalogue: &Catalogue) -> BTreeMap<String, LockedService> {
    let versions = catalogue.versions.clone();
    versions
        .into_iter()
        .map(|(id, version)| (id.clone(), LockedService { version, sha256: service_hash(shelf, catalogue, &id), held: None }))
        .collect()
}

/// Compares a tenant's lock, given as its document, with what is there.
pub fn verify_lock(shelf: &mut Shelf, tenant: &str, document: &Node, inherits: &str, catalogue: &Catalogue, problems: &mut Problems) {
    let lock = read_lock(document);
    let mut differs = |what: (&str, &str), locked: &str, found: &str, path: &str| {
        let what = crate::problem::Words::new(what.0, what.1);
        let message = Message::LockDiffers { what, locked: locked.into(), found: found.into(), tenant: tenant.into() };
        problems.push(message, &document.place(path), path);
    };
    let Some(pin) = &lock.parent else { return };
    if pin.tenant != inherits {
        differs(("eredita da", "inherits from"), &pin.tenant, inherits, "parent.tenant");
    }
    let shown = |pin: &Option<Box<Pin>>| {
        pin.as_ref().map_or_else(|| "–".to_owned(), |pin| format!("{} {} {}", pin.tenant, pin.release, pin.sha256))
    };
    let (locked, found) = (shown(&pin.on), shown(&catalogue.pin().on));
    if locked != found {
        differs(("rilascio di partenza", "parent release"), &locked, &found, "parent.on");
    }
    let present = services(shelf, catalogue);
    for (id, found) in &present {
        let path = format!("services.{id}");
        match lock.services.get(id) {
            None => differs(("servizio", "service"), "–", id, &path),
            Some(locked) if locked.version != found.version => {
                differs(("versione", "version"), &format!("{id} {}", locked.version), &format!("{id} {}", found.version), &path);
            }
            Some(locked) if locked.sha256 != found.sha256 => differs(("impronta", "hash"), &locked.sha256, &found.sha256, &path),
            Some(_) => {}
        }
    }
    for id in lock.services.keys().filter(|id| !present.contains_key(*id)) {
        differs(("servizio", "service"), id, "–", &format!("services.{id}"));
    }
}

/// Writes `lock.yaml` of a tenant for a release of the catalogue it inherits, the newest where none is named. Returns the release.
pub fn lock(root: &Root, tenant: &str, release: Option<&str>) -> Result<String, Problems> {
    let mut problems = Problems::new();
    let file = root.file(&format!("{tenant}/tenant.yaml"));
    let Some(inherits) = inherits(root, tenant, &mut problems) else {
        if problems.is_empty() {
            problems.push(Message::UnknownParent { parent: "–".into() }, &file, "inherits");
        }
        return Err(problems);
    };
    let mut shelf = Shelf::new(root.clone());
    let Some(release) = release.map(str::to_owned).or_else(|| releases(root, &inherits).pop()) else {
        problems.push(Message::NoRelease { parent: inherits.as_str().into() }, &file, "inherits");
        return Err(problems);
    };
    let Some(catalogue) = shelf.release(&inherits, &release) else {
        let message = Message::ReleaseMissing { parent: inherits.as_str().into(), release: release.as_str().into(), tenant: tenant.into() };
        problems.push(message, &file, "inherits");
        return Err(problems);
    };
    if !catalogue.problems.usable() {
        return Err(catalogue.problems.clone());
    }
    let content = yaml(&Lock { parent: Some(catalogue.pin()), services: services(&mut shelf, &catalogue) });
    replace_file(&root.dir.join(tenant).join("lock.yaml"), &content).map_err(|error| {
        problems.push(Message::Unreadable { detail: error.to_string().into() }, &root.file(&format!("{tenant}/lock.yaml")), "");
        problems
    })?;
    Ok(release)
}

/// `inherits` of a tenant, read alone so that other mistakes of its folder do not prevent the lock.
pub(crate) fn inherits(root: &Root, tenant: &str, problems: &mut Problems) -> Option<String> {
    document(root, tenant, "tenant.yaml", Kind::Tenant, problems)?.text("inherits").map(str::to_owned)
}

/// The pin in a tenant's lock.
pub(super) fn pin(root: &Root, tenant: &str, problems: &mut Problems) -> Option<Pin> {
    document(root, tenant, "lock.yaml", Kind::Lock, problems).and_then(|node| read_lock(&node).parent)
}

fn document(root: &Root, tenant: &str, file: &str, kind: Kind, problems: &mut Problems) -> Option<Node> {
    let relative = format!("{tenant}/{file}");
    let bytes = match std::fs::read(root.dir.join(&relative)) {
        Ok(bytes) => bytes,
        Err(_) if kind == Kind::Lock => return None,
        Err(error) => {
            problems.push(Message::Unreadable { detail: error.to_string().into() }, &root.file(&relative), "");
            return None;
        }
    };
    debug_assert!(DocId::folder(kind).is_none());
    crate::source::read_document(&bytes, &root.shown(&relative), kind, Standing::Whole, problems)
}

fn yaml(lock: &Lock) -> String {
    let mut out = "# Written by the tool: the release in force and the bytes it stands on.\nformat: 1\n".to_owned();
    if let Some(parent) = &lock.parent {
        out.extend(["parent: ", &parent.yaml(), "\n"]);
    }
    let line = |(id, service): (&String, &LockedService)| format!("  {id}: {{version: {}, sha256: {}}}\n", service.version, service.sha256);
    section(&mut out, "services", lock.services.iter().map(line));
    out
}
