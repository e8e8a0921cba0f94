//! Uploads: reads a `multipart/form-data` body (RFC 7578) that has already arrived.
//!
//! The body is bounded before it gets here and read only after the caller was admitted, so a reader over bytes is all that is
//! needed; it takes named parts, each once, and refuses the rest.

use sha2::{Digest, Sha256};
use sportello_domain::refusal::{Code, Fault, Message, Refusal};

use super::faults;

/// One part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// Its field.
    pub(crate) name: String,
    /// The name of the file, as the client says.
    pub(crate) file_name: Option<String>,
    /// The type of the file, as the client says.
    pub(crate) content_type: Option<String>,
    /// Its bytes.
    pub(crate) bytes: &'a [u8],
}

/// The most parts of a form.
const MAX_PARTS: usize = 16;
/// The longest head of a part.
const MAX_HEAD: usize = 8 * 1024;

/// The boundary that a content type names, if it is a form's.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary")?;
    let fits = (1..=70).contains(&boundary.len()) && boundary.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    fits.then_some(boundary)
}

/// Takes a form apart.
pub(crate) fn parts<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<Part<'a>>, Refusal> {
    let delimiter = format!("--{boundary}");
    let mut rest = body;
    // A preamble may stand before the first delimiter.
    let start = find(rest, delimiter.as_bytes()).ok_or_else(broken)?;
    rest = rest.get(start + delimiter.len()..).unwrap_or_default();
    let next = format!("\r\n{delimiter}");
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        rest = rest.strip_prefix(b"\r\n").ok_or_else(broken)?;
        let end = find(rest, next.as_bytes()).ok_or_else(broken)?;
        let (part, after) = rest.split_at(end);
        if parts.len() == MAX_PARTS {
            return Err(broken());
        }
        parts.push(read(part)?);
        rest = after.get(next.len()..).unwrap_or_default();
    }
}

/// What a form says, however its parts are kept apart: a client that builds it anew chooses another boundary. None for what is no
/// form.
pub(crate) fn fingerprint(body: &[u8], boundary: &str) -> Option<[u8; 32]> {
    let mut hash = Sha256::new();
    hash.update(b"form");
    for Part { name, file_name, content_type, bytes } in parts(body, boundary).ok()? {
        for piece in
            [Some(name.as_bytes()), file_name.as_ref().map(String::as_bytes), content_type.as_ref().map(String::as_bytes), Some(bytes)]
        {
            // The length keeps the pieces apart, and what is absent from what is empty.
            hash.update(piece.map_or(-1, |piece| i64::try_from(piece.len()).unwrap_or(i64::MAX)).to_be_bytes());
            hash.update(piece.unwrap_or_default());
        }
    }
    Some(hash.finalize().into())
}

fn read(part: &[u8]) -> Result<Part<'_>, Refusal> {
    let end = find(part, b"\r\n\r\n").filter(|end| *end <= MAX_HEAD).ok_or_else(broken)?;
    let (head, body) = part.split_at(end);
    let head = std::str::from_utf8(head).map_err(|_| broken())?;
    let mut name = None;
    let mut file_name = None;
    let mut content_type = None;
    for line in head.split("\r\n") {
        let (header, value) = line.split_once(':').ok_or_else(broken)?;
        if header.eq_ignore_ascii_case("content-disposition") {
            let (kind, parameters) = value.split_once(';').ok_or_else(broken)?;
            if !kind.trim().eq_ignore_ascii_case("form-data") {
                return Err(broken());
            }
            name = parameter(parameters, "name");
            file_name = parameter(parameters, "filename");
        } else if header.eq_ignore_ascii_case("content-type") {
            content_type = Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        } else if header.eq_ignore_ascii_case("content-transfer-encoding") && !value.trim().eq_ignore_ascii_case("binary") {
            return Err(broken());
        }
    }
    Ok(Part { name: name.ok_or_else(broken)?, file_name, content_type, bytes: body.get(4..).unwrap_or_default() })
}

/// A parameter of a header: quoted as browsers do (`%22` for a quote, backslash escapes read too) or bare.
fn parameter(parameters: &str, wanted: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        rest = rest.trim_start_matches([';', ' ', '\t']);
        let (name, after) = rest.split_once('=')?;
        let (value, after) = if let Some(quoted) = after.strip_prefix('"') {
            quoted_value(quoted)?
        } else {
            let (value, after) = after.split_once(';').unwrap_or((after, ""));
            (value.trim().to_owned(), after)
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

fn quoted_value(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value.replace("%22", "\""), quoted.get(at + 1..)?)),
            '\\' => match characters.next()? {
                (_, escaped @ ('"' | '\\')) => value.push(escaped),
                // A path of Windows, which some clients send unescaped.
                (_, other) => value.extend(['\\', other]),
            },
            _ => value.push(character),
        }
    }
    None
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(found) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        let at = from + found;
        if bytes.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

fn broken() -> Refusal {
    let (it, en) = (
        "Il modulo multipart/form-data non è completo o non è scritto bene.",
        "The multipart/form-data form is incomplete or not well-formed.",
    );
    let mut refusal = Refusal::because(Code::InvalidBody, it, en);
    refusal.faults.push(Fault { pointer: String::new(), code: "syntax", message: Message::new(it, en) });
    refusal
}

/// The file that a form brings, with the kind of document that it is said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The field `kind`.
    pub(crate) kind: String,
    /// The declared type.
    pub(crate) declared_type: Option<String>,
    /// The declared name.
    pub(crate) file_name: Option<String>,
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
}

/// Reads an upload: the fields `kind` and `file`, each once.
pub(crate) fn upload(body: &[u8], boundary: &str) -> Result<Sent, Refusal> {
    let mut kind = None;
    let mut file = None;
    let mut found = Vec::new();
    for part in parts(body, boundary)? {
        match part.name.as_str() {
            "kind" if kind.is_some() => found.push(faults::repeated("/kind")),
            "kind" => kind = Some(String::from_utf8_lossy(part.bytes).trim().to_owned()),
            "file" if file.is_some() => found.push(faults::repeated("/file")),
            "file" => file = Some(part),
            other => found.push(faults::unknown_field(&format!("/{}", other.replace('~', "~0").replace('/', "~1")), &["kind", "file"])),
        }
    }
    match &kind {
        None => found.push(faults::required("/kind")),
        Some(kind) if kind.is_empty() || kind.len() > 64 => found.push(faults::wrong_length("/kind", 1, 64)),
        Some(_) => {}
    }
    if file.is_none() {
        found.push(faults::required("/file"));
    }
    let (Some(kind), Some(file), true) = (kind, file, found.is_empty()) else {
        return Err(Refusal::with_faults(Code::InvalidBody, found));
    };
    Ok(Sent { kind, declared_type: file.content_type, file_name: file.file_name, bytes: file.bytes.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[u8] = b"preamble\r\n--xYz\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nmedical-certificate\r\n--xYz\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"a%22b\\\\c.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\r\n--xY\r\n\r\n--xYz--\r\n";

    #[test]
    fn boundaries_are_read_quoted_and_bare() {
        assert_eq!(boundary("multipart/form-data; boundary=xYz").as_deref(), Some("xYz"));
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; boundary=\"x Yz\"").as_deref(), Some("x Yz"));
        for bad in ["multipart/form-data", "multipart/mixed; boundary=a", "application/json", "multipart/form-data; boundary="] {
            assert_eq!(boundary(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_upload_is_its_kind_and_its_file() {
        let sent = upload(FORM, "xYz").unwrap();
        assert_eq!(sent.kind, "medical-certificate");
        assert_eq!(sent.file_name.as_deref(), Some("a\"b\\c.pdf"));
        assert_eq!(sent.declared_type.as_deref(), Some("application/pdf"));
        assert_eq!(sent.bytes, b"%PDF-1.7\r\n--xY\r\n");
    }

    #[test]
    fn what_is_missing_repeated_or_unknown_is_named() {
        let part = |name: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nx\r\n");
        let body = format!("{}{}{}--b--", part("kind"), part("kind"), part("nome"));
        let refusal = upload(body.as_bytes(), "b").unwrap_err();
        let faults: Vec<_> = refusal.faults.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect();
        assert_eq!(faults, [("/kind", "repeated"), ("/nome", "unknown_field"), ("/file", "required")]);
    }

    #[test]
    fn a_form_is_known_by_its_content_alone() {
        let with = |boundary: &str, from: &str, to: &str| {
            let form = String::from_utf8(FORM.to_vec()).unwrap().replace("preamble", "").replace("--xYz", &format!("--{boundary}"));
            fingerprint(form.replace(from, to).as_bytes(), boundary)
        };
        let known = fingerprint(FORM, "xYz");
        assert!(known.is_some());
        assert_eq!(with("other", "", ""), known);
        for (from, to) in [
            ("1.7", "1.6"),
            ("medical-certificate", "medical-certificat"),
            ("a%22b", "a%22c"),
            ("; filename=\"a%22b\\\\c.pdf\"", ""),
            ("application/pdf", "image/png"),
            ("name=\"kind\"", "name=\"sort\""),
        ] {
            let other = with("other", from, to);
            assert!(other.is_some() && other != known, "{from}");
        }
        assert_eq!(fingerprint(&FORM[..50], "xYz"), None);
    }

    #[test]
    fn a_form_that_is_cut_anywhere_is_refused() {
        // What follows the closing delimiter is an epilogue, which is ignored.
        let closed = FORM.len() - 2;
        for end in 0..closed {
            assert!(upload(&FORM[..end], "xYz").is_err(), "cut at {end}");
        }
        assert!(upload(&FORM[..closed], "xYz").is_ok());
    }
}
