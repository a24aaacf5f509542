//! The same form sent twice, by a double click, on a slow line or in two tabs.

mod server;

use domain::{AuthorizationParams, ErrorCode, InteractionError, InteractionId, Secret};
use ports::inbound::{
    AdministerClients as _, Authorize as _, Browser, Decided, Decision, GiveConsent as _,
    InteractionFault, ManageAccount as _, NextPage, SignedIn,
};
use server::{PASSWORD, TestServer, asked, granted, ticking};

async fn decide(
    server: &TestServer,
    (interaction, browser): &(InteractionId, Browser),
    decision: Decision,
) -> Result<Secret, ErrorCode> {
    let decided = server.decide.decide(interaction, browser, decision).await.expect("decided");
    let Decided::Onward(NextPage::Answer(redirect)) = decided else { panic!("{decided:?}") };
    assert_eq!(redirect.to.state.as_deref(), Some("s"));
    redirect.outcome.map_err(|error| error.code)
}

fn same(one: &Secret, other: &Secret) -> bool {
    one.digest() == other.digest()
}

#[tokio::test]
async fn a_second_press_of_allow_gets_the_same_code() {
    let server = TestServer::new().await;
    let asked = server.ask("mcp:read").await;
    let first = decide(&server, &asked, ticking("mcp:read")).await.expect("a code");
    server.clock.advance(59);
    let second = decide(&server, &asked, ticking("mcp:read")).await.expect("a code");
    assert!(same(&first, &second));
    server.redeem(&second).await.expect("redeemed");
}

#[tokio::test]
async fn two_presses_at_once_get_the_same_code() {
    let server = TestServer::new().await;
    let asked = server.ask("mcp:read").await;
    let (first, second) = tokio::join!(
        decide(&server, &asked, ticking("mcp:read")),
        decide(&server, &asked, ticking("mcp:read"))
    );
    assert!(same(&first.expect("a code"), &second.expect("a code")));
    let granted = server.memory.events().iter().filter(|event| event.grant.is_some()).count();
    assert_eq!(granted, 1, "it is one grant");
}

#[tokio::test]
async fn what_was_decided_first_stays_decided() {
    let server = TestServer::new().await;
    let asked = server.ask("mcp:read").await;
    assert_eq!(decide(&server, &asked, Decision::Deny).await.err(), Some(ErrorCode::AccessDenied));
    for decision in [Decision::Deny, ticking("mcp:read")] {
        assert_eq!(decide(&server, &asked, decision).await.err(), Some(ErrorCode::AccessDenied));
    }
    let allowed = server.ask("mcp:read").await;
    let code = decide(&server, &allowed, ticking("mcp:read")).await.expect("a code");
    let again = decide(&server, &allowed, Decision::Deny).await.expect("the code again");
    assert!(same(&code, &again));
}

#[tokio::test]
async fn an_answer_that_has_arrived_or_is_old_is_not_given_again() {
    let server = TestServer::new().await;
    let (interaction, browser) = server.ask("mcp:read").await;
    let asked = (interaction, browser);
    let code = decide(&server, &asked, ticking("mcp:read")).await.expect("a code");
    server.redeem(&code).await.expect("redeemed");
    let again = server.decide.decide(&asked.0, &asked.1, ticking("mcp:read")).await;
    assert!(matches!(again, Err(InteractionFault::Answered(Some(_)))), "{again:?}");

    let denied = server.ask("mcp:write").await;
    decide(&server, &denied, Decision::Deny).await.expect_err("denied");
    server.clock.advance(60);
    let again = server.decide.decide(&denied.0, &denied.1, Decision::Deny).await;
    assert!(matches!(again, Err(InteractionFault::Answered(Some(_)))), "{again:?}");
}

#[tokio::test]
async fn a_second_press_of_sign_in_leads_to_the_same_place_and_leaves_one_session() {
    let server = TestServer::new().await;
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let (first, one, _) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    let (second, other, next) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    assert!(matches!(next, NextPage::Consent), "{next:?}");
    assert_eq!(first, second);
    for browser in [one, other] {
        let account = server.account.show(&browser).await.expect("shown").expect("signed in");
        assert_eq!(account.sessions.len(), 1, "either cookie is good, and nothing is left behind");
    }
}

#[tokio::test]
async fn two_sign_ins_at_once_leave_one_session() {
    let server = TestServer::new().await;
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let ((_, one, _), (_, other, _)) = tokio::join!(
        server.pass(&page, &browser, ("ada", PASSWORD)),
        server.pass(&page, &browser, ("ada", PASSWORD))
    );
    for browser in [one, other] {
        let account = server.account.show(&browser).await.expect("shown").expect("signed in");
        assert_eq!(account.sessions.len(), 1);
    }
}

#[tokio::test]
async fn a_second_press_of_sign_in_by_who_was_signed_in_keeps_their_session() {
    let server = TestServer::new().await;
    let (_, browser) = server.allow(asked("mcp:read"), "mcp:read").await;
    let again = AuthorizationParams { prompt: Some("login".to_owned()), ..asked("mcp:read") };
    let (page, browser) = server.sign_in_page(again, &browser).await;
    let (_, _, first) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    let (_, browser, second) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    let (NextPage::Answer(first), NextPage::Answer(second)) = (first, second) else {
        panic!("asked")
    };
    assert!(same(&granted(*first), &granted(*second)));
    let account = server.account.show(&browser).await.expect("shown").expect("signed in");
    assert_eq!(account.sessions.len(), 1);
}

#[tokio::test]
async fn a_session_that_was_ended_does_not_come_back_with_the_form_that_opened_it() {
    let server = TestServer::new().await;
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let (_, signed_in, _) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    let account = server.account.show(&signed_in).await.expect("shown").expect("signed in");
    server.account.end_session(&signed_in, &account.sessions[0].id).await.expect("ended");
    let (_, again, _) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    let account = server.account.show(&again).await.expect("shown").expect("signed in");
    assert_eq!(account.sessions.len(), 1);
    assert!(server.account.show(&signed_in).await.expect("shown").is_none());
}

#[tokio::test]
async fn a_page_that_was_open_for_long_is_made_anew() {
    let server = TestServer::new().await;
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    server.clock.advance(600);
    let refused = server.send(&page, &browser, ("ada", PASSWORD)).await.expect("answered");
    let SignedIn::Refused(reason) = refused else { panic!("{refused:?}") };
    assert!(reason.contains("long time"), "{reason}");
    let page = {
        use ports::inbound::SignIn as _;
        server.sign_in.show(&page.request, &browser).await.expect("shown")
    };
    let (_, _, next) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    assert!(matches!(next, NextPage::Consent), "{next:?}");
}

#[tokio::test]
async fn nothing_is_stored_for_strangers() {
    let server = TestServer::new().await;
    for _ in 0..100 {
        let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
        // From one address only so many are looked at; the others are not stored either.
        let _: Result<_, _> = server.send(&page, &browser, ("ada", "wrong")).await;
    }
    assert_eq!(server.memory.interactions(), 0);
    server.clock.advance(60 * 60);
    server.ask("mcp:read").await;
    assert_eq!(server.memory.interactions(), 1, "somebody has signed in");
}

#[tokio::test]
async fn what_was_sealed_for_another_browser_or_altered_opens_nothing() {
    let server = TestServer::new().await;
    let (mut page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    page.request.0[40] ^= 1;
    let sent = server.send(&page, &browser, ("ada", PASSWORD)).await;
    assert!(
        matches!(sent, Err(InteractionFault::Interaction(InteractionError::Unknown))),
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_client_that_is_stopped_while_its_consent_page_is_open_gets_no_code() {
    let server = TestServer::new().await;
    let added = server.add_native("https://native.example/cb").await;
    let request = |client: &str| AuthorizationParams {
        client_id: Some(client.to_owned()),
        redirect_uri: Some("https://native.example/cb".to_owned()),
        ..asked("mcp:read")
    };
    let (page, browser) = server.sign_in_page(request(added.as_str()), &Browser::default()).await;
    let (interaction, browser, _) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    server.clients.set_suspended(&added, true).await.expect("suspended");
    let allowed = server.decide.decide(&interaction, &browser, ticking("mcp:read")).await;
    assert!(matches!(allowed, Err(InteractionFault::Suspended(_))), "{allowed:?}");
    server.clients.set_suspended(&added, false).await.expect("resumed");
    let (page, browser) = server.sign_in_page(request(added.as_str()), &Browser::default()).await;
    let (interaction, browser, _) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    server.clients.delete(&added).await.expect("deleted");
    let allowed = server.decide.decide(&interaction, &browser, ticking("mcp:read")).await;
    assert!(matches!(allowed, Err(InteractionFault::UnknownClient(_))), "{allowed:?}");
}

#[tokio::test]
async fn a_program_on_the_persons_machine_is_asked_about_each_time() {
    let server = TestServer::new().await;
    for uri in ["http://127.0.0.1:4711/cb", "com.example.app:/cb"] {
        let client = server.add_native(uri).await;
        let request = |prompt: Option<&str>| AuthorizationParams {
            client_id: Some(client.to_string()),
            redirect_uri: Some(uri.to_owned()),
            prompt: prompt.map(str::to_owned),
            ..asked("mcp:read")
        };
        let (_, browser) = server.allow(request(None), "mcp:read").await;
        server.consent_page(request(None), &browser).await;
        let silent = server.authorize.begin(request(Some("none")), &browser).await.expect("known");
        let ports::inbound::Begun::Answer(redirect) = silent else { panic!("{silent:?}") };
        let refused = redirect.outcome.expect_err("an error");
        assert_eq!(refused.code, ErrorCode::ConsentRequired, "{uri}");
    }
}
