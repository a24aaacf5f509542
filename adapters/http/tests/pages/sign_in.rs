//! The sign-in page, and the page where a one-time password is replaced.

use domain::{Branding, InteractionError};
use ports::inbound::{InteractionFault, NextPage, Shown, SignInPage, SignInView, SignedIn};

use crate::{
    browser::{cookies, csrf, get, get_with, header, kept, location, page, post, post_with},
    samples::{self, SESSION},
    stub::{Does, Stub, Working},
};

const SIGN_IN: &str = "/oauth/authorize/login";
const LOGIN: &str = "/oauth/authorize/login?interaction=i-1_x";
const PASSWORD: &str = "/oauth/authorize/password?interaction=i-1_x";

#[tokio::test]
async fn the_page_has_what_browsers_and_people_need() {
    let world = Working::new(Stub::default());
    let response = get(&world, LOGIN).await;
    let policy = header(&response, "content-security-policy");
    assert!(policy.contains("; form-action 'self' https: http://127.0.0.1:* "), "{policy}");
    let (status, html) = page(response).await;
    assert_eq!(status, 200);
    for expected in [
        "<strong><bdi>Field Notes</bdi></strong>",
        r#"<form method="post" action="/oauth/authorize/login">"#,
        r#"<input type="hidden" name="request" value="c2VhbGVk">"#,
        r#"<label for="username">"#,
        r#"autocomplete="username""#,
        r#"autocomplete="current-password""#,
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
    assert!(!html.contains("Continue as"));
}

#[tokio::test]
async fn who_has_forgotten_a_password_is_told_whom_to_ask() {
    let world = Working::new(Stub::default());
    let (_, html) = page(get(&world, LOGIN).await).await;
    let usual = "Ask the people who run <bdi>auth.example</bdi> for a one-time password.";
    assert!(html.contains(usual) && !html.contains("Get help"), "{html}");
    let branding = || Branding {
        password_help: Some("Ask <IT>.".to_owned()),
        password_help_uri: Some("mailto:it@example.com".to_owned()),
        ..Branding::default()
    };
    let world = Working::new(Stub { branding, ..Stub::default() });
    let (_, html) = page(get(&world, LOGIN).await).await;
    assert!(html.contains("Ask &#60;IT&#62;.") && !html.contains(usual), "{html}");
    assert!(html.contains(r#"<a href="mailto:it@example.com">Get help"#), "{html}");
}

#[tokio::test]
async fn credentials_are_tried_and_the_browser_goes_on() {
    let world = Working::new(Stub::default());
    let form = "request=c2VhbGVk&username=+Ada+&password=p%26+w%C3%BC";
    let response = post(&world, SIGN_IN, form).await;
    assert_eq!(location(&response), "/oauth/authorize/consent?interaction=i-1_x");
    assert_eq!(kept(&response).len(), 1);
    assert_eq!(world.seen(), [format!("sign in sealed  Ada  p& wü [proof {SESSION}]")]);
}

#[tokio::test]
async fn wrong_credentials_show_the_page_again() {
    let world = Working::new(Stub {
        signed_in: || Ok(SignedIn::Refused("That is <wrong>.")),
        ..Stub::default()
    });
    let response = post(&world, SIGN_IN, "request=c2VhbGVk&username=a%22b&password=secret").await;
    assert!(kept(&response).is_empty());
    let (status, html) = page(response).await;
    assert_eq!(status, 422);
    assert!(html.contains(r#"id="error" role="alert">That is &#60;wrong&#62;.</p>"#), "{html}");
    assert!(html.contains(r#"name="username" value="a&#34;b""#), "{html}");
    assert!(html.contains(r#"aria-invalid="true" aria-describedby="error" autofocus>"#), "{html}");
    assert!(!html.contains("secret"), "{html}");
    assert_eq!(world.seen()[1], format!("show sealed [proof {SESSION}]"));
}

#[tokio::test]
async fn who_is_signed_in_may_go_on_as_they_are() {
    let world = Working::new(Stub {
        sign_in: || {
            let account = Some("Ada <Lovelace>".to_owned());
            let view = SignInView { account, ..samples::sign_in() };
            Ok(SignInPage { view, ..samples::sign_in_page() })
        },
        signed_in: || Ok(samples::onward(None, NextPage::Consent)),
        ..Stub::default()
    });
    let (_, html) = page(get(&world, LOGIN).await).await;
    assert!(html.contains("Continue as <bdi>Ada &#60;Lovelace&#62;</bdi>"), "{html}");
    let response = post(&world, SIGN_IN, "request=c2VhbGVk&as=current").await;
    assert_eq!(location(&response), "/oauth/authorize/consent?interaction=i-1_x");
    assert!(kept(&response).is_empty());
    assert_eq!(world.seen()[1], format!("resume sealed [proof {SESSION}]"));
}

#[tokio::test]
async fn a_sign_in_form_that_no_page_of_ours_has_made_is_refused() {
    let world = Working::new(Stub::default());
    for carried in ["", "&request=", "&request=%22", "&request=not+base64"] {
        let form = format!("username=ada&password=pw{carried}");
        let (status, html) = page(post(&world, SIGN_IN, &form).await).await;
        assert!(status == 403 && html.contains("This form cannot be used"), "{form} {html}");
    }
    assert!(world.seen().is_empty());
}

#[tokio::test]
async fn a_form_that_this_browser_was_not_given_changes_nothing() {
    let world = Working::new(Stub::default());
    let (right, rest) = (csrf(), "username=ada&password=pw&new-password=x&confirm-password=x");
    let foreign = "__Host-portcullis-ZE2J8aya-browser=stolen";
    for path in [PASSWORD, "/oauth/authorize/consent?interaction=i-1_x"] {
        let rest = format!("{rest}&decision=allow");
        for (form, cookies) in [
            (rest.clone(), cookies()),
            (format!("csrf=&{rest}"), cookies()),
            (format!("csrf=x&{rest}"), cookies()),
            (format!("csrf={right}x&{rest}"), cookies()),
            (format!("csrf={right}&{rest}"), String::new()),
            (format!("csrf={right}&{rest}"), foreign.to_owned()),
        ] {
            let (status, html) = page(post_with(&world, path, &form, &cookies).await).await;
            assert!(status == 403 && html.contains("This form cannot be used"), "{form} {html}");
        }
    }
    assert!(world.seen().is_empty());
}

#[tokio::test]
async fn without_an_interaction_the_page_leads_to_the_account() {
    let world = Working::new(Stub {
        sign_in: || {
            let secret = Some(domain::Secret::new(samples::PROOF));
            Ok(SignInPage { secret, ..samples::sign_in_page() })
        },
        ..Stub::default()
    });
    let response = get_with(&world, SIGN_IN, "").await;
    assert!(kept(&response)[0].starts_with("__Host-portcullis-ZE2J8aya-browser=proof; "));
    assert_eq!(page(response).await.0, 200);
    assert_eq!(world.seen(), ["begin [- -]"]);
}

#[tokio::test]
async fn who_cannot_go_on_is_told_what_to_do() {
    let cases: [(Does<SignInPage, InteractionFault>, _, _); 3] = [
        (|| Err(InteractionError::Unknown.into()), 410, "took too long"),
        (|| Err(InteractionError::Expired.into()), 410, "took too long"),
        (|| Err(InteractionError::OtherBrowser.into()), 403, "another browser"),
    ];
    for (sign_in, status, words) in cases {
        let world = Working::new(Stub { sign_in, ..Stub::default() });
        let (told, html) = page(get(&world, LOGIN).await).await;
        assert!(told == status && html.contains(words), "{told} {html}");
        assert!(html.contains("start again there"), "{html}");
    }
}

#[tokio::test]
async fn an_interaction_that_cannot_exist_is_not_looked_for() {
    let world = Working::new(Stub::default());
    for named in ["", "?interaction=", "?interaction=%00", "?interaction=a%22b"] {
        let (status, _) =
            page(get(&world, &format!("/oauth/authorize/consent{named}")).await).await;
        assert_eq!(status, 410, "{named}");
    }
    let long = format!("/oauth/authorize/login?interaction={}", "a".repeat(65));
    assert_eq!(page(get(&world, &long).await).await.0, 410);
    assert!(world.seen().is_empty());
}

#[tokio::test]
async fn a_page_with_nothing_to_show_sends_the_browser_on() {
    let world = Working::new(Stub {
        password: || Ok(Shown::Onward(NextPage::SignIn)),
        consent: || Ok(Shown::Onward(NextPage::Account)),
        ..Stub::default()
    });
    assert_eq!(location(&get(&world, PASSWORD).await), LOGIN);
    let response = get(&world, "/oauth/authorize/consent?interaction=i-1_x").await;
    assert_eq!((location(&response), kept(&response).len()), ("/oauth/authorize/account", 0));
}

#[tokio::test]
async fn a_one_time_password_is_replaced() {
    let world = Working::new(Stub::default());
    let (status, html) = page(get(&world, PASSWORD).await).await;
    assert!(status == 200 && html.contains(r#"autocomplete="new-password""#), "{html}");
    let form = format!("csrf={}&username=x&new-password=a+b&confirm-password=a+b", csrf());
    let response = post(&world, PASSWORD, &form).await;
    assert_eq!(location(&response), "/oauth/authorize/consent?interaction=i-1_x");
    assert_eq!(world.seen()[1], format!("choose i-1_x a b [proof {SESSION}]"));
}

#[tokio::test]
async fn a_password_must_be_typed_twice_alike_and_be_good_enough() {
    let world = Working::new(Stub {
        signed_in: || Ok(SignedIn::Refused("It is too short.")),
        ..Stub::default()
    });
    for (form, expected) in [
        ("new-password=one&confirm-password=two", "The two passwords are not the same."),
        ("new-password=one", "The two passwords are not the same."),
        ("new-password=one&confirm-password=one", "It is too short."),
        ("", "It is too short."),
    ] {
        let response = post(&world, PASSWORD, &format!("csrf={}&{form}", csrf())).await;
        let (status, html) = page(response).await;
        assert!(status == 422 && html.contains(expected), "{form}: {status} {html}");
        assert!(!html.contains("value=\"one\""), "{html}");
    }
}
