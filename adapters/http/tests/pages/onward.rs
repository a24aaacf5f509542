//! The page from which a browser goes back to the client by itself.

use domain::{AuthorizationResponse, ErrorCode, OAuthError};
use ports::inbound::{Begun, Decided, InteractionFault, NextPage, SignOut, SignedIn};

use crate::{
    browser::{
        cookies, csrf, get, header, kept, location, page, post, session_csrf, submit, visit,
    },
    samples::{self, SESSION},
    stub::{Does, Stub, Working},
};

const CONSENT: &str = "/oauth/authorize/consent?interaction=i-1_x";
const LOGIN: &str = "/oauth/authorize/login?interaction=i-1_x";

/// The query of every sample, as it stands in an attribute.
const QUERY: &str =
    "code=c0de&#38;state=a%20b%26c%3Dd%2B%C3%BC%2523%22%3C%3E&#38;iss=https://auth.example";

fn deciding(decided: Does<Decided, InteractionFault>) -> Stub {
    Stub { decided, ..Stub::default() }
}

fn answer(redirect: AuthorizationResponse) -> Decided {
    Decided::Onward(NextPage::Answer(Box::new(redirect)))
}

/// The page that follows a decision.
async fn decided(decided: Does<Decided, InteractionFault>) -> String {
    let world = Working::new(deciding(decided));
    let form = format!("csrf={}&decision=allow", csrf());
    let (status, html) = page(submit(&world, CONSENT, &form).await).await;
    assert_eq!(status, 200, "{html}");
    html
}

#[tokio::test]
async fn after_a_form_a_window_is_led_on_by_a_page() {
    let html = decided(|| Ok(answer(samples::granted("https://notes.example/cb?a=1&b")))).await;
    let there = format!("https://notes.example/cb?a=1&#38;b&#38;{QUERY}");
    for expected in [
        format!(r#"<meta http-equiv="refresh" content="0;url={there}">"#),
        "<h1>Taking you back to <bdi>Field Notes</bdi>…</h1>".to_owned(),
        format!(r#"<a href="{there}" rel="noreferrer">go on to <bdi>notes.example</bdi></a>"#),
    ] {
        assert!(html.contains(&expected), "{expected} in {html}");
    }
    assert!(!html.contains("Nothing was allowed"), "{html}");
}

#[tokio::test]
async fn an_application_on_the_machine_is_named_and_can_be_opened_again() {
    let html = decided(|| Ok(answer(samples::granted("cursor://anysphere.cursor/cb")))).await;
    for expected in [
        "<h1>Done</h1>",
        "You can go back to <strong><bdi>Cursor on this computer</bdi></strong> and close this",
        &format!(r#"<a class="button" href="cursor://anysphere.cursor/cb?{QUERY}""#),
        ">Open <bdi>Cursor</bdi></a>",
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
    for uri in ["http://127.0.0.1:4711/cb", "com.example.notes:/cb"] {
        let html = match uri {
            "com.example.notes:/cb" => {
                decided(|| Ok(answer(samples::granted("com.example.notes:/cb")))).await
            }
            _ => decided(|| Ok(answer(samples::granted("http://127.0.0.1:4711/cb")))).await,
        };
        assert!(html.contains("You can go back to <strong><bdi>Field Notes</bdi>"), "{html}");
        assert!(html.contains(&format!(r#"content="0;url={uri}?"#)), "{html}");
    }
}

#[tokio::test]
async fn what_it_came_to_is_said() {
    fn refused(uri: &str, code: ErrorCode) -> Decided {
        answer(samples::answer(uri, Err(OAuthError::new(code))))
    }
    let cases: [(Does<Decided, InteractionFault>, _); 4] = [
        (
            || Ok(refused("https://notes.example/cb", ErrorCode::AccessDenied)),
            "<p>Nothing was allowed.</p>",
        ),
        (
            || Ok(refused("com.example.notes:/cb", ErrorCode::AccessDenied)),
            "<h1>Nothing was allowed</h1>",
        ),
        (
            || Ok(refused("https://notes.example/cb", ErrorCode::ServerError)),
            "The application is told why.",
        ),
        (
            || Ok(refused("com.example.notes:/cb", ErrorCode::ServerError)),
            "<h1>This could not be finished</h1>",
        ),
    ];
    for (outcome, expected) in cases {
        let html = decided(outcome).await;
        assert!(html.contains(expected), "{expected} in {html}");
    }
}

#[tokio::test]
async fn what_a_client_calls_itself_is_cut_and_becomes_no_markup() {
    let html = decided(|| {
        let name = format!("<b>{}", "N".repeat(200));
        Ok(answer(samples::granted("https://notes.example/cb").named(name)))
    })
    .await;
    let short = format!(">&#60;b&#62;{}…</bdi></h1>", "N".repeat(57));
    assert!(html.contains(&short) && !html.contains("<b>"), "{html}");
}

#[tokio::test]
async fn signing_in_leads_on_by_a_page_and_keeps_the_session() {
    let world = Working::new(Stub {
        signed_in: || {
            let session = Some(domain::Secret::new(SESSION));
            let next = NextPage::Answer(Box::new(samples::granted("https://notes.example/cb")));
            Ok(samples::onward(session, next))
        },
        ..Stub::default()
    });
    let response = submit(&world, "/oauth/authorize/login", "request=c2VhbGVk&username=a").await;
    assert_eq!(kept(&response).len(), 1);
    assert!(page(response).await.1.contains("Taking you back to"));
}

#[tokio::test]
async fn whoever_sees_no_window_is_redirected() {
    let world = Working::new(deciding(|| Ok(answer(samples::granted("com.example.notes:/cb")))));
    let form = format!("csrf={}&decision=allow", csrf());
    let response = post(&world, CONSENT, &form).await;
    assert!(location(&response).starts_with("com.example.notes:/cb?code=c0de&"));
    for (mode, dest) in [("cors", "empty"), ("navigate", "iframe"), ("navigate", "object")] {
        let client = world.client();
        let request = client.post(CONSENT).header("cookie", cookies());
        let request = request.content_type("application/x-www-form-urlencoded");
        let request = request.header("sec-fetch-mode", mode).header("sec-fetch-dest", dest);
        let response = request.body(form.clone()).send().await;
        assert!(location(&response).starts_with("com.example.notes:/cb?code=c0de&"), "{dest}");
    }
}

#[tokio::test]
async fn without_a_form_only_an_application_on_the_machine_gets_a_page() {
    let at: [(Does<Begun, InteractionFault>, _); 3] = [
        (|| Ok(Begun::Answer(Box::new(samples::granted("https://notes.example/cb")))), true),
        (|| Ok(Begun::Answer(Box::new(samples::granted("http://127.0.0.1:1/cb")))), true),
        (|| Ok(Begun::Answer(Box::new(samples::granted("com.example.notes:/cb")))), false),
    ];
    for (begun, is_redirected) in at {
        let world = Working::new(Stub { begun, ..Stub::default() });
        let path = "/oauth/authorize?client_id=notes";
        let status = visit(&world, path).await.0.status().as_u16();
        assert_eq!(status, if is_redirected { 303 } else { 200 });
        location(&get(&world, path).await);
        for silent in ["prompt=none", "prompt=none%20login"] {
            location(&visit(&world, &format!("{path}&{silent}")).await);
        }
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_answered_by_a_page_too() {
    let world = Working::new(Stub {
        begun: || Ok(Begun::Answer(Box::new(samples::granted("https://notes.example/cb")))),
        ..Stub::default()
    });
    for path in ["/oauth/authorize", "/oauth/authorize/request"] {
        let (status, html) = page(submit(&world, path, "client_id=notes").await).await;
        assert!(status == 200 && html.contains("Taking you back to"), "{html}");
    }
}

#[tokio::test]
async fn an_answer_that_is_posted_is_posted_as_ever() {
    let html_of = |response| async { page(response).await.1 };
    let world = Working::new(deciding(|| Ok(answer(samples::posted("https://notes.example/cb")))));
    let form = format!("csrf={}&decision=allow", csrf());
    let html = html_of(submit(&world, CONSENT, &form).await).await;
    assert!(html.contains(r#"<form method="post" action="https://notes.example/cb">"#), "{html}");
}

#[tokio::test]
async fn signing_out_leads_back_by_a_page() {
    let world = Working::new(Stub {
        signed_out: || {
            let redirect = Some(("https://n.example/bye?x=1".to_owned(), Some("a b".to_owned())));
            Ok(SignOut::Done { redirect })
        },
        ..Stub::default()
    });
    let form = format!("csrf={}&client_id=notes", session_csrf());
    for path in ["/oauth/authorize/logout", "/oauth/authorize/logout/request"] {
        let response = submit(&world, path, &form).await;
        assert_eq!(kept(&response).len(), 1, "the session goes");
        let (_, html) = page(response).await;
        for expected in [
            r#"content="0;url=https://n.example/bye?x=1&#38;state=a%20b">"#,
            "You are signed out here.",
            "<bdi>n.example</bdi>",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
    }
    assert!(location(&get(&world, "/oauth/authorize/logout").await).starts_with("https://n."));
}

#[tokio::test]
async fn the_forms_of_a_browser_that_says_how_it_comes_lead_nowhere_but_here() {
    let world = Working::new(Stub::default());
    let logout = "/oauth/authorize/logout?post_logout_redirect_uri=https%3A%2F%2Fnotes.example%2F";
    for path in [CONSENT, LOGIN, "/oauth/authorize/password?interaction=i-1_x", logout] {
        let response = visit(&world, path).await;
        let policy = header(&response, "content-security-policy");
        assert!(policy.ends_with("; form-action 'self'"), "{path}: {policy}");
    }
    for path in [CONSENT, LOGIN, logout] {
        let response = get(&world, path).await;
        let policy = header(&response, "content-security-policy");
        assert!(policy.contains("; form-action 'self' https: http://127.0.0.1:* "), "{policy}");
    }
    let refused = || Ok(SignedIn::Refused("No."));
    let world = Working::new(Stub { signed_in: refused, ..Stub::default() });
    let response = submit(&world, "/oauth/authorize/login", "request=c2VhbGVk").await;
    let policy = header(&response, "content-security-policy");
    assert!(policy.ends_with("; form-action 'self'"), "{policy}");
}
