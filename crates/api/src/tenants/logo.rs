//! `GET /v1/tenants/{tenant}/branding/logo.svg`

use actix_web::{
    HttpResponse, get,
    http::header::{self, HeaderValue},
};
use sportello_domain::refusal::Code;

use crate::http::{place::Place, problem::Problem};

/// The body's logo.
///
/// An SVG can hold scripts, so it is served under a policy that runs none of them.
#[utoipa::path(
    operation_id = "branding_logo", tag = "tenants",
    responses((status = 200, description = "The logo.", body = String, content_type = "image/svg+xml", example = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"))
)]
#[get("/v1/tenants/{tenant}/branding/logo.svg")]
pub(super) async fn read(place: Place) -> Result<HttpResponse, Problem> {
    place.without_parameters()?;
    let svg = place.tenant.branding.logo.as_ref().map(|logo| &logo.svg).filter(|svg| !svg.is_empty()).ok_or(Code::NotFound)?;
    let mut response = place.rendered("image/svg+xml", None, || Ok(svg.as_bytes().to_vec()))?;
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
