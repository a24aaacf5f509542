//! `/oauth/register`.

use std::sync::Arc;

use poem::test::TestResponse;
use serde_json::{Value, json};

use crate::stub::Stub;

async fn post(stub: &Arc<Stub>, body: impl Into<Vec<u8>>) -> TestResponse {
    let client = stub.client();
    client.post("/oauth/register").content_type("application/json").body(body.into()).send().await
}

async fn json_of(response: TestResponse) -> Value {
    response.assert_header("content-type", "application/json");
    response.assert_header("cache-control", "no-store");
    response.0.into_body().into_json().await.expect("JSON")
}

#[tokio::test]
async fn a_client_learns_everything_that_is_registered() {
    let stub = Arc::new(Stub::default());
    let sent = json!({
        "redirect_uris": ["https://app.example/cb"], "client_name": "App", "scope": "b a",
        "application_type": "web", "contacts": ["a@app.example"], "software_id": "s",
        "logo_uri": null, "jwks": {"keys": [{"kty": "EC"}]}, "something": {"else": [1]},
    });
    let response = post(&stub, sent.to_string()).await;
    assert_eq!(response.0.status(), 201);
    let expected = json!({
        "client_id": "https://app.example/it?x=1", "client_secret": "new secret",
        "client_id_issued_at": 1_700_000_000, "client_secret_expires_at": 0,
        "registration_access_token": "rat",
        "registration_client_uri":
            "http://localhost:9000/oauth/register/https%3A%2F%2Fapp.example%2Fit%3Fx%3D1",
        "token_endpoint_auth_method": "client_secret_basic",
        "redirect_uris": ["https://app.example/cb"], "post_logout_redirect_uris": [],
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "application_type": "web", "id_token_signed_response_alg": "RS256", "scope": "a b", "client_name": "App",
        "contacts": ["a@app.example"], "software_id": "s", "jwks": {"keys": [{"kty": "EC"}]},
    });
    assert_eq!(json_of(response).await, expected);
    assert!(stub.last().is_some_and(|asked| asked.starts_with("register - ")));
}

#[tokio::test]
async fn a_public_client_has_no_secret() {
    let sent = json!({
        "redirect_uris": ["http://localhost/cb"], "token_endpoint_auth_method": "none",
    });
    let answer = json_of(post(&Arc::new(Stub::default()), sent.to_string()).await).await;
    assert!(answer.get("client_secret").is_none(), "{answer}");
    assert!(answer.get("client_secret_expires_at").is_none(), "{answer}");
}

#[tokio::test]
async fn what_cannot_be_metadata_is_refused_by_name() {
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let refused = [
        ("", "object"),
        ("[]", "object"),
        ("\"x\"", "object"),
        ("null", "object"),
        ("{", "object"),
        ("{}{}", "object"),
        (deep.as_str(), "recursion"),
        (r#"{"client_name": 5}"#, "`client_name`"),
        (r#"{"redirect_uris": "https://app.example/cb"}"#, "`redirect_uris`"),
        (r#"{"redirect_uris": ["https://app.example/cb", 5]}"#, "`redirect_uris[1]`"),
        (r#"{"contacts": {"a": 1}}"#, "`contacts`"),
        (r#"{"client_name": "a", "client_name": "b"}"#, "client_name"),
        (r#"{"jwks": {"keys": 1}}"#, "`jwks`"),
        (r#"{"jwks": "x"}"#, "`jwks`"),
        (r#"{"jwks": {"keys": ["x"]}}"#, "`jwks`"),
    ];
    for (body, named) in refused {
        let stub = Arc::new(Stub::default());
        let response = post(&stub, body).await;
        assert_eq!(response.0.status(), 400, "{body:.80}");
        let answer = json_of(response).await;
        assert_eq!(answer["error"], "invalid_client_metadata", "{body:.80}");
        let hint = answer["error_description"].as_str().unwrap_or_default();
        assert!(hint.contains(named) && hint.len() <= 400, "{body:.80}: {hint}");
        assert_eq!(stub.last(), None);
    }
}

#[tokio::test]
async fn what_is_no_json_body_is_refused_before_it_is_read() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let large = client.post("/oauth/register").content_type("application/json");
    let large = large.body(format!("{{\"x\": \"{}\"}}", "x".repeat(1024 * 1024))).send().await;
    assert_eq!(large.0.status(), 413);
    assert_eq!(json_of(large).await["error"], "invalid_request");
    let no_text = post(&stub, b"{\"client_name\": \"\xff\"}".as_slice()).await;
    assert_eq!(no_text.0.status(), 400);
    assert_eq!(json_of(no_text).await["error"], "invalid_request");
    for kind in ["application/x-www-form-urlencoded", "text/json", ""] {
        let sent = client.post("/oauth/register").header("content-type", kind).body("{}").send();
        let answer = json_of(sent.await).await;
        let expected = json!({
            "error": "invalid_request", "error_description": "the body must be application/json",
        });
        assert_eq!(answer, expected, "{kind}");
    }
    assert_eq!(stub.last(), None);
}

#[tokio::test]
async fn the_rules_of_registration_have_their_own_codes() {
    let stub = Arc::new(Stub::default());
    let cases = [
        (r#"{"redirect_uris": ["javascript:alert(1)"]}"#, "invalid_redirect_uri"),
        (r#"{"grant_types": ["password"]}"#, "invalid_client_metadata"),
        (r#"{"software_statement": "x"}"#, "invalid_software_statement"),
    ];
    for (body, code) in cases {
        let response = post(&stub, body).await;
        assert_eq!(response.0.status(), 400);
        assert_eq!(json_of(response).await["error"], code);
    }
}

#[tokio::test]
async fn a_client_manages_itself_with_its_token() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let uri = "/oauth/register/https%3A%2F%2Fapp.example%2Fit%3Fx%3D1";
    let id = "https://app.example/it?x=1";
    let read = client.get(uri).header("authorization", "Bearer rat").send().await;
    read.assert_status_is_ok();
    assert_eq!(stub.last(), Some(format!("read {id} rat")));
    assert!(json_of(read).await.get("client_secret").is_none());

    let put = client.put(uri).header("authorization", "Bearer rat");
    let put = put.content_type("application/json").body(
        json!({"client_id": id, "client_secret": "s", "redirect_uris": ["https://app.example/cb"]})
            .to_string(),
    );
    put.send().await.assert_status_is_ok();
    assert_eq!(stub.last(), Some(format!("update {id} rat {id} s")));

    let deleted = client.delete(uri).header("authorization", "Bearer rat").send().await;
    assert_eq!(deleted.0.status(), 204);
    assert_eq!(stub.last(), Some(format!("delete {id} rat")));
}

#[tokio::test]
async fn without_its_token_a_client_manages_nothing() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let uri = "/oauth/register/c";
    for request in [
        client.get(uri),
        client.delete(uri),
        client.put(uri).content_type("application/json").body("{}"),
    ] {
        let response = request.send().await;
        assert_eq!(response.0.status(), 401);
        response.assert_header("www-authenticate", r#"Bearer realm="portcullis""#);
        assert_eq!(json_of(response).await["error"], "invalid_token");
    }
    assert_eq!(stub.last(), None);
    let no_text = client.get("/oauth/register/%FF").header("authorization", "Bearer t").send();
    assert_eq!(no_text.await.0.status(), 400);
}

#[tokio::test]
async fn a_wrong_token_is_told_before_the_body_is_read() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let put = client.put("/oauth/register/c").header("authorization", "Bearer wrong");
    let response = put.content_type("application/json").body("{ no JSON").send().await;
    assert_eq!(response.0.status(), 401);
    assert_eq!(json_of(response).await["error"], "invalid_token");
    assert_eq!(stub.last(), None);
}

#[tokio::test]
async fn an_initial_access_token_goes_along() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let sent = client.post("/oauth/register").header("authorization", "Bearer iat");
    let sent = sent.content_type("application/json; charset=utf-8").body("{}").send().await;
    assert_eq!(sent.0.status(), 400, "no redirect URI");
    assert!(stub.last().is_some_and(|asked| asked.starts_with("register iat ")));
}
