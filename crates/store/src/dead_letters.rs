//! What was given up, from both lists of work.

use jiff::Timestamp;
use sportello_domain::{
    dead_letter::{DeadLetter, Work},
    ids::DeadLetterId,
};

use crate::{Cursor, Result, Slice, TenantTx, jobs::Job, outbox::Outgoing, work};

/// What was given up, the last first.
pub async fn page(tx: &TenantTx, after: Option<&Cursor>, limit: u64) -> Result<Slice<DeadLetter>> {
    let after = after.map(|after| (after.key.parse().unwrap_or(i64::MIN), after.id));
    let more = limit.saturating_add(1);
    let mut rows = work::given_up::<Job>(tx, after, more).await?;
    rows.extend(work::given_up::<Outgoing>(tx, after, more).await?);
    rows.sort_unstable_by_key(|row| std::cmp::Reverse((row.given_up_at, row.id)));
    Ok(Slice::cut(rows, limit, |row| Cursor { key: row.version().to_string(), id: row.id.uuid() }))
}

/// Something that was given up.
pub async fn find(tx: &TenantTx, id: DeadLetterId) -> Result<Option<DeadLetter>> {
    match work::find_given_up::<Job>(tx, id.uuid()).await? {
        Some(job) => Ok(Some(job)),
        None => work::find_given_up::<Outgoing>(tx, id.uuid()).await,
    }
}

/// Takes it up again at once, as if it had never been tried.
pub async fn retry(tx: &TenantTx, letter: &DeadLetter, now: Timestamp) -> Result<()> {
    match letter.work {
        Work::Job => work::take_up::<Job>(tx, letter.id.uuid(), now).await,
        Work::Letter => work::take_up::<Outgoing>(tx, letter.id.uuid(), now).await,
    }
}

/// Removes it.
pub async fn drop(tx: &TenantTx, letter: &DeadLetter) -> Result<()> {
    match letter.work {
        Work::Job => work::drop_given_up::<Job>(tx, letter.id.uuid()).await,
        Work::Letter => work::drop_given_up::<Outgoing>(tx, letter.id.uuid()).await,
    }
}
