//! Where a value comes from: layer, file, line and column, the rules that bind it, each value that it replaced, and why.

use std::path::Path;

use serde::Serialize;
use serde_json::Value as Json;
use sportello_domain::text::Language;

use crate::policy::{Bounds, Policy, Rule};
use crate::problem::{Message, Problem, Problems, Span};
use crate::report::reading;
use crate::resolve::{LayerKind, Resolved, Stack, unknown};
use crate::shape::convert;
use crate::shape::kinds::Kind;
use crate::shape::validate::{is_verified, unwrap_sourced};
use crate::source::DocId;
use crate::yaml::{Entry, Node};

/// A value that some layer wrote.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Written {
    /// The kind of layer.
    pub layer: LayerKind,
    /// The layer's name: `cesena 2026.1`, `santarcangelo`.
    pub name: String,
    /// The file as shown to people.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What it wrote there, on one line.
    pub value: String,
}

/// Where one value comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The tenant's folder.
    pub tenant: String,
    /// The document, such as `services/pink-badge`.
    pub document: String,
    /// The path in it.
    pub path: String,
    /// The value in force; null where an entry was removed.
    pub value: Json,
    /// Who wrote it, where.
    pub written: Written,
    /// What it replaced, the oldest first.
    pub replaced: Vec<Written>,
    /// Why it differs, where somebody said so.
    pub reason: Option<String>,
    /// False where nobody has confirmed it.
    pub verified: bool,
    /// The rules that bind it, the first from the lowest layer.
    pub policies: Vec<Json>,
}

/// Explains a value of a tenant.
pub fn explain(tenants_dir: &Path, tenant: &str, document: &str, path: &str) -> Result<Explanation, Problem> {
    let reading = reading(tenants_dir, tenant)?;
    let stack = &reading.stack;
    let names: Vec<String> = reading.resolved.keys().map(ToString::to_string).collect();
    let not_found = || {
        let existing: Vec<&str> = names.iter().map(String::as_str).collect();
        Problem::new(unknown(("il documento", "the document"), document, &existing), &Span::of_file(document), path)
    };
    let id = local_name(document).parse::<DocId>().map_err(|()| not_found())?;
    let node = reading.resolved.get(&id).ok_or_else(not_found)?;
    let keys = keys_of(node, path).or_else(|| excluded_keys(stack, &id, path));
    let keys = keys.ok_or_else(|| unknown_path(node, path))?;
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let policies = policies(&reading.resolved, stack, &id, &keys).iter().map(Policy::json).collect();
    let base = Explanation {
        tenant: tenant.to_owned(),
        document: id.to_string(),
        path: path.to_owned(),
        value: Json::Null,
        written: written(stack, 0, &node.span, String::new()),
        replaced: Vec::new(),
        reason: None,
        verified: true,
        policies,
    };
    Ok(match node.at(keys.iter().copied()) {
        Some(value) if value.as_map().is_some() && unwrap_sourced(value).is_none() => merged(stack, value, &id, &keys, base),
        Some(value) => present(stack, value, base),
        None => removed(stack, &id, &keys, base),
    })
}

/// The rules that bind a value; a parameter may also say in its declaration that each tenant sets it.
fn policies(resolved: &Resolved, stack: &Stack, id: &DocId, keys: &[&str]) -> Vec<Policy> {
    let declared = resolved.get(&DocId::single(Kind::Parameters)).and_then(|node| node.at(keys.iter().copied()));
    match declared {
        Some(declared) if id.kind == Kind::LocalParameters => {
            let rule = if declared.text("required_local") == Some("true") { Rule::RequiredLocal } else { Rule::Within };
            let bounds = declared.get("within").map(Bounds::of).unwrap_or_default();
            vec![Policy { pattern: keys.join("."), bounds, span: Some(declared.span.clone()), ..Policy::of_platform(rule) }]
        }
        _ => stack.binding(id, keys),
    }
}

/// Tenants call their values `parameters`, as catalogues call their declarations.
fn local_name(document: &str) -> &str {
    match document.strip_suffix(".yaml").unwrap_or(document) {
        "parameters" => "local-parameters",
        other => other,
    }
}

fn written(stack: &Stack, layer: u8, span: &Span, value: String) -> Written {
    let found = stack.layers.get(usize::from(layer));
    Written {
        layer: found.map_or(LayerKind::Platform, |layer| layer.kind),
        name: found.map(|layer| layer.name.clone()).unwrap_or_default(),
        file: span.file.to_string(),
        line: span.line,
        column: span.column,
        value,
    }
}

fn present(stack: &Stack, node: &Node, base: Explanation) -> Explanation {
    let replaced = node.replaced.iter().map(|old| written(stack, old.layer, &old.span, old.text.clone())).collect();
    Explanation {
        value: convert::free(node),
        written: written(stack, node.layer, &node.span, node.plain().map_or_else(|| node.short(), str::to_owned)),
        replaced,
        reason: node.reason.clone(),
        verified: is_verified(node),
        ..base
    }
}

/// Several values under one key: each layer wrote its part, and the last one that wrote any is named first.
fn merged(stack: &Stack, node: &Node, id: &DocId, keys: &[&str], base: Explanation) -> Explanation {
    let mut parts: Vec<Written> = (0_u8..)
        .zip(&stack.layers)
        .filter_map(|(number, layer)| {
            let part = layer.documents.get(id)?.at(keys.iter().copied())?;
            Some(written(stack, number, &part.span, part.short()))
        })
        .collect();
    let found = present(stack, node, base);
    match parts.pop() {
        Some(last) => Explanation { written: last, replaced: parts, ..found },
        None => found,
    }
}

/// An entry that a layer excluded: who did, and what it would be.
fn removed(stack: &Stack, id: &DocId, keys: &[&str], base: Explanation) -> Explanation {
    let mut found = base;
    for (index, layer) in stack.layers.iter().enumerate() {
        let number = u8::try_from(index).unwrap_or(u8::MAX);
        let Some(node) = layer.documents.get(id).and_then(|document| document.at(keys.iter().copied())) else { continue };
        if node.text("excluded") == Some("true") {
            let below = Stack { layers: stack.layers[..index].to_vec() };
            let document = below.document(id, &mut Problems::new());
            if let Some(old) = document.as_ref().and_then(|document| document.at(keys.iter().copied())) {
                found.replaced = vec![written(stack, old.layer, &old.span, old.plain().map_or_else(|| old.short(), str::to_owned))];
            }
            found.written = written(stack, number, &node.span, "excluded: true".to_owned());
            found.reason = node.text("reason").map(str::to_owned);
        }
    }
    found
}

/// A dotted path as keys; keys may hold dots themselves (domains), so the longest match is tried first.
fn keys_of(node: &Node, path: &str) -> Option<Vec<String>> {
    if path.is_empty() {
        return Some(Vec::new());
    }
    let map = node.as_map()?;
    let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]).collect::<Vec<_>>();
    ends.into_iter().rev().find_map(|end| {
        let entry: &Entry = map.get(&path[..end])?;
        let mut keys = vec![path[..end].to_owned()];
        keys.extend(keys_of(&entry.node, path[end..].trim_start_matches('.'))?);
        Some(keys)
    })
}

fn excluded_keys(stack: &Stack, id: &DocId, path: &str) -> Option<Vec<String>> {
    stack.layers.iter().rev().find_map(|layer| {
        let document = layer.documents.get(id)?;
        let keys = keys_of(document, path)?;
        let node = document.at(keys.iter().map(String::as_str))?;
        (node.text("excluded") == Some("true")).then_some(keys)
    })
}

/// The path is wrong: the deepest part that exists says what could have been meant.
fn unknown_path(node: &Node, path: &str) -> Problem {
    let mut current = node;
    let mut missing = path;
    for key in path.split('.') {
        let Some(next) = current.get(key) else {
            missing = key;
            break;
        };
        current = next;
    }
    let existing: Vec<&str> = current.entries().map(|(key, _)| key).collect();
    let message: Message = unknown(("il valore", "the value"), missing, &existing);
    Problem::new(message, &current.span, path)
}

impl Explanation {
    /// For people.
    pub fn text(&self, language: Language) -> String {
        let it = language == Language::It;
        let pick = |italian: &'static str, english: &'static str| language.pick(italian, english);
        let value = match &self.value {
            Json::Null => pick("(tolto)", "(removed)").to_owned(),
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let mut lines = vec![format!("{} · {} = {value}", self.document, self.path)];
        lines.push(format!("  {} {}", pick("scritto da:", "written by:"), place(&self.written, false)));
        for old in self.replaced.iter().rev() {
            lines.push(format!("  {} {}", pick("al posto di:", "in place of:"), place(old, true)));
        }
        if let Some(reason) = &self.reason {
            lines.push(format!("  {} {reason}", pick("motivo:", "reason:")));
        }
        for policy in &self.policies {
            lines.push(format!("  {} {}", pick("regola:", "policy:"), policy_text(policy, it)));
        }
        if !self.verified {
            lines.push(format!("  {}", pick("non verificato", "unverified")));
        }
        lines.join("\n")
    }
}

fn place(written: &Written, with_value: bool) -> String {
    let Written { name, file, line, column, value, .. } = written;
    let value = if with_value { format!("{value} · ") } else { String::new() };
    format!("{value}{name} ({file}:{line}:{column})")
}

fn policy_text(policy: &Json, it: bool) -> String {
    let text = |key: &str| policy[key].as_str();
    let rule = match (text("rule").unwrap_or_default(), it) {
        ("locked", true) => "vincolato",
        ("locked", false) => "locked",
        ("only_shorter", true) => "si può solo abbreviare",
        ("only_shorter", false) => "can only be shortened",
        ("within", true) => "entro limiti",
        ("within", false) => "within bounds",
        ("required_local", true) => "lo fissa ogni ente",
        ("required_local", false) => "set by each tenant",
        (_, true) => "libero",
        (_, false) => "free",
    };
    let mut out = rule.to_owned();
    for (key, label_it, label_en) in [("min", "minimo", "least"), ("max", "massimo", "greatest")] {
        if let Some(bound) = text(key) {
            out.extend([", ", if it { label_it } else { label_en }, " ", bound]);
        }
    }
    if text("owned_by").is_some() {
        out.push_str(if it { ", di competenza dell'ente" } else { ", the tenant's to decide" });
    }
    if let Some(why) = policy["why"][if it { "it" } else { "en" }].as_str() {
        out.extend([": ", why]);
    }
    if let Some(place) = text("place") {
        out.extend([" (", place, ")"]);
    }
    out
}
