//! The consent page.

use domain::RedirectUri;
use ports::inbound::{
    AccessView, ClientView, ConsentView, Decided, InteractionFault, NextPage, PlaceView, Shown,
};

use crate::{
    browser::{csrf, get, header, kept, location, page, post},
    samples::{self, SESSION},
    stub::{Does, Stub, Working},
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
        "<legend>At <bdi>Weather Station</bdi></legend>",
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
            Ok(Shown::Page(view))
        },
        ..Stub::default()
    });
    let response = get(&world, CONSENT).await;
    let policy = header(&response, "content-security-policy");
    assert!(policy.contains("; form-action 'self' http: http://127.0.0.1:* "), "{policy}");
    assert!(page(response).await.1.contains("This is a program on your own computer."));
}

/// The page of `consent`.
async fn shown(consent: Does<Shown<ConsentView>, InteractionFault>) -> String {
    let world = Working::new(Stub { consent, ..Stub::default() });
    page(get(&world, CONSENT).await).await.1
}

fn of_client(redirect_uri: &str, self_registered: bool) -> Shown<ConsentView> {
    let client = ClientView { self_registered, ..samples::client(redirect_uri) };
    Shown::Page(ConsentView { client, ..samples::consent() })
}

#[tokio::test]
async fn a_client_that_registered_itself_was_checked_by_nobody() {
    let unchecked = "Nobody here has checked this application.";
    let html = shown(|| Ok(of_client("https://notes.example/cb", true))).await;
    assert!(html.contains(unchecked), "{html}");
    let html = shown(|| Ok(of_client("https://notes.example/cb", false))).await;
    assert!(!html.contains(unchecked), "{html}");
}

#[tokio::test]
async fn a_private_use_scheme_is_warned_of_and_called_by_the_name_of_its_application() {
    let html = shown(|| Ok(of_client("cursor://anysphere.cursor/cb", false))).await;
    assert!(html.contains(r#"<p class="host">Cursor on this computer</p>"#), "{html}");
    assert!(html.contains("This leads to an application on your own computer."), "{html}");
    let html = shown(|| Ok(of_client("com.example.app:/cb", true))).await;
    assert!(html.contains(r#"<p class="host">An application on this computer</p>"#), "{html}");
    assert!(html.contains("<code>com.example.app:</code>"), "{html}");
}

#[tokio::test]
async fn a_long_name_is_cut_and_all_of_it_is_its_title() {
    let html = shown(|| {
        let mut view = samples::consent();
        view.client.name = "N".repeat(200);
        Ok(Shown::Page(view))
    })
    .await;
    let (short, whole) = (format!("{}…", "N".repeat(60)), "N".repeat(200));
    assert!(
        html.contains(&format!(r#"<h1><bdi title="{whole}">{short}</bdi> asks for access</h1>"#))
    );
    assert_eq!(html.matches(&whole).count(), 1, "{html}");
}

#[tokio::test]
async fn the_links_of_a_client_are_said_to_be_its_own_and_stand_beside_its_name() {
    let html = shown(|| Ok(of_client("https://notes.example/cb", true))).await;
    let (heading, links) = (html.find("<h1>"), html.find("Its own pages: <a href="));
    assert!(heading < links && links < html.find(r#"class="whither""#), "{html}");
    assert!(!html.contains("<footer"), "{html}");
}

#[tokio::test]
async fn each_scope_stands_where_it_gives_access() {
    let html = shown(|| {
        let at = |place, scopes| AccessView { place, scopes };
        let resources = |names: &[&str]| {
            PlaceView::Resources(names.iter().map(|name| (*name).to_owned()).collect())
        };
        let scope = |name| samples::scope(name, None);
        let asked = vec![
            at(PlaceView::Person, vec![scope("openid"), scope("profile")]),
            at(resources(&["Notes"]), vec![scope("notes:read")]),
            at(resources(&["Notes", "Mail"]), vec![scope("shared")]),
            at(PlaceView::Anywhere, vec![scope("admin")]),
            at(PlaceView::Offline, vec![scope("offline_access")]),
        ];
        Ok(Shown::Page(ConsentView { asked, ..samples::consent() }))
    })
    .await;
    let expected = [
        "<legend>Who you are</legend>",
        r#"name="scope.1" value="openid""#,
        r#"name="scope.2" value="profile""#,
        "<legend>At <bdi>Notes</bdi></legend>",
        r#"name="scope.3" value="notes:read""#,
        "<legend>At <bdi>Notes</bdi> and <bdi>Mail</bdi></legend>",
        r#"name="scope.4" value="shared""#,
        "<legend>What it may do</legend>",
        r#"name="scope.5" value="admin""#,
        "<legend>For how long</legend>",
        r#"name="scope.6" value="offline_access""#,
    ];
    let places: Vec<_> = expected.iter().map(|text| html.find(text)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {html}");
    let offered = "openid profile notes:read shared admin offline_access";
    assert!(html.contains(&format!(r#"name="offered" value="{offered}""#)), "{html}");
}

#[tokio::test]
async fn a_token_that_opens_all_of_a_resource_is_called_that() {
    let html = shown(|| {
        let place = PlaceView::Resources(vec!["Notes".to_owned()]);
        let asked = vec![AccessView { place, scopes: Vec::new() }];
        Ok(Shown::Page(ConsentView { asked, ..samples::consent() }))
    })
    .await;
    assert!(html.contains("<h2>Full access to <bdi>Notes</bdi>, as you</h2>"), "{html}");
    let nothing = || Ok(Shown::Page(ConsentView { asked: Vec::new(), ..samples::consent() }));
    let html = shown(nothing).await;
    assert!(html.contains("It asks only to be told that you have an account here."), "{html}");
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
        Working::new(Stub { decided: || Ok(Decided::Onward(NextPage::SignIn)), ..Stub::default() });
    let response = post(&world, CONSENT, &format!("csrf={}&decision=allow", csrf())).await;
    assert_eq!(location(&response), "/oauth/authorize/login?interaction=i-1_x");
    assert!(kept(&response).is_empty(), "the interaction goes on");
}
