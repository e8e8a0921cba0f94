//! `GET /v1/tenants/{tenant}`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::kind;
use crate::{
    http::{place::Place, problem::Problem},
    views::{Links, SourcedText, chosen},
};

/// A body.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantView {
    /// Its name in paths.
    #[schema(max_length = 64, pattern = "^[a-z0-9-]+$", example = "cesena")]
    slug: String,
    /// Its id.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    id: String,
    /// Its name.
    #[schema(max_length = 200, example = "Comune di Cesena")]
    name: String,
    /// What it is: `municipality` or `union`.
    #[schema(max_length = 16, pattern = "^(municipality|union)$", example = "municipality")]
    kind: &'static str,
    /// The letters that begin its case codes.
    #[schema(max_length = 5, pattern = "^[A-Z]{3,5}$", example = "CES")]
    code: String,
    /// The union that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "unione-valle-savio")]
    union: Option<String>,
    /// The release of the catalogue in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 32, example = "2026.1")]
    release: Option<String>,
    /// Official codes: `ipa`, `belfiore`, `istat`.
    codes: BTreeMap<String, SourcedText>,
    /// `email`, `certified_email`, `phone`.
    contacts: BTreeMap<String, SourcedText>,
    /// The domains of its portals.
    #[schema(max_items = 50, inline, example = json!(["sportello.comune.cesena.fc.it"]))]
    domains: Vec<String>,
    /// The languages that it serves.
    #[schema(max_items = 10, inline, example = json!(["it", "en"]))]
    languages: Vec<String>,
    /// Addresses of its pages: `privacy`, `accessibility`, `terms`.
    #[schema(example = json!({"privacy": "https://www.comune.cesena.fc.it/privacy"}))]
    legal: BTreeMap<String, String>,
    /// What else there is to read.
    #[serde(rename = "_links")]
    links: Links,
}

/// A body: names, codes, contacts, languages, legal pages.
#[utoipa::path(
    operation_id = "tenants_read", tag = "tenants",
    responses((status = 200, description = "The body.", body = TenantView))
)]
#[get("/v1/tenants/{tenant}")]
pub(super) async fn read(place: Place) -> Result<HttpResponse, Problem> {
    place.without_parameters()?;
    place.json(None, || view(&place))
}

fn view(place: &Place) -> TenantView {
    let tenant = &place.tenant;
    let sourced = |map: &BTreeMap<_, _>| map.iter().map(|(id, value)| (ToString::to_string(id), SourcedText::from(value))).collect();
    TenantView {
        slug: tenant.slug.to_string(),
        id: tenant.id.to_string(),
        name: tenant.name.get(place.language).to_owned(),
        kind: kind(tenant.kind),
        code: tenant.code.to_string(),
        union: tenant.union.as_deref().map(str::to_owned),
        release: tenant.release.as_deref().map(str::to_owned),
        codes: sourced(&tenant.codes),
        contacts: sourced(&tenant.contacts),
        domains: chosen(&tenant.domains),
        languages: chosen(&tenant.languages),
        legal: tenant.legal.iter().map(|(id, address)| (id.to_string(), address.to_string())).collect(),
        links: Links::new([
            ("self", place.root()),
            ("services", place.under("services")),
            ("offices", place.under("offices")),
            ("locations", place.under("locations")),
            ("calendar", place.under("calendar")),
            ("branding", place.under("branding")),
        ]),
    }
}
