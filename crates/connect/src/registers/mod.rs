//! The registers of a commune and its payments: `manual` knows nothing and says so, `demo` answers from a synthetic population and is
//! paid without money.
//!
//! To extend: a module here for another system, its name in `registers.yaml` (`sportello_tenancy::shape`) and its line in
//! [`Connections`].

mod demo;

use std::sync::Arc;

use async_trait::async_trait;
use sportello_domain::{
    registers::{Adapter, Parcel, Person, Property, Told, query::Names},
    tenant::Tenant,
};
use sportello_engine::ports::{LandRegister, PaymentNode, PopulationRegister, PortProblem, Subject, ToPay};

/// Where the `demo` adapters may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demonstration {
    /// For every tenant, whatever its files say: the demonstration itself.
    Everywhere,
    /// For those that ask for it: a trial on one's own machine.
    WhereAsked,
    /// For none: a tenant that asks for it has `manual`.
    Nowhere,
}

/// The registers of all tenants, each through its own adapter.
#[derive(Clone, Copy, Debug)]
pub struct Connections(pub Demonstration);

impl Connections {
    const fn effective(self, asked: Adapter) -> Adapter {
        match (self.0, asked) {
            (Demonstration::Everywhere, _) | (Demonstration::WhereAsked, Adapter::Demo) => Adapter::Demo,
            (Demonstration::WhereAsked | Demonstration::Nowhere, _) => Adapter::Manual,
        }
    }
}

#[async_trait]
impl PopulationRegister for Connections {
    fn adapter(&self, tenant: &Tenant) -> Adapter {
        self.effective(tenant.registers.population.adapter)
    }

    async fn person(&self, tenant: &Tenant, tax_code: &str) -> Result<Told<Option<Person>>, PortProblem> {
        Ok(match PopulationRegister::adapter(self, tenant) {
            Adapter::Manual => Told::Manual,
            Adapter::Demo => Told::Says(demo::person(tax_code)),
        })
    }

    async fn people(&self, tenant: &Tenant, names: &Names) -> Result<Told<Vec<Person>>, PortProblem> {
        Ok(match PopulationRegister::adapter(self, tenant) {
            Adapter::Manual => Told::Manual,
            Adapter::Demo => Told::Says(demo::people(names)),
        })
    }
}

#[async_trait]
impl LandRegister for Connections {
    fn adapter(&self, tenant: &Tenant) -> Adapter {
        self.effective(tenant.registers.land.adapter)
    }

    async fn held_by(&self, tenant: &Tenant, tax_code: &str) -> Result<Told<Vec<Property>>, PortProblem> {
        Ok(match LandRegister::adapter(self, tenant) {
            Adapter::Manual => Told::Manual,
            Adapter::Demo => Told::Says(demo::held_by(tax_code)),
        })
    }

    async fn holders(&self, tenant: &Tenant, names: &Names) -> Result<Told<Vec<Subject>>, PortProblem> {
        Ok(match LandRegister::adapter(self, tenant) {
            Adapter::Manual => Told::Manual,
            Adapter::Demo => Told::Says(demo::holders(names)),
        })
    }

    async fn properties(&self, tenant: &Tenant, parcel: &Parcel) -> Result<Told<Vec<Property>>, PortProblem> {
        Ok(match LandRegister::adapter(self, tenant) {
            Adapter::Manual => Told::Manual,
            Adapter::Demo => Told::Says(demo::properties(parcel)),
        })
    }
}

#[async_trait]
impl PaymentNode for Connections {
    fn adapter(&self, tenant: &Tenant) -> Adapter {
        self.effective(tenant.registers.payments.adapter)
    }

    async fn announce(&self, tenant: &Tenant, _: &ToPay) -> Result<Told<Option<Arc<str>>>, PortProblem> {
        Ok(match PaymentNode::adapter(self, tenant) {
            Adapter::Manual => Told::Manual,
            Adapter::Demo => Told::Says(None),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_people_answer_only_where_they_may() {
        let asked = |demonstration| [Adapter::Manual, Adapter::Demo].map(|asked| Connections(demonstration).effective(asked));
        assert_eq!(asked(Demonstration::Everywhere), [Adapter::Demo, Adapter::Demo]);
        assert_eq!(asked(Demonstration::WhereAsked), [Adapter::Manual, Adapter::Demo]);
        assert_eq!(asked(Demonstration::Nowhere), [Adapter::Manual, Adapter::Manual]);
    }
}
