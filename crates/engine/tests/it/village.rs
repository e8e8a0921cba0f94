//! A population register whose people a test moves; empty it is not connected, shut it does not answer.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use serde_json::{Value, json};
use sportello_domain::{
    registers::{Adapter, Parcel, Person, Property, Told, query::Names},
    tenant::Tenant,
};
use sportello_engine::ports::{LandRegister, PaymentNode, PopulationRegister, PortProblem, Subject, ToPay};

#[derive(Default)]
pub(crate) struct Village {
    people: Mutex<Vec<Value>>,
    pub(crate) shut: AtomicBool,
    pub(crate) asked: AtomicUsize,
}

/// Mario as a register has him, with a daughter.
pub(crate) fn resident(street: &str) -> Value {
    json!({
        "tax_code": "RSSMRA80A01C573D", "given_name": "Mario", "family_name": "Rossi", "sex": "M",
        "birth": {"date": "1980-01-01", "place": "Cesena", "place_code": "C573"},
        "citizenship": "ITA", "marital_status": "single", "certifiability": "2",
        "residence": {"street": street, "number": "1", "postal_code": "47521", "city": "Cesena", "city_code": "C573", "province": "FC",
            "since": "2010-05-01"},
        "family": [{"tax_code": "RSSNNA12C54C573R", "given_name": "Anna", "family_name": "Rossi", "birth_date": "2012-03-14",
            "relationship": "child"}],
    })
}

impl Village {
    /// Lets the register have these people.
    pub(crate) fn has(&self, people: impl IntoIterator<Item = Value>) {
        *self.people.lock().unwrap() = people.into_iter().collect();
    }

    fn told(&self) -> Result<Told<Vec<Person>>, PortProblem> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.shut.load(Ordering::Relaxed) {
            return Err(PortProblem("shut".to_owned()));
        }
        let people = self.people.lock().unwrap();
        let made = people.iter().map(|person| serde_json::from_value(person.clone()).unwrap()).collect::<Vec<_>>();
        Ok(if made.is_empty() { Told::Manual } else { Told::Says(made) })
    }

    fn adapter(&self) -> Adapter {
        if self.people.lock().unwrap().is_empty() { Adapter::Manual } else { Adapter::Demo }
    }
}

#[async_trait]
impl PopulationRegister for Village {
    fn adapter(&self, _: &Tenant) -> Adapter {
        self.adapter()
    }

    async fn person(&self, _: &Tenant, tax_code: &str) -> Result<Told<Option<Person>>, PortProblem> {
        Ok(match self.told()? {
            Told::Manual => Told::Manual,
            Told::Says(people) => Told::Says(people.into_iter().find(|person| *person.tax_code == *tax_code)),
        })
    }

    async fn people(&self, _: &Tenant, _: &Names) -> Result<Told<Vec<Person>>, PortProblem> {
        self.told()
    }
}

#[async_trait]
impl LandRegister for Village {
    fn adapter(&self, _: &Tenant) -> Adapter {
        Adapter::Manual
    }

    async fn held_by(&self, _: &Tenant, _: &str) -> Result<Told<Vec<Property>>, PortProblem> {
        Ok(Told::Manual)
    }

    async fn holders(&self, _: &Tenant, _: &Names) -> Result<Told<Vec<Subject>>, PortProblem> {
        Ok(Told::Manual)
    }

    async fn properties(&self, _: &Tenant, _: &Parcel) -> Result<Told<Vec<Property>>, PortProblem> {
        Ok(Told::Manual)
    }
}

#[async_trait]
impl PaymentNode for Village {
    fn adapter(&self, _: &Tenant) -> Adapter {
        Adapter::Demo
    }

    async fn announce(&self, _: &Tenant, _: &ToPay) -> Result<Told<Option<Arc<str>>>, PortProblem> {
        Ok(Told::Says(None))
    }
}
