//! What is due and at whom, found without looking into tenants.
//!
//! A database that tenants share lists it in `dispatch.due`: ids, a kind and times, kept in step by triggers of the tables `jobs`
//! and `outbox`, and leased from there. Files belong to one process, which keeps an [`Agenda`] of when each is to be looked into: every
//! commit that planned something tells it, and a tenant that it does not know yet is looked into once.
//!
//! A lease says who should do something, not that nobody else does: whoever does it looks at the tenant's own row again, in the
//! transaction in which it ends.

mod agenda;
mod list;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use sportello_domain::ids::{JobId, OutboxId, TenantId};

use crate::{Result, Stores, jobs::Job, outbox::Outgoing, placement::Database, platform, work};

pub(crate) use agenda::Agenda;

/// When a file whose next time could not be read is looked into again.
const LATER: SignedDuration = SignedDuration::from_mins(1);

/// Something that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// A job.
    Job(JobId),
    /// Something to be sent.
    Outgoing(OutboxId),
}

/// What one tenant has to be done, for whoever took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Whose it is.
    pub tenant: TenantId,
    /// Until when nobody else takes it.
    pub until: Timestamp,
    /// What was leased, the longest due first; none where the tenant's file alone knows what is due.
    pub leased: Option<Vec<Due>>,
}

/// How much is taken at once.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// At how many tenants.
    pub tenants: usize,
    /// How much at each.
    pub each: u64,
}

/// A place at which work is found: a database, or all files of the process.
pub struct Workplace {
    stores: Stores,
    /// None stands for the files.
    database: Option<Arc<Database>>,
    /// The tenant that had the last turn at a database: the next one is the next tenant's.
    last: Mutex<TenantId>,
}

impl fmt::Debug for Workplace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workplace").field("place", &self.name()).finish_non_exhaustive()
    }
}

impl Stores {
    /// Every place at which work is found.
    pub fn workplaces(&self) -> Vec<Workplace> {
        let databases = self.databases().map(Some);
        let files = self.has_files().then_some(None);
        let place = |database| Workplace { stores: self.clone(), database, last: Mutex::new(TenantId::new(uuid::Uuid::nil())) };
        databases.chain(files).map(place).collect()
    }
}

impl Workplace {
    /// What it is called.
    pub fn name(&self) -> &str {
        self.database.as_ref().map_or("files", |database| database.name())
    }

    /// Whether other processes find the same work here.
    pub const fn is_shared(&self) -> bool {
        self.database.is_some()
    }

    /// Makes sure that the file of each of these tenants, where it has one, is looked into once. Where rows are is asked again every
    /// minute.
    pub async fn know(&self, tenants: &[TenantId], now: Timestamp) -> Result<()> {
        if self.is_shared() || !self.stores.agenda().wonders(tenants, now) {
            return Ok(());
        }
        let tx = self.stores.read_platform().await?;
        let placed = platform::placements(&tx).await?;
        tx.rollback().await?;
        for tenant in tenants {
            let has_file = self.stores.is_in_files(placed.get(tenant).map(String::as_str));
            self.stores.agenda().meet(*tenant, has_file);
            // It went and came back since it was asked last, and nobody has asked for it here.
            if has_file && self.stores.was_in_a_database(*tenant) {
                self.stores.agenda().plan(*tenant, Timestamp::UNIX_EPOCH);
            }
        }
        Ok(())
    }

    /// Plans a look into every file that is known.
    pub fn look_into_all(&self, now: Timestamp) {
        if !self.is_shared() {
            self.stores.agenda().plan_all(now);
        }
    }

    /// How many jobs and how many things to be sent are due here and not yet done, over all tenants. Only files whose time has come are
    /// opened for it.
    pub async fn waiting(&self, now: Timestamp) -> Result<[u64; 2]> {
        if let Some(database) = &self.database {
            return list::waiting(&self.stores, database, now).await;
        }
        let mut sum = [0; 2];
        for tenant in self.stores.agenda().due(now) {
            let tx = self.stores.read(tenant).await?;
            sum[0] += work::waiting::<Job>(&tx, now).await?;
            sum[1] += work::waiting::<Outgoing>(&tx, now).await?;
            tx.rollback().await?;
        }
        Ok(sum)
    }

    /// Takes what is due, at most so much at each tenant and at tenants in turn, so that none keeps another waiting. Tenants that are
    /// busy are passed over.
    pub async fn claim(&self, now: Timestamp, until: Timestamp, share: Share, busy: &[TenantId]) -> Result<Vec<Parcel>> {
        let Some(database) = &self.database else {
            let tenants = self.stores.agenda().take(now, until, share.tenants, busy);
            return Ok(tenants.into_iter().map(|tenant| Parcel { tenant, until, leased: None }).collect());
        };
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let parcels = list::claim(&self.stores, database, list::Claim { now, until, share, busy, last }).await?;
        if let Some(parcel) = parcels.last() {
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = parcel.tenant;
        }
        Ok(parcels)
    }

    /// Gives back what was taken and not done, and asks a file when it is next to be looked into.
    pub async fn settle(&self, parcel: &Parcel, rest: &[Due], now: Timestamp) -> Result<()> {
        match &self.database {
            Some(database) => list::give_back(&self.stores, database, parcel, rest).await,
            None => self.look_again(parcel.tenant, now).await,
        }
    }

    /// The place in the agenda is emptied before the file is asked, so that what is planned meanwhile is not forgotten. What is due
    /// still goes behind those that wait already.
    async fn look_again(&self, tenant: TenantId, now: Timestamp) -> Result<()> {
        let agenda = self.stores.agenda();
        agenda.forget(tenant);
        match self.next_of_file(tenant).await {
            Ok(next) => {
                if let Some(next) = next {
                    agenda.plan(tenant, next.max(now));
                }
                Ok(())
            }
            Err(problem) => {
                agenda.plan(tenant, now.saturating_add(LATER).unwrap_or(now));
                Err(problem)
            }
        }
    }

    async fn next_of_file(&self, tenant: TenantId) -> Result<Option<Timestamp>> {
        let tx = self.stores.read(tenant).await?;
        let next = [work::next_due::<Job>(&tx).await?, work::next_due::<Outgoing>(&tx).await?];
        tx.rollback().await?;
        Ok(next.into_iter().flatten().min())
    }
}
