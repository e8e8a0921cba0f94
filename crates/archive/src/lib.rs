//! One tenant whole, as a file and from place to place: export and import, backup and restore, and the move from one placement to
//! another.
//!
//! All are made of the same few steps: rows are read as of one moment ([`write`]), an archive is looked at from its first byte to its
//! last before anything is touched ([`read`]), rows come in within one transaction ([`arrive`]). Where rows change places, the tenant is
//! *fenced* meanwhile: it can be read and not written, and requests that write are told to come back. `docs/archive.md` describes the
//! format for other programs.
//!
//! To extend: another part of a tenant is another entry of the archive, written in [`write`], looked at in [`read`], taken in by
//! [`arrive`]. Rows need nothing: their tables come from the store.

mod arrive;
mod backups;
mod lock;
mod manifest;
mod moving;
mod platform;
mod problem;
mod read;
mod write;

use std::path::{Path, PathBuf};

use sportello_connect::handover::RecipientPair;
use sportello_connect::keys::MasterKey;
use sportello_domain::ids::TenantId;
use sportello_store::archive::{Standing, stand};
use sportello_store::{Spot, Stores};

pub use arrive::{Kept, Restored, import, restore};
pub use backups::{Backups, Found};
pub use lock::Lock;
pub use manifest::{Content, Manifest, Table};
pub use moving::{Moved, forget, relocate};
pub use platform::{read_platform, write_platform};
pub use problem::Problem;
pub use read::Archive;
pub use write::{Written, export};

/// What everything here answers.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// The parts of an installation that are carried about.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The rows.
    pub stores: &'a Stores,
    /// The folder of all tenants' documents.
    pub files: &'a Path,
    /// The master key.
    pub keys: &'a MasterKey,
    /// With which archives of others are opened, where one was made.
    pub pair: Option<&'a RecipientPair>,
}

impl Ground<'_> {
    /// The folder of a tenant's documents.
    fn files_of(&self, tenant: TenantId) -> PathBuf {
        self.files.join(tenant.to_string())
    }
}

/// Says how a tenant stands at a place.
async fn stands(spot: &Spot, standing: Standing) -> Result<()> {
    let (tx, _) = spot.write().await?;
    stand(&tx, standing).await?;
    Ok(tx.commit().await?)
}
