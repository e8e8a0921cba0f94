//! Replies that are saved as files.

use actix_web::{HttpResponse, HttpResponseBuilder, http::header};

/// A file that leaves as an attachment under a policy that runs nothing, so that it is never shown as a page of ours.
pub(crate) fn attachment(media_type: &'static str, name: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, disposition(name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CONTENT_ENCODING, "identity"));
    response
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
