//! One document over another.

use super::stack::{Layer, LayerKind};
use crate::policy::{Policy, Rule};
use crate::problem::{Message, Problems, Words};
use crate::shape::validate::unwrap_sourced;
use crate::shape::{Items, Keys, Record, Shape, closest};
use crate::yaml::{Entry, Map, Node, Replaced, Value};

const LANGUAGES: [&str; 2] = ["it", "en"];

/// Merging one layer's document into what the layers below made.
pub(super) struct Merge<'m> {
    /// The layers below, whose policies bind.
    pub below: &'m [Layer],
    /// The number of the layer that is merged in.
    pub layer: u8,
    /// True where entries may be added without `new: true`: hours, closures and the like are local by nature.
    pub open: bool,
    /// Where problems go.
    pub problems: &'m mut Problems,
}

/// Where a merge stands: the path as policies know it, the path in the document, the platform's rule, the local reason.
#[derive(Clone)]
pub(super) struct At {
    pub policy_path: Vec<String>,
    pub path: String,
    pub rule: Rule,
    pub reason: Option<String>,
}

impl At {
    fn below(&self, key: &str, rule: Option<Rule>) -> Self {
        let mut policy_path = self.policy_path.clone();
        policy_path.push(key.to_owned());
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { policy_path, path, rule: rule.unwrap_or(self.rule), reason: self.reason.clone() }
    }
}

impl Merge<'_> {
    pub(super) fn value(&mut self, shape: Shape, base: &mut Node, over: Node, at: &At) {
        if matches!(over.value, Value::Broken) {
            return;
        }
        let whole = unwrap_sourced(base).is_some() || unwrap_sourced(&over).is_some() || base.as_map().is_none();
        match shape {
            Shape::Items(items) => self.items(items, base, over, at),
            Shape::Set(_) => self.open_map(Shape::Leaf(crate::shape::Leaf::Bool), base, over, at),
            Shape::Record(record) if !whole => self.record(record, base, over, at),
            Shape::Texts(_) if !whole => self.texts(base, over, at),
            _ => self.replace(base, over, at),
        }
    }

    fn record(&mut self, record: &'static Record, base: &mut Node, over: Node, at: &At) {
        let Value::Map(entries) = over.value else { return };
        let mut at = at.clone();
        if let Some(reason) = entries.get("reason").and_then(|entry| entry.node.as_text()) {
            at.reason = Some(reason.to_owned());
        }
        for (key, entry) in entries {
            match record.field(&key) {
                Some(field) if key != "format" => self.child(field.shape, base, &key, entry, &at.below(&key, field.rule)),
                None if key == "after" => {
                    if let Some(map) = base.as_map_mut() {
                        map.insert(key, entry);
                    }
                }
                _ => {}
            }
        }
    }

    /// A key of a map whose keys need no `new: true`: fields of a record, languages, members of a set.
    fn child(&mut self, shape: Shape, base: &mut Node, key: &str, entry: Entry, at: &At) {
        let Some(map) = base.as_map_mut() else { return };
        if let Some(existing) = map.get_mut(key) {
            if matches!(existing.node.value, Value::Broken) {
                return;
            }
            self.value(shape, &mut existing.node, entry.node, at);
        } else if self.may_add(&entry.node, at) {
            map.insert(key.to_owned(), self.added(entry, at));
        }
    }

    fn open_map(&mut self, shape: Shape, base: &mut Node, over: Node, at: &At) {
        let Value::Map(entries) = over.value else { return };
        for (key, entry) in entries {
            let below = at.below(&key, None);
            self.child(shape, base, &key, entry, &below);
        }
    }

    /// Language by language. One that changes alone leaves the other behind; one that is repeated beside it was looked at.
    fn texts(&mut self, base: &mut Node, mut over: Node, at: &At) {
        let differs = |language: &str| match (over.get(language), base.get(language)) {
            (Some(over), Some(base)) => over.as_text().is_some() && !base.same_value(over),
            _ => false,
        };
        let changed: Vec<&str> = LANGUAGES.into_iter().filter(|language| differs(language)).collect();
        if let Some(first) = changed.first() {
            let left = LANGUAGES.into_iter().find(|language| over.get(language).is_none() && base.get(language).is_some());
            if let Some(language) = left {
                let upstream = base.get(language).map_or(&base.span, |node| &node.span).to_string().into();
                let language = if language == "it" { Words::new("italiano", "Italian") } else { Words::new("inglese", "English") };
                let message = Message::OtherLanguageStays { path: at.path.as_str().into(), language, upstream };
                self.problems.push(message, &over.place(first), &at.path);
            }
            if let Some(map) = over.as_map_mut() {
                map.retain(|language, _| changed.contains(&language.as_str()) || base.get(language).is_none());
            }
        }
        self.open_map(Shape::Leaf(crate::shape::Leaf::Text(0)), base, over, at);
    }

    fn items(&mut self, items: &'static Items, base: &mut Node, over: Node, at: &At) {
        let closed = matches!((items.keys, items.item), (Keys::Id, Shape::Record(_))) && !self.open;
        let Value::Map(entries) = over.value else { return };
        for (key, entry) in entries {
            if matches!(entry.node.value, Value::Broken) {
                continue;
            }
            let below = at.below(&key, None);
            let flag = |name: &str| entry.node.text(name) == Some("true");
            let (excluded, new) = (flag("excluded"), flag("new"));
            let Some(map) = base.as_map_mut() else { return };
            match (map.get(&key), excluded, new) {
                (Some(_), true, _) => self.exclude(map, &key, &entry, &below),
                (Some(existing), false, true) => {
                    let span = entry.node.get("new").map_or(&entry.key, |node| &node.span);
                    let upstream = existing.key.to_string();
                    self.problems.push(Message::NotNew { key: key.as_str().into(), upstream: upstream.into() }, span, below.path);
                }
                (None, false, true) => {
                    if self.may_add(&entry.node, &below) {
                        map.insert(key, self.added(entry, &below));
                    }
                }
                (None, true, _) => self.not_upstream(map, &key, &entry, &below),
                (None, false, false) if closed => self.not_upstream(map, &key, &entry, &below),
                _ => self.child(items.item, base, &key, entry, &below),
            }
        }
    }

    fn not_upstream(&mut self, map: &Map, key: &str, entry: &Entry, at: &At) {
        let message = match closest(key, map.keys().map(String::as_str)) {
            Some(near) => Message::NotUpstreamLike { key: key.into(), suggestion: near.into() },
            None => Message::NotUpstream { key: key.into() },
        };
        self.problems.push(message, &entry.key, &at.path);
    }

    fn exclude(&mut self, map: &mut Map, key: &str, entry: &Entry, at: &At) {
        if self.policies(at).iter().any(|policy| policy.rule == Rule::Locked) {
            self.problems.push(Message::LockedCollection { path: at.path.as_str().into() }, &entry.key, &at.path);
            return;
        }
        map.shift_remove(key);
    }

    /// An entry as this layer's own, without the keys that only steered the merge.
    fn added(&self, entry: Entry, at: &At) -> Entry {
        let Entry { key, mut node } = entry;
        node.stamp(self.layer);
        node.reason.clone_from(&at.reason);
        if let Some(map) = node.as_map_mut() {
            map.shift_remove("new");
            map.shift_remove("excluded");
        }
        Entry { key, node }
    }

    fn may_add(&mut self, node: &Node, at: &At) -> bool {
        for policy in self.policies(at) {
            if policy.rule == Rule::Locked {
                self.problems.push(Message::LockedCollection { path: at.path.as_str().into() }, &node.span, &at.path);
                return false;
            }
            if let Some(message) = outside(&policy, node, at) {
                self.problems.push(message, &node.span, &at.path);
                return false;
            }
        }
        true
    }

    fn replace(&mut self, base: &mut Node, over: Node, at: &At) {
        if matches!(base.value, Value::Broken) {
            return;
        }
        if base.same_value(&over) {
            // The platform's defaults are nobody's decision: to repeat one is to make it one's own.
            if self.below.get(usize::from(base.layer)).is_some_and(|layer| layer.kind == LayerKind::Platform) {
                *base = over;
                base.stamp(self.layer);
                return;
            }
            let message = Message::Superfluous { path: at.path.as_str().into(), upstream: base.span.to_string().into() };
            self.problems.push(message, &over.span, &at.path);
            return;
        }
        for policy in self.policies(at) {
            if let Some(message) = refusal(&policy, base, &over, at) {
                self.problems.push(message, &over.span, &at.path);
                return;
            }
        }
        let mut replaced = std::mem::take(&mut base.replaced);
        replaced.push(Replaced {
            layer: base.layer,
            span: base.span.clone(),
            text: base.plain().map_or_else(|| base.short(), str::to_owned),
        });
        let mut node = over;
        node.stamp(self.layer);
        node.replaced = replaced;
        node.reason = node.text("reason").map(str::to_owned).or_else(|| at.reason.clone());
        *base = node;
    }

    /// What binds a value: the policies of every catalogue below, else the platform's rule for the field.
    fn policies(&self, at: &At) -> Vec<Policy> {
        binding(self.below, &at.policy_path, at.rule)
    }
}

/// The rules that bind a layer standing on these: each catalogue's most specific policy, else the platform's rule.
pub(super) fn binding(below: &[Layer], policy_path: &[String], rule: Rule) -> Vec<Policy> {
    let path: Vec<&str> = policy_path.iter().map(String::as_str).collect();
    let mut found: Vec<Policy> = below.iter().filter_map(|layer| layer.policies.find(&path).cloned()).collect();
    if found.is_empty() {
        found.push(Policy::of_platform(rule));
    }
    found
}

fn refusal(policy: &Policy, base: &Node, over: &Node, at: &At) -> Option<Message> {
    let path = || at.path.as_str().into();
    match policy.rule {
        Rule::Free | Rule::RequiredLocal => None,
        Rule::Locked => Some(Message::Locked { path: path(), upstream: base.span.to_string().into(), why: policy.because() }),
        Rule::OnlyShorter => {
            let (value, upstream) = (over.plain()?, base.plain()?);
            let longer = crate::policy::compare(value, upstream).is_none_or(std::cmp::Ordering::is_gt);
            longer.then(|| Message::OnlyShorter {
                path: path(),
                value: value.into(),
                upstream: upstream.into(),
                place: base.span.to_string().into(),
            })
        }
        Rule::Within => outside(policy, over, at),
    }
}

fn outside(policy: &Policy, node: &Node, at: &At) -> Option<Message> {
    if policy.rule != Rule::Within {
        return None;
    }
    let value = node.plain()?;
    (!policy.bounds.admit(value)).then(|| Message::Within {
        path: at.path.as_str().into(),
        value: value.into(),
        bounds: policy.bounds.words(),
    })
}
