//! A population that does not exist, and what it holds: `data/demo-registers.json`.
//!
//! Families, homonyms, omocodes, people who cannot be certified, people born in communes that are gone. The codes are well made and
//! were given to nobody; streets and parcels are invented.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use sportello_domain::registers::{Parcel, Person, Property, query::Names};
use sportello_engine::ports::Subject;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    people: Vec<Person>,
    properties: Vec<Property>,
}

const DATA: &str = include_str!("../../data/demo-registers.json");

/// A test holds that the data can be read.
static WORLD: LazyLock<Data> = LazyLock::new(|| serde_json::from_str(DATA).unwrap_or_default());

pub(super) fn person(tax_code: &str) -> Option<Person> {
    WORLD.people.iter().find(|person| *person.tax_code == *tax_code).cloned()
}

pub(super) fn people(names: &Names) -> Vec<Person> {
    let fits = |person: &&Person| {
        names.fit(&person.given_name, &person.family_name, person.birth.date, Some(person.sex), &person.birth.place_code)
    };
    WORLD.people.iter().filter(fits).cloned().collect()
}

pub(super) fn held_by(tax_code: &str) -> Vec<Property> {
    let held = |property: &&Property| property.holders.iter().any(|holder| *holder.tax_code == *tax_code);
    WORLD.properties.iter().filter(held).cloned().collect()
}

pub(super) fn holders(names: &Names) -> Vec<Subject> {
    let all = WORLD.properties.iter().flat_map(|property| &property.holders);
    let fitting = all.filter(|holder| names.fit(&holder.given_name, &holder.family_name, holder.birth_date, None, &holder.birth_place));
    let each: BTreeMap<&str, Subject> = fitting
        .map(|holder| {
            let subject = Subject {
                tax_code: holder.tax_code.clone(),
                given_name: holder.given_name.clone(),
                family_name: holder.family_name.clone(),
                birth_date: holder.birth_date,
                birth_place: holder.birth_place.clone(),
            };
            (&*holder.tax_code, subject)
        })
        .collect();
    each.into_values().collect()
}

pub(super) fn properties(asked: &Parcel) -> Vec<Property> {
    let same = |property: &&Property| {
        let Parcel { registry, municipality, section, sheet, parcel, denominator, subaltern } = &property.parcel;
        (registry, municipality, section, sheet, parcel, denominator)
            == (&asked.registry, &asked.municipality, &asked.section, &asked.sheet, &asked.parcel, &asked.denominator)
            && (asked.subaltern.is_none() || *subaltern == asked.subaltern)
    };
    WORLD.properties.iter().filter(same).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use sportello_domain::identity::{PlaceCheck, TaxCode, places};
    use sportello_domain::registers::Certifiability;

    use super::*;

    fn data() -> Data {
        serde_json::from_str(DATA).unwrap()
    }

    #[test]
    fn every_code_is_valid_and_is_that_of_its_person() {
        let today = date(2026, 11, 1);
        let mut codes = BTreeSet::new();
        for person in data().people {
            let code = TaxCode::parse_at(&person.tax_code, today).unwrap_or_else(|problem| panic!("{}: {problem:?}", person.tax_code));
            assert!(codes.insert(person.tax_code.clone()), "{} stands twice", person.tax_code);
            assert!(code.matches_names(&person.given_name, &person.family_name), "{}", person.tax_code);
            assert!(code.is_born_on(person.birth.date), "{}", person.tax_code);
            assert_eq!((code.sex(), code.place_code()), (Some(person.sex), Some(&*person.birth.place_code)), "{}", person.tax_code);
            if let PlaceCheck::Known { name, .. } = places::check(&person.birth.place_code, person.birth.date) {
                assert_eq!(name, &*person.birth.place, "{}", person.tax_code);
            }
        }
        assert!(codes.len() >= 33, "{}", codes.len());
    }

    #[test]
    fn families_agree_with_each_other_and_holders_with_the_population() {
        let data = data();
        let find = |code: &str| data.people.iter().find(|person| *person.tax_code == *code);
        for person in &data.people {
            for member in &person.family {
                let other = find(&member.tax_code).unwrap();
                assert_eq!((&other.given_name, other.birth.date), (&member.given_name, member.birth_date));
                assert_eq!(other.residence.as_ref().map(|home| &home.street), person.residence.as_ref().map(|home| &home.street));
                assert!(other.family.iter().any(|back| back.tax_code == person.tax_code), "{}", person.tax_code);
            }
        }
        assert!(data.properties.len() >= 6);
        for holder in data.properties.iter().flat_map(|property| &property.holders) {
            let person = find(&holder.tax_code).unwrap();
            assert_eq!(
                (&person.given_name, &person.family_name, person.birth.date, &person.birth.place_code),
                (&holder.given_name, &holder.family_name, holder.birth_date, &holder.birth_place)
            );
        }
    }

    #[test]
    fn the_cases_that_are_hard_to_get_right_are_there() {
        let data = data();
        let of = |certifiability| data.people.iter().filter(move |person| person.certifiability == certifiability).count();
        for reason in [Certifiability::Nothing, Certifiability::Partial, Certifiability::NotRegistrable, Certifiability::Guardianship] {
            assert!(of(reason) > 0, "{reason:?}");
        }
        let born_in =
            |code: &str| data.people.iter().any(|person| *person.birth.place_code == *code && person.birth.date < date(2014, 1, 1));
        assert!(born_in("G755") && born_in("I550"));
        assert!(data.people.iter().any(|person| TaxCode::parse(&person.tax_code).unwrap().is_omocode()));
        assert!(data.people.iter().any(|person| person.died.is_some()) && data.people.iter().any(|person| person.residence.is_none()));
        for city in ["C573", "I304"] {
            let lives = |person: &&Person| person.residence.as_ref().is_some_and(|home| *home.city_code == *city);
            assert!(data.people.iter().filter(lives).count() > 10, "{city}");
        }
    }

    #[test]
    fn an_omocode_is_another_person() {
        let (one, other) = (person("RSSMRA80A01C573D").unwrap(), person("RSSMRA80A01C57PZ").unwrap());
        assert_ne!(one.residence, other.residence);
        assert_eq!(person("RSSMRA80A01C5TPR"), None);
        let names = Names {
            given_name: "mario".into(),
            family_name: "ROSSI".into(),
            birth_date: None,
            sex: None,
            birth_place: None,
            candidate: None,
        };
        assert_eq!((people(&names).len(), holders(&names).len()), (3, 3));
        let born = Names { birth_date: Some(date(1962, 7, 19)), ..names };
        assert_eq!(people(&born).len(), 1);
    }
}
