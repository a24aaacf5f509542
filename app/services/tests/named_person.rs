//! Clients that say by an ID token whom they mean (OIDC Core §3.1.2.1), and people in several tabs.

mod server;

use domain::{AuthorizationParams, ClientId, ErrorCode, Interaction, Prompt, Purpose, Secret};
use ports::{
    inbound::{
        AdministerClients as _, AdministerUsers as _, Begun, Browser, Decided, Decision,
        GiveConsent as _, InteractionFault, NewUser, NextPage,
    },
    outbound::Store,
};
use server::{PASSWORD, TestServer, asked, granted, scope, ticking};

fn meaning(hint: &Secret, prompt: Option<&str>) -> AuthorizationParams {
    AuthorizationParams {
        id_token_hint: Some(hint.clone()),
        prompt: prompt.map(str::to_owned),
        ..asked("openid mcp:read")
    }
}

fn refusal(begun: Begun) -> ErrorCode {
    match begun {
        Begun::Answer(redirect) => redirect.outcome.expect_err("an error").code,
        other => panic!("a person was asked: {other:?}"),
    }
}

/// Signs somebody in for `request`, and says where that leads.
async fn sign_in(
    server: &TestServer,
    request: AuthorizationParams,
    username: &str,
) -> (Browser, NextPage) {
    let (page, browser) = server.sign_in_page(request, &Browser::default()).await;
    assert_eq!(page.view.username.as_deref(), Some("ada"), "the name of whom the client means");
    let (_, browser, next) = server.pass(&page, &browser, (username, PASSWORD)).await;
    (browser, next)
}

async fn with_grace() -> TestServer {
    let server = TestServer::new().await;
    let grace = NewUser {
        username: "grace".to_owned(),
        name: None,
        email: None,
        password: Some(Secret::new(PASSWORD)),
    };
    server.users.add(grace).await.expect("a new account");
    server
}

#[tokio::test]
async fn who_is_signed_in_and_meant_is_not_asked() {
    let server = TestServer::new().await;
    let (tokens, browser) = server.sign_up().await;
    let hint = tokens.id_token.expect("an ID token");
    let Begun::Answer(redirect) = server.begin(meaning(&hint, Some("none")), &browser).await else {
        panic!("asked")
    };
    granted(*redirect);
}

#[tokio::test]
async fn another_person_answers_for_nobody() {
    let server = with_grace().await;
    let (tokens, _) = server.sign_up().await;
    let hint = tokens.id_token.expect("an ID token");
    let (grace, next) = sign_in(&server, meaning(&hint, None), "grace").await;
    let NextPage::Answer(redirect) = next else { panic!("{next:?}") };
    assert_eq!(redirect.outcome.expect_err("refused").code, ErrorCode::LoginRequired);
    let silent = server.begin(meaning(&hint, Some("none")), &grace).await;
    assert_eq!(refusal(silent), ErrorCode::LoginRequired);
    let (_, next) = sign_in(&server, meaning(&hint, None), "ada").await;
    let NextPage::Answer(redirect) = next else { panic!("{next:?}") };
    granted(*redirect);
}

#[tokio::test]
async fn another_person_is_refused_at_the_client_even_if_that_was_suspended_meanwhile() {
    let server = with_grace().await;
    let (tokens, _) = server.sign_up().await;
    let hint = tokens.id_token.expect("an ID token");
    let (page, browser) = server.sign_in_page(meaning(&hint, None), &Browser::default()).await;
    server.clients.set_suspended(&ClientId::new("web"), true).await.expect("suspended");
    let (_, _, next) = server.pass(&page, &browser, ("grace", PASSWORD)).await;
    let NextPage::Answer(redirect) = next else { panic!("{next:?}") };
    assert_eq!(redirect.outcome.expect_err("refused").code, ErrorCode::LoginRequired);
}

#[tokio::test]
async fn a_decision_about_a_request_that_nobody_may_be_asked_about_grants_nothing() {
    let server = TestServer::new().await;
    let (interaction, browser) = server.ask("mcp:read").await;
    let mut stored = Store::<Interaction>::find(server.memory.as_ref(), &interaction).await;
    let held = stored.as_mut().expect("answered").take().expect("stored");
    let Purpose::Authorize(mut request) = held.value.purpose.clone() else { panic!("no client") };
    request.access.prompt = vec![Prompt::None];
    let silent = Interaction { purpose: Purpose::Authorize(request), ..held.value.clone() };
    server.memory.replace(held.with(silent)).await.expect("replaced");
    let decided = server.decide.decide(&interaction, &browser, ticking("mcp:read")).await;
    let Err(InteractionFault::Failed(error)) = decided else { panic!("{decided:?}") };
    assert_eq!(error.code, ErrorCode::ConsentRequired);
}

#[tokio::test]
async fn a_token_that_is_not_the_clients_own_names_nobody() {
    let server = TestServer::new().await;
    let (tokens, browser) = server.sign_up().await;
    let hint = tokens.id_token.expect("an ID token");
    let foreign =
        AuthorizationParams { client_id: Some("other".to_owned()), ..meaning(&hint, None) };
    assert_eq!(refusal(server.begin(foreign, &browser).await), ErrorCode::InvalidRequest);
    for token in [tokens.access_token, Secret::new("x")] {
        let silent = server.begin(meaning(&token, Some("none")), &browser).await;
        assert_eq!(refusal(silent), ErrorCode::LoginRequired);
        let Begun::Answer(redirect) = server.begin(meaning(&token, None), &browser).await else {
            panic!("asked again")
        };
        granted(*redirect);
    }
}

#[tokio::test]
async fn what_another_tab_allowed_meanwhile_is_not_granted_by_one_that_unticks_it() {
    let server = TestServer::new().await;
    let both = "mcp:read mcp:write";
    let (_, browser) = server.allow(asked("openid"), "openid").await;
    let open = async || server.consent_page(asked(both), &browser).await;
    let ((first, first_tab), (second, second_tab)) = (open().await, open().await);
    server.decide.decide(&first, &first_tab, ticking(both)).await.expect("decided");
    let decision = Decision::Allow { offered: scope(both), ticked: scope("mcp:read") };
    let decided = server.decide.decide(&second, &second_tab, decision).await.expect("decided");
    let Decided::Onward(NextPage::Answer(redirect)) = decided else { panic!("{decided:?}") };
    let tokens = server.redeem(&granted(*redirect)).await.expect("redeemed");
    assert_eq!(tokens.scope, scope("mcp:read"));
}

#[tokio::test]
async fn what_is_unticked_ends_the_tokens_that_carry_it() {
    let server = TestServer::new().await;
    let both = "mcp:read mcp:write";
    let (code, browser) = server.allow(asked(both), both).await;
    let wide = server.redeem(&code).await.expect("redeemed");
    let again = AuthorizationParams { prompt: Some("consent".to_owned()), ..asked(both) };
    let (interaction, browser) = server.consent_page(again, &browser).await;
    let decided = server.decide.decide(&interaction, &browser, ticking("mcp:read")).await;
    let Ok(Decided::Onward(NextPage::Answer(redirect))) = decided else { panic!("{decided:?}") };
    assert!(!server.is_live("web", &wide.access_token).await, "it carries mcp:write");
    let narrow = server.redeem(&granted(*redirect)).await.expect("redeemed");
    assert!(server.is_live("web", &narrow.access_token).await);
    assert_eq!(narrow.scope, scope("mcp:read"));
}

#[tokio::test]
async fn who_signs_in_over_somebody_else_signs_them_out() {
    let server = with_grace().await;
    let (tokens, ada) = server.sign_up().await;
    let again = AuthorizationParams { prompt: Some("login".to_owned()), ..asked("mcp:read") };
    let (page, browser) = server.sign_in_page(again, &ada).await;
    server.pass(&page, &browser, ("grace", PASSWORD)).await;
    assert!(!server.is_live("web", &tokens.access_token).await, "nobody could end it any more");
}
