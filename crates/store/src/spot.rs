//! One tenant's rows at one placement, whether or not it is served from there: how rows are carried about.

use sportello_domain::ids::TenantId;

use crate::{Result, TenantTx, archive::Standing, placement::Place, tx::Mode};

/// Where rows of a tenant are, were or shall be. Made by [`Stores::spot`](crate::Stores::spot).
#[derive(Clone)]
pub struct Spot {
    pub(crate) place: Place,
    pub(crate) tenant: TenantId,
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
