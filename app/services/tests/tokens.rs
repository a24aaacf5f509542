//! What grants buy, and what ends it.

mod house;

use domain::{CodeVerifier, ErrorCode, Origin, Presented, Scope, Unvouched, Wanted};
use house::{CHALLENGE, House, PASSWORD, RESOURCE, VERIFIER, asked, code, presented, scope};
use ports::inbound::{
    AdminError, AdministerClients as _, AdministerUsers as _, ClientDraft, Grant, Introspect as _,
    Introspection, Revoke as _, UserInfo as _,
};

const INVALID: ErrorCode = ErrorCode::InvalidGrant;

#[tokio::test]
async fn an_approved_code_buys_tokens_that_live() {
    let house = House::new().await;
    let (tokens, _) = house.sign_up().await;
    assert_eq!(tokens.scope, scope("openid mcp:read"));
    assert_eq!(tokens.expires_in, 900);
    assert!(tokens.id_token.is_some());
    let introspected = house
        .introspect
        .introspect(presented("web"), tokens.access_token, &Origin::default())
        .await;
    let Introspection::Access { claims, username } = introspected.expect("answered") else {
        panic!("dead")
    };
    let audience = vec![RESOURCE.to_owned(), "http://localhost:9000".to_owned()];
    assert_eq!((claims.audience, username.as_deref()), (audience, Some("ada")));
}

#[tokio::test]
async fn a_token_dies_at_the_stroke_of_its_expiry() {
    let house = House::new().await;
    let (tokens, _) = house.sign_up().await;
    house.clock.advance(899);
    assert!(house.is_live("web", &tokens.access_token).await);
    house.clock.advance(1);
    assert!(!house.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn nobody_else_learns_what_a_token_is_worth() {
    let house = House::new().await;
    let (tokens, _) = house.sign_up().await;
    assert!(house.is_live("api", &tokens.access_token).await, "the resource names it");
    assert!(!house.is_live("other", &tokens.access_token).await);
    let refresh = tokens.refresh_token.expect("a refresh token");
    assert!(house.is_live("web", &refresh).await);
    assert!(!house.is_live("api", &refresh).await);
    assert!(!house.is_live("other", &refresh).await);
}

#[tokio::test]
async fn whoever_cannot_prove_that_a_code_is_theirs_changes_nothing() {
    let house = House::new().await;
    let (granted, _) = house.allow(asked("mcp:read"), "mcp:read").await;
    assert_eq!(code(house.redeem_as("other", &granted, VERIFIER).await).err(), Some(INVALID));
    assert_eq!(code(house.redeem_as("web", &granted, CHALLENGE).await).err(), Some(INVALID));
    let tokens = house.redeem(&granted).await.expect("still good");
    assert_eq!(code(house.redeem_as("other", &granted, VERIFIER).await).err(), Some(INVALID));
    assert_eq!(code(house.redeem_as("web", &granted, CHALLENGE).await).err(), Some(INVALID));
    assert!(
        house.is_live("web", &tokens.access_token).await,
        "a spent code without its verifier ends nothing"
    );
}

#[tokio::test]
async fn a_used_code_presented_again_by_its_owner_kills_what_it_bought() {
    let house = House::new().await;
    let (granted, _) = house.allow(asked("mcp:read"), "mcp:read").await;
    let tokens = house.redeem(&granted).await.expect("redeemed");
    assert_eq!(code(house.redeem(&granted).await).err(), Some(INVALID));
    assert!(!house.is_live("web", &tokens.access_token).await);
    let refresh = tokens.refresh_token.expect("a refresh token");
    assert_eq!(code(house.refresh(&refresh).await).err(), Some(INVALID));
}

#[tokio::test]
async fn a_scope_that_was_not_granted_is_ignored_beside_the_code() {
    let house = House::new().await;
    let (granted, _) = house.allow(asked("openid mcp:read mcp:write"), "openid mcp:read").await;
    let grant = Grant::AuthorizationCode {
        code: granted,
        verifier: CodeVerifier::parse(VERIFIER).expect("well-formed"),
        redirect_uri: None,
        wanted: Wanted { scope: Some(scope("openid mcp:read mcp:write")), ..Wanted::default() },
    };
    let tokens = house.issue(presented("web"), grant).await;
    assert_eq!(tokens.expect("redeemed").scope, scope("openid mcp:read"));
}

#[tokio::test]
async fn asking_for_too_much_does_not_spend_the_code() {
    let house = House::new().await;
    let (granted, _) = house.allow(asked("mcp:read"), "mcp:read").await;
    let grant = Grant::AuthorizationCode {
        code: granted.clone(),
        verifier: CodeVerifier::parse(VERIFIER).expect("well-formed"),
        redirect_uri: None,
        wanted: Wanted { scope: None, resource: vec!["https://elsewhere.example/".to_owned()] },
    };
    let answer = house.issue(presented("web"), grant).await;
    assert_eq!(code(answer).err(), Some(ErrorCode::InvalidTarget));
    assert!(house.redeem(&granted).await.is_ok());
}

#[tokio::test]
async fn a_client_revokes_its_own_tokens_of_either_kind() {
    let house = House::new().await;
    let (tokens, _) = house.sign_up().await;
    let refresh = tokens.refresh_token.expect("a refresh token");
    for token in [&tokens.access_token, &refresh] {
        house
            .revoke
            .revoke(presented("other"), token.clone(), &Origin::default())
            .await
            .expect("no error");
        assert!(house.is_live("web", token).await, "another client's revocation does nothing");
    }
    house
        .revoke
        .revoke(presented("web"), tokens.access_token.clone(), &Origin::default())
        .await
        .expect("revoked");
    assert!(!house.is_live("web", &tokens.access_token).await);
    let second = house.refresh(&refresh).await.expect("the grant lives on");
    let successor = second.refresh_token.expect("a successor");
    house
        .revoke
        .revoke(presented("web"), successor.clone(), &Origin::default())
        .await
        .expect("revoked");
    assert!(!house.is_live("web", &second.access_token).await, "a grant's end is its tokens' end");
    assert_eq!(code(house.refresh(&successor).await).err(), Some(INVALID));
}

#[tokio::test]
async fn a_disabled_person_holds_nothing() {
    let house = House::new().await;
    let (tokens, _) = house.sign_up().await;
    let refresh = tokens.refresh_token.expect("a refresh token");
    house.users.set_enabled("ada", false).await.expect("disabled");
    house.upkeep().forget_all().await.expect("the news arrives");
    assert!(!house.is_live("web", &tokens.access_token).await);
    assert_eq!(code(house.refresh(&refresh).await).err(), Some(INVALID));
    house.users.set_enabled("ada", true).await.expect("enabled");
    house.upkeep().forget_all().await.expect("the news arrives");
    assert!(!house.is_live("web", &tokens.access_token).await, "what was held before stays dead");
}

#[tokio::test]
async fn another_password_ends_what_was_held_under_the_old_one() {
    let house = House::new().await;
    let (tokens, _) = house.sign_up().await;
    let password = domain::Secret::new(format!("{PASSWORD}2"));
    house.users.set_password("ada", Some(password)).await.expect("changed");
    house.upkeep().forget_all().await.expect("the news arrives");
    assert!(!house.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn a_client_acts_for_itself_within_what_it_may() {
    let house = House::new().await;
    let ask = |list: Option<&str>| Grant::ClientCredentials {
        wanted: Wanted { scope: list.map(scope), resource: vec![RESOURCE.to_owned()] },
    };
    let issue = async |grant| house.issue(presented("api"), grant).await;
    let tokens = issue(ask(None)).await.expect("issued");
    assert_eq!((tokens.scope, tokens.refresh_token.is_none()), (scope("mcp:read"), true));
    assert!(house.is_live("api", &tokens.access_token).await);
    for refused in ["openid", "mcp:read unheard-of"] {
        assert_eq!(code(issue(ask(Some(refused))).await).err(), Some(ErrorCode::InvalidScope));
    }
    let web = house.issue(presented("web"), ask(None)).await;
    assert_eq!(code(web).err(), Some(ErrorCode::UnauthorizedClient));
}

/// A client that acts for itself.
fn draft() -> ClientDraft {
    ClientDraft {
        id: None,
        name: None,
        auth_method: domain::AuthMethod::ClientSecretPost,
        grant_types: vec![domain::GrantType::ClientCredentials],
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        scope: Some("mcp:read".to_owned()),
        resources: None,
        id_token_algorithm: None,
    }
}

#[tokio::test]
async fn a_suspended_client_is_refused_and_its_tokens_sleep() {
    let house = House::new().await;
    let created = house.clients.add(draft()).await.expect("registered");
    let (id, secret) = (created.client.id, created.secret.expect("confidential"));
    let own = || Presented {
        client: id.clone(),
        secret: Some((domain::SecretMethod::Post, secret.clone())),
    };
    let ask = || Grant::ClientCredentials {
        wanted: Wanted { scope: None, resource: vec![RESOURCE.to_owned()] },
    };
    let issued = house.issue(own(), ask()).await.expect("issued");
    assert!(house.is_live("api", &issued.access_token).await);
    house.clients.set_suspended(&id, true).await.expect("suspended");
    assert!(!house.is_live("api", &issued.access_token).await);
    let refused = house.issue(own(), ask()).await;
    assert_eq!(code(refused).err(), Some(ErrorCode::InvalidClient));
    house.clients.set_suspended(&id, false).await.expect("resumed");
    assert!(house.is_live("api", &issued.access_token).await);
    house.clients.delete(&id).await.expect("deleted");
    assert!(!house.is_live("api", &issued.access_token).await);
    let namesake = house.clients.add(ClientDraft { id: Some(id), ..draft() }).await;
    assert!(
        matches!(namesake, Err(AdminError::Buried(_))),
        "nobody inherits its tokens: {namesake:?}"
    );
}

#[tokio::test]
async fn user_info_tells_what_the_scope_reaches() {
    let house = House::new().await;
    let (granted, _) = house.allow(asked("openid email mcp:read"), "openid email mcp:read").await;
    let tokens = house.redeem(&granted).await.expect("redeemed");
    let told = house.user_info.claims(tokens.access_token, &Origin::default()).await.expect("told");
    assert_eq!(told.person.email.as_deref(), Some("ada@example.com"));
    assert_eq!(told.person.name, None, "`profile` was not granted");
    let everything = Unvouched { resource: Vec::new(), ..asked("email") };
    let (granted, _) = house.allow(everything, "email").await;
    let tokens = house.redeem(&granted).await.expect("redeemed");
    assert!(!tokens.scope.contains(Scope::OPENID) && tokens.id_token.is_none());
    assert_eq!(
        code(house.user_info.claims(tokens.access_token, &Origin::default()).await).err(),
        Some(ErrorCode::InsufficientScope)
    );
}

#[tokio::test]
async fn a_token_for_somebody_else_tells_nothing_about_the_person() {
    let house = House::new().await;
    let (granted, _) = house.allow(asked("openid mcp:read"), "openid mcp:read").await;
    let both = house.redeem(&granted).await.expect("redeemed");
    assert!(
        house.user_info.claims(both.access_token, &Origin::default()).await.is_ok(),
        "it is for both"
    );
    let want = Wanted { scope: Some(scope("mcp:read")), ..Wanted::default() };
    let refresh = both.refresh_token.expect("a refresh token");
    let narrow = house.refresh_as("web", &refresh, want).await.expect("narrowed");
    let refusal = house.user_info.claims(narrow.access_token, &Origin::default()).await;
    assert_eq!(code(refusal).err(), Some(ErrorCode::InvalidToken));
}
