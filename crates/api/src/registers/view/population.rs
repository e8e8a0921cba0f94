//! A person, as the population register knows them.

use serde::Serialize;
use sportello_domain::{
    identity::code_lists::CodeList,
    registers::{
        Person,
        population::{Member, Residence, letter},
    },
    text::Language,
};
use sportello_engine::registers::{Found, Looked};
use utoipa::ToSchema;

use super::{CandidateView, candidates, message};
use crate::{http::place::Place, views::instant};

/// What the population register answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PopulationAnswer)]
pub(crate) struct PopulationAnswerView {
    /// `found`, `several` (choose a candidate), `nothing` (no match), or `manual`: nothing is connected, an operator looks.
    #[schema(max_length = 8, pattern = "^(found|several|nothing|manual)$", example = "found")]
    result: &'static str,
    /// The same for people.
    #[schema(max_length = 300, example = "Trovata una corrispondenza.")]
    message: &'static str,
    /// When the register answered.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    as_of: String,
    /// The person; null unless one was found.
    #[schema(required)]
    person: Option<PersonRecordView>,
    /// Homonyms to choose from.
    #[schema(max_items = 1000)]
    candidates: Vec<CandidateView>,
}

/// A person as the population register has one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonRecord)]
pub(crate) struct PersonRecordView {
    /// The fiscal code as it was given out.
    #[schema(max_length = 16, example = "RSSMRA80A01C573D")]
    tax_code: String,
    /// Given name.
    #[schema(max_length = 100, example = "Mario")]
    given_name: String,
    /// Family name.
    #[schema(max_length = 100, example = "Rossi")]
    family_name: String,
    /// `F` or `M`.
    #[schema(max_length = 1, pattern = "^[FM]$", example = "M")]
    sex: &'static str,
    /// The day of birth.
    #[schema(format = Date, max_length = 10, example = "1980-01-01")]
    birth_date: String,
    /// The commune or state of birth, by its name of that day.
    #[schema(max_length = 100, example = "Cesena")]
    birth_place: String,
    /// Its code.
    #[schema(max_length = 4, example = "C573")]
    birth_place_code: String,
    /// The day of death; null for the living.
    #[schema(required, format = Date, max_length = 10, example = "2025-02-11")]
    died: Option<String>,
    /// ISO 3166-1 alpha-3.
    #[schema(max_length = 3, pattern = "^[A-Z]{3}$", example = "ITA")]
    citizenship: String,
    /// `single`, `married`, `separated`, `divorced`, `widowed`, `civil_union`.
    #[schema(max_length = 16, example = "married")]
    marital_status: &'static str,
    /// Whether everything can be certified.
    #[schema(example = true)]
    certifiable: bool,
    /// How much can be, by ANPR's list.
    certifiability: CertifiabilityView,
    /// Where the person lives; null for who is not registered here.
    #[schema(required)]
    residence: Option<ResidenceView>,
    /// The others of the registered family.
    #[schema(max_items = 100)]
    family: Vec<MemberView>,
}

/// How much can be certified of a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Certifiability)]
pub(crate) struct CertifiabilityView {
    /// The code in ANPR's list, 0 to 4.
    #[schema(max_length = 1, pattern = "^[0-4]$", example = "2")]
    code: &'static str,
    /// Its label.
    #[schema(max_length = 200, example = "Certificabilità completa")]
    title: String,
}

/// A registered address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegisteredAddress)]
pub(crate) struct ResidenceView {
    /// The street.
    #[schema(max_length = 150, example = "Via delle Prove")]
    street: String,
    /// The number.
    #[schema(max_length = 20, example = "1")]
    number: String,
    /// Five digits.
    #[schema(max_length = 5, pattern = "^[0-9]{5}$", example = "47521")]
    postal_code: String,
    /// The commune.
    #[schema(max_length = 100, example = "Cesena")]
    city: String,
    /// Its Belfiore code.
    #[schema(max_length = 4, example = "C573")]
    city_code: String,
    /// The two letters of the province.
    #[schema(max_length = 2, example = "FC")]
    province: String,
    /// Since when.
    #[schema(format = Date, max_length = 10, example = "2010-05-01")]
    since: String,
}

/// Somebody of the same registered family.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FamilyMember)]
pub(crate) struct MemberView {
    /// The fiscal code.
    #[schema(max_length = 16, example = "RSSNNA12C54C573R")]
    tax_code: String,
    /// Given name.
    #[schema(max_length = 100, example = "Anna")]
    given_name: String,
    /// Family name.
    #[schema(max_length = 100, example = "Rossi")]
    family_name: String,
    /// The day of birth.
    #[schema(format = Date, max_length = 10, example = "2012-03-14")]
    birth_date: String,
    /// `spouse`, `child`, `parent`, `sibling`, `other`.
    #[schema(max_length = 16, example = "child")]
    relationship: &'static str,
}

impl PopulationAnswerView {
    pub(in crate::registers) fn of(place: &Place, looked: &Looked<Person>) -> Self {
        let Looked { found, as_of } = looked;
        let person = match found {
            Found::One(person) => Some(PersonRecordView::of(person, place.language)),
            _ => None,
        };
        let message = message(found, place.language);
        Self { result: found.id(), message, as_of: instant(*as_of), person, candidates: candidates(found) }
    }
}

impl PersonRecordView {
    fn of(person: &Person, language: Language) -> Self {
        let Person { tax_code, given_name, family_name, sex, birth, died, citizenship, marital_status, .. } = person;
        let Person { certifiability, residence, family, .. } = person;
        let label = CodeList::NotCertifiableReasons.entry(certifiability.code()).map(|entry| entry.label(language).to_owned());
        Self {
            tax_code: tax_code.to_string(),
            given_name: given_name.to_string(),
            family_name: family_name.to_string(),
            sex: letter(*sex),
            birth_date: birth.date.to_string(),
            birth_place: birth.place.to_string(),
            birth_place_code: birth.place_code.to_string(),
            died: died.map(|day| day.to_string()),
            citizenship: citizenship.to_string(),
            marital_status: marital_status.id(),
            certifiable: certifiability.is_complete(),
            certifiability: CertifiabilityView { code: certifiability.code(), title: label.unwrap_or_default() },
            residence: residence.as_ref().map(ResidenceView::of),
            family: family.iter().map(MemberView::of).collect(),
        }
    }
}

impl ResidenceView {
    fn of(residence: &Residence) -> Self {
        let Residence { street, number, postal_code, city, city_code, province, since } = residence;
        Self {
            street: street.to_string(),
            number: number.to_string(),
            postal_code: postal_code.to_string(),
            city: city.to_string(),
            city_code: city_code.to_string(),
            province: province.to_string(),
            since: since.to_string(),
        }
    }
}

impl MemberView {
    fn of(member: &Member) -> Self {
        let Member { tax_code, given_name, family_name, birth_date, relationship } = member;
        Self {
            tax_code: tax_code.to_string(),
            given_name: given_name.to_string(),
            family_name: family_name.to_string(),
            birth_date: birth_date.to_string(),
            relationship: relationship.id(),
        }
    }
}
