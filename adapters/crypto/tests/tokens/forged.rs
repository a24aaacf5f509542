//! Everything that is not a token of ours, and looks like one.

use adapter_crypto::Factory;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use biscuit::{jwa::SignatureAlgorithm, jws};
use domain::{Algorithm, PublicKey, Secret};
use ports::outbound::{KeyFactory, Keyring, UnverifiedToken};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};

use crate::fresh::{access_claims, id_claims, key, part, ring};

/// A server, and somebody who has got hold of its private key: whatever they sign differs from an
/// honest token in what the test says, and in nothing else.
struct Forger {
    ring: Keyring,
    kid: String,
    public: Vec<u8>,
    private: jws::Secret,
}

impl Forger {
    fn new() -> Self {
        let key = key(Algorithm::Es256);
        let PublicKey::Ec { x, y } = &key.key.public else { unreachable!("an ES256 key") };
        let public = [&[4], x.as_slice(), y].concat();
        let pkcs8 = key.private.as_deref().expect("a private key");
        let suite = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_pkcs8(suite, pkcs8, &ring::rand::SystemRandom::new());
        let private = jws::Secret::EcdsaKeyPair(pair.expect("a key pair").into());
        let kid = key.key.id.to_string();
        let ring = Factory.open(vec![key, self::key(Algorithm::Rs256)]).expect("opens");
        Self { ring, kid, public, private }
    }

    fn honest(&self) -> String {
        self.ring.es256.access_token(&access_claims()).expect("signed").expose().to_owned()
    }

    fn claims(&self) -> Value {
        json!(part(&self.honest(), 1))
    }

    /// The header of an honest token, but for `changes`.
    fn header(&self, changes: &Value) -> Value {
        let mut header = json!({ "alg": "ES256", "typ": "at+jwt", "kid": self.kid });
        merge(&mut header, changes);
        header
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        sign(header, claims, SignatureAlgorithm::ES256, &self.private)
    }

    fn read(&self, token: &str) -> Result<(), UnverifiedToken> {
        self.ring.verifier.access_token(&Secret::new(token)).map(drop)
    }
}

fn merge(object: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().expect("an object") {
        object[name] = value.clone();
    }
}

fn sign(header: &Value, claims: &Value, suite: SignatureAlgorithm, key: &jws::Secret) -> String {
    let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = suite.sign(message.as_bytes(), key).expect("signed");
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn a_header_says_exactly_what_ours_says() {
    let forger = Forger::new();
    let table = [
        (json!({}), true),
        (json!({ "typ": "AT+JWT" }), true),
        (json!({ "typ": "application/at+jwt" }), true),
        (json!({ "typ": "Application/At+Jwt" }), true),
        (json!({ "typ": "JWT" }), false),
        (json!({ "typ": "text/at+jwt" }), false),
        (json!({ "typ": null }), false),
        (json!({ "alg": "none" }), false),
        (json!({ "alg": "HS256" }), false),
        (json!({ "alg": "RS256" }), false),
        (json!({ "alg": "es256" }), false),
        (json!({ "kid": "another" }), false),
        (json!({ "kid": null }), false),
        (json!({ "crit": ["b64"], "b64": true }), false),
        (json!({ "jku": "https://evil.example/jwks.json" }), false),
        (json!({ "jwk": { "kty": "EC" } }), false),
        (json!({ "x5c": [] }), false),
    ];
    for (changes, accepted) in table {
        let token = forger.sign(&forger.header(&changes), &forger.claims());
        assert_eq!(forger.read(&token).is_ok(), accepted, "{changes}");
    }
}

#[test]
fn claims_are_read_strictly() {
    let forger = Forger::new();
    let table = [
        json!({ "iss": null }),
        json!({ "sub": 7 }),
        json!({ "aud": "https://a.example" }),
        json!({ "exp": "1600" }),
        json!({ "exp": 1600.5 }),
        json!({ "scope": "a\tb" }),
        json!({ "gid": null }),
    ];
    for changes in table {
        let mut claims = forger.claims();
        merge(&mut claims, &changes);
        let token = forger.sign(&forger.header(&json!({})), &claims);
        assert_eq!(forger.read(&token), Err(UnverifiedToken), "{changes}");
    }
    let list = forger.sign(&forger.header(&json!({})), &json!([]));
    assert_eq!(forger.read(&list), Err(UnverifiedToken), "not an object");
}

#[test]
fn no_other_way_of_signing_is_accepted() {
    let forger = Forger::new();
    let claims = forger.claims();
    let none = forger.header(&json!({ "alg": "none" }));
    let unsigned = sign(&none, &claims, SignatureAlgorithm::None, &jws::Secret::None);
    let (hs256, secret) = (SignatureAlgorithm::HS256, jws::Secret::Bytes(forger.public.clone()));
    let mac = sign(&forger.header(&json!({ "alg": "HS256" })), &claims, hs256, &secret);
    let disguised = sign(&forger.header(&json!({})), &claims, hs256, &secret);
    let elsewhere = Forger { kid: forger.kid.clone(), ..Forger::new() };
    let theirs = elsewhere.sign(&elsewhere.header(&json!({})), &claims);
    for token in [unsigned, mac, disguised, theirs] {
        assert_eq!(forger.read(&token), Err(UnverifiedToken), "{token}");
    }
}

#[test]
fn a_token_has_one_text() {
    let forger = Forger::new();
    let honest = forger.honest();
    let (message, signature) = honest.rsplit_once('.').expect("a signature");
    let (header, claims) = message.split_once('.').expect("claims");
    let mut grown = forger.claims();
    grown["sub"] = json!("root");
    let grown = BASE64_URL_SAFE_NO_PAD.encode(grown.to_string());
    // 64 bytes leave four bits over in base64, which must be zero: `A` there is followed by `B`.
    let last = signature.chars().last().expect("a character");
    let stray = char::from_u32(u32::from(last) + 1).expect("a character");
    let table = [
        String::new(),
        "..".to_owned(),
        message.to_owned(),
        format!("{message}."),
        format!("{message}.{}", &signature[1..]),
        format!("{message}.{}", &signature[..signature.len() - 1]),
        format!("{message}.{}{stray}", &signature[..signature.len() - 1]),
        format!("{honest}=="),
        format!("{honest}."),
        format!("{honest}.{signature}"),
        format!("{header}.{claims}.{claims}.{signature}"),
        format!("{header}.{grown}.{signature}"),
        format!(" {honest}"),
        format!("{honest}\n"),
        honest.repeat(100),
    ];
    for token in table {
        assert_eq!(forger.read(&token), Err(UnverifiedToken), "{token}");
    }
    assert_eq!(forger.read(&honest), Ok(()));
}

#[test]
fn an_access_token_and_an_id_token_do_not_stand_for_each_other() {
    let ring = ring();
    for &algorithm in Algorithm::ALL {
        let signer = ring.signer(algorithm);
        let access = signer.access_token(&access_claims()).expect("signed");
        let id = signer.id_token(&id_claims(), &access).expect("signed");
        assert_eq!(ring.verifier.access_token(&id), Err(UnverifiedToken));
        assert_eq!(ring.verifier.id_token(&access), Err(UnverifiedToken));
    }
}
