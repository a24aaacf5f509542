//! `POST /oauth/token`.

use std::sync::Arc;

use domain::{EnabledGrants, ErrorCode, GrantType};
use poem::{
    http::StatusCode,
    test::{TestClient, TestResponse},
};
use serde_json::{Value, json};

use crate::stub::Stub;

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(stub: &Arc<Stub>, form: &str) -> TestResponse {
    let client = stub.client();
    client.post("/oauth/token").content_type(FORM).body(form.to_owned()).send().await
}

async fn body(response: TestResponse) -> (StatusCode, Value) {
    response.assert_header("content-type", "application/json");
    response.assert_header("cache-control", "no-store");
    response.assert_header("pragma", "no-cache");
    let status = response.0.status();
    (status, response.0.into_body().into_json().await.expect("JSON"))
}

#[tokio::test]
async fn grants_are_told_apart() {
    let told = [
        (
            "grant_type=authorization_code&client_id=web&code=c&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&redirect_uri=http%3A%2F%2Fa&scope=b+a&resource=x&resource=y&junk=1&junk=2",
            "public web: code c dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk http://a [a b] x,y trace -",
        ),
        (
            "client_id=web&client_secret=s%2B1&refresh_token=r&scope=&grant_type=refresh_token",
            "post web s+1: refresh r [-]  trace -",
        ),
        (
            "grant_type=client_credentials&client_id=m&client_secret=s&resource=only",
            "post m s: credentials [-] only trace -",
        ),
    ];
    for (form, asked) in told {
        let stub = Arc::new(Stub::default());
        let (status, answer) = body(post(&stub, form).await).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(stub.last().as_deref(), Some(asked));
    }
}

#[tokio::test]
async fn an_answer_has_what_was_issued_and_nothing_else() {
    let stub = Arc::new(Stub::default());
    let code = "grant_type=authorization_code&client_id=web&code=c&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let all = json!({
        "access_token": "at", "token_type": "Bearer", "expires_in": 900,
        "refresh_token": "rt", "id_token": "it", "scope": "a b",
    });
    assert_eq!(body(post(&stub, code).await).await, (StatusCode::OK, all));
    let credentials = "grant_type=client_credentials&client_id=web&client_secret=s";
    let some =
        json!({"access_token": "at", "token_type": "Bearer", "expires_in": 900, "scope": "a b"});
    assert_eq!(body(post(&stub, credentials).await).await, (StatusCode::OK, some));
}

#[tokio::test]
async fn every_refusal_is_an_oauth_error_and_asks_nobody() {
    let long = format!("grant_type={}", "x".repeat(60_000));
    let refused = [
        ("", 400, "invalid_request"),
        ("grant_type=password&client_id=web", 400, "unsupported_grant_type"),
        (long.as_str(), 400, "unsupported_grant_type"),
        ("code=c", 400, "invalid_request"),
        ("grant_type=&code=c", 400, "invalid_request"),
        (
            "grant_type=refresh_token&grant_type=refresh_token&refresh_token=r",
            400,
            "invalid_request",
        ),
        ("grant_type=authorization_code&client_id=web&code=c", 400, "invalid_request"),
        (
            "grant_type=authorization_code&client_id=web&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            400,
            "invalid_request",
        ),
        (
            "grant_type=authorization_code&client_id=web&code=c&code_verifier=v",
            400,
            "invalid_request",
        ),
        (
            "grant_type=refresh_token&client_id=web&refresh_token=r&refresh_token=s",
            400,
            "invalid_request",
        ),
        (
            "grant_type=refresh_token&client_id=web&refresh_token=r&scope=a&scope=b",
            400,
            "invalid_request",
        ),
        (
            "grant_type=refresh_token&client_id=web&client_id=web&refresh_token=r",
            400,
            "invalid_request",
        ),
        ("grant_type=refresh_token&client_id=web&refresh_token=%FF", 400, "invalid_request"),
        ("grant_type=refresh_token&client_id=web&refresh_token=r&scope=%22", 400, "invalid_scope"),
        ("grant_type=refresh_token&refresh_token=r", 401, "invalid_client"),
        ("grant_type=refresh_token&refresh_token=r&client_secret=s", 401, "invalid_client"),
        ("grant_type=refresh_token&refresh_token=r&client_id=", 401, "invalid_client"),
    ];
    for (form, status, code) in refused {
        let stub = Arc::new(Stub::default());
        let (got, answer) = body(post(&stub, form).await).await;
        assert_eq!((got.as_u16(), answer["error"].as_str()), (status, Some(code)), "{form:.200}");
        assert!(answer["error_description"].is_string(), "{form:.200}");
        assert_eq!(stub.last(), None, "{form:.200}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let client = Arc::new(Stub::default()).client();
    let sent = client.post("/oauth/token").content_type(FORM).body(&b"grant_type=\xff\xfe"[..]);
    let (status, answer) = body(sent.send().await).await;
    assert_eq!((status.as_u16(), &answer["error"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn another_kind_of_body_is_refused_by_the_name_of_the_right_one() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let form = "grant_type=client_credentials&client_id=web";
    for kind in [None, Some("application/json"), Some("text/plain"), Some("garbage")] {
        let mut request = client.post("/oauth/token").body(form);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let (status, answer) = body(request.send().await).await;
        assert_eq!((status.as_u16(), &answer["error"]), (400, &json!("invalid_request")));
        assert_eq!(answer["error_description"], format!("the body must be {FORM}"));
    }
    for kind in
        ["application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-form-urlencoded"]
    {
        let sent = client.post("/oauth/token").header("content-type", kind).body(form).send();
        sent.await.assert_status_is_ok();
    }
}

#[tokio::test]
async fn a_form_may_be_large_and_not_larger() {
    let stub = Arc::new(Stub::default());
    let start = "grant_type=client_credentials&client_id=web&junk=";
    let form = |length: usize| format!("{start}{}", "x".repeat(length - start.len()));
    post(&stub, &form(64 * 1024)).await.assert_status_is_ok();
    let (status, answer) = body(post(&stub, &form(64 * 1024 + 1)).await).await;
    assert_eq!((status.as_u16(), &answer["error"]), (413, &json!("invalid_request")));
}

async fn authorized<E: poem::Endpoint>(
    client: &TestClient<E>,
    form: &'static str,
    header: &str,
) -> TestResponse {
    let request = client.post("/oauth/token").content_type(FORM).body(form);
    request.header("authorization", header).send().await
}

#[tokio::test]
async fn basic_is_decoded_twice_and_never_ignored() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let form = "grant_type=client_credentials";
    let good = [
        ("Basic YSUzQWI6cCUyQnc=", "basic a:b p+w"), // a%3Ab:p%2Bw
        ("basic d2ViOnM6dA==", "basic web s:t"),     // web:s:t
        ("Basic d2ViOg==", "public web"),            // web:
    ];
    for (header, who) in good {
        authorized(&client, form, header).await.assert_status_is_ok();
        assert_eq!(stub.last(), Some(format!("{who}: credentials [-]  trace -")));
    }
    let broken =
        ["Basic !!!!", "Bearer abc", "Basic", "", "Basic d2Vi", "Basic YSVGRjpi", "Basic /zo="];
    for header in broken {
        let response = authorized(&client, form, header).await;
        let challenge = response.0.header("www-authenticate").unwrap_or_default().to_owned();
        assert!(challenge.starts_with("Basic realm="), "{header}: {challenge}");
        let (status, answer) = body(response).await;
        assert_eq!(
            (status.as_u16(), &answer["error"]),
            (401, &json!("invalid_client")),
            "{header}"
        );
    }
}

#[tokio::test]
async fn two_authorization_headers_are_none() {
    let client = Arc::new(Stub::default()).client();
    let twice = client.post("/oauth/token").content_type(FORM);
    let twice =
        twice.header("authorization", "Basic d2ViOnM=").header("authorization", "Basic eDp5");
    let (status, answer) = body(twice.body("grant_type=client_credentials").send().await).await;
    assert_eq!((status.as_u16(), &answer["error"]), (401, &json!("invalid_client")));
}

#[tokio::test]
async fn a_client_authenticates_in_one_way() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let cases = [
        ("grant_type=client_credentials&client_id=web", 200),
        ("grant_type=client_credentials&client_id=other", 400),
        ("grant_type=client_credentials&client_id=web&client_secret=s", 400),
        ("grant_type=client_credentials&client_secret=s", 400),
    ];
    for (form, status) in cases {
        let response = authorized(&client, form, "Basic d2ViOnM=").await; // web:s
        let (got, answer) = body(response).await;
        assert_eq!(got.as_u16(), status, "{form}");
        if status == 400 {
            assert_eq!(answer["error"], "invalid_request", "{form}");
        }
    }
}

#[tokio::test]
async fn the_query_counts_for_nothing() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let query = "/oauth/token?grant_type=client_credentials&client_id=web&client_secret=s";
    let sent = client.post(query).content_type(FORM).body("grant_type=client_credentials").send();
    let (status, answer) = body(sent.await).await;
    assert_eq!((status.as_u16(), &answer["error"]), (401, &json!("invalid_client")));
    assert_eq!(stub.last(), None);
}

#[tokio::test]
async fn every_code_has_its_status() {
    for &code in ErrorCode::ALL {
        let stub = Arc::new(Stub { error: Some(code), ..Stub::default() });
        let response = post(&stub, "grant_type=client_credentials&client_id=web").await;
        let challenged = response.0.headers().contains_key("www-authenticate");
        let (status, answer) = body(response).await;
        let expected = match code {
            ErrorCode::InvalidClient => 401,
            ErrorCode::ServerError => 500,
            ErrorCode::TemporarilyUnavailable => 503,
            _ => 400,
        };
        assert_eq!(status.as_u16(), expected, "{code:?}");
        assert_eq!(challenged, expected == 401, "{code:?}");
        let told = json!({"error": code.as_str(), "error_description": "so 'it' is"});
        assert_eq!(answer, told, "no detail of ours, and nothing that RFC 6749 §5.2 forbids");
    }
}

#[tokio::test]
async fn a_valid_trace_goes_along() {
    let stub = Arc::new(Stub::default());
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let client = stub.client();
    let send = |header: String| {
        let request = client.post("/oauth/token").content_type(FORM).header("traceparent", header);
        request.body("grant_type=client_credentials&client_id=web").send()
    };
    send(format!("00-{trace}-00f067aa0ba902b7-01")).await.assert_status_is_ok();
    assert!(stub.last().is_some_and(|asked| asked.ends_with(trace)));
    send("00-nonsense".to_owned()).await.assert_status_is_ok();
    assert!(stub.last().is_some_and(|asked| asked.ends_with("trace -")));
}

#[tokio::test]
async fn a_grant_that_is_off_is_unsupported_whatever_else_is_wrong_with_the_request() {
    let grants: EnabledGrants = [GrantType::AuthorizationCode].into_iter().collect();
    let stub = Arc::new(Stub { grants, ..Stub::default() });
    for form in [
        "grant_type=client_credentials&client_id=web&client_secret=s",
        "grant_type=refresh_token",
        "grant_type=password",
    ] {
        let (status, error) = body(post(&stub, form).await).await;
        assert_eq!(
            (status, &error["error"]),
            (StatusCode::BAD_REQUEST, &json!("unsupported_grant_type"))
        );
        let hint = error["error_description"].as_str().expect("a hint");
        assert!(hint.ends_with("`grant_type` must be one of: authorization_code"), "{hint}");
    }
    assert!(stub.seen.lock().expect("not poisoned").is_empty(), "nobody was asked");
}
