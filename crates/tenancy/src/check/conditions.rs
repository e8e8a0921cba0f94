//! Names in conditions: every answer, document and parameter that a condition asks about exists.

use std::collections::BTreeSet;

use sportello_domain::condition::{Condition, VARIABLES};

use crate::problem::{Message, Problems, Words};
use crate::shape::closest;
use crate::yaml::Node;

/// What conditions of a service may name.
pub(super) struct Names {
    /// `section` and `section.field` of the form.
    pub answers: BTreeSet<Vec<String>>,
    /// Documents of the service.
    pub documents: BTreeSet<String>,
    /// Parameters of the catalogue.
    pub parameters: BTreeSet<String>,
}

impl Names {
    /// The names of a service and of the parameters beside it.
    pub(super) fn of(service: &Node, parameters: &[&str]) -> Self {
        let mut answers = BTreeSet::new();
        for (section, entry) in service.at(["form", "sections"]).into_iter().flat_map(Node::entries) {
            answers.insert(vec![section.to_owned()]);
            for (field, _) in entry.node.get("fields").into_iter().flat_map(Node::entries) {
                answers.insert(vec![section.to_owned(), field.to_owned()]);
            }
        }
        let documents = service.get("documents").into_iter().flat_map(Node::entries).map(|(id, _)| id.to_owned()).collect();
        Self { answers, documents, parameters: parameters.iter().map(|id| (*id).to_owned()).collect() }
    }

    fn problem(&self, path: &[String]) -> Option<Words> {
        let name = path.get(1)?;
        match path[0].as_str() {
            "answers" => self.answer(&path[1..]),
            "documents" if !self.documents.contains(name) => {
                Some(absent(("il documento", "the document"), name, self.documents.iter().map(String::as_str)))
            }
            "parameters" if !self.parameters.contains(name) => {
                Some(absent(("il parametro", "the parameter"), name, self.parameters.iter().map(String::as_str)))
            }
            _ => None,
        }
    }

    fn answer(&self, path: &[String]) -> Option<Words> {
        let section = &path[..1];
        if !self.answers.contains(section) {
            let sections = self.answers.iter().filter(|name| name.len() == 1).map(|name| name[0].as_str());
            return Some(absent(("la sezione", "the section"), &path[0], sections));
        }
        let field = path.get(1)?;
        if self.answers.contains(&path[..2]) {
            return None;
        }
        let fields: Vec<&str> =
            self.answers.iter().filter(|name| name.len() == 2 && name[0] == path[0]).map(|name| name[1].as_str()).collect();
        let start = format!("{field}-");
        if let Some(hyphenated) = fields.iter().find(|name| name.starts_with(&start)) {
            let right = format!("answers.{}[\"{hyphenated}\"]", path[0]);
            return Some(Words::new(
                format!("il trattino qui è una sottrazione: scrivi {right}"),
                format!("the hyphen is a subtraction here: write {right}"),
            ));
        }
        Some(absent(("il campo", "the field"), &format!("{}.{field}", path[0]), fields.iter().copied()))
    }
}

fn absent<'w>(kind: (&str, &str), name: &str, existing: impl Iterator<Item = &'w str>) -> Words {
    let last = name.rsplit('.').next().unwrap_or(name);
    let near = closest(last, existing);
    let hint =
        |it: bool| near.map(|near| if it { format!(" (forse '{near}')") } else { format!(" (perhaps '{near}')") }).unwrap_or_default();
    Words::new(format!("{} '{name}' non esiste{}", kind.0, hint(true)), format!("{} '{name}' does not exist{}", kind.1, hint(false)))
}

/// Checks one condition.
pub(super) fn condition(node: &Node, path: &str, names: &Names, problems: &mut Problems) {
    let Some(text) = node.plain() else { return };
    // What does not parse was reported when the file was read.
    let Ok(parsed) = Condition::parse(text) else { return };
    let mut details: Vec<Words> = named_paths(text).iter().filter_map(|named| names.problem(named)).collect();
    if details.is_empty() {
        // After a hyphen that was meant as part of a name, what follows it looks like a variable: said once is enough.
        let strange = parsed.variables().into_iter().filter(|variable| !VARIABLES.contains(&variable.as_str()));
        details.extend(strange.map(|variable| absent(("la variabile", "the variable"), &variable, VARIABLES.into_iter())));
    }
    for detail in details {
        problems.push(Message::BadCondition { path: path.into(), detail }, &node.span, path);
    }
}

/// Every `answers.section.field`, `documents.kind` and `parameters.id` of an expression, also where written with brackets.
fn named_paths(text: &str) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    let mut previous = ' ';
    while let Some(c) = rest.chars().next() {
        if c == '"' || c == '\'' {
            rest = after_string(rest, c);
            previous = c;
        } else if is_word(c) && !is_word(previous) && previous != '.' {
            let (path, behind) = path(rest);
            if path.len() > 1 && matches!(path[0].as_str(), "answers" | "documents" | "parameters") {
                found.insert(path);
            }
            previous = 'x';
            rest = behind;
        } else {
            previous = c;
            rest = &rest[c.len_utf8()..];
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn after_string(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return &text[at + 1..];
        }
        escaped = c == '\\' && !escaped;
    }
    ""
}

fn path(text: &str) -> (Vec<String>, &str) {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        parts.push(rest[..end].to_owned());
        rest = &rest[end..];
        while let Some((key, behind)) = bracket(rest) {
            parts.push(key.to_owned());
            rest = behind;
        }
        match rest.strip_prefix('.') {
            Some(behind) if behind.starts_with(is_word) => rest = behind,
            _ => break,
        }
    }
    // A name before a parenthesis is a function: `answers.note.size()`.
    if rest.starts_with('(') {
        parts.pop();
    }
    (parts, rest)
}

fn bracket(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let quote = inner.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    let (key, behind) = inner[1..].split_once(quote)?;
    Some((key, behind.strip_prefix(']')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        named_paths(text).into_iter().map(|path| path.join("/")).collect()
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        assert_eq!(paths("answers.a.b == 'answers.x.y' && answers.c[\"d-e\"] > 0"), ["answers/a/b", "answers/c/d-e"]);
        assert_eq!(paths("has(answers.a.b) || documents[\"licence-copy\"] > 0"), ["answers/a/b", "documents/licence-copy"]);
        assert_eq!(paths("answers.a.note.size() > 3 && size(parameters.zone) > 0"), ["answers/a/note", "parameters/zone"]);
        assert_eq!(paths("today > '2026-01-01'"), Vec::<String>::new());
    }
}
