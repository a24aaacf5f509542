//! `/.well-known/…`.

use std::sync::{Arc, PoisonError};

use domain::{Algorithm, PublicKey, SigningKey};
use poem::test::TestResponse;
use serde_json::{Value, json};

use crate::{samples, stub::Stub};

async fn get(stub: &Arc<Stub>, path: &str) -> TestResponse {
    stub.client().get(path).send().await
}

async fn json_of(response: TestResponse) -> Value {
    response.assert_header("content-type", "application/json");
    response.0.into_body().into_json().await.expect("JSON")
}

const SERVER: &str = "/.well-known/oauth-authorization-server";
const OPENID: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn the_metadata_tells_what_is_on() {
    let metadata = json_of(get(&Arc::new(Stub::default()), SERVER).await).await;
    let expected = json!({
        "issuer": "http://localhost:9000",
        "authorization_endpoint": "http://localhost:9000/oauth/authorize",
        "token_endpoint": "http://localhost:9000/oauth/token",
        "jwks_uri": "http://localhost:9000/.well-known/jwks.json",
        "registration_endpoint": "http://localhost:9000/oauth/register",
        "introspection_endpoint": "http://localhost:9000/oauth/introspect",
        "revocation_endpoint": "http://localhost:9000/oauth/revoke",
        "userinfo_endpoint": "http://localhost:9000/oauth/userinfo",
        "end_session_endpoint": "http://localhost:9000/oauth/logout",
        "scopes_supported": ["openid"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "token_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post"],
        "revocation_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "amr", "sid",
            "name", "preferred_username", "email", "email_verified",
        ],
        "authorization_response_iss_parameter_supported": true,
        "resource_indicators_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "claims_parameter_supported": false,
        "service_documentation": "http://localhost:9000/docs",
    });
    assert_eq!(metadata, expected);
    let closed = Arc::new(Stub { registration: false, ..Stub::default() });
    let metadata = json_of(get(&closed, OPENID).await).await;
    assert!(metadata.get("registration_endpoint").is_none());
}

#[tokio::test]
async fn an_issuer_is_itself_byte_for_byte_wherever_its_metadata_is_found() {
    let cases = [
        ("http://localhost:9000", &["{}"][..]),
        ("http://localhost:9000/", &["{}"]),
        ("https://auth.example/tenant", &["{}/tenant", "/tenant{}"]),
        ("https://auth.example/a/b/", &["{}/a/b", "{}/a/b/", "/a/b{}"]),
    ];
    for (issuer, places) in cases {
        let stub = Arc::new(Stub::at(issuer));
        let mut seen = Vec::new();
        for well_known in [SERVER, OPENID] {
            for place in places {
                let response = get(&stub, &place.replace("{}", well_known)).await;
                response.assert_status_is_ok();
                seen.push(response.0.into_body().into_string().await.expect("text"));
            }
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "the same bytes everywhere");
        let metadata: Value = serde_json::from_str(&seen[0]).expect("JSON");
        assert_eq!(metadata["issuer"], issuer);
        let base = issuer.trim_end_matches('/');
        assert_eq!(metadata["token_endpoint"], format!("{base}/oauth/token"));
    }
    let elsewhere = get(&Arc::new(Stub::at("https://auth.example/tenant")), SERVER).await;
    assert_eq!(elsewhere.0.status(), 404, "that would be another issuer");
}

#[tokio::test]
async fn everything_is_under_the_path_of_the_issuer() {
    let stub = Arc::new(Stub::at("https://auth.example/tenant"));
    let client = stub.client();
    for path in ["/.well-known/jwks.json", "/livez", "/ready", "/health", "/openapi.json", "/docs"]
    {
        get(&stub, &format!("/tenant{path}")).await.assert_status_is_ok();
    }
    for path in ["/livez", "/ready", "/health", "/.well-known/oauth-protected-resource/mcp"] {
        get(&stub, path).await.assert_status_is_ok();
    }
    let form = "grant_type=client_credentials&client_id=web";
    for (path, status) in [("/tenant/oauth/token", 200), ("/oauth/token", 404)] {
        let sent = client.post(path).content_type("application/x-www-form-urlencoded").body(form);
        assert_eq!(sent.send().await.0.status().as_u16(), status);
    }
}

#[tokio::test]
async fn who_has_it_already_need_not_read_it_again() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    for (path, lifetime) in [
        (SERVER, "public, max-age=3600"),
        (OPENID, "public, max-age=3600"),
        ("/.well-known/jwks.json", "public, max-age=300"),
        ("/.well-known/oauth-protected-resource/mcp", "public, max-age=3600"),
        ("/openapi.json", "public, max-age=300"),
    ] {
        let first = client.get(path).send().await;
        first.assert_header("cache-control", lifetime);
        assert!(!first.0.headers().contains_key("pragma"));
        let tag = first.0.header("etag").expect("an ETag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let again = client.get(path).header("if-none-match", &known).send().await;
            assert_eq!(again.0.status(), 304, "{path} {known}");
            again.assert_header("etag", &tag);
            again.assert_header("cache-control", lifetime);
            assert!(again.0.into_body().is_empty());
        }
        let two = client.get(path).header("if-none-match", "\"a\"").header("if-none-match", tag);
        assert_eq!(two.send().await.0.status(), 304);
        let other = client.get(path).header("if-none-match", "\"other\"").send().await;
        other.assert_status_is_ok();
    }
}

#[tokio::test]
async fn keys_are_what_verifiers_need_and_nothing_more() {
    let stub = Arc::new(Stub::default());
    let client = stub.client();
    let first = client.get("/.well-known/jwks.json").send().await;
    let tag = first.0.header("etag").map(str::to_owned);
    let kid = samples::key().id.to_string();
    let x = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
    let y = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";
    let ec = json!({
        "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "alg": "ES256", "use": "sig",
    });
    assert_eq!(json_of(first).await, json!({"keys": [ec]}));

    let public = PublicKey::Rsa { n: vec![255, 1], e: vec![1, 0, 1] };
    let rsa = SigningKey { algorithm: Algorithm::Rs256, public, ..samples::key() };
    let keys = Arc::new(vec![samples::key(), rsa]);
    *stub.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    let second = client.get("/.well-known/jwks.json").send().await;
    assert_ne!(second.0.header("etag").map(str::to_owned), tag, "a change is seen at once");
    let rsa =
        json!({"kty": "RSA", "n": "_wE", "e": "AQAB", "kid": kid, "alg": "RS256", "use": "sig"});
    assert_eq!(json_of(second).await, json!({"keys": [ec, rsa]}));
}

#[tokio::test]
async fn a_registered_resource_is_found_by_its_path_and_query() {
    let stub = Arc::new(Stub::default());
    let metadata = json_of(get(&stub, "/.well-known/oauth-protected-resource/mcp").await).await;
    let expected = json!({
        "resource": "https://mcp.example/mcp", "authorization_servers": ["http://localhost:9000"],
        "scopes_supported": ["mcp:read"], "bearer_methods_supported": ["header"],
        "resource_name": "MCP",
    });
    assert_eq!(metadata, expected);
    for (suffix, status) in [
        ("", 200),
        ("/", 200),
        ("/mcp/a%20b?x=1", 200),
        ("/mcp/a%20b", 404),
        ("/mcp/", 404),
        ("/other", 404),
        ("/%FF%FE", 404),
        ("?x=1", 404),
    ] {
        let response = get(&stub, &format!("/.well-known/oauth-protected-resource{suffix}")).await;
        assert_eq!(response.0.status().as_u16(), status, "{suffix}");
        if status == 404 {
            assert_eq!(json_of(response).await["error"], "invalid_request");
        }
    }
}
