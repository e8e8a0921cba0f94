//! What people commonly get wrong, turned from a parser's words into ours.

use saphyr_parser::ScanError;

use crate::problem::{Message, Words};

/// The message for an error of the YAML parser.
pub(super) fn explain(error: &ScanError) -> Message {
    let info = error.info();
    let has = |needle: &str| info.contains(needle);
    if has("mapping values are not allowed") || has("illegal placement of ':'") {
        Message::ColonInText {}
    } else if has("invalid trailing content after double-quoted") {
        Message::TextAfterQuote {}
    } else if has("while scanning a quoted scalar") && (has("end of stream") || has("document indicator")) || has("indentation in quoted") {
        Message::UnclosedQuote {}
    } else if has("flow mapping") || has("flow construct") || has("misplaced bracket") {
        Message::UnclosedBrace {}
    } else if has("block collection") || has("sequence entries") || has("only valid inside a block") {
        Message::ListNotAllowed {}
    } else if has("simple key expect") || has("did not find expected key") || has("invalid indentation") || has("wrongly indented") {
        Message::BadIndentation {}
    } else if has("anchor") || has("alias") {
        Message::AnchorNotAllowed {}
    } else if has("recursion limit") {
        Message::TooDeep { max: super::MAX_DEPTH.into() }
    } else {
        Message::YamlSyntax { detail: Words::from(info) }
    }
}

/// What a `#` after a plain text swallowed, when it looks like text and not like a comment: `Sportello #1 centro`.
pub(super) fn cut_by_hash(rest_of_line: &str) -> Option<&str> {
    let comment = rest_of_line.trim_start();
    let after = comment.strip_prefix('#')?;
    let text_like = after.chars().next().is_some_and(|c| !c.is_whitespace() && !matches!(c, '#' | '-' | '=' | '!'));
    text_like.then(|| comment.trim_end())
}

/// True when typographic quotes enclose a plain text, so that straight ones were probably meant.
pub(super) fn wrapped_in_smart_quotes(text: &str) -> bool {
    let inner = |open: &[char], close: &[char]| {
        text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(|inner| !inner.contains(open))
    };
    inner(&['“', '”', '„'], &['”', '“']) || inner(&['‘', '‚'], &['’', '‘']) || inner(&['«'], &['»'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_cut_texts() {
        assert_eq!(cut_by_hash(" #1 centro"), Some("#1 centro"));
        assert_eq!(cut_by_hash("   # a comment"), None);
        assert_eq!(cut_by_hash(" ## heading"), None);
        assert_eq!(cut_by_hash(""), None);
    }

    #[test]
    fn smart_quotes() {
        assert!(wrapped_in_smart_quotes("“Permesso”"));
        assert!(!wrapped_in_smart_quotes("“Permesso” e “bollino”"));
        assert!(!wrapped_in_smart_quotes("l’ufficio"));
    }
}
