//! Tokens that come back, or that somebody has made up.

use std::sync::LazyLock;

use adapter_crypto::Factory;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    AccessClaims, Algorithm, ClientId, GrantId, KeyState, Lineage, Scope, Secret, SigningKey,
    SubjectId, Timestamp, TokenId,
};
use ports::outbound::{KeyFactory, Keyring, OpenedKey};
use serde_json::Value;

/// A server, and somebody who has its private key.
struct Keys {
    ring: Keyring,
    pair: EcdsaKeyPair,
    kid: String,
    honest: String,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let (es256, rs256) = (key(Algorithm::Es256), key(Algorithm::Rs256));
    let pkcs8 = es256.private.as_deref().expect("a private key");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8);
    let (pair, kid) = (pair.expect("a key pair"), es256.key.id.to_string());
    let ring = Factory.open(vec![es256, rs256]).expect("opens");
    let honest = ring.es256.access_token(&claims()).expect("signed").expose().to_owned();
    Keys { ring, pair, kid, honest }
});

fn key(algorithm: Algorithm) -> OpenedKey {
    let generated = Factory.generate(algorithm).expect("a key");
    let key = SigningKey {
        id: generated.public.thumbprint(),
        algorithm,
        public: generated.public,
        sealed: Vec::new(),
        created_at: Timestamp::from_unix(0),
        state: KeyState::Active,
    };
    OpenedKey { key, private: Some(generated.private) }
}

fn claims() -> AccessClaims {
    AccessClaims {
        issuer: "https://auth.example".to_owned(),
        subject: SubjectId::new("ada"),
        audience: vec!["https://a.example".to_owned()],
        client: ClientId::new("client"),
        scope: Scope::parse("openid").expect("lawful"),
        issued_at: Timestamp::from_unix(1_000),
        expires_at: Timestamp::from_unix(1_600),
        auth_time: None,
        amr: Vec::new(),
        lineage: Lineage {
            token: TokenId::new("t"),
            grant: GrantId::new("g"),
            consent: None,
            session: None,
            stamp: None,
        },
    }
}

/// A token as it comes, an honest token that was changed, or whatever was signed with the right key; the
/// first byte says which.
pub(crate) fn jwt(data: &[u8]) {
    match data.split_first() {
        Some((0, rest)) => changed(rest),
        Some((1, rest)) => signed(rest),
        _ => {
            let Ok(text) = str::from_utf8(data) else { return };
            let token = Secret::new(text);
            assert!(KEYS.ring.verifier.access_token(&token).is_err(), "nobody signed it");
            assert!(KEYS.ring.verifier.id_token(&token).is_err(), "nobody signed it");
        }
    }
}

/// Pairs of bytes: how far from the last change, and what is there instead.
fn changed(changes: &[u8]) {
    let mut token = KEYS.honest.clone().into_bytes();
    let mut at = 0;
    for change in changes.chunks_exact(2) {
        at = (at + usize::from(change[0])) % token.len();
        token[at] = change[1];
    }
    let Ok(token) = String::from_utf8(token) else { return };
    let is_honest = token == KEYS.honest;
    let read = KEYS.ring.verifier.access_token(&Secret::new(token));
    assert_eq!(read.is_ok(), is_honest, "one text for one token");
}

/// Two lines: what is in the header beside the key and the algorithm, and the claims.
fn signed(parts: &[u8]) {
    let mut lines = parts.splitn(2, |byte| *byte == b'\n');
    let (header, claims) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let Ok(header) = str::from_utf8(header) else { return };
    let header = format!(r#"{{"alg":"ES256","kid":"{}",{header}}}"#, KEYS.kid);
    let encode = |part: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(part);
    let message = format!("{}.{}", encode(header.as_bytes()), encode(claims));
    let signature = KEYS.pair.sign(&SystemRandom::new(), message.as_bytes()).expect("signed");
    let token = Secret::new(format!("{message}.{}", encode(signature.as_ref())));
    let (access, id) =
        (KEYS.ring.verifier.access_token(&token), KEYS.ring.verifier.id_token(&token));
    if access.is_err() && id.is_err() {
        return;
    }
    assert!(access.is_err() || id.is_err(), "a token is of one type");
    let header: Value = serde_json::from_str(&header).expect("JSON");
    let members = header.as_object().expect("an object").keys();
    assert!(members.eq(["alg", "kid", "typ"]), "nothing in it is ignored");
    if let Ok(claims) = access {
        let again = KEYS.ring.es256.access_token(&claims).expect("signed");
        assert_eq!(KEYS.ring.verifier.access_token(&again), Ok(claims));
    }
}
