//! The logo of a client on pages.

mod server;

use domain::{AuthorizationParams, DescriptiveMetadata, Image, RegistrationRequest, RequestSource};
use ports::inbound::{Browser, GiveConsent as _, RegisterClients as _, Shown};
use server::{CALLBACK, PASSWORD, TestServer, asked};
use services::RegistrationGate;

const AT: &str = "https://app.example/logo.png";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const GIF: &[u8] = b"GIF89a";
const DAY: i64 = 24 * 60 * 60;

/// The request of a client that has registered with its logo at `uri`.
async fn request(server: &TestServer, uri: &str) -> AuthorizationParams {
    let clients = server.registration(RegistrationGate::Open);
    let request = RegistrationRequest {
        redirect_uris: vec![CALLBACK.to_owned()],
        described: DescriptiveMetadata {
            logo_uri: Some(uri.to_owned()),
            ..DescriptiveMetadata::default()
        },
        ..RegistrationRequest::default()
    };
    let registered =
        clients.register(None, request, &RequestSource::default()).await.expect("registered");
    AuthorizationParams { client_id: Some(registered.client.id.to_string()), ..asked("mcp:read") }
}

/// The logos on the sign-in page and on the consent page.
async fn shown(
    server: &TestServer,
    request: AuthorizationParams,
) -> (Option<Image>, Option<Image>) {
    let (before, browser) = server.sign_in_page(request, &Browser::default()).await;
    let (interaction, browser, _) = server.pass(&before, &browser, ("ada", PASSWORD)).await;
    let shown = server.decide.show(&interaction, &browser).await.expect("shown");
    let Shown::Page(after) = shown else { panic!("{shown:?}") };
    (before.view.client.expect("a client").logo, after.client.logo)
}

#[tokio::test]
async fn a_logo_is_fetched_for_who_has_signed_in_and_for_nobody_else() {
    let server = TestServer::new().await;
    server.web.put(AT, PNG);
    let request = request(&server, AT).await;
    assert_eq!(shown(&server, request).await, (None, Image::recognise(PNG.to_vec())));
    assert_eq!(server.web.fetched(), 1);
}

#[tokio::test]
async fn a_logo_is_fetched_once_a_day() {
    let server = TestServer::new().await;
    server.web.put(AT, PNG);
    let request = request(&server, AT).await;
    shown(&server, request.clone()).await;
    server.web.put(AT, GIF);
    server.clock.advance(DAY - 1);
    let (_, logo) = shown(&server, request.clone()).await;
    assert_eq!((logo, server.web.fetched()), (Image::recognise(PNG.to_vec()), 1));
    server.clock.advance(1);
    let (_, logo) = shown(&server, request).await;
    assert_eq!((logo, server.web.fetched()), (Image::recognise(GIF.to_vec()), 2));
}

#[tokio::test]
async fn a_logo_that_cannot_be_had_is_not_asked_for_again_at_once() {
    let server = TestServer::new().await;
    let request = request(&server, AT).await;
    for _ in 0..2 {
        assert_eq!(shown(&server, request.clone()).await, (None, None));
    }
    assert_eq!(server.web.fetched(), 1);
    server.web.put(AT, PNG);
    server.clock.advance(10 * 60);
    assert!(shown(&server, request).await.1.is_some());
}

#[tokio::test]
async fn what_is_no_bitmap_or_comes_unprotected_is_not_shown() {
    let server = TestServer::new().await;
    let (svg, http, large) =
        ("https://app.example/logo.svg", "http://app.example/logo.png", "https://app.example/big");
    server.web.put(svg, b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    server.web.put(http, PNG);
    server.web.put(large, &[PNG, &vec![0; Image::LARGEST]].concat());
    for uri in [svg, http, large] {
        let request = request(&server, uri).await;
        assert_eq!(shown(&server, request).await, (None, None), "{uri}");
    }
}
