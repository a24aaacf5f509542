//! The tokens that grants are exchanged for, and their end.

mod server;

use domain::{
    AuthorizationParams, ClientCredentials, CodeVerifier, ErrorCode, RequestSource,
    RequestedAccess, Scope,
};
use ports::inbound::{
    AdminError, AdministerClients as _, AdministerUsers as _, ClientDraft, Introspect as _,
    Introspection, PresentedGrant, Revoke as _, UserInfo as _,
};
use server::{CHALLENGE, PASSWORD, RESOURCE, TestServer, VERIFIER, asked, code, presented, scope};

const INVALID: ErrorCode = ErrorCode::InvalidGrant;

#[tokio::test]
async fn an_approved_code_buys_tokens_that_live() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    assert_eq!(tokens.scope, scope("openid mcp:read"));
    assert_eq!(tokens.expires_in, 900);
    assert!(tokens.id_token.is_some());
    let introspected = server
        .introspect
        .introspect(presented("web"), tokens.access_token, &RequestSource::default())
        .await;
    let Introspection::Access { claims, username } = introspected.expect("answered") else {
        panic!("dead")
    };
    let audience = vec![RESOURCE.to_owned(), "http://localhost:9000".to_owned()];
    assert_eq!((claims.audience, username.as_deref()), (audience, Some("ada")));
}

#[tokio::test]
async fn a_token_dies_at_the_stroke_of_its_expiry() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    server.clock.advance(899);
    assert!(server.is_live("web", &tokens.access_token).await);
    server.clock.advance(1);
    assert!(!server.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn nobody_else_learns_what_a_token_is_worth() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    assert!(server.is_live("api", &tokens.access_token).await, "the resource names it");
    assert!(!server.is_live("other", &tokens.access_token).await);
    let refresh = tokens.refresh_token.expect("a refresh token");
    assert!(server.is_live("web", &refresh).await);
    assert!(!server.is_live("api", &refresh).await);
    assert!(!server.is_live("other", &refresh).await);
}

#[tokio::test]
async fn whoever_cannot_prove_that_a_code_is_theirs_changes_nothing() {
    let server = TestServer::new().await;
    let (granted, _) = server.allow(asked("mcp:read"), "mcp:read").await;
    assert_eq!(code(server.redeem_as("other", &granted, VERIFIER).await).err(), Some(INVALID));
    assert_eq!(code(server.redeem_as("web", &granted, CHALLENGE).await).err(), Some(INVALID));
    let tokens = server.redeem(&granted).await.expect("still good");
    assert_eq!(code(server.redeem_as("other", &granted, VERIFIER).await).err(), Some(INVALID));
    assert_eq!(code(server.redeem_as("web", &granted, CHALLENGE).await).err(), Some(INVALID));
    assert!(
        server.is_live("web", &tokens.access_token).await,
        "a spent code without its verifier ends nothing"
    );
}

#[tokio::test]
async fn a_used_code_presented_again_by_its_owner_kills_what_it_bought() {
    let server = TestServer::new().await;
    let (granted, _) = server.allow(asked("mcp:read"), "mcp:read").await;
    let tokens = server.redeem(&granted).await.expect("redeemed");
    assert_eq!(code(server.redeem(&granted).await).err(), Some(INVALID));
    assert!(!server.is_live("web", &tokens.access_token).await);
    let refresh = tokens.refresh_token.expect("a refresh token");
    assert_eq!(code(server.refresh(&refresh).await).err(), Some(INVALID));
}

#[tokio::test]
async fn a_scope_that_was_not_granted_is_ignored_beside_the_code() {
    let server = TestServer::new().await;
    let (granted, _) = server.allow(asked("openid mcp:read mcp:write"), "openid mcp:read").await;
    let grant = PresentedGrant::AuthorizationCode {
        code: granted,
        verifier: CodeVerifier::parse(VERIFIER).expect("well-formed"),
        redirect_uri: None,
        wanted: RequestedAccess {
            scope: Some(scope("openid mcp:read mcp:write")),
            ..RequestedAccess::default()
        },
    };
    let tokens = server.issue(presented("web"), grant).await;
    assert_eq!(tokens.expect("redeemed").scope, scope("openid mcp:read"));
}

#[tokio::test]
async fn asking_for_too_much_does_not_spend_the_code() {
    let server = TestServer::new().await;
    let (granted, _) = server.allow(asked("mcp:read"), "mcp:read").await;
    let grant = PresentedGrant::AuthorizationCode {
        code: granted.clone(),
        verifier: CodeVerifier::parse(VERIFIER).expect("well-formed"),
        redirect_uri: None,
        wanted: RequestedAccess {
            scope: None,
            resource: vec!["https://elsewhere.example/".to_owned()],
        },
    };
    let answer = server.issue(presented("web"), grant).await;
    assert_eq!(code(answer).err(), Some(ErrorCode::InvalidTarget));
    assert!(server.redeem(&granted).await.is_ok());
}

#[tokio::test]
async fn a_client_revokes_its_own_tokens_of_either_kind() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let refresh = tokens.refresh_token.expect("a refresh token");
    for token in [&tokens.access_token, &refresh] {
        server
            .revoke
            .revoke(presented("other"), token.clone(), &RequestSource::default())
            .await
            .expect("no error");
        assert!(server.is_live("web", token).await, "another client's revocation does nothing");
    }
    server
        .revoke
        .revoke(presented("web"), tokens.access_token.clone(), &RequestSource::default())
        .await
        .expect("revoked");
    assert!(!server.is_live("web", &tokens.access_token).await);
    let second = server.refresh(&refresh).await.expect("the grant lives on");
    let successor = second.refresh_token.expect("a successor");
    server
        .revoke
        .revoke(presented("web"), successor.clone(), &RequestSource::default())
        .await
        .expect("revoked");
    assert!(!server.is_live("web", &second.access_token).await, "a grant's end is its tokens' end");
    assert_eq!(code(server.refresh(&successor).await).err(), Some(INVALID));
}

#[tokio::test]
async fn a_disabled_person_holds_nothing() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let refresh = tokens.refresh_token.expect("a refresh token");
    server.users.set_enabled("ada", false).await.expect("disabled");
    server.maintenance().forget_all().await.expect("the news arrives");
    assert!(!server.is_live("web", &tokens.access_token).await);
    assert_eq!(code(server.refresh(&refresh).await).err(), Some(INVALID));
    server.users.set_enabled("ada", true).await.expect("enabled");
    server.maintenance().forget_all().await.expect("the news arrives");
    assert!(!server.is_live("web", &tokens.access_token).await, "what was held before stays dead");
}

#[tokio::test]
async fn another_password_ends_what_was_held_under_the_old_one() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let password = domain::Secret::new(format!("{PASSWORD}2"));
    server.users.set_password("ada", Some(password)).await.expect("changed");
    server.maintenance().forget_all().await.expect("the news arrives");
    assert!(!server.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn a_client_acts_for_itself_within_what_it_may() {
    let server = TestServer::new().await;
    let ask = |list: Option<&str>| PresentedGrant::ClientCredentials {
        wanted: RequestedAccess { scope: list.map(scope), resource: vec![RESOURCE.to_owned()] },
    };
    let issue = async |grant| server.issue(presented("api"), grant).await;
    let tokens = issue(ask(None)).await.expect("issued");
    assert_eq!((tokens.scope, tokens.refresh_token.is_none()), (scope("mcp:read"), true));
    assert!(server.is_live("api", &tokens.access_token).await);
    for refused in ["openid", "mcp:read unheard-of"] {
        assert_eq!(code(issue(ask(Some(refused))).await).err(), Some(ErrorCode::InvalidScope));
    }
    let web = server.issue(presented("web"), ask(None)).await;
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
    let server = TestServer::new().await;
    let created = server.clients.add(draft()).await.expect("registered");
    let (id, secret) = (created.client.id, created.secret.expect("confidential"));
    let own = || ClientCredentials {
        client: id.clone(),
        secret: Some((domain::SecretMethod::Post, secret.clone())),
    };
    let ask = || PresentedGrant::ClientCredentials {
        wanted: RequestedAccess { scope: None, resource: vec![RESOURCE.to_owned()] },
    };
    let issued = server.issue(own(), ask()).await.expect("issued");
    assert!(server.is_live("api", &issued.access_token).await);
    server.clients.set_suspended(&id, true).await.expect("suspended");
    assert!(!server.is_live("api", &issued.access_token).await);
    let refused = server.issue(own(), ask()).await;
    assert_eq!(code(refused).err(), Some(ErrorCode::InvalidClient));
    server.clients.set_suspended(&id, false).await.expect("resumed");
    assert!(server.is_live("api", &issued.access_token).await);
    server.clients.delete(&id).await.expect("deleted");
    assert!(!server.is_live("api", &issued.access_token).await);
    let namesake = server.clients.add(ClientDraft { id: Some(id), ..draft() }).await;
    assert!(
        matches!(namesake, Err(AdminError::RecentlyDeleted(_))),
        "nobody inherits its tokens: {namesake:?}"
    );
}

#[tokio::test]
async fn user_info_tells_what_the_scope_reaches() {
    let server = TestServer::new().await;
    let (granted, _) = server.allow(asked("openid email mcp:read"), "openid email mcp:read").await;
    let tokens = server.redeem(&granted).await.expect("redeemed");
    let told = server
        .user_info
        .claims(tokens.access_token, &RequestSource::default())
        .await
        .expect("told");
    assert_eq!(told.person.email.as_deref(), Some("ada@example.com"));
    assert_eq!(told.person.name, None, "`profile` was not granted");
    let everything = AuthorizationParams { resource: Vec::new(), ..asked("email") };
    let (granted, _) = server.allow(everything, "email").await;
    let tokens = server.redeem(&granted).await.expect("redeemed");
    assert!(!tokens.scope.contains(Scope::OPENID) && tokens.id_token.is_none());
    assert_eq!(
        code(server.user_info.claims(tokens.access_token, &RequestSource::default()).await).err(),
        Some(ErrorCode::InsufficientScope)
    );
}

#[tokio::test]
async fn a_token_for_somebody_else_tells_nothing_about_the_person() {
    let server = TestServer::new().await;
    let (granted, _) = server.allow(asked("openid mcp:read"), "openid mcp:read").await;
    let both = server.redeem(&granted).await.expect("redeemed");
    assert!(
        server.user_info.claims(both.access_token, &RequestSource::default()).await.is_ok(),
        "it is for both"
    );
    let want = RequestedAccess { scope: Some(scope("mcp:read")), ..RequestedAccess::default() };
    let refresh = both.refresh_token.expect("a refresh token");
    let narrow = server.refresh_as("web", &refresh, want).await.expect("narrowed");
    let refusal = server.user_info.claims(narrow.access_token, &RequestSource::default()).await;
    assert_eq!(code(refusal).err(), Some(ErrorCode::InvalidToken));
}
