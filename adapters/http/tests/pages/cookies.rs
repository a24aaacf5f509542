//! The cookies that browsers keep, their lifetime, and those that they send.

use ports::inbound::{Decided, NextPage};

use crate::{
    browser::{cookies, csrf, get_with, kept, page, post, post_with, session_csrf},
    samples,
    stub::{Stub, Working},
};

const LOCAL: &str = "http://localhost:9000";
const LOGIN: &str = "/oauth/authorize/login?interaction=i-1_x";

#[tokio::test]
async fn plain_http_on_this_machine_gets_cookies_for_its_own_pages_alone() {
    let world = Working::new(Stub { issuer: LOCAL, ..Stub::default() });
    let response = get_with(&world, "/oauth/authorize?client_id=notes", "").await;
    let secret = "portcullis-gSe4-u_0-browser=proof";
    let attributes = "HttpOnly; SameSite=Lax; Path=/oauth/authorize";
    assert_eq!(kept(&response), [format!("{secret}; {attributes}; Max-Age=34560000")]);
    let form = "request=c2VhbGVk&username=ada&password=pw";
    let response = post_with(&world, "/oauth/authorize/login", form, secret).await;
    assert_eq!(kept(&response), [format!("portcullis-gSe4-u_0-session=s.secret; {attributes}")]);
}

#[tokio::test]
async fn beneath_a_path_cookies_stay_there() {
    let world = Working::new(Stub { issuer: "http://localhost:9000/t", ..Stub::default() });
    let response = get_with(&world, "/t/oauth/authorize?client_id=notes", "").await;
    let kept = kept(&response).concat();
    assert!(kept.contains("; Path=/t/oauth/authorize;"), "{kept}");
    assert!(!kept.contains("gSe4-u_0"), "the server at the root has cookies of its own: {kept}");
}

#[tokio::test]
async fn on_this_machine_https_changes_nothing_about_where_cookies_go() {
    let world = Working::new(Stub { issuer: "https://localhost:9000", ..Stub::default() });
    let response = get_with(&world, "/oauth/authorize?client_id=notes", "").await;
    let kept = kept(&response).concat();
    assert!(kept.starts_with("__Secure-portcullis-"), "{kept}");
    assert!(kept.contains("; Secure; Path=/oauth/authorize;"), "{kept}");
}

#[tokio::test]
async fn over_https_only_cookies_that_no_other_host_can_set_count() {
    let world = Working::new(Stub::default());
    let plain = cookies().replace("__Host-", "");
    get_with(&world, LOGIN, &plain).await.assert_status_is_ok();
    assert_eq!(world.seen(), ["restart i-1_x [- -]"]);
    let form = "request=c2VhbGVk&username=ada&password=pw";
    let response = post(&world, "/oauth/authorize/login", form).await;
    let session =
        "__Host-portcullis-ZE2J8aya-session=s.secret; HttpOnly; SameSite=Lax; Secure; Path=/";
    assert_eq!(kept(&response), [session]);
}

#[tokio::test]
async fn a_cookie_of_another_application_hides_none_of_ours() {
    let world = Working::new(Stub::default());
    let client = world.client();
    let sent = [b"caf\xe9=cr\xe8me; \xff; ".as_slice(), cookies().as_bytes()].concat();
    let request = client.get(LOGIN);
    let sent = poem::http::HeaderValue::from_bytes(&sent).expect("a header");
    request.header("cookie", sent).send().await.assert_status_is_ok();
    assert_eq!(world.seen(), ["restart i-1_x [proof s.secret]"]);
}

#[tokio::test]
async fn a_wrong_cookie_of_our_name_hides_no_right_one() {
    let world = Working::new(Stub { issuer: LOCAL, ..Stub::default() });
    let ours = cookies().replace("__Host-", "").replace("ZE2J8aya", "gSe4-u_0");
    let wrong = "portcullis-gSe4-u_0-session=x.y; portcullis-gSe4-u_0-browser=z";
    let sent = format!("{wrong}; {ours}");
    get_with(&world, LOGIN, &sent).await.assert_status_is_ok();
    assert_eq!(world.seen(), ["restart i-1_x [z,proof x.y,s.secret]"]);
}

#[tokio::test]
async fn a_form_speaks_only_for_the_cookie_that_it_was_made_for() {
    let world = Working::new(Stub { issuer: LOCAL, ..Stub::default() });
    let ours = cookies().replace("__Host-", "").replace("ZE2J8aya", "gSe4-u_0");
    let sent = format!("portcullis-gSe4-u_0-session=x.y; {ours}");
    let theirs = domain::Secret::new("x.y").derive("csrf session").expose().to_owned();
    for (csrf, session) in [(session_csrf(), "s.secret"), (theirs, "x.y")] {
        let form = format!("csrf={csrf}&session=there");
        post_with(&world, "/oauth/authorize/account/sessions/end", &form, &sent).await;
        assert_eq!(world.seen().last(), Some(&format!("end there [proof {session}]")));
    }
    let (_, html) = page(get_with(&world, "/oauth/authorize/account", &sent).await).await;
    assert!(html.contains(&format!(".{}\"", session_csrf())), "{html}");
}

#[tokio::test]
async fn a_browser_that_has_a_secret_keeps_it_through_any_number_of_tabs() {
    let world = Working::new(Stub {
        begun: || Ok(samples::interact_again(NextPage::Consent)),
        ..Stub::default()
    });
    for _ in 0..20 {
        let response = get_with(&world, "/oauth/authorize?client_id=notes", &cookies()).await;
        assert!(kept(&response).is_empty());
    }
}

#[tokio::test]
async fn an_answer_takes_no_cookie_away() {
    let world = Working::new(Stub {
        decided: || {
            Ok(Decided::Onward(NextPage::Answer(Box::new(samples::posted(
                "https://notes.example/cb",
            )))))
        },
        ..Stub::default()
    });
    let form = format!("csrf={}&decision=allow", csrf());
    let path = "/oauth/authorize/consent?interaction=i-1_x";
    let response = post_with(&world, path, &form, &cookies()).await;
    response.assert_status_is_ok();
    assert!(kept(&response).is_empty());
}
