//! A property as the land registry has one.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::Money;

/// The two registries of the cadastre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registry {
    /// Catasto terreni (T).
    Land,
    /// Catasto fabbricati (F).
    Buildings,
}

impl Registry {
    /// The id in data and API.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Land => "land",
            Self::Buildings => "buildings",
        }
    }

    /// The registry with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Land, Self::Buildings].into_iter().find(|registry| registry.id() == id)
    }
}

/// How a property is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parcel {
    /// Which registry.
    pub registry: Registry,
    /// The Belfiore code of the commune, of the time of the registry too.
    pub municipality: Arc<str>,
    /// Section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<Arc<str>>,
    /// Foglio.
    pub sheet: Arc<str>,
    /// Particella.
    pub parcel: Arc<str>,
    /// Denominatore, where books are kept by parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<Arc<str>>,
    /// Subalterno, of buildings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subaltern: Option<Arc<str>>,
}

/// A property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// How it is named.
    pub parcel: Parcel,
    /// Where it is.
    pub address: Arc<str>,
    /// Category of a building, quality of land.
    pub category: Arc<str>,
    /// The cadastral income (rendita or reddito dominicale), in euro.
    pub income: Money,
    /// The surface of land, in square metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<u32>,
    /// Who holds which right.
    pub holders: Vec<Holder>,
}

/// Who holds a right to a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// The fiscal code.
    pub tax_code: Arc<str>,
    /// Given name.
    pub given_name: Arc<str>,
    /// Family name.
    pub family_name: Arc<str>,
    /// The day of birth.
    pub birth_date: Date,
    /// Belfiore code of the commune, or `Z` and three digits for a state.
    pub birth_place: Arc<str>,
    /// `ownership`, `bare_ownership`, `usufruct`, `emphyteusis` …
    pub right: Arc<str>,
    /// The share, such as `1/2`.
    pub share: Arc<str>,
}
