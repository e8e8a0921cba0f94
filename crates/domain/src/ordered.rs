//! Maps whose order has a meaning (sections, fields, choices, states), through formats that sort their keys.
//!
//! Canonical JSON (RFC 8785) sorts object keys, so an ordered map is written as an array of `[id, value]` pairs. Read are both
//! forms: the pairs, and the plain object in which configuration is authored.
//!
//! Use as `#[serde(with = "crate::ordered")]`.

use std::{fmt, marker::PhantomData};

use indexmap::IndexMap;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use crate::service::Key;

/// Writes the map as an array of pairs.
pub fn serialize<V: Serialize, S: Serializer>(map: &IndexMap<Key, V>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(map.iter())
}

/// Reads an array of pairs or an object.
pub fn deserialize<'de, V: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<IndexMap<Key, V>, D::Error> {
    deserializer.deserialize_any(Either(PhantomData))
}

struct Either<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Either<V> {
    type Value = IndexMap<Key, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array of [id, value] pairs")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = IndexMap::new();
        while let Some((id, value)) = entries.next_entry()? {
            map.insert(id, value);
        }
        Ok(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pairs: A) -> Result<Self::Value, A::Error> {
        let mut map = IndexMap::new();
        while let Some((id, value)) = pairs.next_element::<(Key, V)>()? {
            map.insert(id, value);
        }
        Ok(map)
    }
}
