//! Keys and claims to test with.

use std::collections::BTreeMap;

use adapter_crypto::Factory;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    AccessClaims, Algorithm, ClientId, ConsentId, GrantId, IdClaims, KeyState, Lineage,
    PersonClaims, Scope, SecurityStamp, SessionId, SigningKey, SubjectId, Timestamp, TokenId,
};
use ports::outbound::{KeyFactory, Keyring, OpenedKey};
use serde_json::Value;

/// A part of a token, decoded.
pub(crate) fn part(token: &str, index: usize) -> BTreeMap<String, Value> {
    let part = token.split('.').nth(index).expect("three parts");
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&json).expect("an object")
}

pub(crate) fn key(algorithm: Algorithm) -> OpenedKey {
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

/// Keys in use: one for each algorithm.
pub(crate) fn ring() -> Keyring {
    Factory.open(Algorithm::ALL.iter().map(|&algorithm| key(algorithm)).collect()).expect("opens")
}

pub(crate) fn access_claims() -> AccessClaims {
    AccessClaims {
        issuer: "https://auth.example".to_owned(),
        subject: SubjectId::new("ada"),
        audience: vec!["https://a.example".to_owned(), "https://b.example/mcp".to_owned()],
        client: ClientId::new("https://client.example/\"quoted\""),
        scope: Scope::parse("tools:read openid").expect("lawful"),
        issued_at: Timestamp::from_unix(1_000),
        expires_at: Timestamp::from_unix(1_600),
        auth_time: Some(Timestamp::from_unix(900)),
        amr: vec!["pwd".to_owned()],
        lineage: Lineage {
            token: TokenId::new("t"),
            grant: GrantId::new("g"),
            consent: Some(ConsentId::new("c")),
            session: Some(SessionId::new("s")),
            stamp: Some(SecurityStamp::new("st")),
        },
    }
}

/// The claims of a client that acts for itself: as few as there can be.
pub(crate) fn sparse_claims() -> AccessClaims {
    let full = access_claims();
    let lineage = Lineage { consent: None, session: None, stamp: None, ..full.lineage };
    let (auth_time, amr) = (None, Vec::new());
    AccessClaims { scope: Scope::default(), auth_time, amr, lineage, ..full }
}

pub(crate) fn id_claims() -> IdClaims {
    IdClaims {
        issuer: "https://auth.example".to_owned(),
        subject: SubjectId::new("ada"),
        client: ClientId::new("web"),
        issued_at: Timestamp::from_unix(1_000),
        expires_at: Timestamp::from_unix(1_600),
        auth_time: Timestamp::from_unix(900),
        amr: vec!["pwd".to_owned()],
        nonce: Some("n".to_owned()),
        session: Some(SessionId::new("s")),
        person: PersonClaims {
            name: Some("Ada Lovelace".to_owned()),
            preferred_username: Some("ada".to_owned()),
            email: Some("ada@example.com".to_owned()),
            email_verified: Some(false),
        },
    }
}
