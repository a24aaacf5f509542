//! Pages where a way ends, and the step that each offers.

use domain::{ClientId, InteractionError};
use ports::inbound::{
    Begun, ClientView, ConsentView, Decided, InteractionFault, Shown, UnknownClient,
    UnknownRedirectUri,
};

use crate::{
    browser::{csrf, get, page, post},
    samples,
    stub::{Does, Stub, Working},
};

const CONSENT: &str = "/oauth/authorize/consent?interaction=i-1_x";
const PASSWORD: &str = "/oauth/authorize/password?interaction=i-1_x";

/// The redirect URI of mcp-remote.
const REMOTE: &str = "http://localhost:3334/oauth/callback";

/// Characters that are invisible, change their neighbours or are markup.
const HOSTILE: &str = "<b>evil</b>\u{202e}\u{2800}";

/// The page that a request is answered with.
async fn begun(begun: Does<Begun, InteractionFault>) -> String {
    let world = Working::new(Stub { begun, ..Stub::default() });
    let (status, html) = page(get(&world, "/oauth/authorize").await).await;
    assert_eq!(status, 400, "{html}");
    html
}

fn unknown_client(client_id: &str, redirect_uri: &str) -> InteractionFault {
    InteractionFault::UnknownClient(UnknownClient {
        client_id: client_id.to_owned(),
        redirect_uri: Some(redirect_uri.to_owned()),
    })
}

#[tokio::test]
async fn a_client_that_is_unknown_is_named_with_its_host_and_what_to_do_in_it() {
    let html =
        begun(|| Err(unknown_client("c-1", "https://claude.ai/api/mcp/auth_callback"))).await;
    for expected in [
        "<h1>This server does not know the application</h1>",
        "<code>c-1</code>",
        r#"<p class="host"><bdi>claude.ai</bdi></p>"#,
        "If this is <strong>Claude</strong>: In the settings, under Connectors, remove this",
        "tell the people who run auth.example",
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
    assert!(!html.contains("<a "), "{html}");
}

#[tokio::test]
async fn known_applications_have_their_own_remedy_and_others_a_general_one() {
    let cases: [(Does<Begun, InteractionFault>, _); 5] = [
        (|| Err(unknown_client("c", "http://localhost:3334/oauth/callback")), ".mcp-auth"),
        (|| Err(unknown_client("c", "http://127.0.0.1:33418/")), "Remove Dynamic Authentication"),
        (|| Err(unknown_client("c", "cursor://anysphere.cursor-mcp/oauth/callback")), "Logout"),
        (|| Err(unknown_client("c", "http://localhost:3118/callback")), "Clear authentication"),
        (|| Err(unknown_client("c", "https://notes.example/cb")), "remove this server and add it"),
    ];
    for (outcome, expected) in cases {
        let html = begun(outcome).await;
        assert!(html.contains(expected), "{expected} in {html}");
    }
}

#[tokio::test]
async fn what_a_stranger_writes_is_cut_and_becomes_no_markup_and_no_link() {
    let html = begun(|| {
        let long = format!("{HOSTILE}{}", "x".repeat(5_000));
        Err(unknown_client(&long, &format!("https://{}.example/", "h".repeat(60).repeat(3))))
    })
    .await;
    assert!(html.contains("<code>&#60;b&#62;evil&#60;/b&#62;xxx"), "{html}");
    assert!(!html.contains(&"x".repeat(100)) && html.contains("x…</code>"), "{html}");
    let html = begun(|| Err(unknown_client("c", "javascript:alert(1)//<b>"))).await;
    assert!(!html.contains("alert"), "nobody can be answered there: {html}");
    let html = begun(|| {
        let requested = format!("https://evil.example/{HOSTILE}{}", "x".repeat(5_000));
        Err(address(Some(requested), true))
    })
    .await;
    assert!(html.contains("<code>https://evil.example/&#60;b&#62;evil&#60;/b&#62;xx"), "{html}");
    assert!(!html.contains(&"x".repeat(200)) && !html.contains("<a "), "{html}");
}

fn address(requested: Option<String>, self_registered: bool) -> InteractionFault {
    let client = ClientId::new("notes");
    let (name, registered) = ("Field <Notes>".to_owned(), 2);
    let unknown = UnknownRedirectUri { client, name, self_registered, registered, requested };
    InteractionFault::RedirectUri(Box::new(unknown))
}

#[tokio::test]
async fn an_address_that_is_not_registered_is_named_with_what_is() {
    let html = begun(|| Err(address(Some(REMOTE.to_owned()), true))).await;
    for expected in [
        "<strong><bdi>Field &#60;Notes&#62;</bdi></strong> asks to be answered at an address",
        "<code>http://localhost:3334/oauth/callback</code>",
        "It has registered 2 other addresses as",
        "<code>notes</code>",
        "If this is <strong>mcp-remote</strong>",
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
    let html = begun(|| Err(address(Some(REMOTE.to_owned()), false))).await;
    assert!(html.contains("to the <code>redirect_uris</code> of the client"), "{html}");
    let html = begun(|| Err(address(None, true))).await;
    assert!(html.contains("does not say which of its addresses to answer"), "{html}");
}

#[tokio::test]
async fn a_client_that_is_stopped_is_said_to_be() {
    let html = begun(|| Err(InteractionFault::Suspended("Field <Notes>".to_owned()))).await;
    assert!(html.contains("have stopped Field &#60;Notes&#62;: it can sign nobody in"), "{html}");
}

/// The page on which an interaction for `client` has been finished.
async fn answered(consent: Does<Shown<ConsentView>, InteractionFault>) -> String {
    let world = Working::new(Stub { consent, ..Stub::default() });
    let (status, html) = page(get(&world, CONSENT).await).await;
    assert_eq!(status, 410, "{html}");
    assert!(html.contains("<h1>You have finished here</h1>"), "{html}");
    assert!(html.contains(r#"<a href="/oauth/authorize/account">your account</a>"#), "{html}");
    html
}

fn of_client(self_registered: bool, client_uri: &str) -> InteractionFault {
    let client_uri = Some(client_uri.to_owned());
    let client = samples::client("https://notes.example/cb");
    InteractionFault::Answered(Some(Box::new(ClientView { self_registered, client_uri, ..client })))
}

#[tokio::test]
async fn who_has_finished_is_told_which_application_has_its_answer() {
    let home =
        r#"<a class="button" href="https://notes.example/home" rel="noreferrer">Go to <bdi>"#;
    let html = answered(|| Err(of_client(false, "https://notes.example/home"))).await;
    assert!(html.contains("<bdi>Field Notes</bdi></strong> has its answer."), "{html}");
    assert!(html.contains(home), "{html}");
    for linked in [
        answered(|| Err(of_client(true, "https://notes.example/home"))).await,
        answered(|| Err(of_client(false, "javascript:alert(1)"))).await,
    ] {
        assert!(!linked.contains("<a class"), "{linked}");
        assert!(linked.contains(r#"<p class="host"><bdi>notes.example</bdi></p>"#), "{linked}");
    }
    let html = answered(|| Err(InteractionFault::Answered(None))).await;
    assert!(html.contains("There is nothing left to do on this page."), "{html}");
}

#[tokio::test]
async fn a_form_that_comes_too_late_begins_anew() {
    let gone: [Does<Decided, InteractionFault>; 2] =
        [|| Err(InteractionError::Unknown.into()), || Err(InteractionError::Expired.into())];
    for decided in gone {
        let world = Working::new(Stub { decided, ..Stub::default() });
        let form = format!("csrf={}&decision=allow&request=c2VhbGVk", csrf());
        let (status, html) = page(post(&world, CONSENT, &form).await).await;
        assert_eq!(status, 422, "{html}");
        assert!(html.contains("This page was open for too long"), "{html}");
        assert!(html.contains(r#"<form method="post" action="/oauth/authorize/login">"#), "{html}");
        assert!(world.seen().last().is_some_and(|seen| seen.starts_with("show sealed ")));
        let form = format!("csrf={}&decision=allow", csrf());
        assert_eq!(page(post(&world, CONSENT, &form).await).await.0, 410);
    }
    let world = Working::new(Stub {
        signed_in: || Err(InteractionError::Unknown.into()),
        ..Stub::default()
    });
    let form = format!("csrf={}&new-password=x&confirm-password=x&request=c2VhbGVk", csrf());
    assert_eq!(page(post(&world, PASSWORD, &form).await).await.0, 422);
    for path in [CONSENT, PASSWORD] {
        let html = page(get(&world, path).await).await.1;
        assert!(
            html.contains(r#"<input type="hidden" name="request" value="c2VhbGVk">"#),
            "{html}"
        );
    }
}

#[tokio::test]
async fn a_form_of_another_browser_does_not_begin_anew() {
    let world = Working::new(Stub {
        decided: || Err(InteractionError::OtherBrowser.into()),
        ..Stub::default()
    });
    let form = format!("csrf={}&decision=allow&request=c2VhbGVk", csrf());
    let (status, html) = page(post(&world, CONSENT, &form).await).await;
    assert!(status == 403 && html.contains("Go on in the window where you began."), "{html}");
}
