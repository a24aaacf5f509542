//! The pages around signing out.

use ports::inbound::SignOut;

use crate::{
    browser::{get, get_with, header, kept, location, page, post, post_with, session_csrf},
    samples::SESSION,
    stub::{Stub, Working},
};

const GONE: &str =
    "__Host-portcullis-ZE2J8aya-session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0";

#[tokio::test]
async fn people_are_asked_before_they_are_signed_out() {
    let world = Working::new(Stub::default());
    let (status, html) = page(get(&world, "/oauth/authorize/logout").await).await;
    assert!(status == 200 && html.contains("<bdi>Ada</bdi>"), "{html}");
    assert_eq!(world.seen(), [format!("request - - - - [proof {SESSION}]")]);
}

#[tokio::test]
async fn a_client_that_must_be_confirmed_is_carried_along() {
    let world = Working::new(Stub {
        signed_out: || {
            Ok(SignOut::Ask { account: "Ada".to_owned(), client: Some("N<b>".to_owned()) })
        },
        ..Stub::default()
    });
    let query = "client_id=notes&post_logout_redirect_uri=https%3A%2F%2Fnotes.example%2Fbye&state=a%26b&id_token_hint=jwt";
    let response = get(&world, &format!("/oauth/logout?{query}&junk=1")).await;
    let there = location(&response).to_owned();
    assert!(there.starts_with("/oauth/authorize/logout?id_token_hint=jwt&client_id=notes&"));
    assert!(world.seen().is_empty(), "the cookies are sent there");
    let response = get(&world, &there).await;
    let policy = header(&response, "content-security-policy");
    assert!(policy.contains("; form-action 'self' https: http://127.0.0.1:* "), "{policy}");
    let (status, html) = page(response).await;
    assert_eq!(status, 200);
    for expected in [
        r#"<form method="post" action="/oauth/authorize/logout">"#,
        "<bdi>N&#60;b&#62;</bdi></strong> asks you",
        r#"name="id_token_hint" value="jwt""#,
        r#"name="client_id" value="notes""#,
        r#"name="post_logout_redirect_uri" value="https://notes.example/bye""#,
        r#"name="state" value="a&#38;b""#,
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
}

#[tokio::test]
async fn whoever_confirms_is_signed_out_and_sent_back() {
    let world = Working::new(Stub {
        signed_out: || {
            let redirect = Some(("https://n.example/bye?x=1".to_owned(), Some("a b".to_owned())));
            Ok(SignOut::Done { redirect })
        },
        ..Stub::default()
    });
    let form = format!("csrf={}&client_id=notes&state=a+b&id_token_hint=jwt", session_csrf());
    let response = post(&world, "/oauth/authorize/logout", &form).await;
    assert_eq!(location(&response), "https://n.example/bye?x=1&state=a%20b");
    assert_eq!(kept(&response), [GONE]);
    assert_eq!(world.seen(), [format!("confirm jwt notes - a b [proof {SESSION}]")]);
}

#[tokio::test]
async fn who_has_nowhere_to_go_is_told_that_it_is_done() {
    let world = Working::new(Stub {
        signed_out: || Ok(SignOut::Done { redirect: None }),
        ..Stub::default()
    });
    let response = get(&world, "/oauth/authorize/logout?id_token_hint=jwt").await;
    assert_eq!((location(&response), kept(&response)), ("/oauth/authorize/signed-out", vec![GONE]));
    let (status, html) = page(get_with(&world, "/oauth/authorize/signed-out", "").await).await;
    assert!(status == 200 && html.contains("You are signed out"), "{html}");
}

#[tokio::test]
async fn a_form_from_elsewhere_is_sent_on_by_a_page_of_ours() {
    let world = Working::new(Stub::default());
    let form = "id_token_hint=jwt&state=a+b&junk=1";
    let (status, html) = page(post_with(&world, "/oauth/logout", form, "").await).await;
    assert_eq!(status, 200);
    for expected in [
        r#"<form method="post" action="/oauth/authorize/logout/request">"#,
        r#"<input type="hidden" name="id_token_hint" value="jwt">"#,
        r#"<input type="hidden" name="state" value="a b">"#,
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
    assert!(world.seen().is_empty());
    let (status, _) = page(post(&world, "/oauth/authorize/logout/request", form).await).await;
    assert_eq!((status, world.seen().len()), (200, 1));
}
