//! Refresh tokens that are used once, twice, or too late.

mod server;

use domain::{ErrorCode, RequestedAccess};
use server::{TestServer, asked, code, scope};

const INVALID: ErrorCode = ErrorCode::InvalidGrant;

#[tokio::test]
async fn a_lost_answer_is_given_again_and_theft_ends_the_family() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let first = tokens.refresh_token.expect("a refresh token");
    let second = server.refresh(&first).await.expect("rotated").refresh_token.expect("a successor");
    server.clock.advance(9);
    let again = server.refresh(&first).await.expect("a retry").refresh_token.expect("a successor");
    assert_eq!(second.expose(), again.expose(), "the retry gets the same successor");
    server.clock.advance(1);
    assert_eq!(code(server.refresh(&first).await).err(), Some(INVALID), "too late for a retry");
    assert_eq!(code(server.refresh(&second).await).err(), Some(INVALID), "the family has ended");
    assert!(!server.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn a_server_that_was_away_takes_nobody_for_a_thief() {
    for away in [11, 10 * 60] {
        let server = TestServer::new().await;
        let (tokens, _) = server.sign_up().await;
        let first = tokens.refresh_token.expect("a refresh token");
        let answer = server.refresh(&first).await.expect("rotated");
        server.tokens.presence.beat().await.expect("memory answers");
        // Nobody beats, as if no instance were up.
        server.clock.advance(away);
        let again = server.refresh(&first).await.expect("an honest retry");
        let successor = again.refresh_token.expect("a successor");
        assert_eq!(successor.expose(), answer.refresh_token.expect("a successor").expose());
        assert!(server.is_live("web", &answer.access_token).await);
    }
}

#[tokio::test]
async fn while_the_server_is_there_the_grace_ends_on_time() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let first = tokens.refresh_token.expect("a refresh token");
    server.refresh(&first).await.expect("rotated");
    for _ in 0..2 {
        server.clock.advance(5);
        server.tokens.presence.beat().await.expect("memory answers");
    }
    assert_eq!(code(server.refresh(&first).await).err(), Some(INVALID));
    assert!(!server.is_live("web", &tokens.access_token).await, "the family has ended");
}

#[tokio::test]
async fn a_refresh_token_that_was_never_issued_changes_nothing() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let good = tokens.refresh_token.expect("a refresh token");
    let (head, tag) = good.expose().rsplit_once('.').expect("three parts");
    let made_up = [
        format!("{head}.{}", "A".repeat(43)),
        format!("{}.{tag}", head.replace(".0", ".1")),
        "x".to_owned(),
    ];
    for token in made_up {
        assert_eq!(code(server.refresh(&domain::Secret::new(token)).await).err(), Some(INVALID));
    }
    assert_eq!(
        code(server.refresh_as("other", &good, RequestedAccess::default()).await).err(),
        Some(INVALID)
    );
    assert!(server.refresh(&good).await.is_ok());
}

#[tokio::test]
async fn a_refresh_may_narrow_and_never_widen() {
    let server = TestServer::new().await;
    let (granted, _) = server.allow(asked("mcp:read mcp:write"), "mcp:read mcp:write").await;
    let token =
        server.redeem(&granted).await.expect("redeemed").refresh_token.expect("a refresh token");
    let want = |list: &str| RequestedAccess { scope: Some(scope(list)), resource: Vec::new() };
    let wider = server.refresh_as("web", &token, want("mcp:read email")).await;
    assert_eq!(code(wider).err(), Some(ErrorCode::InvalidScope));
    let narrower = server.refresh_as("web", &token, want("mcp:read")).await.expect("narrowed");
    assert_eq!(narrower.scope, scope("mcp:read"));
    let next = narrower.refresh_token.expect("a successor");
    let full = server.refresh(&next).await.expect("refreshed");
    assert_eq!(full.scope, scope("mcp:read mcp:write"), "the grant itself was not narrowed");
}
