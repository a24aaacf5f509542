//! What people see of a client's logo.

mod house;

use domain::{Described, Image, Origin, RegistrationRequest, Unvouched};
use house::{CALLBACK, House, PASSWORD, asked};
use ports::inbound::{Browser, Decide as _, RegisterClients as _, Shown};
use services::RegistrationGate;

const AT: &str = "https://app.example/logo.png";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const GIF: &[u8] = b"GIF89a";
const DAY: i64 = 24 * 60 * 60;

/// The request of a client that has registered with its logo at `uri`.
async fn request(house: &House, uri: &str) -> Unvouched {
    let clients = house.registration(RegistrationGate::Open);
    let request = RegistrationRequest {
        redirect_uris: vec![CALLBACK.to_owned()],
        described: Described { logo_uri: Some(uri.to_owned()), ..Described::default() },
        ..RegistrationRequest::default()
    };
    let registered = clients.register(None, request, &Origin::default()).await.expect("registered");
    Unvouched { client_id: Some(registered.client.id.to_string()), ..asked("mcp:read") }
}

/// The logos on the sign-in page and on the consent page.
async fn shown(house: &House, request: Unvouched) -> (Option<Image>, Option<Image>) {
    let (before, browser) = house.sign_in_page(request, &Browser::default()).await;
    let (interaction, browser, _) = house.pass(&before, &browser, ("ada", PASSWORD)).await;
    let shown = house.decide.show(&interaction, &browser).await.expect("shown");
    let Shown::Page(after) = shown else { panic!("{shown:?}") };
    (before.view.client.expect("a client").logo, after.client.logo)
}

#[tokio::test]
async fn a_logo_is_fetched_for_who_has_signed_in_and_for_nobody_else() {
    let house = House::new().await;
    house.web.put(AT, PNG);
    let request = request(&house, AT).await;
    assert_eq!(shown(&house, request).await, (None, Image::recognise(PNG.to_vec())));
    assert_eq!(house.web.fetched(), 1);
}

#[tokio::test]
async fn a_logo_is_fetched_once_a_day() {
    let house = House::new().await;
    house.web.put(AT, PNG);
    let request = request(&house, AT).await;
    shown(&house, request.clone()).await;
    house.web.put(AT, GIF);
    house.clock.advance(DAY - 1);
    let (_, logo) = shown(&house, request.clone()).await;
    assert_eq!((logo, house.web.fetched()), (Image::recognise(PNG.to_vec()), 1));
    house.clock.advance(1);
    let (_, logo) = shown(&house, request).await;
    assert_eq!((logo, house.web.fetched()), (Image::recognise(GIF.to_vec()), 2));
}

#[tokio::test]
async fn a_logo_that_cannot_be_had_is_not_asked_for_again_at_once() {
    let house = House::new().await;
    let request = request(&house, AT).await;
    for _ in 0..2 {
        assert_eq!(shown(&house, request.clone()).await, (None, None));
    }
    assert_eq!(house.web.fetched(), 1);
    house.web.put(AT, PNG);
    house.clock.advance(10 * 60);
    assert!(shown(&house, request).await.1.is_some());
}

#[tokio::test]
async fn what_is_no_bitmap_or_comes_unprotected_is_not_shown() {
    let house = House::new().await;
    let (svg, http, large) =
        ("https://app.example/logo.svg", "http://app.example/logo.png", "https://app.example/big");
    house.web.put(svg, b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    house.web.put(http, PNG);
    house.web.put(large, &[PNG, &vec![0; Image::LARGEST]].concat());
    for uri in [svg, http, large] {
        let request = request(&house, uri).await;
        assert_eq!(shown(&house, request).await, (None, None), "{uri}");
    }
}
