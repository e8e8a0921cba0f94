//! The parts of answers that are objects: addresses, places, parcels of the land registry, persons.
//!
//! One table for the check and for the schema, so that they cannot say different things. To extend: a line here; a new kind of
//! part also needs its check and its schema.

use crate::form::FieldType;

/// One part of an object.
pub(super) struct Part {
    /// Its name in the answer.
    pub(super) key: &'static str,
    /// What it is.
    pub(super) kind: PartKind,
    /// Whether a submission needs it.
    pub(super) required: bool,
    /// Its name for people, in Italian and English.
    pub(super) title: (&'static str, &'static str),
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartKind {
    /// One line of at most so many characters.
    Line(u32),
    /// Five digits, leading zeros kept.
    PostalCode,
    /// The two letters of a province.
    Province,
    /// Decimal degrees.
    Latitude,
    /// Decimal degrees.
    Longitude,
    /// `land` (catasto terreni) or `buildings` (catasto fabbricati).
    Registry,
    /// The cadastral (Belfiore) code of a municipality.
    Municipality,
    /// The fiscal code of a person.
    PersonTaxCode,
}

/// The two registries of the cadastre with their names for people.
pub(super) const REGISTRIES: [(&str, (&str, &str)); 2] =
    [("land", ("Catasto terreni", "Land registry")), ("buildings", ("Catasto fabbricati", "Buildings registry"))];

const fn part(key: &'static str, kind: PartKind, required: bool, title: (&'static str, &'static str)) -> Part {
    Part { key, kind, required, title }
}

const ADDRESS: [Part; 5] = [
    part("street", PartKind::Line(150), true, ("Via", "Street")),
    part("number", PartKind::Line(20), false, ("Numero civico", "Number")),
    part("postal_code", PartKind::PostalCode, true, ("CAP", "Postal code")),
    part("city", PartKind::Line(100), true, ("Comune", "Town")),
    part("province", PartKind::Province, false, ("Provincia", "Province")),
];

const PLACE: [Part; 3] = [
    part("latitude", PartKind::Latitude, true, ("Latitudine", "Latitude")),
    part("longitude", PartKind::Longitude, true, ("Longitudine", "Longitude")),
    part("description", PartKind::Line(500), false, ("Descrizione", "Description")),
];

const PARCEL: [Part; 6] = [
    part("registry", PartKind::Registry, true, ("Catasto", "Registry")),
    part("municipality", PartKind::Municipality, true, ("Comune catastale", "Municipality")),
    part("section", PartKind::Line(10), false, ("Sezione", "Section")),
    part("sheet", PartKind::Line(10), true, ("Foglio", "Sheet")),
    part("parcel", PartKind::Line(10), true, ("Particella", "Parcel")),
    part("subaltern", PartKind::Line(10), false, ("Subalterno", "Subaltern")),
];

const PERSON: [Part; 3] = [
    part("given_name", PartKind::Line(100), true, ("Nome", "First name")),
    part("family_name", PartKind::Line(100), true, ("Cognome", "Family name")),
    part("tax_code", PartKind::PersonTaxCode, true, ("Codice fiscale", "Tax code")),
];

/// The parts of a kind of answer that is an object; none for the others.
pub(super) const fn of(kind: FieldType) -> Option<&'static [Part]> {
    match kind {
        FieldType::Address => Some(&ADDRESS),
        FieldType::Place => Some(&PLACE),
        FieldType::CadastralParcel => Some(&PARCEL),
        FieldType::Person => Some(&PERSON),
        _ => None,
    }
}
