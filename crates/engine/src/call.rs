//! What a command is told about the request that causes it.

use std::{fmt, sync::Arc};

use sportello_domain::{
    ids::TenantId,
    refusal::Refusal,
    tenant::{People, Tenant},
    text::Language,
};
use uuid::Uuid;

/// A request about one tenant: the first argument of every command.
#[derive(Clone, Debug)]
pub struct Call {
    /// The snapshot that the request runs under to its end.
    pub tenant: Arc<Tenant>,
    /// Who asks; none without a valid token.
    pub identity: Option<Identity>,
    /// The reader's language.
    pub language: Language,
    /// The request's id.
    pub request_id: Uuid,
    /// What makes a repeated request harmless.
    pub idempotency_key: Option<IdempotencyKey>,
    /// The version that the caller read.
    pub if_match: IfMatch,
}

/// A person as a token proves it. It gives no role and no access by itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who vouches.
    pub issuer: Arc<str>,
    /// The person's name there.
    pub subject: Arc<str>,
    /// The fiscal code, without the `TINIT-` prefix; staff may have none.
    pub tax_code: Option<Arc<str>>,
    /// Given name.
    pub given_name: Arc<str>,
    /// Family name.
    pub family_name: Arc<str>,
    /// E-mail.
    pub email: Option<Arc<str>>,
    /// The level of the log-in, 1 to 3 as SPID counts.
    pub level: u8,
    /// Whether a citizen or a member of the staff was vouched for.
    pub people: People,
    /// The tenant whose issuer it is.
    pub home: TenantId,
}

impl fmt::Debug for Identity {
    /// Nothing personal: this ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({:?} at {}, level {})", self.people, self.home, self.level)
    }
}

impl Identity {
    /// What the person is known by at a tenant, before it is hashed: the fiscal code as it was given out (two people whose codes
    /// share a canonical form are two people), or issuer and subject.
    pub fn known_by(&self) -> String {
        match &self.tax_code {
            Some(code) => by_tax_code(code),
            None => by_subject(&self.issuer, &self.subject),
        }
    }
}

/// What somebody is known by whom an issuer names by a subject alone.
pub(crate) fn by_subject(issuer: &str, subject: &str) -> String {
    format!("subject|{issuer}|{subject}")
}

/// What somebody with a fiscal code is known by.
pub(crate) fn by_tax_code(code: &str) -> String {
    format!("tax_code|{}", code.trim().to_ascii_uppercase())
}

/// The key of a request with the SHA-256 of its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// What the caller chose.
    pub key: String,
    /// SHA-256 of the body; of a form, of what it says.
    pub fingerprint: [u8; 32],
    /// Method and path.
    pub operation: String,
}

/// The `If-Match` of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// None was sent.
    #[default]
    Missing,
    /// `*`: whatever the version.
    Any,
    /// This version.
    Version(i64),
    /// Something that none of our versions has.
    Other,
}

/// How a body is read once the caller was admitted.
type Read<T> = Box<dyn FnOnce() -> Result<T, Refusal> + Send>;

/// A body that nobody has looked into yet. It is read after permission, so that a stranger learns nothing from an error.
pub struct Unread<T>(Read<T>);

impl<T> Unread<T> {
    /// A body and how to read it.
    pub fn new(read: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Self {
        Self(Box::new(read))
    }

    /// Reads it.
    pub fn read(self) -> Result<T, Refusal> {
        (self.0)()
    }
}

impl<T: Send + 'static> Unread<T> {
    /// A body that is known already: for callers inside the process.
    pub fn known(value: T) -> Self {
        Self::new(move || Ok(value))
    }
}

impl<T> fmt::Debug for Unread<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unread")
    }
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many, 1 to 200.
    pub limit: u64,
    /// Where to go on; none is the beginning.
    pub cursor: Option<String>,
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: 50, cursor: None }
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Paged<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where to go on; none on the last page.
    pub next: Option<String>,
}

impl<T> Paged<T> {
    /// The same page of other things.
    pub fn map<U>(self, map: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(map).collect(), next: self.next }
    }
}

impl<T> From<sportello_store::Slice<T>> for Paged<T> {
    fn from(slice: sportello_store::Slice<T>) -> Self {
        Self { items: slice.items, next: slice.next.map(|cursor| cursor.to_string()) }
    }
}
