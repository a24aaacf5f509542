//! Properties of every response, regardless of the endpoint.

use std::sync::Arc;

use poem::{
    http::{Method, Uri},
    test::TestResponse,
};
use serde_json::Value;

use crate::stub::Stub;

fn assert_protected(response: &TestResponse, https: bool) {
    response.assert_header("x-content-type-options", "nosniff");
    response.assert_header("x-frame-options", "DENY");
    response.assert_header("referrer-policy", "no-referrer");
    let policy = response.0.header("content-security-policy").unwrap_or_default();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(response.0.headers().contains_key("strict-transport-security"), https);
    response.assert_header_exist("cache-control");
    for name in ["content-security-policy", "cache-control", "content-type"] {
        assert!(response.0.headers().get_all(name).iter().count() <= 1, "{name} twice");
    }
}

#[tokio::test]
async fn every_response_is_protected() {
    for (issuer, https) in [("http://localhost:9000", false), ("https://auth.example", true)] {
        let client = Arc::new(Stub::at(issuer)).client();
        for path in [
            "/.well-known/openid-configuration",
            "/oauth/token",
            "/oauth/userinfo",
            "/oauth/register/x",
            "/oauth/authorize",
            "/account",
            "/livez",
            "/docs",
            "/nowhere",
        ] {
            for accept in ["*/*", "text/html,*/*;q=0.8"] {
                let response = client.get(path).header("accept", accept).send().await;
                assert_protected(&response, https);
            }
        }
    }
}

#[tokio::test]
async fn what_poem_refuses_by_itself_has_a_body_for_whoever_asked() {
    let client = Arc::new(Stub::default()).client();
    for (method, path, accept, status, kind) in [
        (Method::GET, "/nowhere", "*/*", 404, "application/json"),
        (Method::GET, "/nowhere", "text/html,*/*", 404, "text/html; charset=utf-8"),
        (Method::GET, "//.well-known/jwks.json", "*/*", 404, "application/json"),
        (Method::GET, "/oauth/token", "*/*", 405, "application/json"),
        (Method::GET, "/oauth/token", "text/html,*/*", 405, "application/json"),
        (Method::POST, "/.well-known/jwks.json", "*/*", 405, "application/json"),
        (Method::PUT, "/oauth/authorize", "*/*", 405, "text/html; charset=utf-8"),
        (Method::DELETE, "/livez", "*/*", 405, "application/json"),
        (Method::PATCH, "/docs", "text/html", 405, "text/html; charset=utf-8"),
    ] {
        let request = client.request(method.clone(), path).header("accept", accept);
        let response = request.send().await;
        assert_eq!(response.0.status().as_u16(), status, "{method} {path}");
        response.assert_header("content-type", kind);
        response.assert_header("cache-control", "no-store");
        assert_eq!(response.0.headers().contains_key("allow"), status == 405, "{method} {path}");
        if kind == "application/json" {
            let answer: Value = response.0.into_body().into_json().await.expect("JSON");
            assert_eq!(answer["error"], "invalid_request");
        }
    }
}

#[tokio::test]
async fn a_path_says_what_it_takes() {
    let client = Arc::new(Stub::default()).client();
    for (path, allow) in [
        ("/oauth/token", "OPTIONS, POST"),
        ("/oauth/userinfo", "GET, HEAD, OPTIONS, POST"),
        ("/oauth/register/x", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("/.well-known/jwks.json", "GET, HEAD, OPTIONS"),
        ("/livez", "GET, HEAD, OPTIONS"),
    ] {
        let options = client.options(path).send().await;
        assert_eq!(options.0.status(), 204);
        options.assert_header("allow", allow);
        let refused = client.request(Method::PATCH, path).send().await;
        refused.assert_header("allow", allow);
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let client = Arc::new(Stub::default()).client();
    for path in ["/.well-known/openid-configuration", "/livez", "/docs"] {
        let (get, head) = (client.get(path).send().await, client.head(path).send().await);
        head.assert_status_is_ok();
        assert_eq!(head.0.headers(), get.0.headers());
        assert!(head.0.into_body().is_empty());
    }
    assert_eq!(client.head("/oauth/token").send().await.0.status(), 405);
}

#[tokio::test]
async fn absurd_addresses_find_nothing() {
    let client = Arc::new(Stub::default()).client();
    let long = format!("/{}", "a/".repeat(20_000));
    for path in [long.as_str(), "/%", "/%00", "/..", "/.well-known/../oauth/token", "/oauth/token/"]
    {
        assert!(path.parse::<Uri>().is_ok());
        assert_eq!(client.get(path).send().await.0.status(), 404, "{path:.40}");
    }
}
