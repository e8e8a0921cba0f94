//! The tree that a file becomes, and that layers are merged into.

use indexmap::IndexMap;

use crate::problem::Span;

/// A map by key, in the order of the file.
pub type Map = IndexMap<String, Entry>;

/// A value with the place of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where the key stands.
    pub key: Span,
    /// The value.
    pub node: Node,
}

/// A value with its place and its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where the value stands.
    pub span: Span,
    /// What it is.
    pub value: Value,
    /// Which layer of the resolution wrote it: 0 is the lowest. Only meaningful after resolution.
    pub layer: u8,
    /// What it replaced in lower layers, the oldest first.
    pub replaced: Vec<Replaced>,
    /// Why the local value differs, as written in `reason:` beside it.
    pub reason: Option<String>,
}

/// A value that a higher layer replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The layer that had written it.
    pub layer: u8,
    /// Where.
    pub span: Span,
    /// The value: a scalar's text, or a short rendering of a map.
    pub text: String,
}

/// What a value can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Keys and values.
    Map(Map),
    /// Anything else, as written.
    Scalar {
        /// The text.
        text: String,
        /// True when it stood in quotes or in a block, so that it cannot be meant as a number.
        quoted: bool,
    },
    /// Something for which a problem was already reported; later checks leave it alone.
    Broken,
}

impl Node {
    /// A value at a place.
    pub fn new(value: Value, span: Span) -> Self {
        Self { span, value, layer: 0, replaced: Vec::new(), reason: None }
    }

    /// A text at a place.
    pub fn scalar(text: impl Into<String>, span: Span) -> Self {
        Self::new(Value::Scalar { text: text.into(), quoted: false }, span)
    }

    /// An empty map at a place.
    pub fn empty_map(span: Span) -> Self {
        Self::new(Value::Map(Map::new()), span)
    }

    /// The map, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            Value::Scalar { .. } | Value::Broken => None,
        }
    }

    /// The map, if it is one.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            Value::Scalar { .. } | Value::Broken => None,
        }
    }

    /// The text, if it is a scalar.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            Value::Map(_) | Value::Broken => None,
        }
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key).map(|entry| &entry.node)
    }

    /// The value under a path of keys.
    pub fn at<'k>(&self, path: impl IntoIterator<Item = &'k str>) -> Option<&Self> {
        path.into_iter().try_fold(self, |node, key| node.get(key))
    }

    /// Where a dotted path begins, or the deepest part of it that exists.
    pub fn place(&self, path: &str) -> Span {
        let mut span = &self.span;
        let mut node = self;
        for key in path.split('.') {
            let Some(entry) = node.as_map().and_then(|map| map.get(key)) else { break };
            span = &entry.key;
            node = &entry.node;
        }
        span.clone()
    }

    /// The scalar under a key.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.as_map().into_iter().flatten().map(|(key, entry)| (key.as_str(), entry))
    }

    /// The scalar itself, or that under `value` when it is written with its source.
    pub fn plain(&self) -> Option<&str> {
        self.as_text().or_else(|| self.text("value"))
    }

    /// True when this is, or contains, something already reported.
    pub fn is_broken(&self) -> bool {
        match &self.value {
            Value::Broken => true,
            Value::Scalar { .. } => false,
            Value::Map(map) => map.values().any(|entry| entry.node.is_broken()),
        }
    }

    /// The value on one line, for messages and explanations.
    pub fn short(&self) -> String {
        match &self.value {
            Value::Scalar { text, .. } => text.clone(),
            Value::Broken => String::new(),
            Value::Map(map) => {
                let parts: Vec<String> = map.iter().map(|(key, entry)| format!("{key}: {}", entry.node.short())).collect();
                format!("{{{}}}", parts.join(", "))
            }
        }
    }

    /// Writes the layer into this value and everything below.
    pub fn stamp(&mut self, layer: u8) {
        self.layer = layer;
        if let Value::Map(map) = &mut self.value {
            for entry in map.values_mut() {
                entry.node.stamp(layer);
            }
        }
    }

    /// True when both hold the same values, wherever they were written. Order of keys matters: it is the order shown.
    pub fn same_value(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Scalar { text: a, .. }, Value::Scalar { text: b, .. }) => a == b,
            (Value::Map(a), Value::Map(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((ka, va), (kb, vb))| ka == kb && va.node.same_value(&vb.node))
            }
            _ => false,
        }
    }
}
