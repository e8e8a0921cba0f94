//! The shapes that many replies share: lists, links, amounts, values with their source.
//!
//! Replies are types of their own, made from domain values by conversions that take them apart whole: a new field there forces
//! a decision here, and nothing leaks by being added.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use sportello_domain::{case::Person, money::Money, sourced::Sourced, text::Language};
use utoipa::ToSchema;

/// A link.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Link {
    /// Where, relative to the root of this server.
    #[schema(format = "uri-reference", max_length = 2000, example = "/v1/tenants/cesena")]
    pub(crate) href: String,
}

impl Link {
    /// A link to an address.
    pub(crate) fn to(href: impl Into<String>) -> Self {
        Self { href: href.into() }
    }
}

/// Links by relation.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(example = json!({"self": {"href": "/v1/tenants/cesena"}}))]
pub(crate) struct Links(pub(crate) BTreeMap<&'static str, Link>);

impl Links {
    /// Links by relation, in the order of their names.
    pub(crate) fn new<const N: usize>(links: [(&'static str, String); N]) -> Self {
        Self(links.into_iter().map(|(relation, href)| (relation, Link::to(href))).collect())
    }

    /// One more.
    pub(crate) fn with(mut self, relation: &'static str, href: Option<String>) -> Self {
        if let Some(href) = href {
            self.0.insert(relation, Link::to(href));
        }
        self
    }
}

/// The links of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PageLinks {
    /// This page.
    #[serde(rename = "self")]
    pub(crate) this: Link,
    /// The next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<Link>,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// What is on the page.
    #[schema(max_items = 1000)]
    pub(crate) items: Vec<T>,
    /// Where it is, and where the next one is.
    #[serde(rename = "_links")]
    pub(crate) links: PageLinks,
}

impl<T> List<T> {
    /// A page at an address (path and query), with the cursor of the next.
    pub(crate) fn new(items: Vec<T>, path: &str, query: &str, next: Option<&str>) -> Self {
        let this = Link::to(address(path, query));
        let next = next.map(|cursor| Link::to(address(path, &with_cursor(query, cursor))));
        Self { items, links: PageLinks { this, next } }
    }
}

fn address(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The query with its cursor exchanged. Cursors are written in URL-safe letters, so they need no escapes.
fn with_cursor(query: &str, cursor: &str) -> String {
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    kept.chain([format!("cursor={cursor}").as_str()]).collect::<Vec<_>>().join("&")
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Amount {
    /// Decimal, with two decimals.
    #[schema(max_length = 16, pattern = r"^[0-9]+\.[0-9]{2}$", example = "16.00")]
    pub(crate) amount: String,
    /// ISO 4217.
    #[schema(max_length = 3, pattern = "^[A-Z]{3}$", example = "EUR")]
    pub(crate) currency: &'static str,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { amount: money.to_string(), currency: "EUR" }
    }
}

/// A text with its source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SourcedText {
    /// The value.
    #[schema(max_length = 400, example = "C573")]
    value: String,
    /// False until somebody confirms it.
    verified: bool,
    /// The act, law or page that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 400, example = "delibera GC 12/2026")]
    source: Option<String>,
}

impl<T: ToString> From<&Sourced<T>> for SourcedText {
    fn from(sourced: &Sourced<T>) -> Self {
        let Sourced { value, source, verified, confirmed: _ } = sourced;
        Self { value: value.to_string(), verified: *verified, source: source.as_deref().map(str::to_owned) }
    }
}

/// A number with its source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SourcedNumber {
    /// The value.
    #[schema(minimum = 0, maximum = 65535, example = 30)]
    value: i32,
    /// False until somebody confirms it.
    verified: bool,
    /// The act, law or page that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 400, example = "L. 241/1990, art. 2, c. 2")]
    source: Option<String>,
}

impl From<&Sourced<u16>> for SourcedNumber {
    fn from(sourced: &Sourced<u16>) -> Self {
        let Sourced { value, source, verified, confirmed: _ } = sourced;
        Self { value: i32::from(*value), verified: *verified, source: source.as_deref().map(str::to_owned) }
    }
}

/// A person, as those see it who may.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PersonView {
    /// Its id at the tenant.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a44")]
    pub(crate) id: String,
    /// Given name.
    #[schema(max_length = 100, example = "Giulia")]
    pub(crate) given_name: String,
    /// Family name.
    #[schema(max_length = 100, example = "Zoffoli")]
    pub(crate) family_name: String,
    /// Fiscal code; absent for staff who have given none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 16, pattern = "^[A-Z0-9]{11,16}$", example = "ZFFGLI90D55C573E")]
    pub(crate) tax_code: Option<String>,
    /// Where it can be written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Email, max_length = 254, example = "giulia@example.org")]
    pub(crate) email: Option<String>,
}

impl From<&Person> for PersonView {
    fn from(person: &Person) -> Self {
        let Person { id, tax_code, given_name, family_name, email } = person;
        Self {
            id: id.to_string(),
            given_name: given_name.to_string(),
            family_name: family_name.to_string(),
            tax_code: tax_code.as_deref().map(str::to_owned),
            email: email.as_deref().map(str::to_owned),
        }
    }
}

/// A member of staff, as others see them: a name, no more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OfficerView {
    /// The id at the tenant.
    #[schema(format = Uuid, max_length = 36, example = "0197a3c2-8d1f-7c3a-9b55-0c2f6f1e2a45")]
    pub(crate) id: String,
    /// Given name.
    #[schema(max_length = 100, example = "Marco")]
    pub(crate) given_name: String,
    /// Family name.
    #[schema(max_length = 100, example = "Casadei")]
    pub(crate) family_name: String,
}

impl From<&Person> for OfficerView {
    fn from(person: &Person) -> Self {
        let Person { id, tax_code: _, given_name, family_name, email: _ } = person;
        Self { id: id.to_string(), given_name: given_name.to_string(), family_name: family_name.to_string() }
    }
}

/// An id of a vocabulary with its words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Term {
    /// The id.
    #[schema(max_length = 64, pattern = "^[a-z0-9_-]+$", example = "mobility-and-transport")]
    pub(crate) id: String,
    /// What people read.
    #[schema(max_length = 200, example = "Mobilità e trasporti")]
    pub(crate) title: String,
    /// Its code in the open vocabulary.
    #[schema(max_length = 16, example = "4")]
    pub(crate) code: String,
}

impl Term {
    /// A category.
    pub(crate) fn category(category: sportello_domain::service::Category, language: Language) -> Self {
        Self { id: category.id().to_owned(), title: category.label(language).to_owned(), code: category.open_code().to_owned() }
    }

    /// A channel.
    pub(crate) fn channel(channel: sportello_domain::service::Channel, language: Language) -> Self {
        Self { id: channel.id().to_owned(), title: channel.label(language).to_owned(), code: channel.open_code().to_owned() }
    }
}

/// An instant as replies write it: RFC 3339 in UTC, with `Z`.
pub(crate) fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// The members of a set that is written as `id: true`.
pub(crate) fn chosen<K: ToString>(set: &BTreeMap<K, bool>) -> Vec<String> {
    set.iter().filter(|(_, in_it)| **in_it).map(|(id, _)| id.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_filters() {
        let list = List::new(vec![1], "/v1/x", "q=a&cursor=old&limit=2", Some("new"));
        assert_eq!(
            serde_json::to_value(&list).unwrap(),
            serde_json::json!({
                "items": [1],
                "_links": {"self": {"href": "/v1/x?q=a&cursor=old&limit=2"}, "next": {"href": "/v1/x?q=a&limit=2&cursor=new"}}
            })
        );
        let end = serde_json::to_value(List::<i32>::new(Vec::new(), "/v1/x", "", None)).unwrap();
        assert_eq!(end, serde_json::json!({"items": [], "_links": {"self": {"href": "/v1/x"}}}));
    }
}
