//! The issuer inside the program, for demonstrations and tests: it vouches for whoever is asked for, so it is trusted only where
//! the composition says so, and only on the machine itself.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sportello_domain::tenant::{Issuer, Jwks, People};

use crate::private_files;

/// Its name in tokens. The domain is reserved, so nobody else can have it.
pub const DEMO_ISSUER: &str = "https://sportello.example/demo";
/// How long its tokens last: a working day.
pub const LIFETIME_SECONDS: i64 = 12 * 60 * 60;

/// A person that does not exist.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// A name of its own, the same every time.
    pub subject: String,
    /// A valid fiscal code; citizens need one.
    pub tax_code: Option<String>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Identity level, 1 to 3.
    pub level: u8,
}

/// A key pair that is made once and kept.
pub struct BuiltinIssuer {
    pub(super) key: EncodingKey,
    pub(super) public: Value,
    pub(super) id: String,
}

impl std::fmt::Debug for BuiltinIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BuiltinIssuer").field("id", &self.id).finish_non_exhaustive()
    }
}

impl BuiltinIssuer {
    /// Reads the key pair in a folder, making it where there is none. Two programs that start together use the same one.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join("issuer.pkcs8");
        let made = if let Some(bytes) = private_files::read(&path)? {
            bytes
        } else {
            let new = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .map_err(|_| io::Error::other("no randomness for a key"))?;
            private_files::create(&path, new.as_ref())?;
            private_files::read(&path)?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?
        };
        Self::of(&made).map_err(|detail| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {detail}", path.display())))
    }

    fn of(pkcs8: &[u8]) -> Result<Self, &'static str> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map_err(|_| "not an ES256 key")?;
        let point = pair.public_key().as_ref();
        // An uncompressed point (SEC 1, 2.3.3): 4, then 32 bytes each.
        let (Some(x), Some(y)) = (point.get(1..33), point.get(33..65)) else { return Err("not an ES256 key") };
        let id = hex::encode(&Sha256::digest(point)[..8]);
        let public = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": id,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        });
        Ok(Self { key: EncodingKey::from_ec_der(pkcs8), public, id })
    }

    /// The audience of its tokens for some people of a tenant.
    pub fn audience(slug: &str, people: People) -> String {
        match people {
            People::Citizens => format!("{slug}:citizens"),
            People::Staff => format!("{slug}:staff"),
        }
    }

    /// The tenant's slug and the people that an audience names.
    pub fn read_audience(audience: &str) -> Option<(&str, People)> {
        match audience.rsplit_once(':')? {
            (slug, "citizens") => Some((slug, People::Citizens)),
            (slug, "staff") => Some((slug, People::Staff)),
            _ => None,
        }
    }

    /// What a tenant's `identity.yaml` would say to trust it.
    pub fn configuration(&self, slug: &str, people: People) -> Issuer {
        let claims = [("tax_code", "tax_code"), ("level", "acr")];
        Issuer {
            issuer: DEMO_ISSUER.into(),
            audience: Self::audience(slug, people).into(),
            jwks: Jwks { url: None, file: None, keys: Some(json!({ "keys": [self.public] })) },
            algorithms: BTreeMap::from([("ES256".into(), true)]),
            people,
            claims: claims.into_iter().map(|(ours, theirs)| (ours.into(), Arc::from(theirs))).collect(),
        }
    }

    /// A token for a person of a tenant.
    pub fn mint(&self, slug: &str, people: People, person: &DemoPerson, now: Timestamp) -> io::Result<String> {
        let DemoPerson { subject, tax_code, given_name, family_name, email, level } = person;
        let claims = json!({
            "iss": DEMO_ISSUER, "aud": Self::audience(slug, people), "sub": subject,
            "iat": now.as_second(), "nbf": now.as_second(), "exp": now.as_second() + LIFETIME_SECONDS,
            "tax_code": tax_code, "given_name": given_name, "family_name": family_name, "email": email,
            "acr": format!("https://www.spid.gov.it/SpidL{level}"),
        });
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(io::Error::other)
    }
}
