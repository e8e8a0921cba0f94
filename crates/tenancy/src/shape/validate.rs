//! What is wrong with a file by its own: keys, types, bounds. And, once layers are resolved, what it lacks.

use super::check_leaf::{check_leaf, check_text, is_time};
use super::suggest::closest_field;
use super::{Field, Items, Keys, MARKERS, Record, SOURCE_KEYS, Shape, kinds, list};
use crate::problem::{Message, Problems, Severity, Span, Words};
use crate::yaml::{Entry, Map, Node, Value, is_id};

/// Whether a file says everything or only what differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A whole document.
    Whole,
    /// Differences to a document of a lower layer: `new`, `excluded`, `after`, `reason` are allowed.
    Differences,
}

/// Checks a file against the shape of its kind. Wrong values are marked broken, so that they are reported once.
pub fn check_file(record: &'static Record, standing: Standing, node: &mut Node, problems: &mut Problems) {
    let mut checker = Checker { standing, problems };
    checker.format(node);
    checker.value(Shape::Record(record), node, "", standing == Standing::Differences);
}

/// The value itself where it is written with its source: `{value, source, verified, confirmed}`.
pub fn unwrap_sourced(node: &Node) -> Option<&Node> {
    let map = node.as_map()?;
    let inner = map.get("value")?;
    map.keys().all(|key| SOURCE_KEYS.contains(&key.as_str())).then_some(&inner.node)
}

/// False where the source is `unverified`, or said to be, and nobody has confirmed it.
pub fn is_verified(node: &Node) -> bool {
    node.get("confirmed").is_some() || (node.text("source") != Some("unverified") && node.text("verified") != Some("false"))
}

struct Checker<'p> {
    standing: Standing,
    problems: &'p mut Problems,
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

impl Checker<'_> {
    fn format(&mut self, node: &Node) {
        let Some(map) = node.as_map() else { return };
        match map.get("format") {
            None => {
                let place = Words::new("questo file", "this file");
                self.problems.push(Message::MissingKey { key: "format".into(), place }, &node.span, "format");
            }
            Some(entry) => {
                if let Some(value) = entry.node.as_text().filter(|text| text.parse() != Ok(kinds::FORMAT)) {
                    let message = Message::UnsupportedFormat { value: value.into(), supported: kinds::FORMAT.into() };
                    self.problems.push(message, &entry.node.span, "format");
                }
            }
        }
    }

    fn fail(&mut self, message: Message, node: &mut Node, path: &str) {
        if message.severity() == Severity::Error {
            self.problems.push(message, &node.span, path);
            node.value = Value::Broken;
        } else {
            self.problems.push(message, &node.span, path);
        }
    }

    fn value(&mut self, shape: Shape, node: &mut Node, path: &str, entry: bool) {
        if matches!(node.value, Value::Broken) {
            return;
        }
        if matches!(shape, Shape::Leaf(_) | Shape::Texts(_) | Shape::Record(_) | Shape::Free) && unwrap_sourced(node).is_some() {
            return self.sourced(shape, node, path);
        }
        match shape {
            Shape::Leaf(leaf) => self.leaf(leaf, node, path),
            Shape::Texts(max) => self.texts(max, node, path),
            Shape::Record(record) => self.record(record, node, path, entry),
            Shape::Items(items) => self.items(items, node, path),
            Shape::Set(keys) => self.set(keys, node, path),
            Shape::Free => {}
        }
    }

    fn sourced(&mut self, shape: Shape, node: &mut Node, path: &str) {
        if !is_verified(node) {
            self.problems.push(Message::Unverified { path: path.into() }, &node.span, path);
        }
        let Some(map) = node.as_map_mut() else { return };
        for (key, entry) in map {
            let below = join(path, key);
            match key.as_str() {
                "value" => self.value(shape, &mut entry.node, path, false),
                "verified" => self.value(kinds::BOOL, &mut entry.node, &below, false),
                "confirmed" => self.value(kinds::CONFIRMED, &mut entry.node, &below, false),
                _ => self.value(kinds::NOTE, &mut entry.node, &below, false),
            }
        }
    }

    fn leaf(&mut self, leaf: super::Leaf, node: &mut Node, path: &str) {
        let message = match &node.value {
            Value::Scalar { text, quoted } => check_leaf(leaf, text, *quoted, path),
            Value::Map(_) => Some(Message::WrongType {
                path: path.into(),
                expected: leaf.expected(),
                found: Words::new("una mappa di chiavi", "a map of keys"),
            }),
            Value::Broken => None,
        };
        if let Some(message) = message {
            self.fail(message, node, path);
        }
    }

    /// The map, or a report that one is needed.
    fn map<'n>(&mut self, node: &'n mut Node, path: &str, expected: Words) -> Option<&'n mut Map> {
        if let Value::Scalar { text, .. } = &node.value {
            let found = format!("'{}'", text.chars().take(60).collect::<String>());
            let message = Message::WrongType { path: path.into(), expected, found: found.into() };
            self.fail(message, node, path);
        }
        node.as_map_mut()
    }

    fn texts(&mut self, max: u32, node: &mut Node, path: &str) {
        let expected = Words::new("un testo per lingua: {it: …, en: …}", "a text by language: {it: …, en: …}");
        let Some(map) = self.map(node, path, expected) else { return };
        for (key, entry) in map {
            let below = join(path, key);
            if !matches!(key.as_str(), "it" | "en") {
                let place = Words::new("un testo per lingua", "a text by language");
                let message = Message::UnknownKey { key: key.as_str().into(), place, allowed: "it, en".into() };
                self.problems.push(message, &entry.key, below);
                entry.node.value = Value::Broken;
                continue;
            }
            let message = match &entry.node.value {
                Value::Scalar { text, .. } => check_text(text, max, &below),
                Value::Map(_) => Some(Message::WrongType {
                    path: below.as_str().into(),
                    expected: super::Leaf::Text(0).expected(),
                    found: Words::new("una mappa di chiavi", "a map of keys"),
                }),
                Value::Broken => None,
            };
            if let Some(message) = message {
                self.fail(message, &mut entry.node, &below);
            }
        }
    }

    fn record(&mut self, record: &'static Record, node: &mut Node, path: &str, entry: bool) {
        let unverified = record.field("source").is_some() && !is_verified(node);
        if unverified && let Some(source) = node.get("source") {
            self.problems.push(Message::Unverified { path: path.into() }, &source.span, path);
        }
        let Some(map) = self.map(node, path, Words::new(record.it, record.en)) else { return };
        for (key, child) in map {
            let below = join(path, key);
            match record.field(key) {
                Some(field) => self.value(field.shape, &mut child.node, &below, false),
                None if MARKERS.contains(&key.as_str()) => self.marker(key, child, &below, entry),
                None => self.unknown_key(record, key, child, &below),
            }
        }
    }

    fn marker(&mut self, key: &str, child: &mut Entry, path: &str, entry: bool) {
        let differences = self.standing == Standing::Differences;
        let allowed = match key {
            "after" => entry,
            "reason" => differences,
            _ => entry && differences,
        };
        if !allowed {
            self.problems.push(Message::BadMarker { key: key.into() }, &child.key, path);
            child.node.value = Value::Broken;
            return;
        }
        let shape = match key {
            "after" => kinds::ID,
            "reason" => kinds::NOTE,
            _ => kinds::BOOL,
        };
        self.value(shape, &mut child.node, path, false);
    }

    fn unknown_key(&mut self, record: &'static Record, key: &str, child: &mut Entry, path: &str) {
        let allowed = || list(record.fields.iter().map(|field| field.key));
        let near = closest_field(key, record.fields);
        let place = Words::new(record.it, record.en);
        let message = match (self.standing, near) {
            (Standing::Whole, Some(near)) => Message::UnknownKeyLike { key: key.into(), place, suggestion: near.into() },
            (Standing::Whole, None) => Message::UnknownKey { key: key.into(), place, allowed: allowed().into() },
            (Standing::Differences, Some(near)) => Message::NotUpstreamLike { key: key.into(), suggestion: near.into() },
            (Standing::Differences, None) => Message::NotUpstreamFixed { key: key.into(), allowed: allowed().into() },
        };
        self.problems.push(message, &child.key, path);
        child.node.value = Value::Broken;
    }

    fn items(&mut self, items: &'static Items, node: &mut Node, path: &str) {
        let expected = Words::new("una mappa per identificativo", "a map by id");
        let Some(map) = self.map(node, path, expected) else { return };
        for (key, entry) in map {
            let below = join(path, key);
            self.key(items.keys, key, &entry.key, &below);
            self.value(items.item, &mut entry.node, &below, true);
        }
    }

    fn set(&mut self, keys: Keys, node: &mut Node, path: &str) {
        let expected = Words::new("un insieme: 'nome: true' per ogni voce", "a set: 'name: true' for each entry");
        let Some(map) = self.map(node, path, expected) else { return };
        for (key, entry) in map {
            let below = join(path, key);
            self.key(keys, key, &entry.key, &below);
            self.value(kinds::BOOL, &mut entry.node, &below, false);
        }
    }

    fn key(&mut self, keys: Keys, key: &str, span: &Span, path: &str) {
        if let Some(message) = key_problem(keys, key, path) {
            self.problems.push(message, span, path);
        }
    }
}

fn key_problem(keys: Keys, key: &str, path: &str) -> Option<Message> {
    let plain = |ok: bool, leaf: super::Leaf| {
        (!ok).then(|| Message::WrongType { path: path.into(), expected: leaf.expected(), found: format!("'{key}'").into() })
    };
    match keys {
        Keys::Id => (!is_id(key)).then(|| Message::BadId { id: key.into(), example: example_id(key).into() }),
        Keys::OneOf(words) => check_leaf(super::Leaf::OneOf(words), key, false, path.rsplit_once('.').map_or(path, |(parent, _)| parent)),
        Keys::Word => {
            let ok = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            (!ok).then(|| Message::BadId { id: key.into(), example: example_id(key).into() })
        }
        Keys::Host => {
            let ok = key.contains('.') && key.split('.').all(is_id) && !key.starts_with('.');
            (!ok).then(|| Message::WrongType {
                path: path.into(),
                expected: Words::new("un nome di dominio come sportello.comune.it", "a domain name such as sportello.comune.it"),
                found: format!("'{key}'").into(),
            })
        }
        Keys::Date => check_leaf(super::Leaf::Date, key, false, path),
        Keys::Time => plain(is_time(key), super::Leaf::Time),
        Keys::Number => plain(key.parse::<u32>().is_ok(), super::Leaf::Integer(0, i64::MAX)),
        Keys::Pattern => (!crate::policy::pattern_is_valid(key))
            .then(|| Message::PolicyPath { pattern: key.into(), allowed: list(crate::policy::ROOTS).into() }),
        Keys::Path => None,
    }
}

/// What an id could look like, made from what was written.
fn example_id(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'à' | 'á' => out.push('a'),
            'è' | 'é' => out.push('e'),
            'ì' | 'í' => out.push('i'),
            'ò' | 'ó' => out.push('o'),
            'ù' | 'ú' => out.push('u'),
            _ if !out.ends_with('-') && !out.is_empty() => out.push('-'),
            _ => {}
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() { "un-nome".to_owned() } else { out.to_owned() }
}

/// How a text that lacks English is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum English {
    /// Published catalogues: an error.
    Required,
    /// A tenant that serves English: a warning, Italian is shown.
    Expected,
    /// A tenant that does not.
    Unneeded,
}

/// Checks that a resolved document is complete: required keys, languages.
pub fn check_complete(record: &'static Record, node: &Node, english: English, problems: &mut Problems) {
    complete(Shape::Record(record), node, &node.span, "", english, problems);
}

fn complete(shape: Shape, node: &Node, at: &Span, path: &str, english: English, problems: &mut Problems) {
    if let Some(inner) = unwrap_sourced(node)
        && !matches!(shape, Shape::Items(_) | Shape::Set(_) | Shape::Free)
    {
        return complete(shape, inner, at, path, english, problems);
    }
    let Some(map) = node.as_map() else { return };
    match shape {
        Shape::Texts(_) => languages(map, at, path, english, problems),
        Shape::Record(record) => {
            for field in record.fields {
                match map.get(field.key) {
                    Some(entry) => complete(field.shape, &entry.node, &entry.key, &join(path, field.key), english, problems),
                    None if field.required && field.key != "format" => missing(record, field, at, path, problems),
                    None => {}
                }
            }
        }
        Shape::Items(items) => {
            for (key, entry) in map {
                complete(items.item, &entry.node, &entry.key, &join(path, key), english, problems);
            }
        }
        Shape::Leaf(_) | Shape::Set(_) | Shape::Free => {}
    }
}

fn missing(record: &'static Record, field: &Field, at: &Span, path: &str, problems: &mut Problems) {
    let name = |article: &str| if path.is_empty() { article.to_owned() } else { format!("{article} ({path})") };
    let place = Words::new(name(record.it), name(record.en));
    problems.push(Message::MissingKey { key: field.key.into(), place }, at, join(path, field.key));
}

fn languages(map: &Map, at: &Span, path: &str, english: English, problems: &mut Problems) {
    if !map.contains_key("it") {
        let language = Words::new("italiano", "Italian");
        problems.push(Message::MissingLanguage { path: path.into(), language }, at, join(path, "it"));
    }
    if !map.contains_key("en") {
        let language = Words::new("inglese", "English");
        let message = match english {
            English::Required => Message::MissingLanguage { path: path.into(), language },
            English::Expected => Message::MissingLanguageMild { path: path.into(), language },
            English::Unneeded => return,
        };
        problems.push(message, at, join(path, "en"));
    }
}
