//! `GET /v1/tenants/{tenant}/documents/{document}/content`

use actix_web::{HttpResponse, get};
use sportello_engine::documents;

use crate::http::{caller::Asked, problem::Problem, saved};

/// The file itself.
///
/// It always leaves as an attachment under a policy that runs nothing, so that a file somebody sent is never shown as a page of ours.
#[utoipa::path(
    operation_id = "documents_content", tag = "documents", security(("bearer" = [])),
    responses((status = 200, description = "The file.", content(
        (String = "application/pdf", example = "%PDF-1.7 …"), (String = "image/jpeg", example = "…"), (String = "image/png", example = "…"),
        (String = "application/pkcs7-mime", example = "…")
    )))
)]
#[get("/v1/tenants/{tenant}/documents/{document}/content")]
pub(super) async fn read(asked: Asked) -> Result<HttpResponse, Problem> {
    let content = documents::content(&asked.place.state.engine, &asked.call(), asked.id("document")?).await?;
    asked.place.without_parameters()?;
    Ok(saved::attachment(content.document.file_type.media_type(), &content.document.name).body(content.bytes))
}
