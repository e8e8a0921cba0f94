//! What the support body sees of every tenant: its state, never its rows.

use sportello_domain::{permissions::Action, refusal::Code, service::Key};
use tracing::instrument;

use crate::{
    Engine, Failure, Identity,
    desk::{Desk, Mode},
    fleet::TakenIn,
    me::home,
};

pub use crate::fleet::TenantState;

/// What a reload found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reloaded {
    /// Tenants that run under another configuration than before.
    pub changed: Vec<Key>,
    /// Tenants whose new configuration is broken and that go on with the last good one.
    pub stale: Vec<Key>,
}

/// Every tenant with its state.
#[instrument(name = "support.tenants", skip_all)]
pub async fn tenants(engine: &Engine, identity: &Identity) -> Result<Vec<TenantState>, Failure> {
    admit(engine, identity, Action::ReadFleet).await?;
    Ok(engine.fleet().states())
}

/// Takes the configuration in again.
#[instrument(name = "support.reload", skip_all)]
pub async fn reload(engine: &Engine, identity: &Identity) -> Result<Reloaded, Failure> {
    admit(engine, identity, Action::Reload).await?;
    let TakenIn { changed, stale, unavailable: _ } = engine.ports().reloader.reload().await?;
    Ok(Reloaded { changed, stale })
}

/// Only staff of the support body is admitted; to everybody else there is nothing here.
async fn admit(engine: &Engine, identity: &Identity, action: Action) -> Result<(), Failure> {
    let call = home(engine, identity)?;
    if engine.fleet().support().is_none_or(|support| support.id != call.tenant.id) {
        return Err(Code::NotFound.into());
    }
    let desk = Desk::enter(engine, &call, Mode::Read).await?;
    let allowed = desk.may(action).map(|_| ()).map_err(Failure::from);
    desk.leave(allowed).await
}
