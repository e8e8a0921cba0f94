//! The list of a database that tenants share, asked for all of them at once.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use sportello_domain::ids::{JobId, OutboxId, TenantId};
use uuid::Uuid;

use super::{Due, Parcel, Share};
use crate::{
    Result, Stores,
    convert::{At, micros},
    placement::{Database, Place},
    session::Session,
    tx::Mode,
};

/// A lease that a crash of the database forgets is given anew, so nobody waits until it is on the disk.
const BEGIN: &str = "ROLLBACK; BEGIN; SET LOCAL synchronous_commit = off";

/// The tenants that have something due, from the one after `$3` on, round and round; of each what is longest due. Rows that another
/// process is looking at are passed over.
pub(crate) const CLAIM: &str = "WITH chosen AS MATERIALIZED (
  SELECT own.tenant_id, own.kind, own.job_id
    FROM (SELECT tenant_id FROM dispatch.due
           WHERE run_at <= $1 AND (lease_until IS NULL OR lease_until <= $1) AND tenant_id <> ALL ($2::text::uuid[])
           GROUP BY tenant_id ORDER BY tenant_id <= $3, tenant_id LIMIT $4) AS waiting
   CROSS JOIN LATERAL (
         SELECT tenant_id, kind, job_id FROM dispatch.due
          WHERE tenant_id = waiting.tenant_id AND run_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
          ORDER BY run_at, job_id LIMIT $5 FOR UPDATE SKIP LOCKED) AS own)
UPDATE dispatch.due SET lease_until = $6 FROM chosen
 WHERE due.tenant_id = chosen.tenant_id AND due.kind = chosen.kind AND due.job_id = chosen.job_id
RETURNING due.tenant_id, due.kind, due.job_id, due.run_at";

/// Only what is leased still as it was taken; what is being changed right now is not waited for, since the change ends the lease.
const GIVE_BACK: &str = "UPDATE dispatch.due SET lease_until = NULL WHERE (tenant_id, kind, job_id) IN (
  SELECT tenant_id, kind, job_id FROM dispatch.due
   WHERE tenant_id = $1 AND job_id = ANY ($2::text::uuid[]) AND lease_until = $3 FOR UPDATE SKIP LOCKED)";

/// What is to be taken.
pub(super) struct Claim<'a> {
    pub(super) now: Timestamp,
    pub(super) until: Timestamp,
    pub(super) share: Share,
    pub(super) busy: &'a [TenantId],
    pub(super) last: TenantId,
}

/// Leases what is due; the parcels come in the order in which the tenants have their turns.
pub(super) async fn claim(stores: &Stores, database: &Arc<Database>, claim: Claim<'_>) -> Result<Vec<Parcel>> {
    let Claim { now, until, share, busy, last } = claim;
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let values: [Value; 6] = [
        micros(now).into(),
        array(busy.iter().map(|tenant| tenant.uuid())).into(),
        last.uuid().into(),
        number(share.tenants as u64).into(),
        number(share.each).into(),
        micros(until).into(),
    ];
    let session = begin(stores, database).await?;
    let rows = session.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, CLAIM, values)).await?;
    session.commit().await?;
    let mut rows = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    rows.sort_unstable();
    let mut parcels: BTreeMap<(bool, TenantId), Vec<Due>> = BTreeMap::new();
    for (_, tenant, due) in rows {
        parcels.entry((tenant <= last, tenant)).or_default().push(due);
    }
    Ok(parcels.into_iter().map(|((_, tenant), leased)| Parcel { tenant, until, leased: Some(leased) }).collect())
}

/// Ends the leases of what was not done.
pub(super) async fn give_back(stores: &Stores, database: &Arc<Database>, parcel: &Parcel, rest: &[Due]) -> Result<()> {
    if rest.is_empty() {
        return Ok(());
    }
    let ids = rest.iter().map(|due| match due {
        Due::Job(id) => id.uuid(),
        Due::Outgoing(id) => id.uuid(),
    });
    let values: [Value; 3] = [parcel.tenant.uuid().into(), array(ids).into(), micros(parcel.until).into()];
    let session = begin(stores, database).await?;
    session.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, GIVE_BACK, values)).await?;
    session.commit().await
}

const WAITING: &str = "SELECT count(*) FILTER (WHERE kind = 'job') AS jobs, count(*) FILTER (WHERE kind = 'outbox') AS outgoing
  FROM dispatch.due WHERE run_at <= $1";

/// How much is due: jobs, and what is to be sent.
pub(super) async fn waiting(stores: &Stores, database: &Arc<Database>, now: Timestamp) -> Result<[u64; 2]> {
    let session = begin(stores, database).await?;
    let row = session.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, WAITING, [micros(now).into()])).await?;
    session.commit().await?;
    let at = At("due", "run_at");
    let row = at.known(row)?;
    Ok([at.natural(row.try_get("", "jobs")?)?, at.natural(row.try_get("", "outgoing")?)?])
}

async fn begin(stores: &Stores, database: &Arc<Database>) -> Result<Session> {
    let place = Place::Database(Arc::clone(database));
    Ok(Session::open(&place, Mode::Write, BEGIN, stores.observer()).await?.0)
}

/// Ids as an array is written.
fn array(ids: impl Iterator<Item = Uuid>) -> String {
    format!("{{{}}}", ids.map(|id| id.to_string()).collect::<Vec<_>>().join(","))
}

fn read(row: &QueryResult) -> Result<(i64, TenantId, Due)> {
    let kind: String = row.try_get("", "kind")?;
    let id: Uuid = row.try_get("", "job_id")?;
    let due = match kind.as_str() {
        "job" => Some(Due::Job(JobId::new(id))),
        "outbox" => Some(Due::Outgoing(OutboxId::new(id))),
        _ => None,
    };
    let tenant = TenantId::new(row.try_get("", "tenant_id")?);
    Ok((row.try_get("", "run_at")?, tenant, At("due", "kind").known(due)?))
}
