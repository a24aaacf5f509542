//! The consent page.

use domain::RedirectUri;
use ports::inbound::{ConsentView, Decided, Next, Shown};

use crate::{
    browser::{csrf, get, header, kept, location, page, post},
    samples::{self, SESSION},
    stub::{Stub, Working},
};

const CONSENT: &str = "/oauth/authorize/consent?interaction=i-1_x";

#[tokio::test]
async fn people_see_who_asks_for_what_and_where_they_will_be_sent() {
    let world = Working::new(Stub::default());
    let (status, html) = page(get(&world, CONSENT).await).await;
    assert_eq!(status, 200);
    for expected in [
        "<h1><bdi>Field Notes</bdi> asks for access</h1>",
        "signed in as <strong><bdi>Ada Lovelace</bdi></strong>",
        r#"<p class="host"><bdi>notes.example</bdi></p>"#,
        "<strong><bdi>Weather Station</bdi></strong>",
        r#"name="scope.1" value="weather:read" checked><span>Read the measurements of your stations<code>weather:read</code>"#,
        r#"name="scope.2" value="weather:admin" checked><span>weather:admin</span>"#,
        "Know who you are here",
        r#"<a href="https://notes.example/privacy" rel="noreferrer noopener nofollow""#,
        r#"<a href="/oauth/authorize/account">your account</a>"#,
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
    assert!(html.find(r#"value="allow""#) < html.find(r#"value="deny""#));
    assert!(!html.contains("your own computer"));
}

#[tokio::test]
async fn a_program_on_ones_own_machine_is_warned_of() {
    let world = Working::new(Stub {
        consent: || {
            let mut view = samples::consent();
            view.client.redirect_uri = RedirectUri::parse("http://[::1]:4711/cb").expect("fit");
            Ok(Shown::Page(ConsentView { loopback: true, ..view }))
        },
        ..Stub::default()
    });
    let response = get(&world, CONSENT).await;
    let policy = header(&response, "content-security-policy");
    assert!(policy.contains("; form-action 'self' http: http://127.0.0.1:* "), "{policy}");
    assert!(page(response).await.1.contains("This is a program on your own computer."));
}

#[tokio::test]
async fn the_decision_reaches_the_application_as_it_was_made() {
    let world = Working::new(Stub::default());
    let decisions = [
        ("decision=allow&scope=b&scope=a&offered=a+b+c", "allow a b of a b c"),
        ("decision=allow&scope.2=b&scope.1=a&scopes=c", "allow a b of "),
        ("decision=allow", "allow  of "),
        ("decision=deny&scope=a", "deny"),
    ];
    for (form, decision) in decisions {
        let response = post(&world, CONSENT, &format!("csrf={}&{form}", csrf())).await;
        assert!(location(&response).starts_with("https://notes.example/cb?code=c0de&state="));
        let asked = format!("i-1_x {decision} [proof {SESSION}]");
        assert_eq!(world.seen().last(), Some(&asked));
    }
}

#[tokio::test]
async fn a_decision_that_is_none_is_refused() {
    let world = Working::new(Stub::default());
    for form in ["", "decision=maybe", "decision=allow&scope=a%22b", "decision=allow&decision=deny"]
    {
        let response = post(&world, CONSENT, &format!("csrf={}&{form}", csrf())).await;
        assert_eq!(page(response).await.0, 400, "{form}");
    }
    assert!(world.seen().is_empty());
}

#[tokio::test]
async fn who_ticks_nothing_is_asked_again() {
    let world = Working::new(Stub { decided: || Ok(Decided::NothingAllowed), ..Stub::default() });
    let response = post(&world, CONSENT, &format!("csrf={}&decision=allow", csrf())).await;
    assert!(kept(&response).is_empty());
    let (status, html) = page(response).await;
    assert!(status == 422 && html.contains("Nothing is ticked."), "{html}");
    assert!(!html.contains(" checked"), "{html}");
}

#[tokio::test]
async fn who_was_signed_out_meanwhile_signs_in_again() {
    let world =
        Working::new(Stub { decided: || Ok(Decided::Onward(Next::SignIn)), ..Stub::default() });
    let response = post(&world, CONSENT, &format!("csrf={}&decision=allow", csrf())).await;
    assert_eq!(location(&response), "/oauth/authorize/login?interaction=i-1_x");
    assert!(kept(&response).is_empty(), "the interaction goes on");
}
