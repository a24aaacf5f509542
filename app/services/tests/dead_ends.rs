//! Ways that end before the client has its answer, and what is offered there.

mod server;

use domain::{AuthorizationParams, InteractionError, InteractionId, Timestamp};
use ports::inbound::{
    AdministerClients as _, Authorize as _, Browser, ConsentView, Decided, Decision,
    GiveConsent as _, InteractionFault, NextPage, Shown, SignIn as _,
};
use ports::outbound::{Clock as _, Housekeeping as _, PurgeBefore};
use server::{CALLBACK, PASSWORD, TestServer, asked, ticking};

fn of(client: &str, redirect_uri: &str) -> AuthorizationParams {
    AuthorizationParams {
        client_id: Some(client.to_owned()),
        redirect_uri: Some(redirect_uri.to_owned()),
        ..asked("mcp:read")
    }
}

async fn refused(server: &TestServer, request: AuthorizationParams) -> InteractionFault {
    server.authorize.begin(request, &Browser::default()).await.expect_err("refused")
}

#[tokio::test]
async fn a_request_of_an_unknown_client_says_which_and_where_it_wants_its_answer() {
    let server = TestServer::new().await;
    let fault = refused(&server, of("gone", "https://claude.ai/cb")).await;
    let InteractionFault::UnknownClient(unknown) = fault else { panic!("{fault:?}") };
    assert_eq!(unknown.client_id, "gone");
    assert_eq!(unknown.redirect_uri.as_deref(), Some("https://claude.ai/cb"));
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered_is_named_with_how_many_are() {
    let server = TestServer::new().await;
    let client = server.add_native("https://native.example/cb").await;
    let fault = refused(&server, of(client.as_str(), "https://evil.example/")).await;
    let InteractionFault::RedirectUri(unknown) = fault else { panic!("{fault:?}") };
    assert_eq!((&unknown.client, unknown.registered), (&client, 1));
    assert_eq!(unknown.requested.as_deref(), Some("https://evil.example/"));
    assert!(!unknown.self_registered);
}

#[tokio::test]
async fn a_client_that_is_stopped_is_said_to_be() {
    let server = TestServer::new().await;
    let client = server.add_native("https://native.example/cb").await;
    server.clients.set_suspended(&client, true).await.expect("suspended");
    let fault = refused(&server, of(client.as_str(), "https://native.example/cb")).await;
    assert!(matches!(fault, InteractionFault::Suspended(name) if name == client.as_str()));
}

async fn shown(server: &TestServer, asked: &(InteractionId, Browser)) -> ConsentView {
    match server.decide.show(&asked.0, &asked.1).await.expect("shown") {
        Shown::Page(view) => view,
        Shown::Onward(next) => panic!("{next:?}"),
    }
}

#[tokio::test]
async fn an_interaction_that_took_too_long_begins_anew_in_its_own_browser() {
    let server = TestServer::new().await;
    let (interaction, browser) = server.ask("mcp:read").await;
    server.clock.advance(600);
    let next = server.decide.show(&interaction, &browser).await.expect("answered");
    assert!(matches!(next, Shown::Onward(NextPage::SignIn)), "{next:?}");
    let page = server.sign_in.restart(&interaction, &browser).await.expect("a sign-in page");
    assert_eq!(page.view.account.as_deref(), Some("Ada Lovelace"));
    let (anew, browser, next) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    assert!(matches!(next, NextPage::Consent) && anew != interaction, "{next:?}");
    server.decide.decide(&anew, &browser, ticking("mcp:read")).await.expect("decided");

    let elsewhere = server.sign_in.restart(&interaction, &Browser::default()).await;
    assert!(
        matches!(elsewhere, Err(InteractionFault::Interaction(InteractionError::OtherBrowser))),
        "{elsewhere:?}"
    );
}

#[tokio::test]
async fn what_a_consent_page_carries_begins_anew_when_the_interaction_is_forgotten() {
    let server = TestServer::new().await;
    let asked = server.ask("mcp:read").await;
    let carried = shown(&server, &asked).await.request;
    server.clock.advance(24 * 60 * 60);
    let horizon = PurgeBefore { interactions: server.clock.now(), others: Timestamp::from_unix(0) };
    assert_eq!(server.memory.purge(horizon, 1000).await.expect("purged"), 1);
    let gone = server.decide.decide(&asked.0, &asked.1, ticking("mcp:read")).await;
    assert!(
        matches!(gone, Err(InteractionFault::Interaction(InteractionError::Unknown))),
        "{gone:?}"
    );
    let page = server.sign_in.show(&carried, &asked.1).await.expect("a sign-in page");
    let (anew, browser, _) = server.pass(&page, &asked.1, ("ada", PASSWORD)).await;
    let decided = server.decide.decide(&anew, &browser, ticking("mcp:read")).await;
    assert!(matches!(decided, Ok(Decided::Onward(NextPage::Answer(_)))), "{decided:?}");

    let elsewhere = server.sign_in.show(&carried, &Browser::default()).await;
    assert!(
        matches!(elsewhere, Err(InteractionFault::Interaction(InteractionError::OtherBrowser))),
        "{elsewhere:?}"
    );
}

#[tokio::test]
async fn an_interaction_that_is_finished_names_the_client_that_has_its_answer() {
    let server = TestServer::new().await;
    let (interaction, browser) = server.ask("mcp:read").await;
    server.decide.decide(&interaction, &browser, Decision::Deny).await.expect("decided");
    server.clock.advance(60);
    for fault in [
        server.decide.show(&interaction, &browser).await.expect_err("over"),
        server.decide.decide(&interaction, &browser, Decision::Deny).await.expect_err("over"),
        server.sign_in.restart(&interaction, &browser).await.expect_err("over"),
    ] {
        let InteractionFault::Answered(Some(client)) = fault else { panic!("{fault:?}") };
        assert_eq!((client.id.as_str(), client.redirect_uri.as_str()), ("web", CALLBACK));
    }
}

#[tokio::test]
async fn an_answer_says_what_to_call_the_client() {
    let server =
        TestServer::with_web(|web| web.metadata.client_name = Some("Web\u{202e}".to_owned())).await;
    let (interaction, browser) = server.ask("mcp:read").await;
    let decided = server.decide.decide(&interaction, &browser, Decision::Deny).await;
    let Ok(Decided::Onward(NextPage::Answer(redirect))) = decided else { panic!("{decided:?}") };
    assert_eq!(redirect.client.as_deref(), Some("Web"));
    let silent = AuthorizationParams { prompt: Some("none".to_owned()), ..asked("mcp:read") };
    let begun = server.authorize.begin(silent, &Browser::default()).await.expect("known");
    let ports::inbound::Begun::Answer(redirect) = begun else { panic!("{begun:?}") };
    assert_eq!(redirect.client.as_deref(), Some("Web"));
}
