//! The shape of every kind of document: which keys it has, of which type, who may change them, and what they are called in
//! both languages.
//!
//! One description serves four readers: [`validate`] (what is wrong with a file), [`convert`] (from text to typed JSON),
//! [`schema`] (completion in editors) and the resolver (how layers merge). To add a key: one `field(…)` line in `kinds/`, and the
//! same key in the type of the domain that it becomes.

mod check_leaf;
pub mod convert;
pub mod kinds;
mod leaf;
pub mod schema;
mod suggest;
pub mod validate;

pub use check_leaf::check_leaf;
pub use leaf::Leaf;
pub use suggest::{closest, list};

use crate::policy::Rule;

/// A document or a part of one with fixed keys.
#[derive(Debug)]
pub struct Record {
    /// What it is called, after "in": `una scheda servizio`.
    pub it: &'static str,
    /// What it is called: `a service sheet`.
    pub en: &'static str,
    /// Its keys.
    pub fields: &'static [Field],
}

/// A key of a record.
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// Whether a resolved document must have it.
    pub required: bool,
    /// The platform's rule on who may change it, where it differs from that of what contains it.
    pub rule: Option<Rule>,
    /// True where the domain keeps source and confirmation beside the value.
    pub sourced: bool,
    /// False for what only steers the resolution and does not reach the domain.
    pub kept: bool,
    /// In Italian; the words before the first punctuation double as an alias when a key is misspelt.
    pub it: &'static str,
    /// In English.
    pub en: &'static str,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A single value.
    Leaf(Leaf),
    /// A text by language, of at most so many characters (0: no limit).
    Texts(u32),
    /// Fixed keys.
    Record(&'static Record),
    /// Entries of one shape by id.
    Items(&'static Items),
    /// A set: ids → true or false.
    Set(Keys),
    /// Anything: what it must be depends on other documents, and is checked there.
    Free,
}

/// Entries of one shape by id.
#[derive(Debug)]
pub struct Items {
    /// What may stand as id.
    pub keys: Keys,
    /// What each entry looks like.
    pub item: Shape,
    /// True where the domain keeps source and confirmation beside each entry.
    pub sourced: bool,
}

/// What may stand as a key of a collection.
#[derive(Clone, Copy, Debug)]
pub enum Keys {
    /// An id, `[a-z0-9-]`.
    Id,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A word of letters, digits, `_` and `-`: names of claims and the like.
    Word,
    /// A host name.
    Host,
    /// A civil date.
    Date,
    /// A time of day.
    Time,
    /// A path of a policy.
    Pattern,
    /// A path of a file inside the folder.
    Path,
    /// A whole number.
    Number,
}

/// A key with its shape and its two descriptions; the methods below add what is not usual.
pub const fn field(key: &'static str, shape: Shape, it: &'static str, en: &'static str) -> Field {
    Field { key, shape, required: false, rule: None, sourced: false, kept: true, it, en }
}

impl Field {
    /// A resolved document must have it.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The platform's rule for it.
    #[must_use]
    pub const fn rule(mut self, rule: Rule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// The domain keeps its source.
    #[must_use]
    pub const fn sourced(mut self) -> Self {
        self.sourced = true;
        self
    }

    /// It steers the resolution and goes no further.
    #[must_use]
    pub const fn internal(mut self) -> Self {
        self.kept = false;
        self
    }
}

impl Record {
    /// The key's description.
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// Keys that local differences may carry beside any entry of a collection.
pub const MARKERS: [&str; 4] = ["new", "excluded", "after", "reason"];

/// Keys of a value that is written with its source.
pub const SOURCE_KEYS: [&str; 5] = ["value", "source", "verified", "confirmed", "reason"];
