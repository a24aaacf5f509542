//! Ways that end before the client has its answer, and what is offered there.

mod house;

use domain::{InteractionError, InteractionId, Timestamp, Unvouched};
use house::{CALLBACK, House, PASSWORD, asked, ticking};
use ports::inbound::{
    AdministerClients as _, Authorize as _, Browser, ConsentView, Decide as _, Decided, Decision,
    Fault, Next, Shown, SignIn as _,
};
use ports::outbound::{Clock as _, Horizon, Housekeeping as _};

fn of(client: &str, redirect_uri: &str) -> Unvouched {
    Unvouched {
        client_id: Some(client.to_owned()),
        redirect_uri: Some(redirect_uri.to_owned()),
        ..asked("mcp:read")
    }
}

async fn refused(house: &House, request: Unvouched) -> Fault {
    house.authorize.begin(request, &Browser::default()).await.expect_err("refused")
}

#[tokio::test]
async fn a_request_of_an_unknown_client_says_which_and_where_it_wants_its_answer() {
    let house = House::new().await;
    let fault = refused(&house, of("gone", "https://claude.ai/cb")).await;
    let Fault::UnknownClient(unknown) = fault else { panic!("{fault:?}") };
    assert_eq!(unknown.client_id, "gone");
    assert_eq!(unknown.redirect_uri.as_deref(), Some("https://claude.ai/cb"));
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_registered_is_named_with_how_many_are() {
    let house = House::new().await;
    let client = house.add_native("https://native.example/cb").await;
    let fault = refused(&house, of(client.as_str(), "https://evil.example/")).await;
    let Fault::RedirectUri(unknown) = fault else { panic!("{fault:?}") };
    assert_eq!((&unknown.client, unknown.registered), (&client, 1));
    assert_eq!(unknown.requested.as_deref(), Some("https://evil.example/"));
    assert!(!unknown.self_registered);
}

#[tokio::test]
async fn a_client_that_is_stopped_is_said_to_be() {
    let house = House::new().await;
    let client = house.add_native("https://native.example/cb").await;
    house.clients.set_suspended(&client, true).await.expect("suspended");
    let fault = refused(&house, of(client.as_str(), "https://native.example/cb")).await;
    assert!(matches!(fault, Fault::Suspended(name) if name == client.as_str()));
}

async fn shown(house: &House, asked: &(InteractionId, Browser)) -> ConsentView {
    match house.decide.show(&asked.0, &asked.1).await.expect("shown") {
        Shown::Page(view) => view,
        Shown::Onward(next) => panic!("{next:?}"),
    }
}

#[tokio::test]
async fn an_interaction_that_took_too_long_begins_anew_in_its_own_browser() {
    let house = House::new().await;
    let (interaction, browser) = house.ask("mcp:read").await;
    house.clock.advance(600);
    let next = house.decide.show(&interaction, &browser).await.expect("answered");
    assert!(matches!(next, Shown::Onward(Next::SignIn)), "{next:?}");
    let page = house.sign_in.restart(&interaction, &browser).await.expect("a sign-in page");
    assert_eq!(page.view.account.as_deref(), Some("Ada Lovelace"));
    let (anew, browser, next) = house.pass(&page, &browser, ("ada", PASSWORD)).await;
    assert!(matches!(next, Next::Consent) && anew != interaction, "{next:?}");
    house.decide.decide(&anew, &browser, ticking("mcp:read")).await.expect("decided");

    let elsewhere = house.sign_in.restart(&interaction, &Browser::default()).await;
    assert!(
        matches!(elsewhere, Err(Fault::Interaction(InteractionError::OtherBrowser))),
        "{elsewhere:?}"
    );
}

#[tokio::test]
async fn what_a_consent_page_carries_begins_anew_when_the_interaction_is_forgotten() {
    let house = House::new().await;
    let asked = house.ask("mcp:read").await;
    let carried = shown(&house, &asked).await.request;
    house.clock.advance(24 * 60 * 60);
    let horizon = Horizon { interactions: house.clock.now(), others: Timestamp::from_unix(0) };
    assert_eq!(house.memory.purge(horizon, 1000).await.expect("purged"), 1);
    let gone = house.decide.decide(&asked.0, &asked.1, ticking("mcp:read")).await;
    assert!(matches!(gone, Err(Fault::Interaction(InteractionError::Unknown))), "{gone:?}");
    let page = house.sign_in.show(&carried, &asked.1).await.expect("a sign-in page");
    let (anew, browser, _) = house.pass(&page, &asked.1, ("ada", PASSWORD)).await;
    let decided = house.decide.decide(&anew, &browser, ticking("mcp:read")).await;
    assert!(matches!(decided, Ok(Decided::Onward(Next::Answer(_)))), "{decided:?}");

    let elsewhere = house.sign_in.show(&carried, &Browser::default()).await;
    assert!(
        matches!(elsewhere, Err(Fault::Interaction(InteractionError::OtherBrowser))),
        "{elsewhere:?}"
    );
}

#[tokio::test]
async fn an_interaction_that_is_finished_names_the_client_that_has_its_answer() {
    let house = House::new().await;
    let (interaction, browser) = house.ask("mcp:read").await;
    house.decide.decide(&interaction, &browser, Decision::Deny).await.expect("decided");
    house.clock.advance(60);
    for fault in [
        house.decide.show(&interaction, &browser).await.expect_err("over"),
        house.decide.decide(&interaction, &browser, Decision::Deny).await.expect_err("over"),
        house.sign_in.restart(&interaction, &browser).await.expect_err("over"),
    ] {
        let Fault::Answered(Some(client)) = fault else { panic!("{fault:?}") };
        assert_eq!((client.id.as_str(), client.redirect_uri.as_str()), ("web", CALLBACK));
    }
}

#[tokio::test]
async fn an_answer_says_what_to_call_the_client() {
    let house =
        House::with_web(|web| web.metadata.client_name = Some("Web\u{202e}".to_owned())).await;
    let (interaction, browser) = house.ask("mcp:read").await;
    let decided = house.decide.decide(&interaction, &browser, Decision::Deny).await;
    let Ok(Decided::Onward(Next::Answer(redirect))) = decided else { panic!("{decided:?}") };
    assert_eq!(redirect.client.as_deref(), Some("Web"));
    let silent = Unvouched { prompt: Some("none".to_owned()), ..asked("mcp:read") };
    let begun = house.authorize.begin(silent, &Browser::default()).await.expect("known");
    let ports::inbound::Begun::Answer(redirect) = begun else { panic!("{begun:?}") };
    assert_eq!(redirect.client.as_deref(), Some("Web"));
}
