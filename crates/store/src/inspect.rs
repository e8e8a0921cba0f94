//! A tenant's file looked into while it may be in use, without changing anything: what an operator asks when something seems wrong.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sportello_domain::ids::TenantId;
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{Backlog, Result, StoreProblem, convert::At, keys::WrappedKey, open::looking};

/// After how long what is due and not done is late: a server that runs is never that far behind.
const LATE: SignedDuration = SignedDuration::from_hours(1);
/// How many kinds of damage are listed.
const MOST: &str = "PRAGMA quick_check(10)";

/// What is in a tenant's file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// What the database says is damaged; nothing where that was not asked.
    pub damage: Vec<String>,
    /// When the newest step of a timeline was written.
    pub newest: Option<Timestamp>,
    /// The data keys.
    pub keys: Vec<WrappedKey>,
    /// Jobs that are late, and that were given up.
    pub jobs: Backlog,
    /// What should have left the system and is late, or was given up.
    pub outbox: Backlog,
}

/// Looks into a tenant's file, which must be at this program's step; `deep` reads all of it.
pub async fn inspect(file: &Path, tenant: TenantId, now: Timestamp, deep: bool) -> Result<Inspection> {
    let pool = looking(file);
    let found = look(&pool, file, tenant.uuid(), now, deep).await;
    pool.close().await;
    found
}

async fn look(pool: &SqlitePool, file: &Path, tenant: Uuid, now: Timestamp, deep: bool) -> Result<Inspection> {
    let problem = |error: sqlx::Error| StoreProblem::of_sqlx(file, &error);
    let mut found = Inspection::default();
    if deep {
        let rows = sqlx::query(MOST).fetch_all(pool).await.map_err(problem)?;
        let said: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(problem)?;
        found.damage = said.into_iter().filter(|said| said != "ok").collect();
    }
    let newest = sqlx::query("SELECT at FROM events WHERE tenant_id = ? ORDER BY id DESC LIMIT 1").bind(tenant);
    let newest = newest.fetch_optional(pool).await.map_err(problem)?;
    if let Some(row) = newest {
        found.newest = Some(At("events", "at").instant(row.try_get(0).map_err(problem)?)?);
    }
    let rows = sqlx::query("SELECT key_id, wrapped, created_at FROM tenant_keys WHERE tenant_id = ?").bind(tenant);
    for row in rows.fetch_all(pool).await.map_err(problem)? {
        found.keys.push(key(&row).map_err(problem)?);
    }
    let late = now.checked_sub(LATE).unwrap_or(now).as_microsecond();
    for (table, backlog) in [(JOBS, &mut found.jobs), (OUTBOX, &mut found.outbox)] {
        let row = sqlx::query(table).bind(late).bind(tenant).fetch_one(pool).await.map_err(problem)?;
        let count = |place: usize| row.try_get::<i64, _>(place).map(|count| u64::try_from(count).unwrap_or_default());
        *backlog = Backlog { waiting: count(0).map_err(problem)?, given_up: count(1).map_err(problem)? };
    }
    Ok(found)
}

const JOBS: &str = "SELECT count(CASE WHEN next_at <= ? THEN 1 END), count(CASE WHEN next_at IS NULL AND done_at IS NULL THEN 1 END) \
                    FROM jobs WHERE tenant_id = ?";
const OUTBOX: &str = "SELECT count(CASE WHEN next_at <= ? THEN 1 END), count(CASE WHEN next_at IS NULL AND done_at IS NULL THEN 1 END) \
                      FROM outbox WHERE tenant_id = ?";

fn key(row: &SqliteRow) -> Result<WrappedKey, sqlx::Error> {
    let created_at = Timestamp::from_microsecond(row.try_get("created_at")?).unwrap_or_default();
    Ok(WrappedKey { id: row.try_get("key_id")?, wrapped: row.try_get("wrapped")?, created_at })
}
