//! A browser, as far as these tests need one.

use std::sync::Arc;

use domain::Secret;
use poem::{
    Endpoint,
    test::{TestRequestBuilder, TestResponse},
};

use crate::{
    samples::{INTERACTION, PROOF, SESSION},
    stub::Working,
};

/// The cookies of a browser that is signed in and has begun the usual interaction, over https.
pub(crate) fn cookies() -> String {
    format!(
        "__Host-portcullis-ZE2J8aya-session={SESSION}; __Host-portcullis-ZE2J8aya-browser={PROOF}"
    )
}

/// The CSRF token of the forms of the usual interaction.
pub(crate) fn csrf() -> String {
    Secret::new(PROOF).derive(&format!("csrf {INTERACTION}")).expose().to_owned()
}

/// The CSRF token of the forms of the account page.
pub(crate) fn session_csrf() -> String {
    Secret::new(SESSION).derive("csrf session").expose().to_owned()
}

pub(crate) async fn get(world: &Arc<Working>, path: &str) -> TestResponse {
    get_with(world, path, &cookies()).await
}

pub(crate) async fn get_with(world: &Arc<Working>, path: &str, cookies: &str) -> TestResponse {
    world.client().get(path).header("cookie", cookies).send().await
}

/// The same, in a window of a browser that says so (Fetch Metadata).
pub(crate) async fn visit(world: &Arc<Working>, path: &str) -> TestResponse {
    let client = world.client();
    let request = client.get(path).header("cookie", cookies());
    in_window(request).send().await
}

/// Sends a form from a window of a browser that says so.
pub(crate) async fn submit(world: &Arc<Working>, path: &str, form: &str) -> TestResponse {
    let client = world.client();
    let request = client.post(path).header("cookie", cookies());
    let request = request.content_type("application/x-www-form-urlencoded");
    in_window(request).body(form.to_owned()).send().await
}

fn in_window<E: Endpoint>(request: TestRequestBuilder<'_, E>) -> TestRequestBuilder<'_, E> {
    request.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document")
}

pub(crate) async fn post(world: &Arc<Working>, path: &str, form: &str) -> TestResponse {
    post_with(world, path, form, &cookies()).await
}

pub(crate) async fn post_with(
    world: &Arc<Working>,
    path: &str,
    form: &str,
    cookies: &str,
) -> TestResponse {
    let client = world.client();
    let request = client.post(path).header("cookie", cookies);
    let request = request.content_type("application/x-www-form-urlencoded");
    request.body(form.to_owned()).send().await
}

/// The value of `Location`.
pub(crate) fn location(response: &TestResponse) -> &str {
    response.assert_status(poem::http::StatusCode::SEE_OTHER);
    header(response, "location")
}

pub(crate) fn header<'a>(response: &'a TestResponse, name: &str) -> &'a str {
    let value = response.0.headers().get(name);
    value.unwrap_or_else(|| panic!("no {name}")).to_str().expect("ASCII")
}

/// The cookies that the response sets, in alphabetical order.
pub(crate) fn kept(response: &TestResponse) -> Vec<&str> {
    let values = response.0.headers().get_all("set-cookie").iter();
    let mut values: Vec<_> = values.map(|value| value.to_str().expect("ASCII")).collect();
    values.sort_unstable();
    values
}

/// The status and the page, after what must hold for every page.
pub(crate) async fn page(response: TestResponse) -> (u16, String) {
    let status = response.0.status().as_u16();
    response.assert_header("content-type", "text/html; charset=utf-8");
    response.assert_header("cache-control", "no-store");
    response.assert_header("x-content-type-options", "nosniff");
    response.assert_header("referrer-policy", "no-referrer");
    let policy = header(&response, "content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; img-src 'self' data:; "));
    assert!(policy.contains("; base-uri 'none'; form-action "), "{policy}");
    // Only a page without a decision may stand in a frame: the one that posts the answer to the client.
    let framed = response.0.headers().get("x-frame-options").is_none_or(|value| value != "DENY");
    assert_eq!(framed, policy.contains("frame-ancestors *;"), "{policy}");
    assert_ne!(framed, policy.contains("frame-ancestors 'none';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let html = response.0.into_body().into_string().await.expect("UTF-8");
    for inline in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
        assert!(!html.contains(inline), "{inline} in {html}");
    }
    let leads_on = html.contains("<meta http-equiv=\"refresh\" content=\"0;url=");
    assert_eq!(html.matches("http-equiv").count(), usize::from(leads_on), "{html}");
    assert!(!leads_on || policy.ends_with("; form-action 'none'"), "{policy}");
    let ours = ["/submit.js", "/times.js"]
        .map(|file| html.matches(&format!("{file}\" defer></script>")).count());
    assert_eq!(html.matches("<script").count(), ours.iter().sum::<usize>());
    assert_eq!(html.matches("<script").count(), policy.matches("script-src 'self'").count());
    assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"), "{html}");
    assert_eq!(html.matches("<h1>").count(), 1, "{html}");
    assert_eq!(framed, html.contains("<h1>Back to the application</h1>"), "{html}");
    (status, html)
}
