//! What a commune has elsewhere: the population register, the land registry, payments; and what of it concerns a case.
//!
//! The types are what the ports of the engine speak in; [`query`] tells what a request asks a register, or what is wrong with it. To
//! extend: a member of [`Person`] or [`Property`] is a member of the replies too.

pub mod land;
pub mod lookup;
pub mod population;
pub mod query;

use serde::{Deserialize, Serialize};

use crate::text::Language;

pub use land::{Holder, Parcel, Property, Registry};
pub use lookup::Lookup;
pub use population::{Certifiability, Person};

/// Which adapter stands behind each port of a tenant: `registers.yaml`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registers {
    /// The population register.
    #[serde(default)]
    pub population: Behind,
    /// The land registry.
    #[serde(default)]
    pub land: Behind,
    /// Payments.
    #[serde(default)]
    pub payments: Behind,
}

/// What stands behind a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behind {
    /// The adapter.
    #[serde(default)]
    pub adapter: Adapter,
}

/// The adapters that there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adapter {
    /// Nothing is connected: an operator looks and attaches the act, or records the payment.
    #[default]
    Manual,
    /// A synthetic population, and payments without money.
    Demo,
}

/// Which register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// The population register (anagrafe).
    Population,
    /// The land registry (catasto).
    Land,
}

impl Register {
    /// The id in configuration and API.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Population => "population",
            Self::Land => "land",
        }
    }

    /// Its name for people.
    pub const fn title(self, language: Language) -> &'static str {
        match self {
            Self::Population => language.pick("Anagrafe", "Population register"),
            Self::Land => language.pick("Catasto", "Land registry"),
        }
    }
}

/// What a register answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told<T> {
    /// Nothing is connected: somebody has to look.
    Manual,
    /// What the register has.
    Says(T),
}
