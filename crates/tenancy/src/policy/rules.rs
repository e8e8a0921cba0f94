//! Rules and their order: the most specific path wins, and a layer above may only tighten.

use std::cmp::Ordering;

use serde_json::json;

use crate::problem::{Message, Problems, Span, Words};
use crate::shape::{Leaf, check_leaf, closest, list};
use crate::yaml::{Node, Value};

/// What a higher layer may do with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Change it.
    Free,
    /// Nothing.
    Locked,
    /// Make it smaller: terms of law.
    OnlyShorter,
    /// Change it within bounds.
    Within,
    /// It must: each tenant writes its own.
    RequiredLocal,
}

impl Rule {
    /// The word in `policies.yaml` and in explanations.
    pub fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Locked => "locked",
            Self::OnlyShorter => "only_shorter",
            Self::Within => "within",
            Self::RequiredLocal => "required_local",
        }
    }
}

/// Bounds of a value, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least.
    pub min: Option<String>,
    /// The greatest.
    pub max: Option<String>,
}

impl Bounds {
    /// Reads `{min, max}`.
    pub fn of(node: &Node) -> Self {
        let text = |key| node.get(key).and_then(Node::plain).map(str::to_owned);
        Self { min: text("min"), max: text("max") }
    }

    /// Whether a value lies inside: numbers and amounts by size, dates by day.
    pub fn admit(&self, value: &str) -> bool {
        let above = self.min.as_deref().is_none_or(|min| compare(value, min).is_some_and(Ordering::is_ge));
        above && self.max.as_deref().is_none_or(|max| compare(value, max).is_some_and(Ordering::is_le))
    }

    /// For messages.
    pub fn words(&self) -> Words {
        match (&self.min, &self.max) {
            (Some(min), Some(max)) => Words::new(format!("da {min} a {max}"), format!("from {min} to {max}")),
            (Some(min), None) => Words::new(format!("almeno {min}"), format!("at least {min}")),
            (None, Some(max)) => Words::new(format!("al massimo {max}"), format!("at most {max}")),
            (None, None) => Words::new("qualunque valore", "any value"),
        }
    }
}

/// Compares two values: as numbers where both are, else as texts of equal length (dates).
pub(crate) fn compare(a: &str, b: &str) -> Option<Ordering> {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.partial_cmp(&b),
        _ if a.len() == b.len() => Some(a.cmp(b)),
        _ => None,
    }
}

/// A rule for the values under a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The path as written, such as `services.*.term_days`.
    pub pattern: String,
    /// The rule.
    pub rule: Rule,
    /// The bounds of `within`.
    pub bounds: Bounds,
    /// True where the value is each tenant's to decide by law, so that a change upstream is only information.
    pub owned_by_tenant: bool,
    /// Why, in both languages.
    pub why: Option<Words>,
    /// Where it is written; absent for the platform's own rules.
    pub span: Option<Span>,
}

impl Policy {
    /// A rule of the platform.
    pub fn of_platform(rule: Rule) -> Self {
        Self { pattern: String::new(), rule, bounds: Bounds::default(), owned_by_tenant: false, why: None, span: None }
    }

    /// Why, in brackets, for the middle of a sentence; nothing where nobody said.
    pub fn because(&self) -> Words {
        let bracket = |why: &str| if why.is_empty() { String::new() } else { format!(" ({why})") };
        self.why.as_ref().map_or_else(|| Words::new("", ""), |why| Words::new(bracket(&why.it), bracket(&why.en)))
    }

    /// For programs.
    pub fn json(&self) -> serde_json::Value {
        json!({
            "rule": self.rule.word(),
            "pattern": (!self.pattern.is_empty()).then_some(&self.pattern),
            "min": self.bounds.min,
            "max": self.bounds.max,
            "owned_by": self.owned_by_tenant.then_some("tenant"),
            "why": self.why.as_ref().map(|why| json!({"it": why.it, "en": why.en})),
            "place": self.span.as_ref().map(ToString::to_string),
        })
    }

    fn segments(&self) -> impl Iterator<Item = &str> {
        self.pattern.split('.')
    }

    fn covers(&self, path: &[&str]) -> bool {
        let mut rest = path.iter();
        self.segments().all(|segment| rest.next().is_some_and(|part| segment == "*" || segment == *part))
    }

    /// Which of two rules for the same value is more specific: the one with names where the other has `*`; where both name the
    /// same, the longer one. So the lock of one fee stands against a rule for the amounts of all fees. Nothing when each is more
    /// specific somewhere.
    fn against(&self, other: &Self) -> Option<Ordering> {
        let mut result = Ordering::Equal;
        for (mine, theirs) in self.segments().zip(other.segments()) {
            let here = (mine != "*").cmp(&(theirs != "*"));
            match (result, here) {
                (Ordering::Equal, _) => result = here,
                (_, Ordering::Equal) => {}
                (before, now) if before != now => return None,
                _ => {}
            }
        }
        Some(result.then(self.segments().count().cmp(&other.segments().count())))
    }

    fn ties_with(&self, other: &Self) -> bool {
        let meet = self.segments().zip(other.segments()).all(|(a, b)| a == b || a == "*" || b == "*");
        meet && self.against(other).is_none_or(Ordering::is_eq)
    }
}

/// What a policy's path may begin with.
pub const ROOTS: [&str; 9] = ["services", "workflows", "sections", "templates", "parameters", "roles", "branding", "calendar", "desk"];

/// True for a dotted path of ids, keys and `*` that begins with a kind of document.
pub fn pattern_is_valid(pattern: &str) -> bool {
    let part = |part: &str| {
        part == "*" || (!part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_'))
    };
    let mut parts = pattern.split('.');
    parts.next().is_some_and(|root| ROOTS.contains(&root)) && parts.all(part)
}

/// The rules of one catalogue layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies(Vec<Policy>);

impl Policies {
    /// Reads `policies.yaml`, already checked against its shape.
    pub fn read(document: &Node, problems: &mut Problems) -> Self {
        let mut read = Vec::new();
        for (pattern, entry) in document.get("policies").into_iter().flat_map(Node::entries) {
            if let Some(policy) = read_policy(pattern, &entry.node, problems) {
                read.push(Policy { span: Some(entry.key.clone()), ..policy });
            }
        }
        for (index, policy) in read.iter().enumerate() {
            if let Some(other) = read[..index].iter().find(|other| policy.ties_with(other))
                && let Some(span) = &policy.span
            {
                let message = Message::PolicyTie { pattern: policy.pattern.as_str().into(), other: other.pattern.as_str().into() };
                problems.push(message, span, format!("policies.{}", policy.pattern));
            }
        }
        Self(read)
    }

    /// The most specific rule for a path, such as `services.pink-badge.term_days`.
    pub fn find(&self, path: &[&str]) -> Option<&Policy> {
        let mut covering = self.0.iter().filter(|policy| policy.covers(path));
        let first = covering.next()?;
        Some(covering.fold(first, |best, policy| if policy.against(best) == Some(Ordering::Greater) { policy } else { best }))
    }

    /// The rules with a given word, for what must be filled locally.
    pub fn with_rule(&self, rule: Rule) -> impl Iterator<Item = &Policy> {
        self.0.iter().filter(move |policy| policy.rule == rule)
    }
}

const WORDS: [&str; 4] = ["free", "locked", "only_shorter", "required_local"];
const KEYS: [&str; 7] = ["free", "locked", "only_shorter", "required_local", "within", "owned_by", "why"];

fn read_policy(pattern: &str, node: &Node, problems: &mut Problems) -> Option<Policy> {
    let path = format!("policies.{pattern}");
    let mut policy = Policy { pattern: pattern.to_owned(), ..Policy::of_platform(Rule::Free) };
    match &node.value {
        Value::Broken => return None,
        Value::Scalar { text, .. } => policy.rule = rule(text, node, &path, problems)?,
        Value::Map(map) => {
            let mut first: Option<&str> = None;
            for (key, entry) in map {
                let below = format!("{path}.{key}");
                match key.as_str() {
                    "owned_by" => policy.owned_by_tenant = holds(OWNERS, &entry.node, &below, problems)?,
                    "why" => policy.why = Some(why(&entry.node, &below, problems)?),
                    word if KEYS.contains(&word) => {
                        if let Some(first) = first.replace(word) {
                            let message = Message::PolicyTwoRules { path: path.into(), first: first.into(), second: word.into() };
                            problems.push(message, &entry.key, below);
                            return None;
                        }
                        if word == "within" {
                            policy.rule = Rule::Within;
                            policy.bounds = bounds(&entry.node, &below, problems)?;
                        } else {
                            policy.rule = rule(word, node, &path, problems)?;
                            in_force(word, &entry.node, &below, problems)?;
                        }
                    }
                    _ => {
                        problems.push(unknown(key, &path, &KEYS), &entry.key, &path);
                        return None;
                    }
                }
            }
        }
    }
    Some(policy)
}

const OWNERS: Leaf = Leaf::OneOf(&["tenant"]);

/// True where the value is of the type; else that it is not is reported.
fn holds(leaf: Leaf, node: &Node, path: &str, problems: &mut Problems) -> Option<bool> {
    let message = match &node.value {
        Value::Scalar { text, quoted } => check_leaf(leaf, text, *quoted, path),
        _ => Some(a_map_instead_of(leaf.expected(), path)),
    };
    if let Some(message) = message {
        problems.push(message, &node.span, path);
        return None;
    }
    Some(true)
}

fn a_map_instead_of(expected: Words, path: &str) -> Message {
    Message::WrongType { path: path.into(), expected, found: Words::new("una mappa di chiavi", "a map of keys") }
}

/// A rule that is written stands: `false` would say nothing, and who reads it could take it for its opposite.
fn in_force(word: &str, node: &Node, path: &str, problems: &mut Problems) -> Option<()> {
    holds(Leaf::Bool, node, path, problems)?;
    if node.as_text() == Some("true") {
        return Some(());
    }
    problems.push(Message::PolicyNotInForce { path: path.into(), rule: word.into() }, &node.span, path);
    None
}

fn bounds(node: &Node, path: &str, problems: &mut Problems) -> Option<Bounds> {
    let Some(map) = node.as_map() else {
        let found = format!("'{}'", node.short());
        let message =
            Message::WrongType {
                path: path.into(), expected: Words::new("{min: …, max: …}", "{min: …, max: …}"), found: found.into()
            };
        problems.push(message, &node.span, path);
        return None;
    };
    for (key, entry) in map {
        if !["min", "max"].contains(&key.as_str()) {
            problems.push(unknown(key, path, &["min", "max"]), &entry.key, path);
            return None;
        }
        holds(Leaf::Text(0), &entry.node, &format!("{path}.{key}"), problems)?;
    }
    let bounds = Bounds::of(node);
    if let (Some(min), Some(max)) = (&bounds.min, &bounds.max)
        && compare(min, max).is_none_or(Ordering::is_gt)
    {
        let message = Message::BoundsOrder { path: path.into(), min: min.as_str().into(), max: max.as_str().into() };
        problems.push(message, &node.span, path);
        return None;
    }
    Some(bounds)
}

fn why(node: &Node, path: &str, problems: &mut Problems) -> Option<Words> {
    for (key, entry) in node.entries() {
        if !["it", "en"].contains(&key) {
            problems.push(unknown(key, path, &["it", "en"]), &entry.key, path);
            return None;
        }
        holds(Leaf::Text(0), &entry.node, &format!("{path}.{key}"), problems)?;
    }
    let it = node.text("it").or(node.as_text()).unwrap_or_default();
    Some(Words::new(it, node.text("en").unwrap_or(it)))
}

fn rule(word: &str, node: &Node, path: &str, problems: &mut Problems) -> Option<Rule> {
    Some(match word {
        "free" => Rule::Free,
        "locked" => Rule::Locked,
        "only_shorter" => Rule::OnlyShorter,
        "required_local" => Rule::RequiredLocal,
        _ => {
            problems.push(unknown(word, path, &WORDS), &node.span, path);
            return None;
        }
    })
}

fn unknown(word: &str, path: &str, words: &[&'static str]) -> Message {
    match closest(word, words.iter().copied()) {
        Some(near) => Message::NotOneOfLike { path: path.into(), value: word.into(), suggestion: near.into() },
        None => Message::NotOneOf { path: path.into(), value: word.into(), allowed: list(words.iter().copied()).into() },
    }
}

#[cfg(test)]
mod tests;
