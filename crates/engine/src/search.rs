//! The indexes of the catalogues, made when somebody first searches and kept up to a number of bytes.
//!
//! An index belongs to a snapshot, so a reload never finds by old words. Entries are shared by what they were made from: a body that
//! took services over as they are costs no more than a list, and after a reload only what changed is read again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sportello_domain::{
    search::{Entry, Fingerprint, Index},
    service::Service,
    tenant::Tenant,
};

/// How many bytes of indexes are kept.
const LIMIT: usize = 48 * 1024 * 1024;

/// The indexes of the tenants.
#[derive(Debug)]
pub struct Indexes {
    limit: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    bytes: usize,
    /// By the hash of the snapshot.
    indexes: HashMap<Arc<str>, Arc<Index>>,
    entries: HashMap<Fingerprint, Arc<Entry>>,
}

impl Default for Indexes {
    fn default() -> Self {
        Self::new(LIMIT)
    }
}

impl Indexes {
    /// Indexes that keep at most so many bytes. When they are more, all are let go: making one anew costs milliseconds.
    pub fn new(limit: usize) -> Self {
        Self { limit, held: Mutex::default() }
    }

    /// The index of a snapshot, if it was made already.
    pub fn ready(&self, tenant: &Tenant) -> Option<Arc<Index>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).indexes.get(&tenant.hash).cloned()
    }

    /// The index of a snapshot, made if need be: that is no work for a thread that answers requests.
    pub fn of(&self, tenant: &Tenant) -> Arc<Index> {
        self.ready(tenant).unwrap_or_else(|| self.make(tenant))
    }

    fn make(&self, tenant: &Tenant) -> Arc<Index> {
        let services: Vec<&Service> = tenant.services.values().map(|active| &active.service).collect();
        let mut new = 0;
        let index = Index::new(&services, |service| {
            let (entry, bytes) = self.entry(service);
            new += bytes;
            entry
        });
        let index = Arc::new(index);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.bytes + new + index.bytes() > self.limit {
            *held = Held::default();
            new = index.bytes_with_entries() - index.bytes();
        }
        held.bytes += new + index.bytes();
        held.indexes.insert(tenant.hash.clone(), Arc::clone(&index));
        index
    }

    /// The entry of a service, and how many bytes are held because of it that were not before.
    fn entry(&self, service: &Service) -> (Arc<Entry>, usize) {
        let fingerprint = Entry::fingerprint(service);
        let held = || self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = held().entries.get(&fingerprint) {
            return (Arc::clone(entry), 0);
        }
        let entry = Arc::new(Entry::new(service));
        let bytes = entry.bytes() + size_of::<Fingerprint>();
        held().entries.insert(fingerprint, Arc::clone(&entry));
        (entry, bytes)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn tenant(hash: &str, titles: &[&str]) -> Tenant {
        let both = |text: &str| json!({"it": text, "en": text});
        let service = |(number, title): (usize, &&str)| {
            let id = format!("s{number}");
            let service = json!({
                "id": id, "category": "tourism", "title": both(title), "summary": both(""), "audience": both(""), "how": both(""),
                "needs": both(""), "outcome": both(""), "channels": {}, "conditions": both(""), "office": "o", "term_days": {"value": 1},
                "form": {"sections": {}}, "workflow": "w"
            });
            let service: Service = serde_json::from_value(service).unwrap();
            let workflow =
                json!({"id": "w", "start": "a", "states": {"a": {"title": both("A"), "status": "in_progress"}}, "transitions": {}});
            let workflow = serde_json::from_value(workflow).unwrap();
            let definition =
                sportello_domain::definition::Definition::of(&service, &workflow, &indexmap::IndexMap::new(), &indexmap::IndexMap::new());
            let active = sportello_domain::tenant::ActiveService {
                service,
                workflow,
                definition: Arc::new(definition),
                definition_hash: "h".into(),
            };
            (sportello_domain::service::Key::from(id), Arc::new(active))
        };
        let mut tenant: Tenant = serde_json::from_value(json!({
            "id": "019b78cc-aad8-7e5a-9397-af82e1c701f0", "slug": "a", "code": "AAA", "kind": "municipality", "name": both("A"),
            "languages": {"it": true}, "hash": hash, "parameters": Value::Object(serde_json::Map::new())
        }))
        .unwrap();
        tenant.services = titles.iter().enumerate().map(service).collect();
        tenant
    }

    fn held(indexes: &Indexes) -> (usize, usize, usize) {
        let held = indexes.held.lock().unwrap();
        (held.bytes, held.indexes.len(), held.entries.len())
    }

    #[test]
    fn bodies_with_equal_services_share_their_entries() {
        let indexes = Indexes::default();
        let first = tenant("one", &["Bollino rosa", "Carta"]);
        assert!(indexes.ready(&first).is_none());
        assert!(Arc::ptr_eq(&indexes.of(&first), &indexes.of(&first)));
        let (bytes, ..) = held(&indexes);
        let second = indexes.of(&tenant("two", &["Bollino rosa", "Carta"]));
        assert_eq!(held(&indexes), (bytes + second.bytes(), 2, 2));
        indexes.of(&tenant("three", &["Bollino rosa", "Altro"]));
        assert_eq!((held(&indexes).1, held(&indexes).2), (3, 3));
    }

    #[test]
    fn the_bound_holds() {
        let one = Indexes::default().of(&tenant("one", &["Bollino rosa"])).bytes_with_entries();
        let indexes = Indexes::new(one * 3);
        for number in 0..20 {
            indexes.of(&tenant(&format!("h{number}"), &[&format!("Titolo {number}")]));
            assert!(held(&indexes).0 <= one * 3);
        }
    }
}
