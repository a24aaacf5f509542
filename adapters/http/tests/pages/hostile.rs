//! Hostile text of clients and strangers in pages, and the files that pages load.

use domain::{Branding, ClientId, Image};
use ports::inbound::{
    AccessView, ConsentView, PasswordView, PlaceView, ScopeView, Shown, SignInPage, SignInView,
};

use crate::{
    browser::{get, header, page},
    samples,
    stub::{Stub, Working},
};

const NAME: &str = "</title><script>alert('1')</script>\u{202e}\"><img src=x onerror=alert(1)>";

fn hostile() -> ConsentView {
    let name = || NAME.to_owned();
    let scope = || ScopeView { name: name(), description: Some(name()) };
    let mut view = samples::consent();
    view.client.id = ClientId::new(NAME);
    view.client.name = name();
    view.client.client_uri = Some("https://x.example/\"><script>".to_owned());
    view.client.policy_uri = Some("data:text/html,<script>alert(1)</script>".to_owned());
    ConsentView {
        account: name(),
        asked: vec![AccessView {
            place: PlaceView::Resources(vec![name()]),
            scopes: vec![scope()],
        }],
        remembered: vec![scope()],
        ..view
    }
}

#[tokio::test]
async fn nothing_that_a_client_says_becomes_markup() {
    let world = Working::new(Stub {
        sign_in: || {
            let client = Some(hostile().client);
            let (account, username) = (Some(NAME.to_owned()), Some(NAME.to_owned()));
            let view = SignInView { client, username, account };
            Ok(SignInPage { view, ..samples::sign_in_page() })
        },
        password: || {
            let client = Some(hostile().client);
            let username = NAME.to_owned();
            Ok(Shown::Page(PasswordView { client, username, ..samples::password() }))
        },
        consent: || Ok(Shown::Page(hostile())),
        account: || {
            let mut view = samples::account();
            (view.name, view.username) = (NAME.to_owned(), NAME.to_owned());
            view.consents[0].name = NAME.to_owned();
            view.sessions[1].user_agent = Some(NAME.to_owned());
            Ok(Some(view))
        },
        ..Stub::default()
    });
    for path in ["/oauth/authorize/login", "/oauth/authorize/password", "/oauth/authorize/consent"]
        .map(|path| format!("{path}?interaction=i-1_x"))
    {
        let (_, html) = page(get(&world, &path).await).await;
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert!(html.contains("&#60;script&#62;"), "{html}");
    }
    let (_, html) = page(get(&world, "/oauth/authorize/account").await).await;
    assert_eq!(html.matches("<script").count(), 1, "ours: {html}");
    assert!(html.contains("&#60;script&#62;"), "{html}");
}

#[tokio::test]
async fn a_logo_stands_in_the_page_so_that_nobody_else_learns_of_it() {
    let consent = || {
        let mut view = samples::consent();
        view.client.logo = Image::recognise(b"GIF89a".to_vec());
        Ok(Shown::Page(view))
    };
    let world = Working::new(Stub { consent, ..Stub::default() });
    let (_, html) = page(get(&world, "/oauth/authorize/consent?interaction=i-1_x").await).await;
    assert!(html.contains(r#"<img class="logo" src="data:image/gif;base64,R0lGODlh""#), "{html}");
}

#[tokio::test]
async fn every_page_shows_whose_server_it_is_and_still_names_the_host() {
    let branding = || Branding {
        name: Some("Example & Sons".to_owned()),
        logo: Image::recognise(b"GIF89a".to_vec()),
        ..Branding::default()
    };
    let world = Working::new(Stub { branding, ..Stub::default() });
    let pages = ["/oauth/authorize/login?interaction=i-1_x", "/nothing"];
    for path in pages {
        let asked = world.client().get(path).header("accept", "text/html").send().await;
        let (_, html) = page(asked).await;
        for expected in [
            "· Example &#38; Sons</title>",
            r#"<img class="emblem" src="data:image/gif;base64,R0lGODlh" alt="">"#,
            "<strong>Example &#38; Sons</strong><span>auth.example</span>",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
        assert!(!html.contains("<svg class=\"gate"), "{html}");
    }
}

#[tokio::test]
async fn what_pages_load_may_be_kept_as_long_as_it_is_named() {
    let world = Working::new(Stub::default());
    let (_, html) = page(get(&world, "/oauth/authorize/signed-out").await).await;
    let loaded: Vec<_> = html.split('"').filter(|text| text.contains("/assets/")).collect();
    assert_eq!(loaded.len(), 2, "{loaded:?}");
    for path in loaded {
        let response = get(&world, path).await;
        response.assert_status_is_ok();
        assert_eq!(header(&response, "cache-control"), "public, max-age=31536000, immutable");
    }
    for (file, kind) in [
        ("portcullis.css", "text/css; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
        ("submit.js", "text/javascript; charset=utf-8"),
        ("times.js", "text/javascript; charset=utf-8"),
    ] {
        let response = get(&world, &format!("/assets/another/{file}")).await;
        assert_eq!(header(&response, "content-type"), kind);
        assert_eq!(header(&response, "cache-control"), "no-cache");
    }
}

#[tokio::test]
async fn an_address_where_there_is_nothing_says_so_on_a_page() {
    let world = Working::new(Stub { issuer: "https://auth.example/t", ..Stub::default() });
    let client = world.client();
    let lost = client.get("/t/nothing").header("accept", "text/html").send().await;
    let (status, html) = page(lost).await;
    assert!(status == 404 && html.contains("Not found"), "{html}");
    assert!(html.contains(r#"<link rel="stylesheet" href="/t/assets/"#), "{html}");
    let (status, _) = page(client.put("/t/oauth/authorize/login").send().await).await;
    assert_eq!(status, 405);
}
