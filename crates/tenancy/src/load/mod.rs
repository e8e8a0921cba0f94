//! From `tenants/` to the tenants that the product runs.
//!
//! Each tenant is resolved and checked on its own: one with errors comes with its problems only and never stops the others; what
//! is inherited from a broken catalogue breaks those alone who inherit it.

mod build;
mod one;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use sportello_domain::ids::TenantId;
use sportello_domain::tenant::Tenant;

pub(crate) use one::Reading;

use crate::check::unique::{self, Claimant};
use crate::problem::{Message, Problem, Problems, Severity};
use crate::release::Shelf;
use crate::shape::convert;
use crate::shape::kinds::Kind;
use crate::shape::validate::Standing;
use crate::source::{DocId, Root, read_document};
use crate::yaml::is_id;

/// What `tenants/` holds.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The installation itself.
    pub platform: Platform,
    /// The tenants by folder.
    pub tenants: BTreeMap<String, Loaded>,
    /// What is wrong with the installation as a whole.
    pub problems: Vec<Problem>,
}

/// `platform.yaml`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// Its name.
    pub name: String,
    /// The tenant whose staff supports the others.
    pub support: Option<String>,
    /// Who lets whom reuse what, by id.
    pub agreements: BTreeMap<String, serde_json::Value>,
}

/// One tenant.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The name of its folder.
    pub slug: String,
    /// Its id, also when its configuration cannot be used, as long as that much could be read.
    pub id: Option<TenantId>,
    /// The tenant, when it has no errors.
    pub tenant: Option<Arc<Tenant>>,
    /// Everything that was found, ordered by file and place.
    pub problems: Vec<Problem>,
}

impl Loaded {
    /// How many errors it has.
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.severity() == Severity::Error).count()
    }
}

impl Installation {
    /// The tenants that can be served.
    pub fn usable(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        self.tenants.values().filter_map(|loaded| loaded.tenant.as_ref())
    }

    /// All problems of the installation and its tenants, ordered, each once.
    pub fn all_problems(&self) -> Vec<Problem> {
        let all = self.tenants.values().flat_map(|loaded| &loaded.problems).chain(&self.problems).cloned();
        Problems::from(all.collect::<Vec<_>>()).sorted()
    }
}

/// Gives the last good configuration of the tenant in a folder, where there was one.
pub type LastGood<'l> = dyn Fn(&str) -> Option<Arc<Tenant>> + 'l;

/// Reads, resolves and checks everything under `tenants_dir`. Fails only when the folder itself cannot be read.
pub fn load(tenants_dir: &Path) -> Result<Installation, Problem> {
    load_beside(tenants_dir, &|_| None)
}

/// The same beside what was served before: it keeps its id, its domains and the like against newcomers, also where its files are
/// broken now.
pub fn load_beside(tenants_dir: &Path, last_good: &LastGood<'_>) -> Result<Installation, Problem> {
    let root = Root::new(tenants_dir);
    let mut problems = Problems::new();
    let folders = tenant_folders(&root, &mut problems)?;
    let platform = platform(&root, &folders, &mut problems);
    let mut shelf = Shelf::new(root);
    let mut readings: Vec<Reading> = folders.iter().map(|folder| Reading::of(&mut shelf, folder)).collect();
    settle_claims(&mut readings, last_good);
    let tenants = readings.into_iter().map(|reading| (reading.folder.clone(), reading.finish())).collect();
    Ok(Installation { platform, tenants, problems: problems.sorted() })
}

/// Names of the folders of tenants.
pub(crate) fn tenant_folders(root: &Root, problems: &mut Problems) -> Result<Vec<String>, Problem> {
    let whole = root.file("platform.yaml");
    let unreadable = |error: std::io::Error| {
        let span = crate::problem::Span::of_file(root.dir.to_string_lossy().into_owned());
        Problem::new(Message::Unreadable { detail: error.to_string().into() }, &span, "")
    };
    let mut folders = Vec::new();
    for entry in fs::read_dir(&root.dir).map_err(unreadable)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else { continue };
        if name.starts_with('.') {
            continue;
        }
        if kind.is_symlink() {
            problems.push(Message::SymbolicLink {}, &root.file(&name), "");
        } else if kind.is_dir() && is_id(&name) {
            folders.push(name);
        } else if kind.is_dir() {
            problems.push(Message::BadId { id: name.as_str().into(), example: "nome-del-comune".into() }, &root.file(&name), "");
        } else if name != "platform.yaml" && Path::new(&name).extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            problems.push(Message::UnexpectedFile { name: name.as_str().into(), allowed: "platform.yaml".into() }, &root.file(&name), "");
        }
    }
    if folders.is_empty() {
        problems.push(Message::NoTenants {}, &whole, "");
    }
    folders.sort();
    Ok(folders)
}

fn platform(root: &Root, folders: &[String], problems: &mut Problems) -> Platform {
    let file = root.file("platform.yaml");
    let Ok(bytes) = fs::read(root.dir.join("platform.yaml")) else {
        problems.push(Message::MissingFile { name: "platform.yaml".into() }, &file, "");
        return Platform::default();
    };
    let Some(node) = read_document(&bytes, &file.file, Kind::Platform, Standing::Whole, problems) else { return Platform::default() };
    let english = crate::shape::validate::English::Expected;
    crate::shape::validate::check_complete(Kind::Platform.record(), &node, english, problems);
    let known: Vec<&str> = folders.iter().map(String::as_str).collect();
    let kind = ("l'ente", "the tenant");
    if let Some(support) = node.get("support").filter(|node| node.as_text().is_some_and(|id| !known.contains(&id))) {
        problems.push(crate::resolve::unknown(kind, support.as_text().unwrap_or_default(), &known), &support.span, "support");
    }
    let mut agreements = BTreeMap::new();
    for (id, entry) in node.get("reuse_agreements").into_iter().flat_map(crate::yaml::Node::entries) {
        for side in ["granting", "using"] {
            for (tenant, member) in entry.node.get(side).into_iter().flat_map(crate::yaml::Node::entries) {
                if !known.contains(&tenant) {
                    problems.push(
                        crate::resolve::unknown(kind, tenant, &known),
                        &member.key,
                        format!("reuse_agreements.{id}.{side}.{tenant}"),
                    );
                }
            }
        }
        agreements.insert(id.to_owned(), convert::free(&entry.node));
    }
    Platform { name: node.text("name").unwrap_or_default().to_owned(), support: node.text("support").map(str::to_owned), agreements }
}

fn settle_claims(readings: &mut [Reading], last_good: &LastGood<'_>) {
    let claimants = readings.iter().filter_map(|reading| claimant(reading, last_good(&reading.folder))).collect();
    let mut found = unique::unique(claimants);
    for reading in readings {
        if let Some(problems) = found.remove(&reading.folder) {
            reading.problems.extend(problems);
            reading.tenant = None;
        }
    }
}

/// A broken tenant claims what it goes on with, or else what can be read of its files.
fn claimant(reading: &Reading, last_good: Option<Arc<Tenant>>) -> Option<Claimant<'_>> {
    let folder = reading.folder.as_str();
    let elder = last_good.is_some();
    if let Some(tenant) = last_good.filter(|_| reading.tenant.is_none()) {
        return Some(Claimant { folder, id: tenant.id, elder, claims: unique::standing(&tenant) });
    }
    let document = reading.resolved.get(&DocId::single(Kind::Tenant))?;
    let identity = reading.resolved.get(&DocId::single(Kind::Identity)).map(AsRef::as_ref);
    Some(Claimant { folder, id: reading.id()?, elder, claims: unique::written(document, identity) })
}
