//! `GET /v1/tenants/{tenant}/documents/{document}/content`

use actix_web::{HttpResponse, get, http::header};
use sportello_engine::documents;

use crate::http::{caller::Asked, problem::Problem};

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
    Ok(HttpResponse::Ok()
        .content_type(content.document.file_type.media_type())
        .insert_header((header::CONTENT_DISPOSITION, disposition(&content.document.name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(content.bytes))
}

/// The name under which a file is saved: in ASCII for old readers, and whole in UTF-8 (RFC 6266, RFC 8187).
fn disposition(name: &str) -> String {
    let safe = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | ' ');
    let plain: String = name.chars().map(|letter| if safe(letter) { letter } else { '_' }).collect();
    let whole: String = name.bytes().map(escaped).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_quotes() {
        assert_eq!(disposition("certificato.pdf"), "attachment; filename=\"certificato.pdf\"; filename*=UTF-8''certificato.pdf");
        assert_eq!(disposition("è \"x\"\r\n.pdf"), "attachment; filename=\"_ _x___.pdf\"; filename*=UTF-8''%C3%A8%20%22x%22%0D%0A.pdf");
    }
}
