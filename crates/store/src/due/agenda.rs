//! When each tenant's file is next to be looked into.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use sportello_domain::ids::TenantId;

/// How often it is asked which tenants have files.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// The times of all files of a process.
#[derive(Debug, Default)]
pub(crate) struct Agenda(Mutex<Times>);

#[derive(Debug, Default)]
struct Times {
    at: HashMap<TenantId, Timestamp>,
    in_order: BTreeSet<(Timestamp, TenantId)>,
    /// Every tenant that was met, and whether it has a file.
    known: HashMap<TenantId, bool>,
    /// When it is asked again who has one: tenants move.
    ask_at: Option<Timestamp>,
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

    /// Whether it is to be asked which of these tenants have files: where one was not met yet, and now and then, since tenants move.
    pub(crate) fn wonders(&self, tenants: &[TenantId], now: Timestamp) -> bool {
        let mut times = self.times();
        let asked = times.ask_at.is_some_and(|at| now < at) && tenants.iter().all(|tenant| times.known.contains_key(tenant));
        if !asked {
            times.ask_at = now.checked_add(ASK_AGAIN).ok();
        }
        !asked
    }

    /// Meets a tenant. A file that was not known is to be looked into, one that is gone is not.
    pub(crate) fn meet(&self, tenant: TenantId, has_file: bool) {
        let mut times = self.times();
        match (times.known.insert(tenant, has_file), has_file) {
            (Some(true), true) => {}
            (_, true) => times.plan(tenant, Timestamp::UNIX_EPOCH),
            (_, false) => times.set(tenant, None),
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
