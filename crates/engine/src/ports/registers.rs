//! The registers that a commune has elsewhere. None of them is ever asked inside a transaction.

use async_trait::async_trait;
use jiff::civil::Date;
use sportello_domain::{
    registers::{Adapter, Parcel, Person, Property, Told, query::Names},
    tenant::Tenant,
};
use std::sync::Arc;

use super::PortProblem;

/// The population register (anagrafe; ANPR).
#[async_trait]
pub trait PopulationRegister: Send + Sync {
    /// What answers for a tenant.
    fn adapter(&self, tenant: &Tenant) -> Adapter;

    /// The person whose fiscal code this is, as it was given out; two people whose codes share a canonical form are two.
    async fn person(&self, tenant: &Tenant, tax_code: &str) -> Result<Told<Option<Person>>, PortProblem>;

    /// The people of these names.
    async fn people(&self, tenant: &Tenant, names: &Names) -> Result<Told<Vec<Person>>, PortProblem>;
}

/// The land registry (catasto).
#[async_trait]
pub trait LandRegister: Send + Sync {
    /// What answers for a tenant.
    fn adapter(&self, tenant: &Tenant) -> Adapter;

    /// What the person with this fiscal code holds.
    async fn held_by(&self, tenant: &Tenant, tax_code: &str) -> Result<Told<Vec<Property>>, PortProblem>;

    /// The holders of these names, each once.
    async fn holders(&self, tenant: &Tenant, names: &Names) -> Result<Told<Vec<Subject>>, PortProblem>;

    /// The properties of a parcel: one, or all of its units where no subaltern is given.
    async fn properties(&self, tenant: &Tenant, parcel: &Parcel) -> Result<Told<Vec<Property>>, PortProblem>;
}

/// Somebody whom a register knows, as short as homonyms need to be told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The fiscal code.
    pub tax_code: Arc<str>,
    /// Given name.
    pub given_name: Arc<str>,
    /// Family name.
    pub family_name: Arc<str>,
    /// The day of birth.
    pub birth_date: Date,
    /// The birthplace's code.
    pub birth_place: Arc<str>,
}

impl Subject {
    /// The little of a person that tells homonyms apart.
    pub fn of(person: &Person) -> Self {
        Self {
            tax_code: person.tax_code.clone(),
            given_name: person.given_name.clone(),
            family_name: person.family_name.clone(),
            birth_date: person.birth.date,
            birth_place: person.birth.place_code.clone(),
        }
    }
}
