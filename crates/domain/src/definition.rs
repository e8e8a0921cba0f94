//! What a submission freezes: the part of a service under which a case runs to its end, whatever the configuration becomes.
//!
//! It is kept as canonical JSON (RFC 8785) and known by its SHA-256, so equal definitions are stored once and a changed one can
//! never stand in for the one that was promised. Offices, hours and branding are not in it: they are read live.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    act::Act,
    fees::Fee,
    form::Form,
    registers::Lookup,
    service::{Check, Delegates, DocumentRequirement, Integration, Key, Limit, Service, Silence, Suspension},
    sourced::Sourced,
    text::Text,
    workflow::Workflow,
};

/// The format that this program writes; every format ever written stays readable.
pub const FORMAT: u16 = 1;

/// The frozen part of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// The service's id.
    pub service: Key,
    /// Its version in the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<std::sync::Arc<str>>,
    /// Its title when the case was submitted.
    pub title: Text,
    /// The conditions of service that were agreed to.
    pub conditions: Text,
    /// The role of the office.
    pub office: Key,
    /// The SPID level that was asked.
    pub assurance_level: u8,
    /// Days to conclude.
    pub term_days: Sourced<u16>,
    /// What silence means.
    pub silence: Silence,
    /// How the term may be suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
    /// What a request for integration does to the term.
    pub integration: Integration,
    /// What is to be paid.
    #[serde(with = "crate::ordered")]
    pub fees: IndexMap<Key, Fee>,
    /// What is to be attached.
    #[serde(with = "crate::ordered")]
    pub documents: IndexMap<Key, DocumentRequirement>,
    /// What is asked.
    pub form: Form,
    /// How often it may be asked.
    #[serde(with = "crate::ordered")]
    pub limits: IndexMap<Key, Limit>,
    /// Rules of its own.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub checks: IndexMap<Key, Check>,
    /// What is asked of the registers.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub lookups: IndexMap<Key, Lookup>,
    /// How somebody acts for another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegates: Option<Delegates>,
    /// The workflow.
    pub workflow: Workflow,
    /// The acts that the workflow draws up.
    #[serde(with = "crate::ordered", default, skip_serializing_if = "IndexMap::is_empty")]
    pub acts: IndexMap<Key, Act>,
    /// The parameters that it resolved to.
    pub parameters: BTreeMap<Key, Value>,
    /// The retention rule's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Key>,
}

/// Why a definition cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionProblem {
    /// It is no JSON of the format.
    #[error("the definition cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// It was written by a newer program.
    #[error("the definition has format {0}, this program knows {FORMAT}")]
    Newer(u16),
}

impl Definition {
    /// The frozen part of a service with its workflow, of all acts those that the workflow draws up, and the tenant's parameters.
    pub fn of(service: &Service, workflow: &Workflow, acts: &IndexMap<Key, Act>, parameters: &IndexMap<Key, Sourced<Value>>) -> Self {
        let drawn = |act: &Key| workflow.transitions.values().any(|transition| transition.draws_up.as_ref() == Some(act));
        Self {
            service: service.id.clone(),
            version: service.version.clone(),
            title: service.title.clone(),
            conditions: service.conditions.clone(),
            office: service.office.clone(),
            assurance_level: service.assurance_level,
            term_days: service.term_days.clone(),
            silence: service.silence,
            suspension: service.suspension,
            integration: service.integration,
            fees: service.fees.clone(),
            documents: service.documents.clone(),
            form: service.form.clone(),
            limits: service.limits.clone(),
            checks: service.checks.clone(),
            lookups: service.lookups.clone(),
            delegates: service.delegates.clone(),
            workflow: workflow.clone(),
            acts: acts.iter().filter(|(id, _)| drawn(id)).map(|(id, act)| (id.clone(), act.clone())).collect(),
            parameters: parameters.iter().map(|(id, parameter)| (id.clone(), parameter.value.clone())).collect(),
            retention: service.retention.clone(),
        }
    }

    /// What is asked of the registers: by the service itself and by the sections of its form.
    pub fn lookups(&self) -> impl Iterator<Item = (&Key, &Lookup)> {
        self.lookups.iter().chain(self.form.sections.values().flat_map(|section| &section.lookups))
    }

    /// The canonical JSON.
    pub fn canonical(&self) -> Result<String, DefinitionProblem> {
        Ok(serde_json_canonicalizer::to_string(self)?)
    }

    /// The canonical JSON and its SHA-256 in hexadecimal.
    pub fn freeze(&self) -> Result<(String, String), DefinitionProblem> {
        let json = self.canonical()?;
        let hash = hex::encode(Sha256::digest(json.as_bytes()));
        Ok((json, hash))
    }

    /// Reads what was stored under a format.
    pub fn read(format: u16, json: &str) -> Result<Self, DefinitionProblem> {
        match format {
            FORMAT => Ok(serde_json::from_str(json)?),
            newer => Err(DefinitionProblem::Newer(newer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{form::Section, service::Category, text::Text};

    fn definition() -> Definition {
        let text = || Text::new("testo", "text");
        let section = |title: &str| Section {
            title: Text::new(title, title),
            help: None,
            when: None,
            fields: IndexMap::new(),
            checks: IndexMap::new(),
            lookups: IndexMap::new(),
        };
        Definition {
            service: "loc-bees".into(),
            version: None,
            title: text(),
            conditions: text(),
            office: Category::Environment.id().into(),
            assurance_level: 2,
            term_days: Sourced::bare(30),
            silence: Silence::None,
            suspension: None,
            integration: Integration::Suspends,
            fees: IndexMap::new(),
            documents: IndexMap::new(),
            form: Form { sections: [("zeta".into(), section("z")), ("alpha".into(), section("a"))].into_iter().collect() },
            limits: IndexMap::new(),
            checks: IndexMap::new(),
            lookups: IndexMap::new(),
            delegates: None,
            workflow: Workflow {
                id: "simple".into(),
                start: "submitted".into(),
                states: IndexMap::new(),
                transitions: IndexMap::new(),
                on_due: None,
                points: IndexMap::new(),
            },
            acts: IndexMap::new(),
            parameters: BTreeMap::new(),
            retention: None,
        }
    }

    #[test]
    fn canonical_json_keeps_the_order_of_sections() {
        let written = definition().canonical().unwrap();
        let read = Definition::read(FORMAT, &written).unwrap();
        assert_eq!(read, definition());
        assert_eq!(read.form.sections.keys().map(AsRef::as_ref).collect::<Vec<_>>(), ["zeta", "alpha"]);
        assert_eq!(read.freeze().unwrap(), definition().freeze().unwrap());
    }

    #[test]
    fn a_newer_format_is_refused_by_its_number() {
        let problem = Definition::read(2, "{}").unwrap_err();
        assert_eq!(problem.to_string(), "the definition has format 2, this program knows 1");
    }
}
