//! Short words: scopes, proofs of possession, and refresh tokens.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{CodeVerifier, Pkce, RefreshToken, Scope, Secret};
use sha2::{Digest, Sha256};

/// A list of scopes.
pub(crate) fn scope(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    // OAuth 2.1 §1.4.1: %x21 / %x23-5B / %x5D-7E
    let lawful = |c: char| c == ' ' || c.is_ascii_graphic() && c != '"' && c != '\\';
    let is_lawful = text.len() <= Scope::LONGEST && text.chars().all(lawful);
    let Ok(scope) = Scope::parse(text) else {
        assert!(!is_lawful, "it is refused for a reason");
        return;
    };
    assert!(is_lawful);
    assert_eq!(Scope::parse(&scope.to_string()), Ok(scope.clone()));
    let backwards: Vec<_> = text.split(' ').rev().collect();
    assert_eq!(Scope::parse(&backwards.join(" ")), Ok(scope.clone()), "order means nothing");
    let asked = || text.split(' ').filter(|token| !token.is_empty());
    assert!(asked().all(|token| scope.contains(token)));
    assert!(scope.iter().all(|token| asked().any(|known| known == token)));
    let (one, other) = text.split_once(' ').unwrap_or((text, ""));
    let (one, other) = (Scope::parse(one).expect("lawful"), Scope::parse(other).expect("lawful"));
    assert_eq!(one.union(&other), scope);
    assert_eq!(scope.without(&one).union(&one), scope);
    assert!(one.intersection(&other).is_within(&one));
}

/// A code verifier, or a challenge.
pub(crate) fn pkce(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    if let Ok(challenge) = Pkce::parse(text) {
        let digest = BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url");
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(&digest), challenge.as_str(), "one text each");
    }
    let Ok(verifier) = CodeVerifier::parse(text) else { return };
    assert!((43..=128).contains(&text.len()));
    assert!(text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-._~".contains(&c)));
    assert_eq!(verifier.secret().expose(), text);
    let challenge = |text: &str| {
        let digest = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text));
        Pkce::parse(&digest).expect("a challenge")
    };
    assert!(challenge(text).accepts(&verifier));
    assert!(!challenge(&text[1..]).accepts(&verifier));
}

/// A refresh token: there is one way to write it.
pub(crate) fn refresh_token(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Some(token) = RefreshToken::parse(&Secret::new(text)) else { return };
    let (head, tag) = text.rsplit_once('.').expect("three parts");
    assert_eq!(format!("{}.{}", token.grant, token.generation), head);
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(tag).expect("base64url");
    assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(decoded), tag);
}
