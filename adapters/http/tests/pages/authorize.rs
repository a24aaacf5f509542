//! The authorization endpoint.

use domain::{ErrorCode, OAuthError};
use ports::inbound::{Begun, InteractionFault, NextPage};

use crate::{
    browser::{get, get_with, header, kept, location, page, post, post_with},
    samples::{self, SESSION},
    stub::{Does, Stub, Working},
};

/// The state of every sample, and the issuer.
const REST: &str = "state=a%20b%26c%3Dd%2B%C3%BC%2523%22%3C%3E&iss=https://auth.example/t/";

fn answering(begun: Does<Begun, InteractionFault>) -> Stub {
    Stub { begun, issuer: "https://auth.example/t/", ..Stub::default() }
}

#[tokio::test]
async fn a_code_goes_to_the_redirect_uri_with_state_and_issuer() {
    let cases: [(Does<Begun, InteractionFault>, _); 3] = [
        (
            || Ok(Begun::Answer(Box::new(samples::granted("https://notes.example/cb")))),
            "https://notes.example/cb?",
        ),
        (
            || Ok(Begun::Answer(Box::new(samples::granted("https://notes.example/cb?a=1%202")))),
            "https://notes.example/cb?a=1%202&",
        ),
        (
            || Ok(Begun::Answer(Box::new(samples::granted("com.example.notes:/cb")))),
            "com.example.notes:/cb?",
        ),
    ];
    for (begun, start) in cases {
        let world = Working::new(answering(begun));
        let response = get(&world, "/t/oauth/authorize?client_id=notes").await;
        assert_eq!(location(&response), format!("{start}code=c0de&{REST}"));
        assert!(kept(&response).is_empty());
    }
}

#[tokio::test]
async fn an_error_goes_there_too_and_says_only_what_may_be_said() {
    let world = Working::new(answering(|| {
        let error = OAuthError::new(ErrorCode::InvalidScope);
        let error = error.hint("not \"offered\"\n<b>ü").because("the database is on fire");
        Ok(Begun::Answer(Box::new(samples::answer("https://notes.example/cb", Err(error)))))
    }));
    let response = get(&world, "/t/oauth/authorize?client_id=notes").await;
    let error = "error=invalid_scope&error_description=not%20'offered'?%3Cb%3E?";
    assert_eq!(location(&response), format!("https://notes.example/cb?{error}&{REST}"));
}

#[tokio::test]
async fn what_is_asked_is_passed_on_and_the_rest_ignored() {
    let world = Working::new(Stub::default());
    let query = "client_id=https%3A%2F%2Fc.example%2F&state=a+b%2B&resource=x&resource=y&ui_locales=de&ui_locales=en&scope=";
    get(&world, &format!("/oauth/authorize?{query}")).await;
    post(&world, "/oauth/authorize", query).await;
    let asked = format!("begin https://c.example/ a b+ x,y [proof {SESSION}]");
    assert_eq!(world.seen(), [asked.clone(), asked]);
}

#[tokio::test]
async fn before_the_redirect_uri_is_proven_an_error_stays_here() {
    let world = Working::new(Stub {
        begun: || Err(OAuthError::new(ErrorCode::InvalidRequest).hint("no <such> client").into()),
        ..Stub::default()
    });
    let (status, html) =
        page(get(&world, "/oauth/authorize?redirect_uri=https%3A%2F%2Fx").await).await;
    assert_eq!(status, 400);
    assert!(html.contains("<code>invalid_request: no &#60;such&#62; client</code>"), "{html}");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_on_a_page_and_nobody_is_asked() {
    let world = Working::new(Stub::default());
    let twice = "client_id=a&redirect_uri=https%3A%2F%2Fx&redirect_uri=https%3A%2F%2Fy";
    let long = format!("client_id={}", "a".repeat(70_000));
    let utf8 = "client_id=%ff";
    for (query, expected) in
        [(twice, "`redirect_uri` is given more than once"), (utf8, "not UTF-8")]
    {
        for response in [
            get(&world, &format!("/oauth/authorize?{query}")).await,
            post(&world, "/oauth/authorize", query).await,
        ] {
            let (status, html) = page(response).await;
            assert!(status == 400 && html.contains(expected), "{status} {html}");
        }
    }
    assert_eq!(page(post(&world, "/oauth/authorize", &long).await).await.0, 413);
    let json = world.client().post("/oauth/authorize").body_json(&[1]).send().await;
    assert_eq!(page(json).await.0, 400);
    assert!(world.seen().is_empty());
}

#[tokio::test]
async fn what_is_ours_to_mend_is_told_so() {
    let cases: [(Does<Begun, InteractionFault>, _); 2] = [
        (
            || {
                let error = OAuthError::new(ErrorCode::ServerError);
                Err(error.hint("h").because("secret detail").into())
            },
            500,
        ),
        (|| Err(OAuthError::new(ErrorCode::TemporarilyUnavailable).into()), 503),
    ];
    for (begun, expected) in cases {
        let world = Working::new(Stub { begun, ..Stub::default() });
        let (status, html) = page(get(&world, "/oauth/authorize").await).await;
        assert_eq!(status, expected);
        assert!(!html.contains("secret detail"), "{html}");
    }
}

#[tokio::test]
async fn a_person_who_must_be_asked_is_sent_to_the_right_page() {
    let cases: [(Does<Begun, InteractionFault>, _); 2] = [
        (
            || Ok(samples::interact(NextPage::ChoosePassword)),
            "/t/oauth/authorize/password?interaction=i-1_x",
        ),
        (
            || Ok(samples::interact(NextPage::Consent)),
            "/t/oauth/authorize/consent?interaction=i-1_x",
        ),
    ];
    for (begun, expected) in cases {
        let world = Working::new(answering(begun));
        let response = get_with(&world, "/t/oauth/authorize?client_id=notes", "").await;
        assert_eq!(location(&response), expected);
        let cookie = "__Host-portcullis-h8pNwZIO-browser=proof; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=34560000";
        assert_eq!(kept(&response), [cookie]);
    }
}

#[tokio::test]
async fn a_form_from_elsewhere_comes_without_cookies_and_is_sent_on_by_a_page_of_ours() {
    let world = Working::new(answering(|| Ok(samples::interact(NextPage::Consent))));
    let form = "client_id=notes&state=a+b%26&id_token_hint=jwt&resource=x&resource=y&junk=1";
    let response = post_with(&world, "/t/oauth/authorize", form, "").await;
    let policy = header(&response, "content-security-policy");
    assert!(policy.ends_with("; form-action 'self'; script-src 'self'"), "{policy}");
    let (status, html) = page(response).await;
    assert_eq!(status, 200);
    for expected in [
        r#"<form method="post" action="/t/oauth/authorize/request">"#,
        r#"<input type="hidden" name="state" value="a b&#38;">"#,
        r#"<input type="hidden" name="id_token_hint" value="jwt">"#,
        r#"<input type="hidden" name="resource" value="x">"#,
        r#"<input type="hidden" name="resource" value="y">"#,
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
    assert!(world.seen().is_empty());
    let response = post_with(&world, "/t/oauth/authorize/request", form, "").await;
    assert_eq!(location(&response), "/t/oauth/authorize/consent?interaction=i-1_x");
    assert_eq!(world.seen(), ["begin notes a b& x,y [- -]"]);
}

#[tokio::test]
async fn an_answer_may_be_posted_by_a_page_that_works_without_scripts() {
    let world = Working::new(answering(|| {
        Ok(Begun::Answer(Box::new(samples::posted("https://notes.example:8443/cb?a=1&b"))))
    }));
    let response = get(&world, "/t/oauth/authorize?client_id=notes").await;
    let policy = header(&response, "content-security-policy");
    assert!(policy.ends_with("; form-action https:; script-src 'self'"), "{policy}");
    let html = response.0.into_body().into_string().await.expect("UTF-8");
    for expected in [
        r#"<form method="post" action="https://notes.example:8443/cb?a=1&#38;b">"#,
        r#"<input type="hidden" name="code" value="c0de">"#,
        r#"<input type="hidden" name="state" value="a b&#38;c=d+ü%23&#34;&#60;&#62;">"#,
        r#"<input type="hidden" name="iss" value="https://auth.example/t/">"#,
        r#"<button class="main">Continue</button>"#,
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_shown_the_sign_in_page_at_once() {
    let world = Working::new(answering(|| {
        let secret = Some(domain::Secret::new(samples::PROOF));
        let page = ports::inbound::SignInPage { secret, ..samples::sign_in_page() };
        Ok(Begun::SignIn(Box::new(page)))
    }));
    let response = get_with(&world, "/t/oauth/authorize?client_id=notes", "").await;
    assert!(kept(&response)[0].starts_with("__Host-portcullis-h8pNwZIO-browser=proof; "));
    let (status, html) = page(response).await;
    assert_eq!(status, 200);
    for expected in [
        r#"<form method="post" action="/t/oauth/authorize/login">"#,
        r#"<input type="hidden" name="request" value="c2VhbGVk">"#,
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
}
