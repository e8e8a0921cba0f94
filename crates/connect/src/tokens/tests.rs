//! What an attacker would send, and what a provider sends.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use serde_json::json;
use sportello_domain::tenant::People;
use uuid::Uuid;

use super::*;
use crate::clock::tests::Hands;

pub(super) struct Known(pub(super) Vec<(TenantId, Arc<Issuer>)>);

impl Issuers for Known {
    fn find(&self, issuer: &str, audience: &str) -> Option<(TenantId, Arc<Issuer>)> {
        self.0.iter().find(|(_, known)| &*known.issuer == issuer && &*known.audience == audience).cloned()
    }
}

struct World {
    builtin: BuiltinIssuer,
    verifier: Verifier,
    hands: Arc<Hands>,
    _folder: tempfile::TempDir,
}

pub(super) fn tenant(number: u128) -> TenantId {
    TenantId::new(Uuid::from_u128(number))
}

pub(super) fn mario() -> DemoPerson {
    DemoPerson {
        subject: "mario".to_owned(),
        tax_code: Some("RSSMRA80A01C573D".to_owned()),
        given_name: "Mario".to_owned(),
        family_name: "Rossi".to_owned(),
        email: Some("mario.rossi@example.org".to_owned()),
        level: 2,
    }
}

fn world_with(change: impl FnOnce(&mut Issuer)) -> World {
    let folder = tempfile::tempdir().unwrap();
    let builtin = BuiltinIssuer::open(folder.path()).unwrap();
    let mut citizens = builtin.configuration("a", People::Citizens);
    change(&mut citizens);
    let issuers = Known(vec![
        (tenant(1), Arc::new(citizens)),
        (tenant(1), Arc::new(builtin.configuration("a", People::Staff))),
        (tenant(2), Arc::new(builtin.configuration("b", People::Citizens))),
    ]);
    let hands = Arc::new(Hands::default());
    let verifier = Verifier::new(Box::new(issuers), Arc::clone(&hands) as Arc<dyn Clock>);
    World { builtin, verifier, hands, _folder: folder }
}

fn world() -> World {
    world_with(|_| ())
}

impl World {
    fn token(&self) -> String {
        self.builtin.mint("a", People::Citizens, &mario(), self.hands.now()).unwrap()
    }

    /// The same token with other claims, signed again by the issuer's own key.
    fn signed(&self, header: &Value, change: impl FnOnce(&mut Value)) -> String {
        let Parts { header: mut usual, mut claims } = Parts::read(&self.token()).unwrap();
        for (key, value) in header.as_object().unwrap() {
            usual[key] = value.clone();
        }
        change(&mut claims);
        let message = format!("{}.{}", part(&usual), part(&claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.builtin.key, Algorithm::ES256).unwrap();
        format!("{message}.{signature}")
    }

    fn prove(&self, token: &str) -> Result<Identity, TokenProblem> {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(self.verifier.prove(token))
    }

    fn problem(&self, token: &str) -> TokenProblem {
        self.prove(token).unwrap_err()
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[test]
fn a_good_token_proves_a_person_at_home() {
    let world = world();
    let proven = world.prove(&world.token()).unwrap();
    assert_eq!((proven.home, proven.people, &*proven.issuer), (tenant(1), People::Citizens, DEMO_ISSUER));
    assert_eq!(proven.tax_code.as_deref(), Some("RSSMRA80A01C573D"));
    assert_eq!((proven.level, &*proven.given_name), (2, "Mario"));
    let other = world.builtin.mint("b", People::Citizens, &mario(), world.hands.now()).unwrap();
    assert_eq!(world.prove(&other).unwrap().home, tenant(2));
}

#[test]
fn the_prefix_of_the_gateways_is_taken_off_and_staff_needs_no_code() {
    let world = world();
    let token = world.signed(&json!({}), |claims| claims["tax_code"] = "TINIT-RSSMRA80A01C573D".into());
    assert_eq!(world.prove(&token).unwrap().tax_code.as_deref(), Some("RSSMRA80A01C573D"));
    let staff = DemoPerson { tax_code: None, ..mario() };
    let token = world.builtin.mint("a", People::Staff, &staff, world.hands.now()).unwrap();
    assert_eq!(world.prove(&token).unwrap().tax_code, None);
    let token = world.builtin.mint("a", People::Citizens, &staff, world.hands.now()).unwrap();
    assert_eq!(world.problem(&token), TokenProblem::NoPerson);
    let token = world.signed(&json!({}), |claims| claims["tax_code"] = "RSSMRA80A01C573A".into());
    assert_eq!(world.problem(&token), TokenProblem::NoPerson, "a wrong check letter");
    let token = world.signed(&json!({}), |claims| claims["sub"] = Value::Null);
    assert_eq!(world.problem(&token), TokenProblem::NoPerson);
}

#[test]
fn no_signature_is_no_proof() {
    let world = world();
    let token = world.token();
    let (message, _) = token.rsplit_once('.').unwrap();
    let claims = token.split('.').nth(1).unwrap();
    for algorithm in ["none", "None", "NONE", ""] {
        let header = part(&json!({"alg": algorithm, "typ": "JWT"}));
        assert_eq!(world.problem(&format!("{header}.{claims}.")), TokenProblem::Malformed);
        assert_eq!(world.problem(&format!("{header}.{claims}.AAAA")), TokenProblem::WrongAlgorithm);
    }
    assert_eq!(world.problem(&format!("{message}.")), TokenProblem::Malformed);
    assert_eq!(world.problem(message), TokenProblem::Malformed);
    assert_eq!(world.problem(&format!("{message}.{}", URL_SAFE_NO_PAD.encode([0; 64]))), TokenProblem::WrongSignature);
    for nonsense in ["", ".", "..", "a.b.c", "a.b.c.d", "ey.ey.ey"] {
        assert_eq!(world.problem(nonsense), TokenProblem::Malformed, "{nonsense}");
    }
    assert_eq!(world.problem(&format!("{token}{}", "A".repeat(LONGEST))), TokenProblem::Malformed);
}

#[test]
fn the_public_key_is_no_shared_secret() {
    // A verifier that lets the token choose would take the public key, which everybody has, as the secret of an HMAC.
    for pinned in [vec!["ES256"], vec!["ES256", "HS256"]] {
        let world = world_with(|issuer| issuer.algorithms = pinned.iter().map(|name| ((*name).into(), true)).collect());
        let token = world.token();
        let claims = token.split('.').nth(1).unwrap();
        let message = format!("{}.{claims}", part(&json!({"alg": "HS256", "typ": "JWT", "kid": world.builtin.id})));
        let secret = world.builtin.public.to_string();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), message.as_bytes());
        let forged = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
        assert_eq!(world.problem(&forged), TokenProblem::WrongAlgorithm);
    }
}

#[test]
fn only_pinned_algorithms_are_taken() {
    let world = world_with(|issuer| issuer.algorithms = BTreeMap::from([("ES256".into(), false), ("RS256".into(), true)]));
    assert_eq!(world.problem(&world.token()), TokenProblem::WrongAlgorithm);
    let world = self::world();
    let token = world.signed(&json!({"alg": "ES384"}), |_| ());
    assert_eq!(world.problem(&token), TokenProblem::WrongAlgorithm);
}

#[test]
fn a_changed_claim_breaks_the_signature() {
    let world = world();
    let token = world.token();
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims = Parts::read(&token).unwrap().claims;
    claims["tax_code"] = "BNCLRA85B41C573Q".into();
    assert_eq!(world.problem(&format!("{}.{}.{}", parts[0], part(&claims), parts[2])), TokenProblem::WrongSignature);
}

#[test]
fn keys_inside_the_token_are_not_looked_at() {
    let world = world();
    let folder = tempfile::tempdir().unwrap();
    let attacker = BuiltinIssuer::open(folder.path()).unwrap();
    let token = attacker.mint("a", People::Citizens, &mario(), world.hands.now()).unwrap();
    assert_eq!(world.problem(&token), TokenProblem::UnknownKey, "its own kid");
    let claims = token.split('.').nth(1).unwrap();
    let header =
        json!({"alg": "ES256", "typ": "JWT", "kid": world.builtin.id, "jwk": attacker.public, "jku": "https://attacker.example/jwks"});
    let message = format!("{}.{claims}", part(&header));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &attacker.key, Algorithm::ES256).unwrap();
    assert_eq!(world.problem(&format!("{message}.{signature}")), TokenProblem::WrongSignature);
}

#[test]
fn another_tenants_audience_and_unknown_issuers_prove_nothing_here() {
    let world = world();
    let aud = |audience: Value| world.signed(&json!({}), |claims| claims["aud"] = audience);
    for unknown in [json!("c:citizens"), json!([]), json!(null), json!(7), json!({"a:citizens": true})] {
        assert_eq!(world.problem(&aud(unknown)), TokenProblem::UnknownIssuer);
    }
    assert_eq!(world.problem(&aud(json!(["a:citizens", "b:citizens"]))), TokenProblem::Ambiguous);
    assert_eq!(world.problem(&aud(json!(["a:citizens", "a:staff"]))), TokenProblem::Ambiguous);
    assert_eq!(world.prove(&aud(json!(["account", "a:citizens"]))).unwrap().home, tenant(1));
    let token = world.signed(&json!({}), |claims| claims["iss"] = "https://elsewhere.example".into());
    assert_eq!(world.problem(&token), TokenProblem::UnknownIssuer);
}

#[test]
fn times_are_held_with_a_minute_of_leeway() {
    let world = world();
    let token = world.token();
    world.hands.forward((LIFETIME_SECONDS + 59) * 1_000);
    assert!(world.prove(&token).is_ok());
    world.hands.forward(1_000);
    assert_eq!(world.problem(&token), TokenProblem::Expired);

    let now = world.hands.now().as_second();
    let with = |change: &dyn Fn(&mut Value)| world.signed(&json!({}), |claims| change(claims));
    assert_eq!(world.problem(&with(&|claims| claims["exp"] = Value::Null)), TokenProblem::Expired, "a token without an end");
    assert_eq!(world.problem(&with(&|claims| claims["exp"] = "tomorrow".into())), TokenProblem::Expired);
    assert!(world.prove(&with(&|claims| claims["nbf"] = (now + 60).into())).is_ok());
    assert_eq!(world.problem(&with(&|claims| claims["nbf"] = (now + 61).into())), TokenProblem::NotYet);
    assert_eq!(world.problem(&with(&|claims| claims["nbf"] = "soon".into())), TokenProblem::NotYet);
    assert!(world.prove(&with(&|claims| claims["exp"] = json!(1e18))).is_ok());
}

#[test]
fn tokens_for_other_ends_are_not_for_access() {
    let world = world();
    for kind in ["logout+jwt", "dpop+jwt", "secevent+jwt", "JOSE"] {
        assert_eq!(world.problem(&world.signed(&json!({ "typ": kind }), |_| ())), TokenProblem::WrongType);
    }
    for kind in [json!("at+jwt"), json!("application/at+JWT"), json!("jwt"), Value::Null] {
        assert!(world.prove(&world.signed(&json!({ "typ": kind }), |_| ())).is_ok(), "{kind}");
    }
    assert_eq!(world.problem(&world.signed(&json!({"crit": ["exp"]}), |_| ())), TokenProblem::Critical);
}

#[test]
fn a_token_without_the_name_of_its_key_needs_a_single_key() {
    let world = world();
    let token = world.signed(&json!({ "kid": null }), |_| ());
    assert!(world.prove(&token).is_ok());

    let folder = tempfile::tempdir().unwrap();
    let second = BuiltinIssuer::open(folder.path()).unwrap();
    let world = world_with(|issuer| {
        let first = issuer.jwks.keys.take().unwrap();
        issuer.jwks.keys = Some(json!({"keys": [first["keys"][0], second.public, {"kty": "EC", "use": "enc", "broken": true}]}));
    });
    assert!(world.prove(&world.token()).is_ok());
    assert_eq!(world.problem(&world.signed(&json!({ "kid": null }), |_| ())), TokenProblem::UnknownKey);
}

#[test]
fn keys_for_encryption_and_for_another_algorithm_are_left_out() {
    for (member, value) in [("use", "enc"), ("alg", "ES384")] {
        let world = world_with(|issuer| issuer.jwks.keys.as_mut().unwrap()["keys"][0][member] = value.into());
        assert_eq!(world.problem(&world.token()), TokenProblem::UnknownKey);
    }
}

#[test]
fn the_key_pair_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let first = BuiltinIssuer::open(&folder.path().join("keys")).unwrap();
    let second = BuiltinIssuer::open(&folder.path().join("keys")).unwrap();
    assert_eq!(first.id, second.id);
    assert_eq!(BuiltinIssuer::read_audience(&BuiltinIssuer::audience("a", People::Staff)), Some(("a", People::Staff)));
    std::fs::write(folder.path().join("keys/issuer.pkcs8"), b"nonsense").unwrap();
    let error = BuiltinIssuer::open(&folder.path().join("keys")).unwrap_err().to_string();
    assert!(error.ends_with("issuer.pkcs8: not an ES256 key"), "{error}");
}
