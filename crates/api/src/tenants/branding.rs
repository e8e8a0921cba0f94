//! `GET /v1/tenants/{tenant}/branding`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get};
use serde::Serialize;
use sportello_domain::tenant::{Branding, Logo};
use utoipa::ToSchema;

use crate::{
    http::{place::Place, problem::Problem},
    views::Links,
};

/// How a body looks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BrandingView {
    /// `primary`, `primary_text`, `accent`, `background`, `text`.
    #[schema(example = json!({"primary": "#0066CC", "primary_text": "#FFFFFF"}))]
    colors: BTreeMap<String, String>,
    /// The logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<LogoView>,
    /// The typeface.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "Titillium Web")]
    typeface: Option<String>,
    /// Short texts of the portal.
    #[schema(example = json!({"motto": "Lo sportello di tutti"}))]
    texts: BTreeMap<String, String>,
    /// Where this is.
    #[serde(rename = "_links")]
    links: Links,
}

/// A logo.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogoView {
    /// Where the image is.
    #[schema(format = "uri-reference", max_length = 200, example = "/v1/tenants/cesena/branding/logo.svg")]
    href: String,
    /// Its media type.
    #[serde(rename = "type")]
    #[schema(max_length = 64, example = "image/svg+xml")]
    media_type: &'static str,
    /// What it shows.
    #[schema(max_length = 400, example = "Stemma del Comune di Cesena")]
    alt: String,
}

/// Colours, logo, typeface and short texts of the body's portals.
#[utoipa::path(
    operation_id = "branding_read", tag = "tenants",
    responses((status = 200, description = "How the body looks.", body = BrandingView))
)]
#[get("/v1/tenants/{tenant}/branding")]
pub(super) async fn read(place: Place) -> Result<HttpResponse, Problem> {
    place.without_parameters()?;
    place.json(None, || view(&place))
}

fn view(place: &Place) -> BrandingView {
    let Branding { colors, logo, typeface, texts } = &place.tenant.branding;
    BrandingView {
        colors: colors.iter().map(|(id, color)| (id.to_string(), color.to_string())).collect(),
        logo: logo.as_ref().map(|Logo { file: _, alt, svg: _ }| LogoView {
            href: place.under("branding/logo.svg"),
            media_type: "image/svg+xml",
            alt: alt.get(place.language).to_owned(),
        }),
        typeface: typeface.as_deref().map(str::to_owned),
        texts: texts.iter().map(|(id, text)| (id.to_string(), text.get(place.language).to_owned())).collect(),
        links: Links::new([("self", place.under("branding")), ("up", place.root())]),
    }
}
