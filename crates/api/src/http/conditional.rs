//! Conditions on versions (RFC 9110 section 13): `ETag`, `If-Match`, `If-None-Match`.
//!
//! A resource with rows is tagged with its version (`"7"`), a rendered text with a hash of its bytes.

use sha2::{Digest, Sha256};

/// The entity tag of a version.
pub(crate) fn version_tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The entity tag of a rendered body.
pub(crate) fn content_tag(bytes: &[u8]) -> String {
    let hash = hex::encode(Sha256::digest(bytes));
    format!("\"{}\"", hash.get(..32).unwrap_or(&hash))
}

/// What an `If-Match` header asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// No header.
    Missing,
    /// `*`: whatever the version, as long as the resource is there.
    Any,
    /// This version.
    Version(i64),
    /// A tag that none of our versions has (weak ones never match here).
    Other,
}

/// Reads `If-Match`. Of several tags only the last that can be a version is tried: who holds one representation sends one tag,
/// and trying too few can refuse a change, never let a wrong one through.
pub(crate) fn if_match(header: Option<&str>) -> Match {
    let Some(header) = header else { return Match::Missing };
    if header.trim() == "*" {
        return Match::Any;
    }
    let versions = tags(header).filter(|(weak, _)| !weak).filter_map(|(_, tag)| canonical(tag));
    versions.last().map_or(Match::Other, Match::Version)
}

/// A version as we write it: no sign, no leading zeros.
fn canonical(tag: &str) -> Option<i64> {
    let version: i64 = tag.parse().ok()?;
    (version.to_string() == tag).then_some(version)
}

/// Whether `If-None-Match` names this tag (weak comparison), so that 304 says it all.
pub(crate) fn if_none_match(header: Option<&str>, tag: &str) -> bool {
    let Some(header) = header else { return false };
    let tag = tag.trim_start_matches("W/").trim_matches('"');
    header.trim() == "*" || tags(header).any(|(_, other)| without_coding(other) == without_coding(tag))
}

/// Some proxies mark the tag of a body that they compressed.
fn without_coding(tag: &str) -> &str {
    tag.strip_suffix("-gzip").or_else(|| tag.strip_suffix("-br")).unwrap_or(tag)
}

/// The tags of a list, each with whether it is weak.
fn tags(header: &str) -> impl Iterator<Item = (bool, &str)> {
    header.split(',').filter_map(|item| {
        let item = item.trim();
        let (weak, quoted) = item.strip_prefix("W/").map_or((false, item), |rest| (true, rest));
        let tag = quoted.strip_prefix('"')?.strip_suffix('"')?;
        Some((weak, tag))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_reads_versions() {
        assert_eq!(if_match(None), Match::Missing);
        assert_eq!(if_match(Some("*")), Match::Any);
        assert_eq!(if_match(Some("\"7\"")), Match::Version(7));
        assert_eq!(if_match(Some("\"x\", \"7\"")), Match::Version(7));
        for other in ["7", "W/\"7\"", "\"07\"", "\"+7\"", "\"\"", "", "\"7", "\"abc\""] {
            assert_eq!(if_match(Some(other)), Match::Other, "{other}");
        }
    }

    #[test]
    fn if_none_match_compares_weakly() {
        let tag = content_tag(b"body");
        assert!(if_none_match(Some(&tag), &tag));
        assert!(if_none_match(Some(&format!("\"a\", W/{tag}")), &tag));
        assert!(if_none_match(Some("*"), &tag));
        assert!(!if_none_match(Some("\"a\""), &tag));
        assert!(!if_none_match(None, &tag));
        assert!(if_none_match(Some("\"3-gzip\""), "\"3\""));
    }
}
