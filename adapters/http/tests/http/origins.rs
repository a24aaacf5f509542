//! The web origins that may call each endpoint.

use std::sync::Arc;

use adapter_http::Settings;
use poem::test::TestResponse;

use crate::stub::Stub;

const BACK: [&str; 7] = [
    "/oauth/token",
    "/oauth/introspect",
    "/oauth/revoke",
    "/oauth/userinfo",
    "/oauth/register",
    "/.well-known/openid-configuration",
    "/.well-known/jwks.json",
];

/// An issuer that is not on localhost, where pages of every origin may register clients.
const PUBLIC: &str = "https://auth.example";

fn listed(origins: &[&str]) -> Settings {
    let origins = origins.iter().map(|&origin| origin.to_owned()).collect();
    Settings { allowed_origins: Some(origins), ..Settings::default() }
}

async fn ask(settings: &Settings, path: &str, origin: &str) -> TestResponse {
    let client = Arc::new(Stub::at(PUBLIC)).client_with(settings);
    client.get(path).header("origin", origin).send().await
}

fn admitted(response: &TestResponse) -> Option<&str> {
    response.0.header("access-control-allow-origin")
}

#[tokio::test]
async fn any_origin_may_call_the_back_channel_unless_somebody_said_which() {
    for path in BACK {
        // Whether it is a success or an error.
        let response = ask(&Settings::default(), path, "https://spa.example").await;
        assert_eq!(admitted(&response), Some("*"), "{path}");
        let response = ask(&listed(&["*"]), path, "https://spa.example").await;
        assert_eq!(admitted(&response), Some("*"), "{path}");
    }
}

#[tokio::test]
async fn a_list_lets_in_what_is_on_it() {
    let settings = listed(&["https://spa.example/", "http://localhost:5173"]);
    for path in BACK {
        for (origin, expected) in [
            ("https://spa.example", Some("https://spa.example")),
            ("http://localhost:5173", Some("http://localhost:5173")),
            ("https://spa.example.evil.example", None),
            ("http://spa.example", None),
            ("null", None),
        ] {
            let response = ask(&settings, path, origin).await;
            assert_eq!(admitted(&response), expected, "{path} {origin}");
            response.assert_header("vary", "Origin");
        }
    }
    let nobody = ask(&listed(&[]), "/oauth/token", "https://spa.example").await;
    assert_eq!(admitted(&nobody), None, "an empty list lets nobody in");
}

#[tokio::test]
async fn a_preflight_says_what_may_be_sent() {
    let client = Arc::new(Stub::at(PUBLIC)).client();
    let preflight = client
        .options("/oauth/register")
        .header("origin", "https://spa.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type")
        .send()
        .await;
    assert_eq!(preflight.0.status(), 204);
    preflight.assert_header("access-control-allow-origin", "*");
    preflight.assert_header("access-control-allow-methods", "OPTIONS, POST");
    let allowed = preflight.0.headers()["access-control-allow-headers"].to_str().expect("text");
    let allowed: Vec<_> = allowed.split(", ").collect();
    for header in ["authorization", "content-type", "traceparent", "dpop", "x-requested-with", "*"]
    {
        assert!(allowed.contains(&header), "{header}: {allowed:?}");
    }
    assert!(!preflight.0.headers().contains_key("access-control-allow-credentials"));
}

/// The answer to a registration by a script of `origin`, and whether anything was registered.
async fn register(stub: Stub, settings: &Settings, origin: Option<&str>) -> (TestResponse, bool) {
    let stub = Arc::new(stub);
    let client = stub.client_with(settings);
    let mut request = client.post("/oauth/register");
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    let body = r#"{"redirect_uris": ["http://localhost/cb"]}"#;
    let response = request.content_type("application/json").body(body).send().await;
    let registered = stub.last().is_some();
    (response, registered)
}

#[tokio::test]
async fn on_localhost_only_its_own_pages_and_those_listed_register_clients() {
    let (usual, listing) = (Settings::default(), listed(&["https://spa.example"]));
    let strangers = ["https://spa.example.evil.example", "http://localhost.evil.example", "null"];
    for settings in [&usual, &listing] {
        for origin in strangers {
            let (response, registered) = register(Stub::default(), settings, Some(origin)).await;
            assert_eq!((response.0.status().as_u16(), registered), (403, false), "{origin}");
            assert_eq!(admitted(&response), None, "{origin}");
            let told: serde_json::Value = response.0.into_body().into_json().await.expect("JSON");
            assert_eq!(told["error"], "access_denied");
            assert!(told["error_description"].to_string().contains("`server.allowed_origins`"));
        }
        for origin in [None, Some("http://localhost:6274"), Some("http://127.0.0.1:5173")] {
            let (response, registered) = register(Stub::default(), settings, origin).await;
            assert_eq!((response.0.status().as_u16(), registered), (201, true), "{origin:?}");
        }
    }
    let (response, registered) =
        register(Stub::default(), &listing, Some("https://spa.example")).await;
    assert_eq!((admitted(&response), registered), (Some("https://spa.example"), true));
    let (response, _) = register(Stub::default(), &usual, Some("http://localhost:6274")).await;
    assert_eq!(admitted(&response), Some("*"));
    let (response, _) = register(Stub::default(), &listed(&["*"]), Some("https://a.example")).await;
    assert_eq!(admitted(&response), Some("*"), "the operator has decided so");
}

#[tokio::test]
async fn on_localhost_a_stranger_learns_nothing_by_a_preflight() {
    let client = Arc::new(Stub::default()).client();
    for path in ["/oauth/register", "/oauth/register/c-1"] {
        let preflight = client.options(path).header("origin", "https://evil.example");
        let preflight = preflight.header("access-control-request-method", "POST").send().await;
        for (name, _) in preflight.0.headers() {
            assert!(!name.as_str().starts_with("access-control"), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn on_a_public_issuer_any_page_registers_as_ever() {
    for settings in [Settings::default(), listed(&["https://spa.example"])] {
        let (response, registered) =
            register(Stub::at(PUBLIC), &settings, Some("https://other.example")).await;
        assert_eq!((response.0.status().as_u16(), registered), (201, true));
    }
}

#[tokio::test]
async fn pages_are_nobody_elses() {
    let front = ["/oauth/authorize", "/account", "/livez", "/docs", "/nowhere"];
    let client = Arc::new(Stub::default()).client();
    for path in front {
        let response = ask(&Settings::default(), path, "https://spa.example").await;
        assert_eq!(admitted(&response), None, "{path}");
        let preflight = client.options(path).header("origin", "https://spa.example");
        let preflight = preflight.header("access-control-request-method", "POST").send().await;
        for (name, _) in preflight.0.headers() {
            assert!(!name.as_str().starts_with("access-control"), "{path}: {name}");
        }
    }
}
