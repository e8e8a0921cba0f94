//! The tenants whose place was looked up, so that it need not be looked up for each transaction.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sportello_domain::ids::TenantId;
use tokio::sync::OnceCell;

use crate::placement::Place;

/// Which place each tenant was found at, and how many of them may be open files.
pub(super) struct Routes {
    most: usize,
    known: Mutex<Known>,
}

/// Each tenant with the turn in which it was last used.
#[derive(Default)]
struct Known {
    turn: u64,
    slots: HashMap<TenantId, Slot>,
}

struct Slot {
    place: Arc<OnceCell<Place>>,
    used: u64,
}

impl Slot {
    /// Whether it holds a file, or may come to hold one.
    fn is_file(&self) -> bool {
        !matches!(self.place.get(), Some(Place::Database(_)))
    }
}

impl Routes {
    /// None yet, and at most so many open files; one at the least.
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), known: Mutex::default() }
    }

    /// The tenant's slot. Where there is no room for a file, the slot that was used least recently makes some, one that nobody is
    /// opening right now before one that somebody is; its connections close when the last transaction on it ends.
    pub(super) fn slot(&self, tenant: TenantId) -> Arc<OnceCell<Place>> {
        let mut known = self.lock();
        known.turn += 1;
        let turn = known.turn;
        if let Some(slot) = known.slots.get_mut(&tenant) {
            slot.used = turn;
            return Arc::clone(&slot.place);
        }
        while known.slots.values().filter(|slot| slot.is_file()).count() >= self.most {
            let files = known.slots.iter().filter(|(_, slot)| slot.is_file());
            let least = files.min_by_key(|(_, slot)| (Arc::strong_count(&slot.place) > 1, slot.used)).map(|(id, _)| *id);
            match least {
                Some(id) => known.slots.remove(&id),
                None => break,
            };
        }
        let place = Arc::new(OnceCell::new());
        known.slots.insert(tenant, Slot { place: Arc::clone(&place), used: turn });
        place
    }

    /// The tenant is to be looked up once more.
    pub(super) fn forget(&self, tenant: TenantId) {
        self.lock().slots.remove(&tenant);
    }

    /// Whether a tenant was found in a database when it was last asked for.
    pub(super) fn was_in_a_database(&self, tenant: TenantId) -> bool {
        self.lock().slots.get(&tenant).is_some_and(|slot| matches!(slot.place.get(), Some(Place::Database(_))))
    }

    /// Forgets all; answers the files among them.
    pub(super) fn clear(&self) -> Vec<Place> {
        let slots: Vec<Slot> = self.lock().slots.drain().map(|(_, slot)| slot).collect();
        slots.iter().filter_map(|slot| slot.place.get()).filter(|place| matches!(place, Place::File(_))).cloned().collect()
    }

    /// How many files are open.
    pub(super) fn open_files(&self) -> usize {
        self.lock().slots.values().filter(|slot| slot.is_file()).count()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
