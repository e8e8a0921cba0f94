//! One tenant's rows at one placement, whether or not it is served from there: how rows are carried about.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use sportello_domain::ids::TenantId;

use crate::{
    Placement, Result, StoreSettings, Stores, TenantTx,
    archive::Standing,
    placement::{Database, File, Place, put_aside},
    tx::Mode,
};

/// Where rows of a tenant are, were or shall be. Made by [`Stores::spot`].
#[derive(Clone)]
pub struct Spot {
    pub(crate) place: Place,
    pub(crate) tenant: TenantId,
}

impl Stores {
    /// Whether a tenant's rows may be at a placement: they are in a database, or a file of it is there.
    pub fn may_hold(&self, tenant: TenantId, placement: &str) -> bool {
        match self.settings().placements.get(placement) {
            Some(Placement::Files(folder)) => StoreSettings::file_in(folder, tenant).exists(),
            Some(Placement::Postgres(_)) => true,
            None => false,
        }
    }

    /// A tenant's rows at a placement, whatever the directory says, over connections of its own. A file that is not there is made,
    /// with no rows.
    pub async fn spot(&self, tenant: TenantId, placement: &str) -> Result<Spot> {
        let place = match self.settings().placements.get(placement) {
            Some(Placement::Files(folder)) => self.file_spot(folder, tenant).await?,
            Some(Placement::Postgres(reached)) => Place::Database(Arc::new(Database::beside(placement, reached).await?)),
            None => return Err(self.settings().unknown(placement)),
        };
        Ok(Spot { place, tenant })
    }

    /// The same with the right to remove what the protocol register holds: in a database that is the owner's.
    pub async fn owned_spot(&self, tenant: TenantId, placement: &str) -> Result<Spot> {
        let place = match self.settings().placements.get(placement) {
            Some(Placement::Files(folder)) => self.file_spot(folder, tenant).await?,
            Some(Placement::Postgres(reached)) => Place::Database(Arc::new(Database::as_owner(placement, reached).await?)),
            None => return Err(self.settings().unknown(placement)),
        };
        Ok(Spot { place, tenant })
    }

    async fn file_spot(&self, folder: &Path, tenant: TenantId) -> Result<Place> {
        Ok(Place::File(Arc::new(File::whoever(StoreSettings::file_in(folder, tenant), tenant).await?)))
    }

    /// Puts a damaged file of a tenant aside, with what belongs to it; answers what it is called now. None where rows are in a
    /// database.
    pub async fn put_aside(&self, tenant: TenantId, placement: &str, mark: &str) -> Result<Option<PathBuf>> {
        let Some(Placement::Files(folder)) = self.settings().placements.get(placement) else { return Ok(None) };
        let file = StoreSettings::file_in(folder, tenant);
        let aside = file.with_file_name(format!("rows.damaged-{mark}.sqlite"));
        put_aside(&file, &aside).await?;
        Ok(Some(aside))
    }
}

impl Spot {
    /// Whose rows.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// What the place is called.
    pub fn name(&self) -> &str {
        self.place.name()
    }

    /// How the tenant stands there; none where the place does not know it.
    pub async fn standing(&self) -> Result<Option<Standing>> {
        let (tx, standing) = TenantTx::open_anyhow(&self.place, self.tenant, Mode::Read, None).await?;
        tx.rollback().await?;
        Ok(standing)
    }

    /// Begins to read, all as of one moment.
    pub async fn read(&self) -> Result<TenantTx> {
        Ok(TenantTx::open_anyhow(&self.place, self.tenant, Mode::Read, None).await?.0)
    }

    /// Begins to write, alone until the transaction ends, and says how the tenant stands.
    pub async fn write(&self) -> Result<(TenantTx, Option<Standing>)> {
        TenantTx::open_anyhow(&self.place, self.tenant, Mode::Write, None).await
    }

    /// Closes the connections that are only its own.
    pub async fn close(self) {
        self.place.close().await;
    }
}

impl std::fmt::Debug for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spot").field("place", &self.name()).field("tenant", &self.tenant).finish()
    }
}
