//! When each tenant's file is next to be looked into.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use sportello_domain::ids::TenantId;

/// The times of all files of a process.
#[derive(Debug, Default)]
pub(crate) struct Agenda(Mutex<Times>);

#[derive(Debug, Default)]
struct Times {
    at: HashMap<TenantId, Timestamp>,
    in_order: BTreeSet<(Timestamp, TenantId)>,
    /// Every tenant that was met, and whether it has a file.
    known: HashMap<TenantId, bool>,
}

impl Times {
    fn set(&mut self, tenant: TenantId, at: Option<Timestamp>) {
        if let Some(before) = self.at.remove(&tenant) {
            self.in_order.remove(&(before, tenant));
        }
        if let Some(at) = at {
            self.at.insert(tenant, at);
            self.in_order.insert((at, tenant));
        }
    }

    fn plan(&mut self, tenant: TenantId, at: Timestamp) {
        let at = self.at.get(&tenant).map_or(at, |before| at.min(*before));
        self.set(tenant, Some(at));
    }
}

impl Agenda {
    fn times(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those of these tenants that were not met yet.
    pub(crate) fn unknown(&self, tenants: &[TenantId]) -> Vec<TenantId> {
        let times = self.times();
        tenants.iter().filter(|tenant| !times.known.contains_key(*tenant)).copied().collect()
    }

    /// Meets a tenant, and plans a look into its file where it has one.
    pub(crate) fn meet(&self, tenant: TenantId, has_file: bool) {
        let mut times = self.times();
        times.known.insert(tenant, has_file);
        if has_file {
            times.plan(tenant, Timestamp::UNIX_EPOCH);
        }
    }

    /// Plans a look into every file.
    pub(crate) fn plan_all(&self, at: Timestamp) {
        let mut times = self.times();
        let files: Vec<TenantId> = times.known.iter().filter(|(_, has_file)| **has_file).map(|(tenant, _)| *tenant).collect();
        for tenant in files {
            times.plan(tenant, at);
        }
    }

    /// Plans a look; one that is planned earlier stays.
    pub(crate) fn plan(&self, tenant: TenantId, at: Timestamp) {
        self.times().plan(tenant, at);
    }

    /// Forgets when a tenant's file was to be looked into.
    pub(crate) fn forget(&self, tenant: TenantId) {
        self.times().set(tenant, None);
    }

    /// The tenants whose time has come.
    pub(crate) fn due(&self, now: Timestamp) -> Vec<TenantId> {
        self.times().in_order.iter().take_while(|(at, _)| *at <= now).map(|(_, tenant)| *tenant).collect()
    }

    /// The tenants whose time has come, the longest due first. Each is due again at `until`, unless somebody says otherwise before.
    pub(crate) fn take(&self, now: Timestamp, until: Timestamp, most: usize, busy: &[TenantId]) -> Vec<TenantId> {
        let mut times = self.times();
        let due = times.in_order.iter().take_while(|(at, _)| *at <= now).map(|(_, tenant)| *tenant);
        let taken: Vec<TenantId> = due.filter(|tenant| !busy.contains(tenant)).take(most).collect();
        for tenant in &taken {
            times.set(*tenant, Some(until));
        }
        taken
    }
}
