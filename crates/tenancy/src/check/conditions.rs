//! Names in conditions and expressions: every answer, document, parameter and function that one names exists.

use std::collections::{BTreeMap, BTreeSet};

use sportello_domain::condition::{Expression, VARIABLES};
use sportello_domain::opinion::PENDING;
use sportello_domain::registers::{Register, lookup::members};

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
    /// Opinions that the service's workflow asks for.
    pub opinions: BTreeSet<String>,
    /// What the service asks the registers, by lookup.
    pub registers: BTreeMap<String, Register>,
    /// The answers to the transition that an act is drawn up for; none where there is no act.
    pub data: Option<BTreeSet<String>>,
}

/// What conditions see of the case itself.
const CASE: [&str; 4] = ["code", "register_number", "submitted_on", "channel"];

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
        let parameters = parameters.iter().map(|id| (*id).to_owned()).collect();
        Self { answers, documents, parameters, opinions: BTreeSet::new(), registers: lookups(service), data: None }
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
            "opinions" if name != PENDING && !self.opinions.contains(name) => {
                Some(absent(("il parere", "the opinion"), name, self.opinions.iter().map(String::as_str)))
            }
            "registers" => match self.registers.get(name) {
                None => Some(absent(("la ricerca", "the lookup"), name, self.registers.keys().map(String::as_str))),
                Some(register) => {
                    let member = path.get(2).filter(|member| !members(*register).contains(&member.as_str()))?;
                    Some(absent(("il dato del registro", "the register's"), member, members(*register).iter().copied()))
                }
            },
            "case" if !CASE.contains(&name.as_str()) => Some(absent(("il dato della pratica", "the case's"), name, CASE.into_iter())),
            "data" => {
                let data = self.data.as_ref().filter(|data| !data.contains(name))?;
                Some(absent(("il dato del passaggio", "the transition's answer"), name, data.iter().map(String::as_str)))
            }
            _ => None,
        }
    }

    /// Whether a variable has a meaning here.
    fn knows(&self, variable: &str) -> bool {
        VARIABLES.contains(&variable) && (variable != "data" || self.data.is_some())
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

/// The lookups of a service and of the sections of its form.
fn lookups(service: &Node) -> BTreeMap<String, Register> {
    let sections = service.at(["form", "sections"]).into_iter().flat_map(Node::entries).map(|(_, entry)| &entry.node);
    let all = std::iter::once(service).chain(sections).flat_map(|of| of.get("lookups").into_iter().flat_map(Node::entries));
    let register = |node: &Node| if node.text("register") == Some(Register::Land.id()) { Register::Land } else { Register::Population };
    all.map(|(id, entry)| (id.to_owned(), register(&entry.node))).collect()
}

fn absent<'w>(kind: (&str, &str), name: &str, existing: impl Iterator<Item = &'w str>) -> Words {
    let last = name.rsplit('.').next().unwrap_or(name);
    let near = closest(last, existing);
    let hint =
        |it: bool| near.map(|near| if it { format!(" (forse '{near}')") } else { format!(" (perhaps '{near}')") }).unwrap_or_default();
    Words::new(format!("{} '{name}' non esiste{}", kind.0, hint(true)), format!("{} '{name}' does not exist{}", kind.1, hint(false)))
}

/// Checks one condition or expression.
pub(super) fn expression(node: &Node, path: &str, names: &Names, problems: &mut Problems) {
    let Some(text) = node.plain() else { return };
    // What does not parse was reported when the file was read.
    let Ok(parsed) = Expression::parse(text) else { return };
    let mut details: Vec<Words> = parsed.paths().iter().filter_map(|named| names.problem(named)).collect();
    if details.is_empty() {
        // After a hyphen that was meant as part of a name, what follows it looks like a variable: said once is enough.
        let strange = parsed.variables().into_iter().filter(|variable| !names.knows(variable));
        details.extend(strange.map(|variable| absent(("la variabile", "the variable"), &variable, VARIABLES.into_iter())));
    }
    let functions = parsed.unknown_functions();
    details.extend(functions.iter().map(|name| absent(("la funzione", "the function"), name, Expression::FUNCTIONS.into_iter())));
    for detail in details {
        problems.push(Message::BadCondition { path: path.into(), detail }, &node.span, path);
    }
}

/// The place that a rule speaks at, `answers.section.field` or `documents.kind`, exists.
pub(super) fn place(node: &Node, path: &str, names: &Names, problems: &mut Problems) {
    let Some(text) = node.plain() else { return };
    let parts: Vec<String> = text.split('.').map(str::to_owned).collect();
    let whole = matches!((parts[0].as_str(), parts.len()), ("answers", 2 | 3) | ("documents", 2));
    let detail = if whole {
        names.problem(&parts)
    } else {
        Some(Words::new("si scrive answers.sezione.campo oppure documents.tipo", "it is written answers.section.field or documents.kind"))
    };
    if let Some(detail) = detail {
        problems.push(Message::BadPlace { path: path.into(), detail }, &node.span, path);
    }
}
