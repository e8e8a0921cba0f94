//! How much of a tenant's work waits, and how much was given up and waits for a person.

use sportello_domain::tenant::Tenant;
use sportello_store::{Backlog, jobs, outbox};

use crate::{Engine, Failure};

/// What waits at a tenant: jobs, and what leaves the system. What was given up lies among all that was ever done, so it is counted
/// only where `given_up` says so.
pub async fn of(engine: &Engine, tenant: &Tenant, given_up: bool) -> Result<[Backlog; 2], Failure> {
    let now = engine.now();
    let tx = engine.stores().read(tenant.id).await?;
    let (jobs, outbox) = if given_up {
        (jobs::backlog(&tx, now).await?, outbox::backlog(&tx, now).await?)
    } else {
        (jobs::waiting(&tx, now).await?.into(), outbox::waiting(&tx, now).await?.into())
    };
    tx.rollback().await?;
    Ok([jobs, outbox])
}
