//! The requests of a client.

use std::net::SocketAddr;

use base64::{Engine, prelude::BASE64_STANDARD};
use hyper::header;
use serde_json::json;

use crate::{
    Outcome,
    http::{self, Answer, Connection, Question},
    load::Script,
};

/// The redirect URI of the client; nothing listens there.
pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";

/// A client that acts for itself.
pub(crate) struct Client {
    basic: String,
}

impl Client {
    pub(crate) fn new(id: &str, secret: &str) -> Self {
        Self { basic: format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}"))) }
    }

    pub(crate) async fn register(server: SocketAddr) -> Outcome<Self> {
        let metadata = json!({
            "client_name": "bench",
            "grant_types": ["client_credentials"],
            "response_types": [],
            "token_endpoint_auth_method": "client_secret_basic",
        });
        let answer = register(server, &metadata).await?;
        Ok(Self::new(&answer.text("client_id")?, &answer.text("client_secret")?))
    }

    /// Asks for an access token at `path`.
    pub(crate) fn token(&self, path: &str) -> Outcome<Question> {
        self.post(path, &[("grant_type", "client_credentials")])
    }

    /// Asks what an access token is worth at `path`.
    pub(crate) fn introspection(&self, path: &str, token: &str) -> Outcome<Question> {
        self.post(path, &[("token", token)])
    }

    fn post(&self, path: &str, form: &[(&str, &str)]) -> Outcome<Question> {
        http::post(path, &[(header::AUTHORIZATION, &self.basic)], form)
    }

    /// So many access tokens.
    pub(crate) async fn tokens(
        &self,
        server: SocketAddr,
        path: &str,
        count: usize,
    ) -> Outcome<Vec<String>> {
        let mut connection = Connection::open(server).await?;
        let mut tokens = Vec::with_capacity(count);
        for _ in 0..count {
            let answer = connection.ask(self.token(path)?).await?.success()?;
            tokens.push(answer.text("access_token")?);
        }
        Ok(tokens)
    }
}

/// Registers a public client that signs people in and wants its ID tokens signed with `algorithm`, and
/// tells its id.
pub(crate) async fn register_public(server: SocketAddr, algorithm: &str) -> Outcome<String> {
    let metadata = json!({
        "client_name": "bench",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "id_token_signed_response_alg": algorithm,
    });
    register(server, &metadata).await?.text("client_id")
}

async fn register(server: SocketAddr, metadata: &serde_json::Value) -> Outcome<Answer> {
    let mut connection = Connection::open(server).await?;
    connection.ask(http::post_json("/oauth/register", metadata)?).await?.success()
}

/// Refreshes, each time with the token that the last answer gave.
pub(crate) struct Refreshing {
    pub(crate) client: String,
    pub(crate) token: String,
}

impl Script for Refreshing {
    fn ask(&mut self) -> Outcome<Question> {
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", &self.client),
            ("refresh_token", &self.token),
        ];
        http::post("/oauth/token", &[], &form)
    }

    fn hear(&mut self, answer: &Answer) -> Outcome<()> {
        self.token = answer.text("refresh_token")?;
        Ok(())
    }
}
