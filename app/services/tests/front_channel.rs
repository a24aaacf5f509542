//! From a client's request to the client's answer, by way of a person.

mod server;

use domain::{AuthorizationParams, ClientId, ErrorCode, InteractionError, RedirectUri, Secret};
use ports::inbound::{
    AdministerClients as _, AdministerUsers as _, Authorize as _, Begun, Browser, Decided,
    Decision, GiveConsent as _, InteractionFault, NextPage, Shown, SignIn as _, SignInPage,
    SignedIn,
};
use ports::outbound::Store as _;
use server::{PASSWORD, TestServer, asked, granted, holding, scope, ticking};

fn with_prompt(prompt: &str) -> AuthorizationParams {
    AuthorizationParams { prompt: Some(prompt.to_owned()), ..asked("mcp:read") }
}

/// The error that a client is answered with at once.
fn refusal(begun: Begun) -> ErrorCode {
    match begun {
        Begun::Answer(redirect) => redirect.outcome.expect_err("an error").code,
        other => panic!("a person was asked: {other:?}"),
    }
}

#[tokio::test]
async fn a_remembered_consent_skips_the_page_and_more_asks_only_for_more() {
    let server = TestServer::new().await;
    let (_, browser) = server.allow(asked("mcp:read"), "mcp:read").await;
    let Begun::Answer(redirect) = server.begin(asked("mcp:read"), &browser).await else {
        panic!("asked again")
    };
    granted(*redirect);
    let (interaction, browser) = server.consent_page(asked("mcp:read mcp:write"), &browser).await;
    let Shown::Page(view) = server.decide.show(&interaction, &browser).await.expect("shown") else {
        panic!("no page")
    };
    let names = |scopes: &[ports::inbound::ScopeView]| {
        scopes.iter().map(|scope| scope.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (names(&view.asked[0].scopes), names(&view.remembered)),
        (vec!["mcp:write".to_owned()], vec!["mcp:read".to_owned()])
    );
    assert_eq!(view.client.redirect_uri.destination(), "app.example");
}

#[tokio::test]
async fn a_person_may_allow_less_than_was_asked() {
    let server = TestServer::new().await;
    let (granted, _) = server.allow(asked("mcp:read mcp:write"), "mcp:read").await;
    let tokens = server.redeem(&granted).await.expect("redeemed");
    assert_eq!(tokens.scope, scope("mcp:read"));
}

#[tokio::test]
async fn ticking_what_was_not_asked_grants_nothing_more() {
    let server = TestServer::new().await;
    let (granted, _) = server.allow(asked("mcp:read"), "mcp:read mcp:write email").await;
    assert_eq!(server.redeem(&granted).await.expect("redeemed").scope, scope("mcp:read"));
}

#[tokio::test]
async fn a_refusal_reaches_the_client() {
    let server = TestServer::new().await;
    let (interaction, browser) = server.ask("mcp:read").await;
    let nothing = server.decide.decide(&interaction, &browser, ticking("")).await.expect("decided");
    assert!(matches!(nothing, Decided::NothingAllowed));
    let decided =
        server.decide.decide(&interaction, &browser, Decision::Deny).await.expect("decided");
    let Decided::Onward(NextPage::Answer(redirect)) = decided else { panic!("{decided:?}") };
    assert_eq!(redirect.to.state.as_deref(), Some("s"));
    assert_eq!(redirect.outcome.expect_err("an error").code, ErrorCode::AccessDenied);
}

#[tokio::test]
async fn a_request_cannot_be_finished_in_another_browser() {
    let server = TestServer::new().await;
    let (page, _) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let (_, theirs) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    for browser in [Browser::default(), theirs] {
        let shown = server.sign_in.show(&page.request, &browser).await;
        assert!(
            matches!(shown, Err(InteractionFault::Interaction(InteractionError::OtherBrowser))),
            "{shown:?}"
        );
        let signed_in = server.send(&page, &browser, ("ada", PASSWORD)).await;
        assert!(
            matches!(signed_in, Err(InteractionFault::Interaction(InteractionError::OtherBrowser))),
            "{signed_in:?}"
        );
    }
    let (interaction, _) = server.ask("mcp:read").await;
    let shown = server.decide.show(&interaction, &Browser::default()).await;
    assert!(
        matches!(shown, Err(InteractionFault::Interaction(InteractionError::OtherBrowser))),
        "{shown:?}"
    );
}

#[tokio::test]
async fn somebody_else_who_signs_in_meanwhile_does_not_answer_for_the_first() {
    let server = TestServer::new().await;
    server.add_bob().await;
    let (first, browser) = server.ask("mcp:read").await;
    let (other_tab, _) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let other_tab = SignInPage { request: other_tab.request, ..other_tab };
    let bobs = holding(other_tab.secret.clone(), &browser);
    let (_, bobs, _) = server.pass(&other_tab, &bobs, ("bob", PASSWORD)).await;
    let decided = server.decide.decide(&first, &bobs, ticking("mcp:read")).await.expect("decided");
    assert!(matches!(decided, Decided::Onward(NextPage::SignIn)), "{decided:?}");
    let again = server.sign_in.restart(&first, &bobs).await.expect("a sign-in page");
    let (_, _, next) = server.pass(&again, &bobs, ("ada", PASSWORD)).await;
    assert!(matches!(next, NextPage::Consent), "the request goes on: {next:?}");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_alike() {
    let server = TestServer::new().await;
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let wrong = server.send(&page, &browser, ("ada", "wrong")).await.expect("answered");
    let unknown = server.send(&page, &browser, ("eve", PASSWORD)).await.expect("answered");
    match (wrong, unknown) {
        (SignedIn::Refused(wrong), SignedIn::Refused(unknown)) => assert_eq!(wrong, unknown),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn prompts_are_obeyed() {
    let server = TestServer::new().await;
    let stranger = Browser::default();
    assert_eq!(
        refusal(server.begin(with_prompt("none"), &stranger).await),
        ErrorCode::LoginRequired
    );
    let (_, browser) = server.allow(asked("mcp:read"), "mcp:read").await;
    let more = AuthorizationParams { scope: Some("mcp:write".to_owned()), ..with_prompt("none") };
    assert_eq!(refusal(server.begin(more, &browser).await), ErrorCode::ConsentRequired);
    assert!(matches!(server.begin(with_prompt("none"), &browser).await, Begun::Answer(_)));
    server.consent_page(with_prompt("consent"), &browser).await;
    let (page, asked_again) = server.sign_in_page(with_prompt("login"), &browser).await;
    assert!(page.view.account.is_none(), "a sign-in was wanted");
    let resumed = server.sign_in.resume(&page.request, &asked_again).await.expect("answered");
    assert!(matches!(resumed, SignedIn::Refused(_)), "a sign-in was wanted: {resumed:?}");
    let (page, choosing) = server.sign_in_page(with_prompt("select_account"), &browser).await;
    assert_eq!(page.view.account.as_deref(), Some("Ada Lovelace"));
    let resumed = server.sign_in.resume(&page.request, &choosing).await.expect("answered");
    assert!(matches!(resumed, SignedIn::Onward { next: NextPage::Answer(_), .. }), "{resumed:?}");
}

#[tokio::test]
async fn an_old_session_is_not_fresh_enough_for_max_age() {
    let server = TestServer::new().await;
    let (_, browser) = server.allow(asked("mcp:read"), "mcp:read").await;
    let within = || AuthorizationParams { max_age: Some("60".to_owned()), ..asked("mcp:read") };
    server.clock.advance(60);
    assert!(matches!(server.begin(within(), &browser).await, Begun::Answer(_)));
    server.clock.advance(1);
    server.sign_in_page(within(), &browser).await;
}

#[tokio::test]
async fn a_one_time_password_must_be_replaced() {
    let server = TestServer::new().await;
    let one_time = server
        .users
        .set_password("ada", None)
        .await
        .expect("changed")
        .expect("a one-time password");
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let (interaction, browser, next) =
        server.pass(&page, &browser, ("ada", one_time.password.expose())).await;
    assert!(matches!(next, NextPage::ChoosePassword) && browser.sessions.is_empty(), "{next:?}");
    for poor in ["short", one_time.password.expose()] {
        let step = server
            .sign_in
            .choose_password(&interaction, &browser, Secret::new(poor))
            .await
            .expect("answered");
        assert!(matches!(step, SignedIn::Refused(_)), "{poor}: {step:?}");
    }
    let chosen =
        server.sign_in.choose_password(&interaction, &browser, Secret::new("a sound choice")).await;
    let SignedIn::Onward { session: Some(_), next: NextPage::Consent, .. } =
        chosen.expect("chosen")
    else {
        panic!("not signed in")
    };
}

#[tokio::test]
async fn a_one_time_password_that_was_replaced_opens_nothing() {
    let server = TestServer::new().await;
    let one_time = server
        .users
        .set_password("ada", None)
        .await
        .expect("changed")
        .expect("a one-time password");
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let (interaction, browser, _) =
        server.pass(&page, &browser, ("ada", one_time.password.expose())).await;
    server.users.set_password("ada", None).await.expect("changed again");
    let step =
        server.sign_in.choose_password(&interaction, &browser, Secret::new("a sound choice")).await;
    assert!(
        matches!(step, Ok(SignedIn::Onward { session: None, next: NextPage::SignIn, .. })),
        "{step:?}"
    );
}

#[tokio::test]
async fn what_is_not_ticked_again_is_asked_again() {
    let server = TestServer::new().await;
    let (_, browser) = server.allow(asked("mcp:read mcp:write"), "mcp:read mcp:write").await;
    let again =
        AuthorizationParams { prompt: Some("consent".to_owned()), ..asked("mcp:read mcp:write") };
    let (interaction, browser) = server.consent_page(again, &browser).await;
    let decision = ticking("mcp:read");
    server.decide.decide(&interaction, &browser, decision).await.expect("decided");
    let silent =
        AuthorizationParams { prompt: Some("none".to_owned()), ..asked("mcp:read mcp:write") };
    assert_eq!(refusal(server.begin(silent, &browser).await), ErrorCode::ConsentRequired);
}

#[tokio::test]
async fn a_request_of_an_unknown_client_is_told_to_the_person() {
    let server = TestServer::new().await;
    for client_id in [None, Some("nobody".to_owned())] {
        let request = AuthorizationParams { client_id, ..asked("mcp:read") };
        assert!(server.authorize.begin(request, &Browser::default()).await.is_err());
    }
}

#[tokio::test]
async fn nobody_is_answered_among_the_pages_of_this_server() {
    let server = TestServer::new().await;
    let uri = "http://localhost:4711/oauth/authorize/callback";
    let harmless = server.add_native("http://localhost:4711/callback").await;
    let mut trap = server.clients.show(&harmless).await.expect("known");
    // As one that was registered before that was refused.
    trap.id = ClientId::new("trap");
    trap.metadata.redirect_uris = vec![RedirectUri::parse(uri).expect("fit")];
    server.memory.insert(trap).await.expect("stored");
    let request = AuthorizationParams {
        client_id: Some("trap".to_owned()),
        redirect_uri: Some(uri.to_owned()),
        ..asked("mcp:read")
    };
    let refused = server.authorize.begin(request, &Browser::default()).await;
    let Err(InteractionFault::Failed(error)) = refused else { panic!("{refused:?}") };
    assert_eq!(error.code, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn a_wrong_session_cookie_in_front_hides_no_right_one() {
    let server = TestServer::new().await;
    let (_, mut browser) = server.allow(asked("mcp:read"), "mcp:read").await;
    browser.sessions.insert(0, Secret::new("wrong.cookie"));
    assert!(matches!(server.begin(asked("mcp:read"), &browser).await, Begun::Answer(_)));
}
