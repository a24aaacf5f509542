//! The algorithms that sign tokens.

mod server;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{Algorithm, Secret};
use server::TestServer;

/// The algorithm in the header of a token.
fn algorithm(token: &Secret) -> String {
    let header = token.expose().split('.').next().expect("a header");
    let json = BASE64_URL_SAFE_NO_PAD.decode(header).expect("base64url");
    let header: serde_json::Value = serde_json::from_slice(&json).expect("an object");
    header["alg"].as_str().expect("an algorithm").to_owned()
}

#[tokio::test]
async fn id_tokens_are_signed_with_what_libraries_expect_or_what_the_client_asked_for() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    assert_eq!(algorithm(&tokens.access_token), "ES256");
    assert_eq!(algorithm(&tokens.id_token.expect("an ID token")), "RS256");
    let refresh = tokens.refresh_token.expect("a refresh token");
    let refreshed = server.refresh(&refresh).await.expect("refreshed");
    assert_eq!(algorithm(&refreshed.id_token.expect("an ID token")), "RS256");
    let server = TestServer::with_web(|web| {
        web.metadata.id_token_algorithm = Some(Algorithm::Es256);
    })
    .await;
    let (tokens, _) = server.sign_up().await;
    assert_eq!(algorithm(&tokens.id_token.expect("an ID token")), "ES256");
}
