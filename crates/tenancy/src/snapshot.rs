//! The last good configuration of each tenant, kept in the data folder: with it a tenant whose files are broken goes on, also
//! after a restart.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sportello_domain::tenant::Tenant;

use crate::release::replace_file;

/// The format of snapshots; one of another format is not read, since it can always be made anew.
const FORMAT: u16 = 1;

#[derive(Serialize, Deserialize)]
struct Snapshot<T> {
    format: u16,
    tenant: T,
}

fn path(folder: &Path, slug: &str) -> PathBuf {
    folder.join(format!("{slug}.json"))
}

/// Keeps a tenant; a reader sees the old snapshot or the new one, nothing between.
pub fn save(folder: &Path, tenant: &Tenant) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let json = serde_json::to_string(&Snapshot { format: FORMAT, tenant }).map_err(io::Error::other)?;
    replace_file(&path(folder, &tenant.slug), &json)
}

/// The last good state of the tenant with this slug, if there is one that this version can read.
pub fn read(folder: &Path, slug: &str) -> Option<Tenant> {
    let bytes = fs::read(path(folder, slug)).ok()?;
    let snapshot: Snapshot<Tenant> = serde_json::from_slice(&bytes).ok()?;
    (snapshot.format == FORMAT && &*snapshot.tenant.slug == slug).then_some(snapshot.tenant)
}
