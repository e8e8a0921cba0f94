//! `{{placeholders}}` in texts: known, and filled when a tenant is loaded.

use std::collections::BTreeMap;

use sportello_domain::placeholders::{CASE, OFFICE, TENANT};

use crate::problem::{Message, Problems, Span};
use crate::resolve::Resolved;
use crate::shape::kinds::Kind;
use crate::shape::{Shape, list};
use crate::source::DocId;
use crate::yaml::{Node, Value};

/// What only an act can say of its case; it is filled when the act is drawn up.
const ACT: [&str; 2] = ["case.code", "case.register_number"];

/// Reports placeholders that nothing can ever fill.
pub(super) fn known(id: &DocId, document: &Node, resolved: &Resolved, problems: &mut Problems) {
    if !matches!(id.kind, Kind::Service | Kind::Workflow | Kind::Step | Kind::Act | Kind::Template | Kind::Section | Kind::Branding) {
        return;
    }
    let parameters = super::entries(resolved, Kind::Parameters, "parameters");
    let mut allowed: Vec<String> = TENANT.iter().map(|name| (*name).to_owned()).collect();
    if id.kind != Kind::Branding {
        allowed.extend(OFFICE.iter().map(|name| (*name).to_owned()));
    }
    // Filled when the message is sent.
    if id.kind == Kind::Template {
        allowed.extend(CASE.iter().map(|name| (*name).to_owned()));
    }
    if id.kind == Kind::Act {
        allowed.extend(ACT.iter().map(|name| (*name).to_owned()));
        let values = document.get("values").into_iter().flat_map(Node::entries);
        allowed.extend(values.map(|(id, _)| format!("values.{id}")));
    }
    allowed.extend(parameters.iter().map(|id| format!("parameters.{id}")));
    each_text(Shape::Record(id.kind.record()), document, "", &mut |node, path| {
        for name in placeholders(node.as_text().unwrap_or_default()) {
            if !allowed.iter().any(|known| known == name) {
                let allowed = list(allowed.iter().map(String::as_str));
                problems.push(Message::UnknownPlaceholder { placeholder: name.into(), allowed: allowed.into() }, &node.span, path);
            }
        }
    });
}

/// The names between double braces.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}").map(|(name, _)| name.trim()))
}

fn each_text(shape: Shape, node: &Node, path: &str, visit: &mut impl FnMut(&Node, &str)) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let inner = match shape {
        Shape::Items(_) | Shape::Set(_) => node,
        _ => crate::shape::validate::unwrap_sourced(node).unwrap_or(node),
    };
    for (key, entry) in inner.entries() {
        match shape {
            Shape::Texts(_) => visit(&entry.node, &join(key)),
            Shape::Record(record) => {
                if let Some(field) = record.field(key) {
                    each_text(field.shape, &entry.node, &join(key), visit);
                }
            }
            Shape::Items(items) => each_text(items.item, &entry.node, &join(key), visit),
            Shape::Leaf(_) | Shape::Set(_) | Shape::Free => {}
        }
    }
}

/// What placeholders stand for in a tenant: name → language → text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filler {
    values: BTreeMap<String, BTreeMap<String, String>>,
    /// Beginnings of names that are left for the moment when the text is used.
    pub later: Vec<&'static str>,
}

impl Filler {
    /// Sets what a placeholder stands for, by language.
    pub(crate) fn set(&mut self, name: String, texts: BTreeMap<String, String>) {
        self.values.insert(name, texts);
    }

    /// Sets what a placeholder stands for in every language.
    pub(crate) fn set_plain(&mut self, name: String, text: &str) {
        self.set(name, ["it", "en"].map(|language| (language.to_owned(), text.to_owned())).into());
    }

    fn get(&self, name: &str, language: &str) -> Option<&str> {
        let texts = self.values.get(name)?;
        texts.get(language).or_else(|| texts.get("it")).map(String::as_str)
    }

    fn text(&self, text: &str, language: &str, missing: &mut Vec<String>) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{{") {
            out.push_str(before);
            let Some((name, after)) = behind.split_once("}}") else {
                out.push_str("{{");
                rest = behind;
                continue;
            };
            let name = name.trim();
            if self.later.iter().any(|start| name.starts_with(start)) {
                out.extend(["{{", name, "}}"]);
            } else if let Some(value) = self.get(name, language) {
                out.push_str(value);
            } else {
                missing.push(name.to_owned());
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// A placeholder that a tenant has no value for, and the text that uses it.
pub(crate) struct Missing {
    /// The placeholder.
    pub name: String,
    /// Where the text stands.
    pub place: Span,
    /// The path of the text, without its language.
    pub path: String,
}

/// Fills the placeholders of every text of a document. Returns those without a value.
pub(crate) fn fill(shape: Shape, node: &mut Node, filler: &Filler) -> Vec<Missing> {
    let mut missing = Vec::new();
    fill_below(shape, node, "", filler, &mut missing);
    missing
}

fn fill_below(shape: Shape, node: &mut Node, path: &str, filler: &Filler, missing: &mut Vec<Missing>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let Some(map) = node.as_map_mut() else { return };
    for (key, entry) in map {
        match shape {
            Shape::Texts(_) if key == "value" => fill_below(shape, &mut entry.node, path, filler, missing),
            Shape::Texts(_) => fill_text(key, &mut entry.node, path, filler, missing),
            Shape::Record(record) => {
                if let Some(field) = record.field(key) {
                    fill_below(field.shape, &mut entry.node, &join(key), filler, missing);
                }
            }
            Shape::Items(items) => fill_below(items.item, &mut entry.node, &join(key), filler, missing),
            Shape::Leaf(_) | Shape::Set(_) | Shape::Free => {}
        }
    }
}

fn fill_text(language: &str, node: &mut Node, path: &str, filler: &Filler, missing: &mut Vec<Missing>) {
    if let Value::Scalar { text, .. } = &mut node.value
        && text.contains("{{")
    {
        let mut names = Vec::new();
        *text = filler.text(text, language, &mut names);
        missing.extend(names.into_iter().map(|name| Missing { name, place: node.span.clone(), path: path.to_owned() }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_filled_in_their_language() {
        let mut filler = Filler { later: vec!["case."], ..Filler::default() };
        filler.set("tenant.name".into(), [("it", "Comune"), ("en", "Municipality")].map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        filler.set_plain("parameters.months".into(), "12");
        let mut missing = Vec::new();
        let text = "{{tenant.name}}, {{ parameters.months }}, {{case.code}}, {{office.phone}} {{";
        assert_eq!(filler.text(text, "en", &mut missing), "Municipality, 12, {{case.code}},  {{");
        assert_eq!(missing, ["office.phone"]);
    }
}
