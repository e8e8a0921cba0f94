//! What the support body sees of every tenant: its state, never its rows.

use sportello_domain::{permissions::Action, refusal::Code};
use tracing::instrument;

use crate::{
    Engine, Failure, Identity,
    desk::{Desk, Mode},
    fleet::{TakenIn, TenantState},
    me::home,
};

/// Every tenant with its state.
#[instrument(name = "support.tenants", skip_all)]
pub async fn tenants(engine: &Engine, identity: &Identity) -> Result<Vec<TenantState>, Failure> {
    admit(engine, identity, Action::ReadFleet).await?;
    Ok(engine.fleet().states())
}

/// Takes the configuration in again.
#[instrument(name = "support.reload", skip_all)]
pub async fn reload(engine: &Engine, identity: &Identity) -> Result<TakenIn, Failure> {
    admit(engine, identity, Action::Reload).await?;
    Ok(engine.ports().reloader.reload().await?)
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
