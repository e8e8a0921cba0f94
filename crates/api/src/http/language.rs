//! Which language the reader wants (RFC 9110 section 12.5.4), among those of the product.

use sportello_domain::text::Language;

/// The language of an `Accept-Language` header: the offered one with the greatest weight, the first named where they are
/// equal, Italian where none is wanted or nothing was said.
pub(crate) fn negotiate(header: Option<&str>) -> Language {
    let Some(header) = header else { return Language::default() };
    let mut best: Option<(Language, u16)> = None;
    let mut refused = Vec::new();
    let mut any = 0;
    for range in header.split(',').take(32) {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=").map(weight)).unwrap_or(1000);
        let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        if primary == "*" {
            any = weight;
        } else if let Ok(language) = primary.parse() {
            if weight == 0 {
                refused.push(language);
            } else if best.is_none_or(|(_, other)| weight > other) {
                best = Some((language, weight));
            }
        }
    }
    match best {
        Some((language, weight)) if weight >= any => language,
        named => {
            let free = Language::ALL.into_iter().find(|language| !refused.contains(language));
            let free = if any > 0 { free } else { None };
            free.or(named.map(|(language, _)| language)).unwrap_or_default()
        }
    }
}

/// A weight in thousandths; what is no weight counts as none.
pub(super) fn weight(text: &str) -> u16 {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "1" if digits && decimals.bytes().all(|byte| byte == b'0') => 1000,
        "0" if digits => format!("{decimals:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_weight_wins_and_italian_is_the_default() {
        let cases = [
            (None, Language::It),
            (Some(""), Language::It),
            (Some("de"), Language::It),
            (Some("en"), Language::En),
            (Some("en-GB,en;q=0.9,it;q=0.8"), Language::En),
            (Some("it-IT, en;q=0.5"), Language::It),
            (Some("en;q=0.3, it;q=0.31"), Language::It),
            (Some("it;q=0.5, en;q=0.5"), Language::It),
            (Some("de, en;q=0.2"), Language::En),
            (Some("*"), Language::It),
            (Some("it;q=0, *"), Language::En),
            (Some("en;q=0"), Language::It),
            (Some("en;q=1.5"), Language::It),
            (Some("EN-us"), Language::En),
            (Some(";;;,,q="), Language::It),
        ];
        for (header, expected) in cases {
            assert_eq!(negotiate(header), expected, "{header:?}");
        }
    }
}
