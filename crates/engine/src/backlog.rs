//! How much of a tenant's work waits, and how much was given up and waits for a person.

use sportello_domain::tenant::Tenant;
use sportello_store::{Backlog, jobs::Job, outbox::Outgoing, work};

use crate::{Engine, Failure};

/// What waits and what was given up at a tenant: jobs, and what leaves the system.
pub async fn of(engine: &Engine, tenant: &Tenant) -> Result<[Backlog; 2], Failure> {
    let now = engine.now();
    let tx = engine.stores().read(tenant.id).await?;
    let found = [work::backlog::<Job>(&tx, now).await?, work::backlog::<Outgoing>(&tx, now).await?];
    tx.rollback().await?;
    Ok(found)
}
