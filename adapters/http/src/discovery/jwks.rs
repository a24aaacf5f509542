//! The JSON Web Key Set (RFC 7517).

use std::sync::{Arc, PoisonError, RwLock};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{PublicKey, SigningKey};
use poem_openapi::Object;

use crate::{cached::Fixed, payload::Json};

/// The key set, rendered once for each state of the keys.
pub(super) struct Jwks(RwLock<Option<Current>>);

type Current = (Arc<Vec<SigningKey>>, Arc<Fixed<Json<KeySet>>>);

impl Jwks {
    pub(super) fn new() -> Self {
        Self(RwLock::new(None))
    }

    /// The rendered response for `keys`.
    pub(super) fn of(&self, keys: Arc<Vec<SigningKey>>) -> Arc<Fixed<Json<KeySet>>> {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, rendered)) = &*current
            && Arc::ptr_eq(known, &keys)
        {
            return rendered.clone();
        }
        drop(current);
        let set = Json(KeySet { keys: keys.iter().map(Jwk::from).collect() });
        let rendered = Arc::new(Fixed::new(set.render(), "public, max-age=300"));
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *current = Some((keys, rendered.clone()));
        rendered
    }
}

/// A JSON Web Key Set (RFC 7517 §5).
#[derive(Debug, Object)]
pub(super) struct KeySet {
    /// The public keys of the server. Keys that only verify older tokens are included.
    keys: Vec<Jwk>,
}

/// A public JSON Web Key (RFC 7517 §4).
#[derive(Debug, Default, Object)]
#[oai(skip_serializing_if_is_none)]
struct Jwk {
    /// The key type: `EC` or `RSA`.
    kty: String,
    /// The curve of an `EC` key (RFC 7518 §6.2.1.1).
    crv: Option<String>,
    /// The x coordinate of an `EC` key, base64url-encoded.
    x: Option<String>,
    /// The y coordinate of an `EC` key, base64url-encoded.
    y: Option<String>,
    /// The modulus of an `RSA` key, base64url-encoded.
    n: Option<String>,
    /// The exponent of an `RSA` key, base64url-encoded.
    e: Option<String>,
    /// The key identifier: the JWK thumbprint (RFC 7638).
    kid: String,
    /// The signature algorithm that the key is used with.
    alg: String,
    /// The use of the key: always `sig`.
    #[oai(rename = "use")]
    purpose: String,
}

impl From<&SigningKey> for Jwk {
    fn from(key: &SigningKey) -> Self {
        let text = |raw: &[u8]| Some(BASE64_URL_SAFE_NO_PAD.encode(raw));
        let public = match &key.public {
            PublicKey::Ec { x, y } => Self {
                kty: "EC".to_owned(),
                crv: Some("P-256".to_owned()),
                x: text(x),
                y: text(y),
                ..Self::default()
            },
            PublicKey::Rsa { n, e } => {
                Self { kty: "RSA".to_owned(), n: text(n), e: text(e), ..Self::default() }
            }
        };
        Self {
            kid: key.id.to_string(),
            alg: key.algorithm.as_str().to_owned(),
            purpose: "sig".to_owned(),
            ..public
        }
    }
}
