//! The keys of an issuer and the algorithms that are pinned for it.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use sportello_domain::tenant::Issuer;

use super::TokenProblem;

/// What can be pinned. Shared secrets are left out, whatever a configuration says.
const ALGORITHMS: [(&str, Algorithm); 9] = [
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("EdDSA", Algorithm::EdDSA),
];

/// The algorithm that a token names, if the issuer's configuration pins it.
pub(super) fn pinned(issuer: &Issuer, named: Option<&str>) -> Result<Algorithm, TokenProblem> {
    let named = named.ok_or(TokenProblem::WrongAlgorithm)?;
    let on = issuer.algorithms.iter().any(|(name, on)| *on && &**name == named);
    let known = ALGORITHMS.iter().find(|(name, _)| *name == named);
    known.filter(|_| on).map(|(_, algorithm)| *algorithm).ok_or(TokenProblem::WrongAlgorithm)
}

/// Keys for signatures, parsed.
pub(super) struct KeySet(Vec<Key>);

struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    public: DecodingKey,
}

impl KeySet {
    /// The keys that the configuration holds.
    pub(super) fn of(issuer: &Issuer) -> Result<Self, TokenProblem> {
        issuer.jwks.keys.as_ref().and_then(Self::read).ok_or(TokenProblem::KeysUnknown)
    }

    /// A set as RFC 7517 has it, or the bare list of its keys; those that are of no use for signatures are left out.
    pub(super) fn read(content: &Value) -> Option<Self> {
        let list = content.get("keys").unwrap_or(content).as_array()?;
        let set = JwkSet { keys: list.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect() };
        Some(Self(set.keys.iter().filter_map(Key::of).collect()))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The key that a token names. One without a name is taken only where a single key is possible.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&DecodingKey, TokenProblem> {
        let mut fitting = self.0.iter().filter(|key| key.algorithms.contains(&algorithm) && (id.is_none() || key.id.as_deref() == id));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(&key.public),
            _ => Err(TokenProblem::UnknownKey),
        }
    }
}

impl Key {
    fn of(jwk: &Jwk) -> Option<Self> {
        if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
            return None;
        }
        let mut algorithms = match &jwk.algorithm {
            AlgorithmParameters::EllipticCurve(parameters) => match parameters.curve {
                EllipticCurve::P256 => vec![Algorithm::ES256],
                EllipticCurve::P384 => vec![Algorithm::ES384],
                _ => return None,
            },
            AlgorithmParameters::RSA(_) => {
                vec![Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::PS384, Algorithm::PS512]
            }
            AlgorithmParameters::OctetKeyPair(_) => vec![Algorithm::EdDSA],
            _ => return None,
        };
        if let Some(named) = jwk.common.key_algorithm {
            let named = ALGORITHMS.iter().find(|(name, _)| *name == named.to_string()).map(|(_, algorithm)| *algorithm);
            algorithms.retain(|algorithm| Some(*algorithm) == named);
        }
        Some(Self { id: jwk.common.key_id.clone(), algorithms, public: DecodingKey::from_jwk(jwk).ok()? })
    }
}
