//! Tokens as seen by a reader who knows only the RFCs.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{AccessClaims, Algorithm, IdClaims, PersonClaims, PublicKey, SigningKey};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::json;

use ports::outbound::KeyFactory;

use crate::fresh::{access_claims, id_claims, key, part, ring, sparse_claims};

#[test]
fn claims_come_back_as_they_were_signed() {
    let ring = ring();
    for &algorithm in Algorithm::ALL {
        let signer = ring.signer(algorithm);
        assert_eq!(signer.algorithm(), algorithm);
        for claims in [access_claims(), sparse_claims()] {
            let token = signer.access_token(&claims).expect("signed");
            assert_eq!(ring.verifier.access_token(&token), Ok(claims));
        }
        let access = signer.access_token(&access_claims()).expect("signed");
        let anonymous = IdClaims {
            amr: Vec::new(),
            nonce: None,
            session: None,
            person: PersonClaims::default(),
            ..id_claims()
        };
        for claims in [id_claims(), anonymous] {
            let token = signer.id_token(&claims, &access).expect("signed");
            assert_eq!(ring.verifier.id_token(&token), Ok(claims));
        }
    }
}

#[test]
fn an_access_token_has_the_claims_of_the_rfc_under_their_names() {
    let ring = ring();
    let token = ring.es256.access_token(&access_claims()).expect("signed");
    let claims = json!({
        "iss": "https://auth.example",
        "sub": "ada",
        "aud": ["https://a.example", "https://b.example/mcp"],
        "client_id": "https://client.example/\"quoted\"",
        "scope": "openid tools:read",
        "jti": "t",
        "iat": 1_000,
        "exp": 1_600,
        "auth_time": 900,
        "amr": ["pwd"],
        "gid": "g",
        "consent": "c",
        "sid": "s",
        "stamp": "st",
    });
    assert_eq!(json!(part(token.expose(), 1)), claims);
}

#[test]
fn what_is_absent_is_left_out() {
    let ring = ring();
    let one = AccessClaims { audience: vec!["https://a.example".to_owned()], ..sparse_claims() };
    let claims = part(ring.es256.access_token(&one).expect("signed").expose(), 1);
    let names: Vec<_> = claims.keys().map(String::as_str).collect();
    let always = ["aud", "client_id", "exp", "gid", "iat", "iss", "jti", "sub"];
    assert_eq!(names, always);
    assert_eq!(claims["aud"], json!(["https://a.example"]), "a list, even of one");
}

#[test]
fn an_id_token_has_the_claims_of_openid_connect() {
    let ring = ring();
    let access = ring.es256.access_token(&access_claims()).expect("signed");
    let token = ring.es256.id_token(&id_claims(), &access).expect("signed");
    let mut claims = part(token.expose(), 1);
    let hash = ring::digest::digest(&ring::digest::SHA256, access.expose().as_bytes());
    let half = BASE64_URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]);
    assert_eq!(claims.remove("at_hash"), Some(json!(half)));
    let rest = json!({
        "iss": "https://auth.example",
        "sub": "ada",
        "aud": "web",
        "iat": 1_000,
        "exp": 1_600,
        "auth_time": 900,
        "amr": ["pwd"],
        "nonce": "n",
        "sid": "s",
        "name": "Ada Lovelace",
        "preferred_username": "ada",
        "email": "ada@example.com",
        "email_verified": false,
    });
    assert_eq!(json!(claims), rest);
}

#[test]
fn the_signature_is_good_to_anybody_who_has_the_public_key() {
    let keys: Vec<_> = Algorithm::ALL.iter().map(|&algorithm| key(algorithm)).collect();
    let known: Vec<_> = keys.iter().map(|opened| opened.key.clone()).collect();
    let ring = adapter_crypto::Factory.open(keys).expect("opens");
    for SigningKey { id, algorithm, public, .. } in known {
        let token = ring.signer(algorithm).access_token(&access_claims()).expect("signed");
        let header = json!({ "alg": algorithm.as_str(), "typ": "at+jwt", "kid": id.as_str() });
        assert_eq!(json!(part(token.expose(), 0)), header);
        let (message, signature) = token.expose().rsplit_once('.').expect("a signature");
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        verify(&public, message.as_bytes(), &signature);
    }
}

fn verify(public: &PublicKey, message: &[u8], signature: &[u8]) {
    match public {
        PublicKey::Ec { x, y } => {
            let point = [&[4], x.as_slice(), y].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
        }
        PublicKey::Rsa { n, e } => {
            RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
        }
    }
    .expect("a good signature");
}
