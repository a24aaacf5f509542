//! Which web origins may call what.

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

fn listed(origins: &[&str]) -> Settings {
    let origins = origins.iter().map(|&origin| origin.to_owned()).collect();
    Settings { allowed_origins: Some(origins), ..Settings::default() }
}

async fn ask(settings: &Settings, path: &str, origin: &str) -> TestResponse {
    let client = Arc::new(Stub::default()).client_with(settings);
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
    let client = Arc::new(Stub::default()).client();
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
