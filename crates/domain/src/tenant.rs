//! A tenant as its configuration resolved it: the snapshot under which a request runs.
//!
//! It is made whole by `tenancy`, never changed, and swapped whole on reload, so one reply never shows two versions.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    calendar::CalendarRules,
    definition::Definition,
    ids::TenantId,
    registers::Registers,
    service::{Key, Service},
    sourced::Sourced,
    text::{Language, Text},
    workflow::Workflow,
};

/// The snapshot of one tenant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// Its id, written once.
    pub id: TenantId,
    /// Its name in paths.
    pub slug: Key,
    /// Earlier slugs, which still answer.
    #[serde(default)]
    pub aliases: BTreeMap<Key, bool>,
    /// Three to five letters that begin its case codes.
    pub code: Arc<str>,
    /// Municipality or union.
    pub kind: TenantKind,
    /// Its name.
    pub name: Text,
    /// The union that it belongs to.
    #[serde(default)]
    pub union: Option<Key>,
    /// IPA, Belfiore and ISTAT codes.
    #[serde(default)]
    pub codes: BTreeMap<Key, Sourced<Arc<str>>>,
    /// The domains of its own portals (CORS, Host).
    #[serde(default)]
    pub domains: BTreeMap<Arc<str>, bool>,
    /// The languages that it serves.
    pub languages: BTreeMap<Language, bool>,
    /// `email`, `certified_email`, `phone`.
    #[serde(default)]
    pub contacts: BTreeMap<Key, Sourced<Arc<str>>>,
    /// `privacy`, `accessibility`, `terms`: addresses of pages.
    #[serde(default)]
    pub legal: BTreeMap<Key, Arc<str>>,
    /// The tenant whose catalogue it takes.
    #[serde(default)]
    pub inherits: Option<Key>,
    /// The release in force, such as `2026.1`.
    #[serde(default)]
    pub release: Option<Arc<str>>,
    /// Colours, logo, typeface.
    #[serde(default)]
    pub branding: Branding,
    /// Its offices.
    #[serde(default)]
    pub offices: IndexMap<Key, Office>,
    /// Its desks.
    #[serde(default)]
    pub locations: IndexMap<Key, Location>,
    /// Patron saint and closures.
    #[serde(default)]
    pub calendar: CalendarRules,
    /// The values of its parameters, as JSON.
    #[serde(default)]
    pub parameters: IndexMap<Key, Sourced<Value>>,
    /// Who vouches for people.
    #[serde(default)]
    pub issuers: BTreeMap<Key, Issuer>,
    /// What stands behind the population register, the land registry and payments.
    #[serde(default)]
    pub registers: Registers,
    /// Texts of messages, by template id.
    #[serde(default)]
    pub templates: IndexMap<Key, Template>,
    /// The services that are active here, by id, in the order in which the tenant lists them.
    #[serde(default)]
    pub services: IndexMap<Key, Arc<ActiveService>>,
    /// SHA-256 of everything it was resolved from.
    pub hash: Arc<str>,
}

impl Tenant {
    /// The office that a role is bound to.
    pub fn office_for(&self, role: &str) -> Option<(&Key, &Office)> {
        self.offices.iter().find(|(_, office)| office.role.as_deref() == Some(role))
    }

    /// An active service.
    pub fn service(&self, id: &str) -> Option<&Arc<ActiveService>> {
        self.services.get(id)
    }

    /// The parameters as conditions see them: id → value.
    pub fn parameter_values(&self) -> Value {
        self.parameters.iter().map(|(id, parameter)| (id.to_string(), parameter.value.clone())).collect::<serde_json::Map<_, _>>().into()
    }
}

/// A service that is active at the tenant, with the workflow that it follows and what a submission freezes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActiveService {
    /// The sheet and the rest.
    pub service: Service,
    /// The workflow that it names.
    pub workflow: Workflow,
    /// What a submission pins.
    pub definition: Arc<Definition>,
    /// SHA-256 of the definition's canonical JSON, in hexadecimal.
    pub definition_hash: Arc<str>,
}

/// Municipality or union.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantKind {
    /// A municipality (comune).
    Municipality,
    /// A union of municipalities (unione).
    Union,
}

/// How a tenant looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branding {
    /// `primary`, `primary_text`, `accent`, `background`, `text` → `#RRGGBB`.
    #[serde(default)]
    pub colors: BTreeMap<Key, Arc<str>>,
    /// The logo.
    #[serde(default)]
    pub logo: Option<Logo>,
    /// The typeface.
    #[serde(default)]
    pub typeface: Option<Arc<str>>,
    /// Short texts of the portal, such as a motto.
    #[serde(default)]
    pub texts: BTreeMap<Key, Text>,
}

/// A logo: its bytes travel with the snapshot, so that no file is needed when it is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logo {
    /// The file's name in the tenant's folder.
    pub file: Arc<str>,
    /// What it shows.
    pub alt: Text,
    /// The SVG itself.
    #[serde(default)]
    pub svg: Arc<str>,
}

/// An office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Its name.
    pub name: Text,
    /// The role of the catalogue that it fills.
    #[serde(default)]
    pub role: Option<Key>,
    /// The office above it.
    #[serde(default)]
    pub parent: Option<Key>,
    /// E-mail.
    #[serde(default)]
    pub email: Option<Arc<str>>,
    /// Certified e-mail.
    #[serde(default)]
    pub certified_email: Option<Arc<str>>,
    /// Telephone.
    #[serde(default)]
    pub phone: Option<Arc<str>>,
    /// Who heads it.
    #[serde(default)]
    pub head: Option<Arc<str>>,
    /// Where it is.
    #[serde(default)]
    pub location: Option<Key>,
}

/// A desk that people visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Its name.
    pub name: Text,
    /// Where it is.
    #[serde(default)]
    pub address: Option<Address>,
    /// Opening hours by season, in the order in which they are asked; the first that covers a day counts.
    #[serde(default)]
    pub hours: IndexMap<Key, Sourced<Season>>,
    /// Rooms.
    #[serde(default)]
    pub areas: IndexMap<Key, Value>,
    /// Counters.
    #[serde(default)]
    pub counters: IndexMap<Key, Value>,
}

/// A postal address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub street: Arc<str>,
    /// Town.
    pub city: Arc<str>,
    /// Five digits, leading zeros kept.
    #[serde(default)]
    pub postal_code: Option<Arc<str>>,
}

/// Opening hours in a part of the year; without `from` and `to` all year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// First day, `MM-DD`.
    #[serde(default)]
    pub from: Option<Arc<str>>,
    /// Last day, `MM-DD`.
    #[serde(default)]
    pub to: Option<Arc<str>>,
    /// Weekday (`mon` … `sun`) → opening → closing, `HH:MM`.
    pub week: IndexMap<Key, IndexMap<Key, Arc<str>>>,
}

/// Who vouches for people at a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The `iss` claim.
    pub issuer: Arc<str>,
    /// The `aud` claim.
    pub audience: Arc<str>,
    /// Where its keys are.
    pub jwks: Jwks,
    /// The algorithms that are accepted, such as `ES256`.
    pub algorithms: BTreeMap<Key, bool>,
    /// Whom it vouches for.
    pub people: People,
    /// Our name of a claim → the token's.
    #[serde(default)]
    pub claims: BTreeMap<Key, Arc<str>>,
}

/// Where an issuer's keys are: an address or a file, one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jwks {
    /// An address.
    #[serde(default)]
    pub url: Option<Arc<str>>,
    /// A file in the tenant's folder.
    #[serde(default)]
    pub file: Option<Arc<str>>,
    /// The content of that file, read with the configuration.
    #[serde(default)]
    pub keys: Option<Value>,
}

/// Whom an issuer vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum People {
    /// Citizens, known by their fiscal code.
    Citizens,
    /// The body's own staff.
    Staff,
}

/// A message's text with `{{placeholders}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The subject line.
    pub subject: Text,
    /// The body.
    pub body: Text,
}
