//! What somebody owns, as the land register knows it.

use serde::Serialize;
use sportello_domain::registers::{Holder, Parcel, Property};
use sportello_engine::registers::{Found, Looked};
use utoipa::ToSchema;

use super::{CandidateView, candidates, message};
use crate::{
    http::place::Place,
    views::{Amount, instant},
};

/// What the land registry answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LandAnswer)]
pub(crate) struct LandAnswerView {
    /// `found`, `several` (choose a candidate), `nothing` (no match), or `manual`: nothing is connected, an operator looks.
    #[schema(max_length = 8, pattern = "^(found|several|nothing|manual)$", example = "found")]
    result: &'static str,
    /// The same for people.
    #[schema(max_length = 300, example = "Trovata una corrispondenza.")]
    message: &'static str,
    /// When the registry answered.
    #[schema(format = DateTime, max_length = 32, example = "2026-05-04T09:22:07Z")]
    as_of: String,
    /// What was found.
    #[schema(max_items = 1000)]
    properties: Vec<PropertyView>,
    /// Homonyms to choose from.
    #[schema(max_items = 1000)]
    candidates: Vec<CandidateView>,
}

/// A property as the land registry has one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Property)]
pub(crate) struct PropertyView {
    /// How it is named.
    parcel: ParcelView,
    /// Where it is.
    #[schema(max_length = 200, example = "Via delle Prove 1")]
    address: String,
    /// The category of a building, the quality of land.
    #[schema(max_length = 40, example = "A/2")]
    category: String,
    /// The cadastral income.
    income: Amount,
    /// The surface of land in square metres; null for buildings.
    #[schema(required, minimum = 0, example = 3120)]
    area: Option<u32>,
    /// Who holds it. To a citizen it is empty where the citizen is not among them.
    #[schema(max_items = 1000)]
    holders: Vec<HolderView>,
}

/// The name of a property.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Parcel)]
pub(crate) struct ParcelView {
    /// `land` or `buildings`.
    #[schema(max_length = 9, pattern = "^(land|buildings)$", example = "buildings")]
    registry: &'static str,
    /// Belfiore code of the commune.
    #[schema(max_length = 4, example = "C573")]
    municipality: String,
    /// Section.
    #[schema(required, max_length = 10, example = "A")]
    section: Option<String>,
    /// Sheet.
    #[schema(max_length = 10, example = "126")]
    sheet: String,
    /// Parcel.
    #[schema(max_length = 10, example = "345")]
    parcel: String,
    /// Denominator.
    #[schema(required, max_length = 10, example = "2")]
    denominator: Option<String>,
    /// Subaltern.
    #[schema(required, max_length = 10, example = "7")]
    subaltern: Option<String>,
}

/// Who holds a right to a property.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Holder)]
pub(crate) struct HolderView {
    /// The fiscal code.
    #[schema(max_length = 16, example = "RSSMRA80A01C573D")]
    tax_code: String,
    /// Given name.
    #[schema(max_length = 100, example = "Mario")]
    given_name: String,
    /// Family name.
    #[schema(max_length = 100, example = "Rossi")]
    family_name: String,
    /// The right, such as `ownership`, `bare_ownership`, `usufruct`.
    #[schema(max_length = 40, example = "ownership")]
    right: String,
    /// The share.
    #[schema(max_length = 20, example = "1/2")]
    share: String,
}

impl LandAnswerView {
    pub(in crate::registers) fn of(place: &Place, looked: &Looked<Vec<Property>>) -> Self {
        let Looked { found, as_of } = looked;
        let properties = match found {
            Found::One(properties) => properties.iter().map(PropertyView::of).collect(),
            _ => Vec::new(),
        };
        let message = message(found, place.language);
        Self { result: found.id(), message, as_of: instant(*as_of), properties, candidates: candidates(found) }
    }
}

impl PropertyView {
    fn of(property: &Property) -> Self {
        let Property { parcel, address, category, income, area, holders } = property;
        Self {
            parcel: ParcelView::of(parcel),
            address: address.to_string(),
            category: category.to_string(),
            income: (*income).into(),
            area: *area,
            holders: holders.iter().map(HolderView::of).collect(),
        }
    }
}

impl ParcelView {
    fn of(parcel: &Parcel) -> Self {
        let Parcel { registry, municipality, section, sheet, parcel, denominator, subaltern } = parcel;
        Self {
            registry: registry.id(),
            municipality: municipality.to_string(),
            section: section.as_deref().map(str::to_owned),
            sheet: sheet.to_string(),
            parcel: parcel.to_string(),
            denominator: denominator.as_deref().map(str::to_owned),
            subaltern: subaltern.as_deref().map(str::to_owned),
        }
    }
}

impl HolderView {
    fn of(holder: &Holder) -> Self {
        let Holder { tax_code, given_name, family_name, birth_date: _, birth_place: _, right, share } = holder;
        Self {
            tax_code: tax_code.to_string(),
            given_name: given_name.to_string(),
            family_name: family_name.to_string(),
            right: right.to_string(),
            share: share.to_string(),
        }
    }
}
