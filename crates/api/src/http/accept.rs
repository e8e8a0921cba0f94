//! Which of several formats the reader wants (RFC 9110 section 12.5.1).

use actix_web::{HttpRequest, http::header};

/// The offered format with the greatest weight; the first offered where nothing was said; none where none is wanted.
pub(crate) fn choose(request: &HttpRequest, offered: &[&'static str]) -> Option<&'static str> {
    best(request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()), offered)
}

fn best(header: Option<&str>, offered: &[&'static str]) -> Option<&'static str> {
    let Some(header) = header else { return offered.first().copied() };
    let mut best = None;
    let mut weight = 0;
    for format in offered {
        let found = weight_of(header, format);
        if found > weight {
            (best, weight) = (Some(*format), found);
        }
    }
    best
}

/// The weight of a format in thousandths, by the range that names it most closely.
fn weight_of(header: &str, format: &str) -> u16 {
    let (kind, _) = format.split_once('/').unwrap_or((format, ""));
    let mut closest = 0;
    let mut weight = 0;
    for range in header.split(',').take(32) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let closeness = match name {
            "*/*" => 1,
            _ if name.strip_suffix("/*").is_some_and(|prefix| prefix.eq_ignore_ascii_case(kind)) => 2,
            _ if name.eq_ignore_ascii_case(format) => 3,
            _ => continue,
        };
        if closeness > closest {
            closest = closeness;
            weight = parts.find_map(|part| part.strip_prefix("q=").map(super::language::weight)).unwrap_or(1000);
        }
    }
    weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_range_decides() {
        let offered = ["application/json", "image/svg+xml"];
        let cases = [
            (None, Some("application/json")),
            (Some("*/*"), Some("application/json")),
            (Some("image/svg+xml"), Some("image/svg+xml")),
            (Some("image/*"), Some("image/svg+xml")),
            (Some("text/html,application/xhtml+xml,image/avif,*/*;q=0.8"), Some("application/json")),
            (Some("application/json;q=0.1, image/*;q=0.5"), Some("image/svg+xml")),
            (Some("image/*, image/svg+xml;q=0, */*;q=0.1"), Some("application/json")),
            (Some("text/html"), None),
            (Some("application/json;q=0"), None),
        ];
        for (header, expected) in cases {
            assert_eq!(best(header, &offered), expected, "{header:?}");
        }
    }
}
