//! The account page.

use domain::{ErrorCode, OAuthError};

use crate::{
    browser::{cookies, get, get_with, location, page, post, post_with, session_csrf},
    samples::SESSION,
    stub::{Stub, Working},
};

#[tokio::test]
async fn the_account_stands_apart_from_whoever_opened_it_and_the_sign_in_does_not() {
    let world = Working::new(Stub::default());
    let policy = async |path: &str| {
        let response = get(&world, path).await;
        response.0.headers().get("cross-origin-opener-policy").cloned()
    };
    assert_eq!(policy("/oauth/authorize/account").await.expect("a policy"), "same-origin");
    let request = "/oauth/authorize?client_id=web&redirect_uri=https%3A%2F%2Fapp.example%2Fcb";
    assert_eq!(policy(request).await, None, "a client may have opened it in a window of its own");
}

#[tokio::test]
async fn people_see_what_they_allowed_and_where_they_are_signed_in() {
    let world = Working::new(Stub::default());
    let (status, html) = page(get(&world, "/oauth/authorize/account").await).await;
    assert_eq!(status, 200);
    for expected in [
        "<strong><bdi>Field Notes</bdi></strong>",
        r#"<time datetime="2024-02-29T23:59:59Z">29 February 2024, 23:59 UTC</time>"#,
        "At <bdi>Weather Station</bdi>:",
        r#"name="client_id" value="https://notes.example/client.json""#,
        r#"Firefox on Linux <span class="badge">this browser</span>"#,
        r#"name="session" value="there""#,
        r#"last used <time datetime="2024-03-01T00:00:00Z">1 March 2024, 00:00 UTC</time>"#,
        r"from <code>192.0.2.7</code>, since <time",
        r#"last used <time datetime="2026-11-22T09:32:57Z">22 November 2026, 09:32 UTC</time>"#,
        "It registered itself, and nobody here has checked its name.",
        &format!(r#"name="csrf" value="{}""#, session_csrf()),
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
    assert!(!html.contains(r#"name="session" value="here""#), "this one is signed out below");
}

#[tokio::test]
async fn times_are_for_a_script_of_ours_to_show_in_the_readers_time_zone() {
    let world = Working::new(Stub::default());
    let response = get(&world, "/oauth/authorize/account").await;
    let policy = response.0.headers().get("content-security-policy").cloned().expect("a policy");
    assert!(policy.to_str().expect("text").ends_with("script-src 'self'"), "{policy:?}");
    let (_, html) = page(response).await;
    let (_, after) = html.split_once("<script src=\"").expect("a script");
    let (script, _) = after.split_once('"').expect("its address");
    let response = get(&world, script).await;
    response.assert_status_is_ok();
    response.assert_header("content-type", "text/javascript; charset=utf-8");
    let code = response.0.into_body().into_string().await.expect("UTF-8");
    assert!(code.contains("time[datetime]"), "{code}");
}

#[tokio::test]
async fn short_addresses_lead_to_the_pages() {
    let world = Working::new(Stub::default());
    for path in ["/", "/account"] {
        assert_eq!(location(&get(&world, path).await), "/oauth/authorize/account");
    }
    assert_eq!(location(&get(&world, "/login").await), "/oauth/authorize/login");
    assert_eq!(location(&get(&world, "/logout").await), "/oauth/authorize/logout");
    let world = Working::new(Stub { issuer: "https://auth.example/t", ..Stub::default() });
    for path in ["/t", "/t/", "/t/account"] {
        assert_eq!(location(&get(&world, path).await), "/t/oauth/authorize/account");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_sent_to_sign_in() {
    let world = Working::new(Stub { account: || Ok(None), ..Stub::default() });
    assert_eq!(
        location(&get_with(&world, "/oauth/authorize/account", "").await),
        "/oauth/authorize/login"
    );
}

#[tokio::test]
async fn what_was_allowed_is_withdrawn_and_sessions_are_ended() {
    let world = Working::new(Stub::default());
    let csrf = session_csrf();
    let form = format!("csrf={csrf}&client_id=https%3A%2F%2Fnotes.example%2F");
    assert_eq!(
        location(&post(&world, "/oauth/authorize/account/withdraw", &form).await),
        "/oauth/authorize/account"
    );
    let form = format!("csrf={csrf}&session=there");
    assert_eq!(
        location(&post(&world, "/oauth/authorize/account/sessions/end", &form).await),
        "/oauth/authorize/account"
    );
    let withdrawn = format!("withdraw https://notes.example/ [proof {SESSION}]");
    assert_eq!(world.seen(), [withdrawn, format!("end there [proof {SESSION}]")]);
}

#[tokio::test]
async fn who_was_signed_out_meanwhile_is_sent_where_they_sign_in() {
    let changed = || Err(OAuthError::new(ErrorCode::AccessDenied));
    let world = Working::new(Stub { changed, ..Stub::default() });
    let form = format!("csrf={}&session=there", session_csrf());
    assert_eq!(
        location(&post(&world, "/oauth/authorize/account/sessions/end", &form).await),
        "/oauth/authorize/account"
    );
}

#[tokio::test]
async fn a_form_that_this_session_was_not_given_changes_nothing() {
    let world = Working::new(Stub::default());
    let rest = "client_id=notes&session=there";
    let other = "__Host-portcullis-ZE2J8aya-session=another";
    for path in [
        "/oauth/authorize/account/withdraw",
        "/oauth/authorize/account/sessions/end",
        "/oauth/authorize/logout",
    ] {
        for (form, cookies) in [
            (rest.to_owned(), cookies()),
            (format!("csrf=x&{rest}"), cookies()),
            (format!("csrf={}&{rest}", session_csrf()), String::new()),
            (format!("csrf={}&{rest}", session_csrf()), other.to_owned()),
        ] {
            let (status, _) = page(post_with(&world, path, &form, &cookies).await).await;
            assert_eq!(status, 403, "{path} {form} {cookies}");
        }
    }
    assert!(world.seen().is_empty());
}

#[tokio::test]
async fn namesakes_can_be_told_apart_and_withdrawing_says_how_long_tokens_may_live_on() {
    let world = Working::new(Stub::default());
    let (_, html) = page(get(&world, "/oauth/authorize/account").await).await;
    for expected in [
        "at <bdi>notes.example</bdi>",
        "<code><bdi>https://notes.example/client.json</bdi></code>",
        "for up to 15 minutes more",
        "End all other sessions",
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
}

#[tokio::test]
async fn a_password_is_changed_at_the_account_page() {
    let world = Working::new(Stub::default());
    let csrf = session_csrf();
    let form = |new: &str, confirm: &str| {
        format!(
            "csrf={csrf}&username=ada&current-password=old&new-password={new}&confirm-password={confirm}&end-others=yes"
        )
    };
    let path = "/oauth/authorize/account/password";
    assert_eq!(
        location(&post(&world, path, &form("new", "new")).await),
        "/oauth/authorize/account"
    );
    let (status, html) = page(post(&world, path, &form("new", "other")).await).await;
    assert_eq!(status, 422);
    assert!(html.contains("not the same"), "{html}");
    let (status, html) = page(post(&world, path, &form("short", "short")).await).await;
    assert_eq!(status, 422);
    assert!(html.contains("Too short."), "{html}");
}

#[tokio::test]
async fn a_name_and_other_sessions_are_changed_only_from_the_page_itself() {
    let world = Working::new(Stub::default());
    let csrf = session_csrf();
    for (path, form) in [("profile", "&name=Ada&email=a%40b.example"), ("sessions/end-others", "")]
    {
        let path = format!("/oauth/authorize/account/{path}");
        let done = post(&world, &path, &format!("csrf={csrf}{form}")).await;
        assert_eq!(location(&done), "/oauth/authorize/account");
        let (status, _) = page(post(&world, &path, &format!("csrf=forged{form}")).await).await;
        assert_eq!(status, 403, "{path}");
    }
}
