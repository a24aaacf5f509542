//! `/oauth/introspect`, `/oauth/revoke` and `/oauth/userinfo`.

use std::sync::Arc;

use domain::ErrorCode;
use poem::test::TestResponse;
use serde_json::{Value, json};

use crate::stub::Stub;

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(stub: &Arc<Stub>, path: &str, form: &'static str) -> TestResponse {
    stub.client().post(path).content_type(FORM).body(form).send().await
}

async fn introspect(token: &'static str) -> Value {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let request = client.post("/oauth/introspect").header("authorization", "Basic d2ViOnM=");
    let response = request.content_type(FORM).body(format!("token={token}")).send().await;
    response.assert_status_is_ok();
    response.assert_header("cache-control", "no-store");
    assert_eq!(stub.last(), Some(format!("basic web s: introspect {token}")));
    response.0.into_body().into_json().await.expect("JSON")
}

#[tokio::test]
async fn an_access_token_tells_all() {
    let all = json!({
        "active": true, "scope": "a b", "client_id": "web", "username": "ada.l",
        "token_type": "Bearer", "exp": 200, "iat": 100, "sub": "ada",
        "aud": "https://one.example", "iss": "http://localhost:9000", "jti": "t",
        "auth_time": 50, "amr": ["pwd"], "gid": "g", "sid": "s",
    });
    assert_eq!(introspect("access").await, all);
    let audience = &introspect("access-for-two").await["aud"];
    assert_eq!(audience, &json!(["https://one.example", "https://two.example"]));
}

#[tokio::test]
async fn a_refresh_token_tells_what_it_stands_for() {
    let all = json!({
        "active": true, "scope": "a", "client_id": "web", "token_type": "refresh_token",
        "exp": 300, "sub": "ada", "aud": "https://one.example", "iss": "http://localhost:9000",
        "gid": "g",
    });
    assert_eq!(introspect("refresh").await, all);
}

#[tokio::test]
async fn a_token_that_is_not_active_tells_nothing() {
    assert_eq!(introspect("forged").await, json!({"active": false}));
}

#[tokio::test]
async fn revocation_has_nothing_to_say() {
    let stub = Arc::new(Stub::default());
    let response = post(&stub, "/oauth/revoke", "client_id=app&token=t&token_type_hint=x").await;
    response.assert_status_is_ok();
    assert_eq!(response.0.into_body().into_string().await.expect("text"), "");
    assert_eq!(stub.last().as_deref(), Some("public app: revoke t"));
}

#[tokio::test]
async fn both_refuse_what_makes_no_sense() {
    let cases = [
        ("client_id=app", 400, "invalid_request"),
        ("client_id=app&token=", 400, "invalid_request"),
        ("client_id=app&token=a&token=b", 400, "invalid_request"),
        ("client_id=app&token=a&token_type_hint=b&token_type_hint=c", 400, "invalid_request"),
        ("token=a", 401, "invalid_client"),
    ];
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        for (form, status, code) in cases {
            let stub = Arc::new(Stub::default());
            let response = post(&stub, path, form).await;
            assert_eq!(response.0.status().as_u16(), status, "{path} {form}");
            let answer: Value = response.0.into_body().into_json().await.expect("JSON");
            assert_eq!(answer["error"], code, "{path} {form}");
            assert_eq!(stub.last(), None);
        }
    }
}

/// The status and the challenge.
fn verdict(response: &TestResponse) -> (u16, Option<&str>) {
    (response.0.status().as_u16(), response.0.header("www-authenticate"))
}

#[tokio::test]
async fn a_bearer_token_opens_the_claims() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let header = client.get("/oauth/userinfo").header("authorization", "bearer at").send().await;
    let told: Value = header.0.into_body().into_json().await.expect("JSON");
    assert_eq!(told, json!({"sub": "ada", "name": "Ada"}));
    let posted = client.post("/oauth/userinfo").header("authorization", "Bearer at").send().await;
    posted.assert_status_is_ok();
    post(&stub, "/oauth/userinfo", "access_token=in-body").await.assert_status_is_ok();
    assert_eq!(stub.last().as_deref(), Some("claims in-body"));
}

#[tokio::test]
async fn a_missing_token_is_challenged_without_an_error() {
    let client = Arc::new(Stub::default()).client();
    let bare = Some(r#"Bearer realm="portcullis""#);
    for request in [
        client.get("/oauth/userinfo"),
        client.post("/oauth/userinfo"),
        client.get("/oauth/userinfo?access_token=at"),
        client.get("/oauth/userinfo").header("authorization", "Basic d2ViOnM="),
        client.post("/oauth/userinfo").content_type(FORM).body("access_token="),
        client.post("/oauth/userinfo").content_type("text/plain").body("access_token=at"),
    ] {
        assert_eq!(verdict(&request.send().await), (401, bare));
    }
}

#[tokio::test]
async fn a_token_is_sent_in_one_way() {
    let client = Arc::new(Stub::default()).client();
    for request in [
        client.post("/oauth/userinfo").header("authorization", "Bearer at"),
        client.post("/oauth/userinfo").header("authorization", "Bearer"),
        client.post("/oauth/userinfo").header("authorization", "Bearer  "),
    ] {
        let response = request.content_type(FORM).body("access_token=at").send().await;
        assert_malformed(&response);
    }
    let twice = client.post("/oauth/userinfo").content_type(FORM);
    let twice = twice.body("access_token=a&access_token=b").send().await;
    assert_malformed(&twice);
}

/// A request whose token cannot be read is told so in the challenge, too (RFC 6750 §3.1).
fn assert_malformed(response: &TestResponse) {
    let (status, challenge) = verdict(response);
    let told = challenge.is_some_and(|told| told.contains(r#"error="invalid_request""#));
    assert!(status == 400 && told, "{challenge:?}");
}

#[tokio::test]
async fn a_refused_token_is_challenged_by_its_error() {
    let cases = [
        (
            ErrorCode::InvalidToken,
            401,
            Some(
                r#"Bearer realm="portcullis", error="invalid_token", error_description="so 'it' is""#,
            ),
        ),
        (
            ErrorCode::InsufficientScope,
            403,
            Some(
                r#"Bearer realm="portcullis", error="insufficient_scope", error_description="so 'it' is""#,
            ),
        ),
        (ErrorCode::ServerError, 500, None),
        (ErrorCode::TemporarilyUnavailable, 503, None),
        (
            ErrorCode::InvalidRequest,
            400,
            Some(
                r#"Bearer realm="portcullis", error="invalid_request", error_description="so 'it' is""#,
            ),
        ),
    ];
    for (code, status, challenge) in cases {
        let stub = Arc::new(Stub { error: Some(code), ..Stub::default() });
        let client = stub.client();
        let sent = client.get("/oauth/userinfo").header("authorization", "Bearer at").send();
        let response = sent.await;
        assert_eq!(verdict(&response), (status, challenge), "{code:?}");
        let answer: Value = response.0.into_body().into_json().await.expect("JSON");
        assert_eq!(answer["error"], code.as_str());
    }
}
