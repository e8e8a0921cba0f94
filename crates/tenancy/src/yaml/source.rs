//! From bytes to a text that can be parsed: size, encoding, line ends, tabs.

use std::borrow::Cow;
use std::sync::Arc;

use crate::problem::{Message, Problems, Span, Words};

/// The largest file that is read: 1 MiB.
pub const MAX_BYTES: usize = 1 << 20;

/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 32;

/// True for what may name a tenant, service, field and so on: `[a-z0-9-]`, beginning and ending with a letter or digit.
pub fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// Decodes a file: removes a byte order mark, turns Windows line ends into plain ones, reports what cannot stay. Returns
/// nothing when parsing the rest makes no sense.
pub fn decode<'b>(bytes: &'b [u8], file: &Arc<str>, problems: &mut Problems) -> Option<Cow<'b, str>> {
    let whole = Span::of_file(Arc::clone(file));
    if bytes.len() > MAX_BYTES {
        problems.push(Message::TooLarge { size: bytes.len().into(), max: MAX_BYTES.into() }, &whole, "");
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            problems.push(Message::NotUtf8 {}, &place_of(&bytes[..error.valid_up_to()], file), "");
            return None;
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text: Cow<'b, str> = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() };
    scan_characters(&text, file, problems).then(|| if text.contains('\t') { text.replace('\t', " ").into() } else { text })
}

fn place_of(valid: &[u8], file: &Arc<str>) -> Span {
    let text = String::from_utf8_lossy(valid);
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    Span::new(file, clamp(line), clamp(column))
}

/// Reports each line with a tab and each control character; false when a tab stands in an indentation or the text has control
/// characters, because what the parser would say about the rest would mislead.
fn scan_characters(text: &str, file: &Arc<str>, problems: &mut Problems) -> bool {
    let mut usable = true;
    for (number, line) in text.split('\n').enumerate() {
        if let Some(column) = line.chars().position(|c| c == '\t') {
            problems.push(Message::Tab {}, &Span::new(file, clamp(number + 1), clamp(column + 1)), "");
            usable &= line.chars().take(column).any(|c| c != ' ');
        }
        let invisible = |c: &char| {
            (c.is_control() && *c != '\t') || matches!(c, '\u{feff}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        for (column, character) in line.chars().enumerate().filter(|(_, c)| invisible(c)) {
            let name: Words = format!("U+{:04X}", u32::from(character)).into();
            let place = Span::new(file, clamp(number + 1), clamp(column + 1));
            problems.push(Message::ControlCharacter { character: name }, &place, "");
            usable = false;
        }
    }
    usable
}

pub(super) fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        for good in ["a", "ztl-permit", "plate-2", "2026"] {
            assert!(is_id(good), "{good}");
        }
        for bad in ["", "Ztl", "a_b", "-a", "a-", "a--b", "città", "a.b", "../x", &"a".repeat(65)] {
            assert!(!is_id(bad), "{bad}");
        }
    }

    #[test]
    fn windows_files_are_read() {
        let mut problems = Problems::new();
        let text = decode(b"\xef\xbb\xbfformat: 1\r\na: b\r\n", &"x".into(), &mut problems).unwrap();
        assert_eq!(text, "format: 1\na: b\n");
        assert!(problems.is_empty());
    }

    #[test]
    fn wrong_encoding_is_placed() {
        let mut problems = Problems::new();
        assert!(decode(b"a: 1\nb: citt\xe0\n", &"x".into(), &mut problems).is_none());
        let problem = problems.iter().next().unwrap();
        assert_eq!((problem.code(), problem.span.line, problem.span.column), ("not_utf8", 2, 8));
    }

    #[test]
    fn invisible_characters_are_named() {
        let mut problems = Problems::new();
        assert!(decode("a: b\u{200b}c\n".as_bytes(), &"x".into(), &mut problems).is_none());
        assert!(problems.iter().next().unwrap().text(crate::problem::Language::It).contains("U+200B"));
    }
}
