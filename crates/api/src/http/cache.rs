//! Rendered replies: what is public and changes only with the configuration or the day is rendered once, and packed once for each
//! coding that somebody asks for.
//!
//! Keys hold the hash of the tenant's snapshot, so a reload never shows an old body; old ones fall out when the bytes exceed
//! the bound, all at once, which is cheap because a body is rendered in well under a millisecond.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::web::Bytes;
use sportello_domain::text::Language;

use super::{coding::Coding, conditional::content_tag};

/// A body with its entity tag.
#[derive(Clone, Debug)]
pub(crate) struct Rendered {
    /// The bytes.
    pub(crate) body: Bytes,
    /// How they are packed.
    pub(crate) coding: Coding,
    /// The tag of the bytes before they were packed.
    pub(crate) tag: Arc<str>,
    /// Its media type.
    pub(crate) content_type: &'static str,
}

impl Rendered {
    /// Tags a body.
    pub(crate) fn new(body: Vec<u8>, content_type: &'static str) -> Self {
        let tag = content_tag(&body).into();
        Self { body: body.into(), coding: Coding::Identity, tag, content_type }
    }

    fn packed(self, coding: Coding) -> Self {
        match coding.pack(&self.body) {
            Some(packed) => Self { body: packed.into(), coding, ..self },
            None => self,
        }
    }
}

/// What a body was rendered from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// The snapshot's hash.
    pub(crate) snapshot: Arc<str>,
    /// The path and query.
    pub(crate) path: String,
    /// The reader's language.
    pub(crate) language: Language,
    /// The media type that was asked for.
    pub(crate) content_type: &'static str,
    /// The day, where the body speaks of today.
    pub(crate) day: Option<jiff::civil::Date>,
    /// How the bytes are packed.
    pub(crate) coding: Coding,
}

/// Rendered bodies up to a number of bytes.
#[derive(Debug)]
pub(crate) struct Cache {
    limit: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    bytes: usize,
    bodies: HashMap<Key, Rendered>,
}

impl Cache {
    /// A cache that keeps at most so many bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, held: Mutex::default() }
    }

    /// The body under a key, rendered and packed if need be. Two callers may do so at the same time; both get equal bytes.
    pub(crate) fn get<E>(&self, key: Key, render: impl FnOnce() -> Result<Rendered, E>) -> Result<Rendered, E> {
        if key.coding == Coding::Identity {
            return self.keep(key, render);
        }
        let (plain, coding) = (Key { coding: Coding::Identity, ..key.clone() }, key.coding);
        self.keep(key, || Ok(self.keep(plain, render)?.packed(coding)))
    }

    fn keep<E>(&self, key: Key, render: impl FnOnce() -> Result<Rendered, E>) -> Result<Rendered, E> {
        if let Some(found) = self.held.lock().unwrap_or_else(PoisonError::into_inner).bodies.get(&key) {
            return Ok(found.clone());
        }
        let made = render()?;
        let weight = made.body.len() + key.path.len() + 256;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.bytes + weight > self.limit {
            *held = Held::default();
        }
        if weight <= self.limit && held.bodies.insert(key, made.clone()).is_none() {
            held.bytes += weight;
        }
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &str) -> Key {
        Key {
            snapshot: "h".into(),
            path: path.to_owned(),
            language: Language::It,
            content_type: "application/json",
            day: None,
            coding: Coding::Identity,
        }
    }

    #[test]
    fn a_body_is_packed_once_under_the_tag_of_what_it_says() {
        let cache = Cache::new(2000);
        let packed = Key { coding: Coding::Gzip, ..key("/a") };
        let first = cache.get(packed.clone(), || Ok::<_, ()>(Rendered::new(vec![b'x'; 500], "application/json"))).unwrap();
        let again = cache.get::<()>(packed, || unreachable!("it is held")).unwrap();
        let plain = cache.get::<()>(key("/a"), || unreachable!("it was rendered on the way")).unwrap();
        assert!(first.body.len() < 100 && first.body == again.body && plain.body.len() == 500);
        assert_eq!((first.coding, first.tag), (Coding::Gzip, plain.tag));
    }

    #[test]
    fn a_body_is_rendered_once_and_the_bound_holds() {
        let cache = Cache::new(2000);
        let body = |size: usize| move || Ok::<_, ()>(Rendered::new(vec![b'x'; size], "application/json"));
        cache.get(key("/a"), body(500)).unwrap();
        let again = cache.get::<()>(key("/a"), || unreachable!("it is held")).unwrap();
        assert_eq!(again.body.len(), 500);
        for path in ["/b", "/c", "/d", "/e"] {
            cache.get(key(path), body(500)).unwrap();
            assert!(cache.held.lock().unwrap().bytes <= 2000);
        }
        cache.get(key("/huge"), body(5000)).unwrap();
        assert!(cache.held.lock().unwrap().bytes <= 2000);
    }
}
