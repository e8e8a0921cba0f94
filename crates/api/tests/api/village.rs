//! A register of three people and one house; at beta nothing is connected.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use sportello_domain::{
    registers::{Adapter, Parcel, Person, Property, Told, query::Names},
    tenant::Tenant,
};
use sportello_engine::ports::{LandRegister, PaymentNode, PopulationRegister, PortProblem, Subject, ToPay};

pub(crate) struct Village;

fn person(code: &str, given: &str, family: &str, born: &str, place: &str, certifiability: &str) -> Person {
    let residence: Value = json!({"street": "Via Roma", "number": "1", "postal_code": "47521", "city": "Cesena", "city_code": "C573",
        "province": "FC", "since": "2010-05-01"});
    serde_json::from_value(json!({
        "tax_code": code, "given_name": given, "family_name": family, "sex": "M", "birth": {"date": born, "place": place, "place_code": "C573"},
        "citizenship": "ITA", "marital_status": "single", "certifiability": certifiability, "residence": residence,
        "family": [{"tax_code": "RSSNNA12C54C573R", "given_name": "Anna", "family_name": family, "birth_date": "2012-03-14",
            "relationship": "child"}],
    }))
    .unwrap()
}

fn people() -> Vec<Person> {
    vec![
        person("RSSMRA80A01C573D", "Mario", "Rossi", "1980-01-01", "Cesena", "2"),
        person("RSSMRA80A01C57PZ", "Mario", "Rossi", "1980-01-01", "Cesena", "0"),
        person("BNCLRA85B41C573Q", "Lara", "Bianchi", "1985-02-01", "Cesena", "2"),
    ]
}

fn house() -> Property {
    let holder = |code: &str, given: &str, family: &str| {
        json!({"tax_code": code, "given_name": given, "family_name": family, "birth_date": "1980-01-01", "birth_place": "C573",
            "right": "ownership", "share": "1/2"})
    };
    serde_json::from_value(json!({
        "parcel": {"registry": "buildings", "municipality": "C573", "sheet": "126", "parcel": "345", "subaltern": "7"},
        "address": "Via Roma 1", "category": "A/2", "income": "542.28",
        "holders": [holder("RSSMRA80A01C573D", "Mario", "Rossi"), holder("RSSMRA80A01C57PZ", "Mario", "Rossi")],
    }))
    .unwrap()
}

fn told<T>(tenant: &Tenant, answer: T) -> Told<T> {
    if &*tenant.slug == "alfa" { Told::Says(answer) } else { Told::Manual }
}

#[async_trait]
impl PopulationRegister for Village {
    fn adapter(&self, _: &Tenant) -> Adapter {
        Adapter::Demo
    }

    async fn person(&self, tenant: &Tenant, tax_code: &str) -> Result<Told<Option<Person>>, PortProblem> {
        Ok(told(tenant, people().into_iter().find(|person| *person.tax_code == *tax_code)))
    }

    async fn people(&self, tenant: &Tenant, names: &Names) -> Result<Told<Vec<Person>>, PortProblem> {
        let fits = |person: &Person| names.fit(&person.given_name, &person.family_name, person.birth.date, Some(person.sex), "C573");
        Ok(told(tenant, people().into_iter().filter(fits).collect()))
    }
}

#[async_trait]
impl LandRegister for Village {
    fn adapter(&self, _: &Tenant) -> Adapter {
        Adapter::Demo
    }

    async fn held_by(&self, tenant: &Tenant, tax_code: &str) -> Result<Told<Vec<Property>>, PortProblem> {
        let holds = house().holders.iter().any(|holder| *holder.tax_code == *tax_code);
        Ok(told(tenant, holds.then(house).into_iter().collect()))
    }

    async fn holders(&self, tenant: &Tenant, names: &Names) -> Result<Told<Vec<Subject>>, PortProblem> {
        let known = people().into_iter().take(2).map(|person| Subject::of(&person));
        let fits = |one: &Subject| names.fit(&one.given_name, &one.family_name, one.birth_date, None, &one.birth_place);
        Ok(told(tenant, known.filter(fits).collect()))
    }

    async fn properties(&self, tenant: &Tenant, parcel: &Parcel) -> Result<Told<Vec<Property>>, PortProblem> {
        Ok(told(tenant, (house().parcel == *parcel).then(house).into_iter().collect()))
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
