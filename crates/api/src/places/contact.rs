//! An office as people meet it.

use serde::Serialize;
use sportello_domain::tenant::Office;
use utoipa::ToSchema;

use crate::http::place::Place;

/// An office.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfficeView {
    /// Its id.
    #[schema(max_length = 64, example = "mobility-office")]
    id: String,
    /// Its name.
    #[schema(max_length = 200, example = "Polizia locale")]
    name: String,
    /// The role of the catalogue that it fills.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "mobility")]
    role: Option<String>,
    /// The office above it, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "citizen-services")]
    parent: Option<String>,
    /// E-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Email, max_length = 254, example = "polizialocale@example.org")]
    email: Option<String>,
    /// Certified e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Email, max_length = 254, example = "protocollo@pec.example.org")]
    certified_email: Option<String>,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "0547 356111")]
    phone: Option<String>,
    /// Who heads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Comandante della Polizia locale")]
    head: Option<String>,
    /// Where it is, by id of the location.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "town-hall")]
    location: Option<String>,
    /// The name of that location.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Sportello al cittadino")]
    location_name: Option<String>,
}

impl OfficeView {
    /// An office in the reader's language.
    pub(crate) fn of(place: &Place, id: &str, office: &Office) -> Self {
        let Office { name, role, parent, email, certified_email, phone, head, location } = office;
        let own = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(str::to_owned);
        let found = location.as_ref().and_then(|location| place.tenant.locations.get(location));
        Self {
            id: id.to_owned(),
            name: name.get(place.language).to_owned(),
            role: own(role),
            parent: own(parent),
            email: own(email),
            certified_email: own(certified_email),
            phone: own(phone),
            head: own(head),
            location: own(location),
            location_name: found.map(|location| location.name.get(place.language).to_owned()),
        }
    }
}
