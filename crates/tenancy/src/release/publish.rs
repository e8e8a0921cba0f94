//! From a draft to a release that never changes.

use std::collections::BTreeMap;
use std::fs;

use super::lock::{inherits, pin};
use super::write::create_folder;
use super::{Manifest, Pin, Shelf, releases};
use crate::problem::{Message, Problems, Severity};
use crate::shape::{Leaf, check_leaf};
use crate::source::Root;

/// Freezes `catalogue/draft/` of a tenant as a release: checks it, hashes each file, writes the folder at once. Nothing is written
/// when the draft has errors or the release exists. Returns what the release says of itself.
pub fn publish(root: &Root, tenant: &str, release: &str) -> Result<Manifest, Problems> {
    let mut problems = Problems::new();
    let draft = root.file(&format!("{tenant}/catalogue/draft"));
    if check_leaf(Leaf::Release, release, false, "release").is_some() {
        problems.push(Message::BadRelease { release: release.into() }, &draft, "release");
        return Err(problems);
    }
    let target = root.dir.join(tenant).join("catalogue").join(release);
    if target.exists() {
        problems.push(Message::ReleaseExists { release: release.into() }, &root.file(&format!("{tenant}/catalogue/{release}")), "release");
        return Err(problems);
    }
    let mut shelf = Shelf::new(root.clone());
    let parent = draft_parent(root, tenant, &mut problems);
    let Some(catalogue) = shelf.draft(tenant, parent.clone()) else {
        problems.push(Message::NoDraft { tenant: tenant.into() }, &draft, "");
        return Err(problems);
    };
    problems.extend(catalogue.problems);
    if !problems.usable() {
        return Err(Problems::from(
            problems.sorted().into_iter().filter(|problem| problem.severity() == Severity::Error).collect::<Vec<_>>(),
        ));
    }
    let services = versions(&mut shelf, tenant, &catalogue.hashes);
    let manifest = Manifest { release: release.to_owned(), parent, files: catalogue.hashes, services };
    let written = files(root, tenant, &manifest).and_then(|files| create_folder(&target, &files));
    written.map(|()| manifest).map_err(|error| {
        problems.push(Message::Unreadable { detail: error.to_string().into() }, &draft, "");
        problems
    })
}

/// What a draft stands on: the release that its tenant's lock pins, unless the tenant inherits from nobody but itself.
pub(crate) fn draft_parent(root: &Root, tenant: &str, problems: &mut Problems) -> Option<Pin> {
    let parent = inherits(root, tenant, problems).filter(|parent| parent != tenant)?;
    let pinned = pin(root, tenant, problems).filter(|pin| pin.tenant == parent);
    if pinned.is_none() {
        problems.push(Message::LockMissing { tenant: tenant.into() }, &root.file(&format!("{tenant}/lock.yaml")), "");
    }
    pinned
}

/// The first release gives 1.0.0 to each service; later a service whose file changed goes one minor version up.
fn versions(shelf: &mut Shelf, tenant: &str, hashes: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let root = shelf.root.clone();
    let previous = releases(&root, tenant).pop().and_then(|release| shelf.release(tenant, &release));
    let services = hashes.iter().filter_map(|(file, hash)| Some((file, file.strip_prefix("services/")?.strip_suffix(".yaml")?, hash)));
    services
        .map(|(file, id, hash)| {
            let version = previous.as_ref().and_then(|previous| {
                let version = previous.versions.get(id)?;
                Some(if previous.hashes.get(file) == Some(hash) { version.clone() } else { next_minor(version) })
            });
            (id.to_owned(), version.unwrap_or_else(|| "1.0.0".to_owned()))
        })
        .collect()
}

fn next_minor(version: &str) -> String {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    let (major, minor) = (parts.next().unwrap_or(1), parts.next().unwrap_or_default());
    format!("{major}.{}.0", minor + 1)
}

fn files(root: &Root, tenant: &str, manifest: &Manifest) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let draft = root.dir.join(tenant).join("catalogue/draft");
    let mut files = vec![("RELEASE.yaml".to_owned(), manifest.yaml().into_bytes())];
    for (name, hash) in &manifest.files {
        let bytes = fs::read(draft.join(name))?;
        if crate::source::sha256(&bytes) != *hash {
            return Err(std::io::Error::other(format!("{name} changed while it was being published")));
        }
        files.push((name.clone(), bytes));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_go_up_by_one_step() {
        assert_eq!(next_minor("1.0.0"), "1.1.0");
        assert_eq!(next_minor("2.9.4"), "2.10.0");
    }
}
