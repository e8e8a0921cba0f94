//! Who is calling: bearer tokens (JWT, RFC 7519) of the issuers that the tenants trust.
//!
//! A token proves a person, an identity level and the tenant whose issuer vouches for that person; nothing in it can widen what
//! the person may do. Everything that a token could choose for itself is pinned by the issuer's configuration: the pair of
//! issuer and audience selects the configuration, which names the algorithms and holds the keys. The token's own `jku`, `jwk`,
//! `x5u` and `x5c` are never looked at.
//!
//! Keys stand in a file beside the configuration, or at an address from which [`remote`] fetches them.
//!
//! To extend: another claim is a line in [`claims`]; another algorithm a line in [`keys`] (asymmetric ones only: a shared secret
//! would let whoever checks tokens make them).

mod builtin;
mod claims;
mod keys;
mod remote;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::Value;
use sportello_domain::ids::TenantId;
use sportello_domain::tenant::Issuer;
use sportello_engine::Identity;
use sportello_engine::fleet::Fleet;
use sportello_engine::ports::{Clock, TokenVerifier, Unproven};

pub use builtin::{BuiltinIssuer, DEMO_ISSUER, DemoPerson, LIFETIME_SECONDS};
use keys::KeySet;
use remote::Remote;

/// Clocks differ; a token is taken this many seconds before and after its time.
const LEEWAY_SECONDS: i64 = 60;
/// Longer ones are not looked at.
const LONGEST: usize = 16 * 1024;

/// Why a token proves nothing. For the log: who sent it only learns that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenProblem {
    /// It is no signed token.
    #[error("not a signed token")]
    Malformed,
    /// It is made for something else than access.
    #[error("not a token for access")]
    WrongType,
    /// It demands something that this program does not understand.
    #[error("a critical header that is not understood")]
    Critical,
    /// No tenant trusts its issuer for its audience.
    #[error("nobody trusts this issuer for this audience")]
    UnknownIssuer,
    /// Its audiences belong to several tenants.
    #[error("audiences of several tenants")]
    Ambiguous,
    /// The issuer does not sign in this way.
    #[error("an algorithm that is not pinned for this issuer")]
    WrongAlgorithm,
    /// No key of the issuer fits.
    #[error("no key of the issuer fits")]
    UnknownKey,
    /// The configuration holds no keys of the issuer.
    #[error("the keys of this issuer are not known")]
    KeysUnknown,
    /// The issuer's keys cannot be fetched, so nobody can tell.
    #[error("the keys of this issuer cannot be fetched")]
    KeysUnreachable,
    /// The signature is somebody else's.
    #[error("the signature does not match")]
    WrongSignature,
    /// It ended, or never says when it ends.
    #[error("ended")]
    Expired,
    /// It does not begin yet.
    #[error("not valid yet")]
    NotYet,
    /// It does not say who, or names an impossible person.
    #[error("it does not name a person")]
    NoPerson,
}

/// Who trusts an issuer for an audience.
pub trait Issuers: Send + Sync {
    /// The tenant and its configuration for this pair.
    fn find(&self, issuer: &str, audience: &str) -> Option<(TenantId, Arc<Issuer>)>;
}

impl Issuers for Arc<Fleet> {
    fn find(&self, issuer: &str, audience: &str) -> Option<(TenantId, Arc<Issuer>)> {
        self.issuer(issuer, audience)
    }
}

/// Verifies tokens against the issuers of the running configuration.
pub struct Verifier {
    issuers: Box<dyn Issuers>,
    clock: Arc<dyn Clock>,
    /// Parsed keys, each with the configuration that it was parsed from; one entry for each issuer that somebody trusts.
    parsed: Mutex<HashMap<IssuerId, Parsed>>,
    remote: Remote,
}

/// The tenant, the issuer and the audience.
type IssuerId = (TenantId, String, String);

/// An issuer's configuration and the keys in it.
type Parsed = (Arc<Issuer>, Arc<KeySet>);

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

/// The parts of a token that are read before anything is proven.
struct Parts {
    header: Value,
    claims: Value,
}

impl Verifier {
    /// A verifier over the issuers in force.
    pub fn new(issuers: Box<dyn Issuers>, clock: Arc<dyn Clock>) -> Self {
        Self { issuers, remote: Remote::new(Arc::clone(&clock)), clock, parsed: Mutex::default() }
    }

    /// What a token proves.
    pub async fn prove(&self, token: &str) -> Result<Identity, TokenProblem> {
        let Parts { header, claims } = Parts::read(token)?;
        check_header(&header)?;
        let (home, issuer) = self.issuer_of(&claims)?;
        let algorithm = keys::pinned(&issuer, header["alg"].as_str())?;
        let keys = self.keys(home, &issuer, header["kid"].as_str(), algorithm).await?;
        let key = keys.find(header["kid"].as_str(), algorithm)?;
        let mut validation = jsonwebtoken::Validation::new(algorithm);
        // Issuer and audience have selected the key; the times are compared with the injected clock below.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Value>(token, key, &validation).map_err(|_| TokenProblem::WrongSignature)?.claims;
        self.check_times(&claims)?;
        claims::person(&claims, &issuer, home)
    }

    fn issuer_of(&self, claims: &Value) -> Result<(TenantId, Arc<Issuer>), TokenProblem> {
        let name = claims["iss"].as_str().ok_or(TokenProblem::UnknownIssuer)?;
        let audiences: Vec<&str> = match &claims["aud"] {
            Value::String(audience) => vec![audience],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut found = audiences.iter().filter_map(|audience| self.issuers.find(name, audience));
        let first = found.next().ok_or(TokenProblem::UnknownIssuer)?;
        if found.all(|other| other == first) { Ok(first) } else { Err(TokenProblem::Ambiguous) }
    }

    /// The issuer's keys; those at an address are fetched anew where the one that a token names is not among them.
    async fn keys(
        &self,
        home: TenantId,
        issuer: &Arc<Issuer>,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Arc<KeySet>, TokenProblem> {
        let Some(url) = issuer.jwks.url.as_deref() else { return self.held(home, issuer) };
        let keys = self.remote.keys(url).await?;
        if keys.find(id, algorithm).is_ok() { Ok(keys) } else { self.remote.newer(url).await }
    }

    fn held(&self, home: TenantId, issuer: &Arc<Issuer>) -> Result<Arc<KeySet>, TokenProblem> {
        let id = (home, issuer.issuer.to_string(), issuer.audience.to_string());
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        match parsed.get(&id) {
            Some((of, keys)) if Arc::ptr_eq(of, issuer) || of == issuer => Ok(Arc::clone(keys)),
            _ => {
                let keys = Arc::new(KeySet::of(issuer)?);
                parsed.insert(id, (Arc::clone(issuer), Arc::clone(&keys)));
                Ok(keys)
            }
        }
    }

    fn check_times(&self, claims: &Value) -> Result<(), TokenProblem> {
        let now = self.clock.now().as_second();
        let ends = seconds(&claims["exp"]).ok_or(TokenProblem::Expired)?;
        if ends.saturating_add(LEEWAY_SECONDS) <= now {
            return Err(TokenProblem::Expired);
        }
        match &claims["nbf"] {
            Value::Null => Ok(()),
            begins => match seconds(begins) {
                Some(begins) if begins.saturating_sub(LEEWAY_SECONDS) <= now => Ok(()),
                _ => Err(TokenProblem::NotYet),
            },
        }
    }
}

#[async_trait]
impl TokenVerifier for Verifier {
    async fn verify(&self, token: &str) -> Result<Identity, Unproven> {
        self.prove(token).await.map_err(|problem| match problem {
            TokenProblem::KeysUnreachable => Unproven::NobodyCanTell(problem.to_string()),
            _ => Unproven::Refused(problem.to_string()),
        })
    }
}

/// A `NumericDate` (RFC 7519, section 2): seconds, perhaps with a fraction.
fn seconds(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and a time that far away ends or begins never")]
    value.as_i64().or_else(|| value.as_f64().filter(|seconds| seconds.is_finite()).map(|seconds| seconds as i64))
}

/// Tokens for other ends (log-out, proof of possession, security events) say so in `typ` and are not for access (RFC 8725,
/// section 3.11).
fn check_header(header: &Value) -> Result<(), TokenProblem> {
    if !header["crit"].is_null() {
        return Err(TokenProblem::Critical);
    }
    match &header["typ"] {
        Value::Null => Ok(()),
        Value::String(kind) => {
            let kind = kind.to_ascii_lowercase();
            let kind = kind.strip_prefix("application/").unwrap_or(&kind);
            if matches!(kind, "jwt" | "at+jwt") { Ok(()) } else { Err(TokenProblem::WrongType) }
        }
        _ => Err(TokenProblem::WrongType),
    }
}

impl Parts {
    fn read(token: &str) -> Result<Self, TokenProblem> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else { return Err(TokenProblem::Malformed) };
        if token.len() > LONGEST || signature.is_empty() {
            return Err(TokenProblem::Malformed);
        }
        let object = |part: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
        };
        let header = object(header).ok_or(TokenProblem::Malformed)?;
        let claims = object(claims).ok_or(TokenProblem::Malformed)?;
        Ok(Self { header, claims })
    }
}
