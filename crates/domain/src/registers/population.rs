//! A person as the population register has one.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identity::Sex;

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The fiscal code as it was given out.
    pub tax_code: Arc<str>,
    /// Given name.
    pub given_name: Arc<str>,
    /// Family name.
    pub family_name: Arc<str>,
    /// `F` or `M`.
    #[serde(with = "sex")]
    pub sex: Sex,
    /// When and where the person was born.
    pub birth: Birth,
    /// The day of death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub died: Option<Date>,
    /// ISO 3166-1 alpha-3, such as `ITA`.
    pub citizenship: Arc<str>,
    /// Marital status.
    pub marital_status: MaritalStatus,
    /// How much can be certified.
    pub certifiability: Certifiability,
    /// Where the person lives; none for who is not registered here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residence: Option<Residence>,
    /// The others of the registered family, as they are to the person.
    #[serde(default)]
    pub family: Vec<Member>,
}

/// A birth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Birth {
    /// The day.
    pub date: Date,
    /// The name of the commune or state, as it was on that day.
    pub place: Arc<str>,
    /// Its Belfiore code, or `Z` and three digits for a state.
    pub place_code: Arc<str>,
}

/// A registered address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Residence {
    /// The street, by which a commune knows the zone.
    pub street: Arc<str>,
    /// The number.
    pub number: Arc<str>,
    /// Five digits.
    pub postal_code: Arc<str>,
    /// The commune.
    pub city: Arc<str>,
    /// Its Belfiore code.
    pub city_code: Arc<str>,
    /// The two letters of the province.
    pub province: Arc<str>,
    /// Since when the person lives there.
    pub since: Date,
}

/// Somebody of the same registered family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The fiscal code.
    pub tax_code: Arc<str>,
    /// Given name.
    pub given_name: Arc<str>,
    /// Family name.
    pub family_name: Arc<str>,
    /// The day of birth.
    pub birth_date: Date,
    /// What this one is to the person.
    pub relationship: Relationship,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $id:literal),+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each says what it is")]
        pub enum $name { $($variant),+ }

        impl $name {
            /// The id in data and API.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }
        }
    };
}

words! {
    /// Marital status.
    MaritalStatus {
        Single = "single", Married = "married", Separated = "separated", Divorced = "divorced", Widowed = "widowed",
        CivilUnion = "civil_union"
    }
}

words! {
    /// What somebody is to a person of the same family.
    Relationship { Spouse = "spouse", Child = "child", Parent = "parent", Sibling = "sibling", Other = "other" }
}

/// How much can be certified of a person: the codes of ANPR's list (`CodeList::NotCertifiableReasons`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Certifiability {
    /// Nothing.
    #[serde(rename = "0")]
    Nothing,
    /// Residence and family alone.
    #[serde(rename = "1")]
    Partial,
    /// All.
    #[serde(rename = "2")]
    Complete,
    /// The person cannot be registered.
    #[serde(rename = "3")]
    NotRegistrable,
    /// The person is under guardianship.
    #[serde(rename = "4")]
    Guardianship,
}

impl Certifiability {
    /// The code of ANPR's list.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "0",
            Self::Partial => "1",
            Self::Complete => "2",
            Self::NotRegistrable => "3",
            Self::Guardianship => "4",
        }
    }

    /// Whether everything can be certified.
    pub const fn is_complete(self) -> bool {
        matches!(self, Self::Complete)
    }
}

/// `F` and `M`, as identity papers write it.
mod sex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::identity::Sex;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    pub(super) fn serialize<S: Serializer>(sex: &Sex, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(super::letter(*sex))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sex, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "F" => Ok(Sex::Female),
            "M" => Ok(Sex::Male),
            _ => Err(D::Error::custom("F or M")),
        }
    }
}

/// The letter of a sex.
pub const fn letter(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "F",
        Sex::Male => "M",
    }
}
