//! The least that a server must do for the same answers: what no authorization server on this
//! machine and this framework can outrun.

#![expect(clippy::needless_pass_by_value, reason = "poem gives its extractors, and lends none")]

use std::{cell::OnceCell, fs, path::Path, sync::Arc};

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
    rand::{self, SystemRandom},
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
    },
};
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use poem::{
    EndpointExt, Request, Response, Route, Server, get, handler, http::StatusCode,
    listener::TcpListener, post, web::Data,
};
use rusqlite::Connection;
use url::form_urlencoded;

use crate::{Outcome, sqlite};

/// The one client and its secret.
pub(crate) const CLIENT: (&str, &str) = ("client", "a-secret");

const NOW: u64 = 1_800_000_000;

struct Ceiling {
    pair: Pair,
    algorithm: String,
    secret: Vec<u8>,
    folder: Box<Path>,
    metadata: Bytes,
    jwks: Bytes,
}

enum Pair {
    Ec(EcdsaKeyPair),
    Rsa(Box<RsaKeyPair>),
}

thread_local! {
    static DATABASE: OnceCell<Connection> = const { OnceCell::new() };
}

/// Serves until it is killed. The folder has what it serves.
pub(crate) fn serve(algorithm: &str, port: &str, folder: &Path) -> Outcome<()> {
    let ceiling = Ceiling {
        pair: Pair::generate(algorithm)?,
        algorithm: algorithm.to_owned(),
        secret: digest(&SHA256, CLIENT.1.as_bytes()).as_ref().to_vec(),
        folder: folder.into(),
        metadata: fs::read(folder.join("metadata"))?.into(),
        jwks: fs::read(folder.join("jwks"))?.into(),
    };
    let routes = Route::new()
        .at("/token", post(grant))
        .at("/introspect", post(introspect))
        .at("/metadata", get(metadata))
        .at("/jwks", get(jwks))
        .data(Arc::new(ceiling));
    let listener = TcpListener::bind(format!("127.0.0.1:{port}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(Server::new(listener).run(routes))?)
}

#[handler]
fn metadata(ceiling: Data<&Arc<Ceiling>>) -> Response {
    json(StatusCode::OK, ceiling.metadata.clone())
}

#[handler]
fn jwks(ceiling: Data<&Arc<Ceiling>>) -> Response {
    json(StatusCode::OK, ceiling.jwks.clone())
}

#[handler]
fn grant(request: &Request, body: Vec<u8>, ceiling: Data<&Arc<Ceiling>>) -> Response {
    let mut form = form_urlencoded::parse(&body);
    if !form.any(|(name, value)| name == "grant_type" && value == "client_credentials") {
        return json(StatusCode::BAD_REQUEST, r#"{"error":"unsupported_grant_type"}"#);
    }
    if ceiling.authenticate(request).is_none() {
        return json(StatusCode::UNAUTHORIZED, r#"{"error":"invalid_client"}"#);
    }
    let token = ceiling.issue().expect("signing does not fail");
    let body = format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":600}}"#);
    json(StatusCode::OK, body)
}

#[handler]
fn introspect(request: &Request, body: Vec<u8>, ceiling: Data<&Arc<Ceiling>>) -> Response {
    let form = form_urlencoded::parse(&body).find(|(name, _)| name == "token");
    let active = form.filter(|_| ceiling.authenticate(request).is_some()).and_then(|(_, token)| {
        let claims = ceiling.verify(&token)?;
        ceiling.select(&token).expect("the database answers");
        Some(claims)
    });
    match active {
        Some(claims) => json(StatusCode::OK, claims),
        None => json(StatusCode::OK, r#"{"active":false}"#),
    }
}

impl Ceiling {
    fn authenticate(&self, request: &Request) -> Option<()> {
        let basic = request.header("authorization")?.strip_prefix("Basic ")?;
        let basic = BASE64_STANDARD.decode(basic).ok()?;
        let colon = basic.iter().position(|&byte| byte == b':')?;
        let presented = digest(&SHA256, &basic[colon + 1..]);
        verify_slices_are_equal(presented.as_ref(), &self.secret).ok()
    }

    fn issue(&self) -> Outcome<String> {
        let mut jti = [0; 16];
        rand::fill(&mut jti)?;
        let header = format!(r#"{{"alg":"{}","typ":"at+jwt","kid":"{:043}"}}"#, self.algorithm, 0);
        let claims = format!(
            r#"{{"iss":"http://127.0.0.1:9000","sub":"{id}","aud":["http://127.0.0.1:9000"],"client_id":"{id}","jti":"{jti}","gid":"{jti}","iat":{NOW},"exp":{exp}}}"#,
            id = CLIENT.0,
            jti = BASE64_URL_SAFE_NO_PAD.encode(jti),
            exp = NOW + 600,
        );
        let encode = |part: String| BASE64_URL_SAFE_NO_PAD.encode(part);
        let message = format!("{}.{}", encode(header), encode(claims));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.pair.sign(message.as_bytes())?);
        Ok(format!("{message}.{signature}"))
    }

    fn verify(&self, token: &str) -> Option<Vec<u8>> {
        let (message, signature) = token.rsplit_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.pair.verify(message.as_bytes(), &signature)?;
        BASE64_URL_SAFE_NO_PAD.decode(message.split_once('.')?.1).ok()
    }

    /// Looks for the token among the revoked ones, where it is not.
    fn select(&self, token: &str) -> rusqlite::Result<bool> {
        DATABASE.with(|database| {
            let database = database
                .get_or_init(|| sqlite::open(&self.folder, "FULL").expect("the database opens"));
            let digest = digest(&SHA256, token.as_bytes());
            database.prepare_cached(sqlite::SELECT)?.exists([digest.as_ref()])
        })
    }
}

impl Pair {
    fn generate(algorithm: &str) -> Outcome<Self> {
        Ok(match algorithm {
            "ES256" => Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?),
            _ => Self::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048)?)),
        })
    }

    fn sign(&self, message: &[u8]) -> Outcome<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Self::Ec(pair) => Ok(pair.sign(&random, message)?.as_ref().to_vec()),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                Ok(signature)
            }
        }
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Option<()> {
        match self {
            Self::Ec(pair) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key())
                .verify(message, signature),
            Self::Rsa(pair) => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key())
                    .verify(message, signature)
            }
        }
        .ok()
    }
}

fn json(status: StatusCode, body: impl Into<poem::Body>) -> Response {
    Response::builder()
        .status(status)
        .header("cache-control", "no-store")
        .content_type("application/json")
        .body(body)
}
