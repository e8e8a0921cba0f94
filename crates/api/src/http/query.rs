//! Reads a query string strictly: what is unknown, repeated or out of bounds is refused with its name, all of it at once.
//!
//! Pointers into a query are `/query/<name>`, into headers `/header/<name>`; pointers into bodies have no prefix.

use actix_web::HttpRequest;
use sportello_domain::refusal::{Code, Fault, Refusal};

use super::faults::{self, Kind};

/// The default number of items on a page.
pub(crate) const DEFAULT_LIMIT: u64 = 50;
/// The most items on a page.
pub(crate) const MAX_LIMIT: u64 = 200;
/// The longest cursor.
const MAX_CURSOR: usize = 512;

/// What a list was asked for: how many, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageQuery {
    /// How many items.
    pub(crate) limit: u64,
    /// From where, as an earlier reply said.
    pub(crate) cursor: Option<String>,
}

/// The parameters that were not yet read.
#[derive(Debug)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl Query {
    /// Begins to read a request's query.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        Self::parse(request.query_string())
    }

    fn parse(text: &str) -> Self {
        let faults: Vec<Fault> =
            text.split('&').filter(|piece| !is_text(piece)).map(|piece| faults::not_text(&pointer(&name(piece)))).collect();
        if !faults.is_empty() {
            return Self { pairs: Vec::new(), known: Vec::new(), faults };
        }
        let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(text).map(|query| query.0);
        match pairs {
            Ok(pairs) => Self { pairs, known: Vec::new(), faults: Vec::new() },
            Err(_) => Self { pairs: Vec::new(), known: Vec::new(), faults: vec![faults::wrong_type("/query", Kind::Text)] },
        }
    }

    fn take(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let first = self.pairs.iter().position(|(key, _)| key == name)?;
        let (_, value) = self.pairs.remove(first);
        if self.pairs.iter().any(|(key, _)| key == name) {
            self.pairs.retain(|(key, _)| key != name);
            self.faults.push(faults::repeated(&pointer(name)));
        }
        Some(value)
    }

    /// A text of at most so many characters.
    pub(crate) fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        let value = self.take(name)?;
        if value.is_empty() || value.chars().count() > max {
            self.faults.push(faults::wrong_length(&pointer(name), 1, max));
            return None;
        }
        Some(value)
    }

    /// One of a vocabulary.
    pub(crate) fn term<T>(&mut self, name: &'static str, choices: &[&str], find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = self.take(name)?;
        let found = find(&value);
        if found.is_none() {
            self.faults.push(faults::unknown_choice(&pointer(name), choices));
        }
        found
    }

    /// Any of a vocabulary, separated by commas.
    pub(crate) fn terms<T>(&mut self, name: &'static str, choices: &[&str], find: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let Some(value) = self.take(name) else { return Vec::new() };
        let found: Option<Vec<T>> = value.split(',').map(find).collect();
        found.unwrap_or_else(|| {
            self.faults.push(faults::unknown_choice(&pointer(name), choices));
            Vec::new()
        })
    }

    /// A civil day.
    pub(crate) fn date(&mut self, name: &'static str) -> Option<jiff::civil::Date> {
        let value = self.take(name)?;
        self.parsed(name, &value, Kind::Date)
    }

    /// A whole number within bounds.
    pub(crate) fn number(&mut self, name: &'static str, min: i64, max: i64) -> Option<i64> {
        let value = self.take(name)?;
        let number = value.parse().ok().filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.faults.push(faults::out_of_range(&pointer(name), min, max));
        }
        number
    }

    /// `limit` and `cursor`.
    pub(crate) fn page(&mut self) -> PageQuery {
        let limit = self.number("limit", 1, i64::try_from(MAX_LIMIT).unwrap_or(i64::MAX));
        let limit = limit.and_then(|limit| u64::try_from(limit).ok()).unwrap_or(DEFAULT_LIMIT);
        PageQuery { limit, cursor: self.text("cursor", MAX_CURSOR) }
    }

    /// Ends the reading: everything that is wrong, or nothing.
    pub(crate) fn finish(mut self) -> Result<(), Refusal> {
        for (name, _) in &self.pairs {
            self.faults.push(faults::unknown_parameter(&pointer(name), &self.known));
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::InvalidParameter, self.faults)) }
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, value: &str, kind: Kind) -> Option<T> {
        let parsed = value.parse().ok();
        if parsed.is_none() {
            self.faults.push(faults::wrong_type(&pointer(name), kind));
        }
        parsed
    }
}

/// Whether a piece of a query is UTF-8 without a null character once its escapes are undone. The parser would put replacement
/// characters in the place of what is not.
fn is_text(piece: &str) -> bool {
    let mut bytes = Vec::with_capacity(piece.len());
    let mut rest = piece.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escape = after.get(..2).filter(|_| *first == b'%').and_then(|digits| hex::decode(digits).ok());
        rest = if escape.is_some() { after.get(2..).unwrap_or_default() } else { after };
        bytes.extend(escape.unwrap_or_else(|| vec![*first]));
    }
    std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0'))
}

/// The name in a piece of a query, as far as it is text.
fn name(piece: &str) -> String {
    let raw = piece.split('=').next().unwrap_or_default();
    if is_text(raw) {
        let pair = actix_web::web::Query::<Vec<(String, String)>>::from_query(raw).map(|query| query.0);
        return pair.ok().and_then(|pairs| pairs.into_iter().next()).map(|(name, _)| name).unwrap_or_default();
    }
    raw.to_owned()
}

fn pointer(name: &str) -> String {
    format!("/query/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: Query) -> Vec<(String, &'static str)> {
        let refusal = query.finish().unwrap_err();
        assert_eq!(refusal.code, Code::InvalidParameter);
        refusal.faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn pages_have_bounds_and_defaults() {
        let mut query = Query::parse("");
        assert_eq!(query.page(), PageQuery { limit: 50, cursor: None });
        query.finish().unwrap();
        for bad in ["0", "201", "-1", "x", "1.5", ""] {
            let mut query = Query::parse(&format!("limit={bad}"));
            query.page();
            assert_eq!(refused(query), [("/query/limit".to_owned(), "out_of_range")], "{bad}");
        }
    }

    #[test]
    fn unknown_and_repeated_parameters_are_refused() {
        let mut query = Query::parse("limt=5&q=a&q=b");
        query.text("q", 10);
        assert_eq!(refused(query), [("/query/q".to_owned(), "repeated"), ("/query/limt".to_owned(), "unknown_parameter")]);
    }

    #[test]
    fn what_is_no_text_is_refused_by_its_name() {
        for (text, pointer) in [
            ("q=%ff", "/query/q"),
            ("q=a%00b", "/query/q"),
            ("limit=%C3", "/query/limit"),
            ("q=caff%C3%A8&cursor=%80", "/query/cursor"),
            ("life%5Fevent=%ED%A0%80", "/query/life_event"),
            ("%ff=1", "/query/%ff"),
        ] {
            let mut query = Query::parse(text);
            query.page();
            query.text("q", 10);
            assert_eq!(refused(query), [(pointer.to_owned(), "not_text")], "{text}");
        }
        for text in ["q=caff%C3%A8", "q=100%", "q=%zz", "q=%e2%82%ac", "q=a+b"] {
            let mut query = Query::parse(text);
            query.text("q", 10).unwrap();
            query.finish().unwrap();
        }
    }

    #[test]
    fn vocabularies_are_closed() {
        let find = |id: &str| ["a", "b"].into_iter().find(|term| *term == id);
        let mut query = Query::parse("x=a,b&y=c");
        assert_eq!(query.terms("x", &["a", "b"], find), ["a", "b"]);
        assert_eq!(query.term("y", &["a", "b"], find), None);
        assert_eq!(refused(query), [("/query/y".to_owned(), "unknown_choice")]);
    }
}
