//! Clients that say by an ID token whom they mean (OIDC Core §3.1.2.1), and people in several tabs.

mod house;

use domain::{ErrorCode, Secret, Unvouched};
use house::{House, PASSWORD, asked, granted, scope, ticking};
use ports::inbound::{
    AdministerUsers as _, Begun, Browser, Decide as _, Decided, Decision, NewUser, Next,
};

fn meaning(hint: &Secret, prompt: Option<&str>) -> Unvouched {
    Unvouched {
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
async fn sign_in(house: &House, request: Unvouched, username: &str) -> (Browser, Next) {
    let (page, browser) = house.sign_in_page(request, &Browser::default()).await;
    assert_eq!(page.view.username.as_deref(), Some("ada"), "the name of whom the client means");
    let (_, browser, next) = house.pass(&page, &browser, (username, PASSWORD)).await;
    (browser, next)
}

async fn with_grace() -> House {
    let house = House::new().await;
    let grace = NewUser {
        username: "grace".to_owned(),
        name: None,
        email: None,
        password: Some(Secret::new(PASSWORD)),
    };
    house.users.add(grace).await.expect("a new account");
    house
}

#[tokio::test]
async fn who_is_signed_in_and_meant_is_not_asked() {
    let house = House::new().await;
    let (tokens, browser) = house.sign_up().await;
    let hint = tokens.id_token.expect("an ID token");
    let Begun::Answer(redirect) = house.begin(meaning(&hint, Some("none")), &browser).await else {
        panic!("asked")
    };
    granted(*redirect);
}

#[tokio::test]
async fn another_person_answers_for_nobody() {
    let house = with_grace().await;
    let (tokens, _) = house.sign_up().await;
    let hint = tokens.id_token.expect("an ID token");
    let (grace, next) = sign_in(&house, meaning(&hint, None), "grace").await;
    let Next::Answer(redirect) = next else { panic!("{next:?}") };
    assert_eq!(redirect.outcome.expect_err("refused").code, ErrorCode::LoginRequired);
    let silent = house.begin(meaning(&hint, Some("none")), &grace).await;
    assert_eq!(refusal(silent), ErrorCode::LoginRequired);
    let (_, next) = sign_in(&house, meaning(&hint, None), "ada").await;
    let Next::Answer(redirect) = next else { panic!("{next:?}") };
    granted(*redirect);
}

#[tokio::test]
async fn a_token_that_is_not_the_clients_own_names_nobody() {
    let house = House::new().await;
    let (tokens, browser) = house.sign_up().await;
    let hint = tokens.id_token.expect("an ID token");
    let foreign = Unvouched { client_id: Some("other".to_owned()), ..meaning(&hint, None) };
    assert_eq!(refusal(house.begin(foreign, &browser).await), ErrorCode::InvalidRequest);
    for token in [tokens.access_token, Secret::new("x")] {
        let silent = house.begin(meaning(&token, Some("none")), &browser).await;
        assert_eq!(refusal(silent), ErrorCode::LoginRequired);
        let Begun::Answer(redirect) = house.begin(meaning(&token, None), &browser).await else {
            panic!("asked again")
        };
        granted(*redirect);
    }
}

#[tokio::test]
async fn what_another_tab_allowed_meanwhile_is_not_granted_by_one_that_unticks_it() {
    let house = House::new().await;
    let both = "mcp:read mcp:write";
    let (_, browser) = house.allow(asked("openid"), "openid").await;
    let open = async || house.consent_page(asked(both), &browser).await;
    let ((first, first_tab), (second, second_tab)) = (open().await, open().await);
    house.decide.decide(&first, &first_tab, ticking(both)).await.expect("decided");
    let decision = Decision::Allow { offered: scope(both), ticked: scope("mcp:read") };
    let decided = house.decide.decide(&second, &second_tab, decision).await.expect("decided");
    let Decided::Onward(Next::Answer(redirect)) = decided else { panic!("{decided:?}") };
    let tokens = house.redeem(&granted(*redirect)).await.expect("redeemed");
    assert_eq!(tokens.scope, scope("mcp:read"));
}

#[tokio::test]
async fn what_is_unticked_ends_the_tokens_that_carry_it() {
    let house = House::new().await;
    let both = "mcp:read mcp:write";
    let (code, browser) = house.allow(asked(both), both).await;
    let wide = house.redeem(&code).await.expect("redeemed");
    let again = Unvouched { prompt: Some("consent".to_owned()), ..asked(both) };
    let (interaction, browser) = house.consent_page(again, &browser).await;
    let decided = house.decide.decide(&interaction, &browser, ticking("mcp:read")).await;
    let Ok(Decided::Onward(Next::Answer(redirect))) = decided else { panic!("{decided:?}") };
    assert!(!house.is_live("web", &wide.access_token).await, "it carries mcp:write");
    let narrow = house.redeem(&granted(*redirect)).await.expect("redeemed");
    assert!(house.is_live("web", &narrow.access_token).await);
    assert_eq!(narrow.scope, scope("mcp:read"));
}

#[tokio::test]
async fn who_signs_in_over_somebody_else_signs_them_out() {
    let house = with_grace().await;
    let (tokens, ada) = house.sign_up().await;
    let again = Unvouched { prompt: Some("login".to_owned()), ..asked("mcp:read") };
    let (page, browser) = house.sign_in_page(again, &ada).await;
    house.pass(&page, &browser, ("grace", PASSWORD)).await;
    assert!(!house.is_live("web", &tokens.access_token).await, "nobody could end it any more");
}
