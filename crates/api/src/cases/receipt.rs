//! `GET /v1/tenants/{tenant}/cases/{case}/receipt`

use actix_web::{HttpResponse, get, http::header};
use sportello_engine::cases;

use crate::http::{
    caller::Asked,
    conditional::{content_tag, if_none_match},
    context::text,
    parameters::IfNoneMatch,
    problem::Problem,
    saved,
};

/// The receipt of a submitted case, as a PDF to keep.
///
/// It tells code, register number and day, object, office and officer, the term and what silence means (L. 241/1990 art. 8 and
/// 18-bis), in the caller's language, and nothing of the answers. The same case gives the same bytes. A draft has none (409).
#[utoipa::path(
    operation_id = "cases_receipt", tag = "cases", security(("bearer" = [])), params(IfNoneMatch),
    responses((status = 200, description = "The receipt.", body = String, content_type = "application/pdf", example = "%PDF-1.7 …"))
)]
#[get("/v1/tenants/{tenant}/cases/{case}/receipt")]
pub(super) async fn read(asked: Asked) -> Result<HttpResponse, Problem> {
    let cases::Receipt { name, bytes } = cases::receipt(&asked.place.state.engine, &asked.call(), asked.id("case")?).await?;
    asked.place.without_parameters()?;
    let tag = content_tag(&bytes);
    if if_none_match(text(asked.place.request.headers(), &header::IF_NONE_MATCH), &tag) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    let mut response = saved::attachment("application/pdf", &name);
    Ok(response.insert_header((header::ETAG, tag)).body(bytes))
}
