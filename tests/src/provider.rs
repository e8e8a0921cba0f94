//! An identity provider that the tests hold in their hands: a key pair, the public half as a set, tokens signed with the other.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// A key pair with its name.
pub struct Provider {
    id: String,
    key: EncodingKey,
    public: Value,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Provider {
    /// A new pair under a name.
    pub fn new(id: &str) -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key pair");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).expect("it is read back");
        let point = pair.public_key().as_ref();
        let public = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": id,
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
        });
        Self { id: id.to_owned(), key: EncodingKey::from_ec_der(pkcs8.as_ref()), public }
    }

    /// The public key as a set (RFC 7517).
    pub fn keys(&self) -> Value {
        json!({ "keys": [self.public] })
    }

    /// A token with these claims, which lasts until the year 2100 unless they say otherwise.
    pub fn token(&self, claims: &Value) -> String {
        let mut all = json!({ "exp": 4_102_444_800_u64 });
        for (name, value) in claims.as_object().expect("claims are an object") {
            all[name] = value.clone();
        }
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, &all, &self.key).expect("a token")
    }
}
