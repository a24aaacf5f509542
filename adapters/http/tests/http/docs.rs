//! `/openapi.json`, `/openapi.yaml` and `/docs`.

use std::sync::Arc;

use adapter_http::document;
use poem::test::TestResponse;

use crate::stub::Stub;

async fn text(response: TestResponse) -> String {
    response.assert_status_is_ok();
    response.0.into_body().into_string().await.expect("text")
}

#[tokio::test]
async fn the_document_is_served_as_it_is() {
    let stub = Arc::new(Stub::at("https://auth.example/tenant/"));
    let client = stub.client();
    let document = document(&stub.application());
    assert_eq!(text(client.get("/tenant/openapi.json").send().await).await, document);
    assert!(document.contains(r#""url": "https://auth.example/tenant""#));
    let yaml = client.get("/tenant/openapi.yaml").send().await;
    yaml.assert_header("content-type", "application/yaml");
    assert!(text(yaml).await.starts_with("openapi: 3.0.0"));
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere() {
    let client = Arc::new(Stub::default()).client();
    let page = client.get("/docs").send().await;
    page.assert_header("content-type", "text/html; charset=utf-8");
    let policy = page.0.header("content-security-policy").unwrap_or_default().to_owned();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(policy.contains("connect-src 'self' http://localhost:9000;"), "{policy}");
    let page = text(page).await;
    assert!(!page.contains("//"), "no address but our own: {page}");
    for relative in ["docs/rapidoc.js", "openapi.json"] {
        assert!(page.contains(&format!("\"{relative}\"")));
        client.get(format!("/{relative}")).send().await.assert_status_is_ok();
    }
    let script = client.get("/docs/rapidoc.js").send().await;
    script.assert_header("content-type", "text/javascript; charset=utf-8");
    let script = text(script).await;
    assert!(script.starts_with("/*! RapiDoc") && script.len() > 500_000, "{}", script.len());
}
