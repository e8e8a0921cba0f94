//! The check of `tenants/` for people: everything that `load` finds, and what it does not look at: drafts, and releases that
//! nobody pins any more.

use std::path::Path;

use crate::load::{Reading, load, tenant_folders};
use crate::problem::{Message, Problem, Problems, Span};
use crate::release::{Shelf, draft_parent, releases};
use crate::source::Root;

/// Checks all tenants, or one with what it inherits. The caller decides what the result is worth, with
/// [`Summary::failed`](crate::problem::Summary::failed).
pub fn check(tenants_dir: &Path, only: Option<&str>) -> Result<Vec<Problem>, Problem> {
    let root = Root::new(tenants_dir);
    let mut problems = Problems::new();
    match only {
        None => {
            let installation = load(tenants_dir)?;
            problems.extend(installation.all_problems().into());
            for folder in installation.tenants.keys() {
                catalogues(&root, folder, &mut problems);
            }
        }
        Some(slug) => {
            let folders = tenant_folders(&root, &mut Problems::new())?;
            if !folders.iter().any(|folder| folder == slug) {
                let existing: Vec<&str> = folders.iter().map(String::as_str).collect();
                let message = crate::resolve::unknown(("l'ente", "the tenant"), slug, &existing);
                return Err(Problem::new(message, &root.file(slug), ""));
            }
            let installation = load(tenants_dir)?;
            problems.extend(
                installation
                    .tenants
                    .into_iter()
                    .filter(|(folder, _)| folder == slug)
                    .flat_map(|(_, loaded)| loaded.problems)
                    .collect::<Vec<_>>()
                    .into(),
            );
            catalogues(&root, slug, &mut problems);
        }
    }
    Ok(problems.sorted())
}

/// The draft and every release of a tenant.
fn catalogues(root: &Root, folder: &str, problems: &mut Problems) {
    let mut shelf = Shelf::new(root.clone());
    for release in releases(root, folder) {
        if let Some(catalogue) = shelf.release(folder, &release) {
            problems.extend(catalogue.problems.clone());
        }
    }
    if root.dir.join(folder).join("catalogue/draft").is_dir() {
        // A draft of differences says nothing without what it stands on; that this is missing is reported with the tenant.
        let mut missing = Problems::new();
        let parent = draft_parent(root, folder, &mut missing);
        if let Some(catalogue) = shelf.draft(folder, parent).filter(|_| missing.is_empty()) {
            problems.extend(catalogue.problems);
        }
    }
}

/// A tenant as it was read, or the problem that there is none of this name.
pub(crate) fn reading(tenants_dir: &Path, tenant: &str) -> Result<Reading, Problem> {
    let root = Root::new(tenants_dir);
    let folders = tenant_folders(&root, &mut Problems::new())?;
    if folders.iter().any(|folder| folder == tenant) {
        return Ok(Reading::of(&mut Shelf::new(root), tenant));
    }
    let existing: Vec<&str> = folders.iter().map(String::as_str).collect();
    let message: Message = crate::resolve::unknown(("l'ente", "the tenant"), tenant, &existing);
    let span: Span = root.file(tenant);
    Err(Problem::new(message, &span, ""))
}
