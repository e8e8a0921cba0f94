//! The `Idempotency-Key` header: a structured-field string, or the same without its quotes.

/// The longest key.
pub(crate) const MAX_LENGTH: usize = 255;

/// Reads a key; none where the header says something that is no key (1 to 255 visible ASCII characters or blanks inside).
pub(crate) fn parse(header: &str) -> Option<String> {
    let header = header.trim();
    let key = match header.strip_prefix('"') {
        Some(rest) => unquoted(rest)?,
        None => header.to_owned(),
    };
    let fits = (1..=MAX_LENGTH).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then_some(key)
}

/// The content of an sf-string (RFC 9651 section 3.3.3) after its opening quote.
fn unquoted(rest: &str) -> Option<String> {
    let mut key = String::with_capacity(rest.len());
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '\\' => match characters.next()? {
                escaped @ ('"' | '\\') => key.push(escaped),
                _ => return None,
            },
            '"' => return characters.next().is_none().then_some(key),
            character => key.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_and_bare_are_the_same_key() {
        assert_eq!(parse("\"8e03978e-40d5\""), Some("8e03978e-40d5".to_owned()));
        assert_eq!(parse("8e03978e-40d5"), Some("8e03978e-40d5".to_owned()));
        assert_eq!(parse(r#""a\"b""#), Some("a\"b".to_owned()));
        assert_eq!(parse(&"k".repeat(255)).map(|key| key.len()), Some(255));
    }

    #[test]
    fn what_is_no_key_is_none() {
        for bad in ["", "\"\"", "\"open", "\"a\"b", "two words", "è", r#""a\x""#, &"k".repeat(256)] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
