//! Refusals and actors in the audit record.

mod server;

use std::{net::IpAddr, sync::Arc, time::Duration};

use adapter_memory::{ManualClock, Memory};
use domain::{
    Action, Actor, AuthMethod, Event, GrantType, Outcome, RequestSource, RequestedAccess, Secret,
    StrangersBounds, Timestamp,
};
use ports::{
    inbound::{
        AdministerClients as _, AdministerUsers as _, Authorize as _, Begun, Browser, ClientDraft,
        Credentials, SignIn as _, UserInfo as _,
    },
    outbound::Audit as _,
};
use services::{AuditKeeping, BoundedAudit};

use self::server::{NOW, PASSWORD, TestServer, VERIFIER, asked};

/// The events of a kind, as (actor, outcome, subject known, client, detail).
fn told(server: &TestServer, action: Action) -> Vec<(Actor, Outcome, bool, String, String)> {
    let events = server.memory.events().into_iter().filter(|event| event.action == action);
    let line = |event: Event| {
        let client = event.client.map(|id| id.to_string()).unwrap_or_default();
        let detail = event.detail.unwrap_or_default();
        (event.actor, event.outcome, event.subject.is_some(), client, detail)
    };
    events.map(line).collect()
}

fn refusal(
    actor: Actor,
    subject: bool,
    client: &str,
    detail: &str,
) -> (Actor, Outcome, bool, String, String) {
    (actor, Outcome::Refused, subject, client.to_owned(), detail.to_owned())
}

#[tokio::test]
async fn a_wrong_client_secret_is_recorded() {
    let server = TestServer::new().await;
    let mut stranger = server::presented("web");
    stranger.secret = stranger.secret.map(|(method, _)| (method, Secret::new("guessed")));
    let grant =
        ports::inbound::PresentedGrant::ClientCredentials { wanted: RequestedAccess::default() };
    let refused = server.issue(stranger, grant).await;
    assert!(refused.is_err());
    let expected = refusal(Actor::Anonymous, false, "web", "the client secret is wrong");
    assert_eq!(told(&server, Action::ClientAuthentication), [expected]);
}

#[tokio::test]
async fn a_live_code_without_its_proof_or_by_another_client_is_recorded() {
    let server = TestServer::new().await;
    let (code, _) = server.allow(asked("mcp:read"), "mcp:read").await;
    let other = "a-verifier-that-belongs-to-another-request1";
    assert!(server.redeem_as("web", &code, other).await.is_err());
    assert!(server.redeem_as("other", &code, VERIFIER).await.is_err());
    let verifier = "the code verifier does not match the challenge";
    let client = "the code was issued to another client";
    let expected = [
        refusal(Actor::Client, true, "web", verifier),
        refusal(Actor::Client, true, "other", client),
    ];
    assert_eq!(told(&server, Action::CodeRefused), expected);
    assert!(server.redeem(&code).await.is_ok(), "the owner is not disturbed");
}

#[tokio::test]
async fn a_refresh_token_of_another_client_is_recorded() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let stolen = tokens.refresh_token.expect("a refresh token");
    assert!(server.refresh_as("other", &stolen, RequestedAccess::default()).await.is_err());
    let expected = refusal(Actor::Client, true, "other", "it was issued to `web`");
    assert_eq!(told(&server, Action::TokenRefused), [expected]);
}

#[tokio::test]
async fn a_forged_token_at_userinfo_is_recorded() {
    let server = TestServer::new().await;
    let forged = Secret::new("e30.e30.c2ln");
    assert!(server.user_info.claims(forged, &RequestSource::default()).await.is_err());
    let reason = "the access token is unknown, expired or revoked";
    let expected = refusal(Actor::Anonymous, false, "", reason);
    assert_eq!(told(&server, Action::UserInfoRefused), [expected]);
}

#[tokio::test]
async fn a_grant_without_a_page_is_not_taken_for_a_decision() {
    let server = TestServer::new().await;
    let (_, browser) = server.allow(asked("mcp:read"), "mcp:read").await;
    let begun = server.authorize.begin(asked("mcp:read"), &browser).await.expect("known");
    assert!(matches!(begun, Begun::Answer(_)));
    assert_eq!(told(&server, Action::Consent).len(), 1, "what the person decided");
    let again = told(&server, Action::ConsentReused);
    let scope = "mcp:read".to_owned();
    assert_eq!(again, [(Actor::Client, Outcome::Success, true, "web".to_owned(), scope)]);
}

async fn try_to_sign_in(server: &TestServer, username: &str, password: &str) {
    let page = server.sign_in.begin(&Browser::default()).await.expect("begun");
    let browser = server::holding(page.secret, &Browser::default());
    let credentials =
        Credentials { username: username.to_owned(), password: Secret::new(password) };
    server.sign_in.sign_in(&page.request, &browser, credentials).await.expect("answered");
}

#[tokio::test]
async fn spraying_can_be_seen_though_no_unknown_name_is_recorded() {
    let server = TestServer::new().await;
    try_to_sign_in(&server, "ada", "wrong").await;
    server.users.set_enabled("ada", false).await.expect("disabled");
    try_to_sign_in(&server, "ada", PASSWORD).await;
    try_to_sign_in(&server, "my secret password", "x").await;
    try_to_sign_in(&server, "My secret password", "y").await;
    let attempts = told(&server, Action::SignIn);
    let seen: Vec<_> = attempts.iter().map(|it| (it.0, it.2)).collect();
    let (known, unknown) = ((Actor::Anonymous, true), (Actor::Anonymous, false));
    assert_eq!(seen, [known, known, unknown, unknown]);
    assert_eq!(attempts[0].4, "wrong password");
    assert_eq!(attempts[1].4, "the account is disabled");
    assert_eq!(attempts[2].4, attempts[3].4, "the same name again");
    assert!(!attempts[2].4.contains("secret"), "{}", attempts[2].4);
}

#[tokio::test]
async fn what_an_operator_does_to_a_client_has_a_kind_of_its_own() {
    let server = TestServer::new().await;
    let draft = ClientDraft {
        id: None,
        name: None,
        auth_method: AuthMethod::ClientSecretBasic,
        grant_types: vec![GrantType::AuthorizationCode],
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        post_logout_redirect_uris: Vec::new(),
        scope: None,
        resources: None,
        id_token_algorithm: None,
    };
    let id = server.clients.add(draft).await.expect("added").client.id;
    server.clients.rotate_secret(&id).await.expect("rotated");
    server.clients.set_suspended(&id, true).await.expect("suspended");
    server.clients.set_suspended(&id, false).await.expect("resumed");
    server.clients.delete(&id).await.expect("deleted");
    let events = server.memory.events().into_iter().filter(|event| event.client.is_some());
    let seen: Vec<_> = events.map(|event| (event.action, event.actor)).collect();
    let kinds = [
        Action::ClientRegistered,
        Action::ClientSecretRotated,
        Action::ClientSuspended,
        Action::ClientResumed,
        Action::ClientDeleted,
    ];
    assert_eq!(seen, kinds.map(|kind| (kind, Actor::Operator)));
}

const BOUNDS: StrangersBounds =
    StrangersBounds { per_source: 5, in_all: 50, window: Duration::from_hours(1) };

fn bounded() -> (Arc<ManualClock>, Arc<Memory>, Arc<BoundedAudit>) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_unix(NOW)));
    let memory = Arc::new(Memory::new(clock.clone()));
    let audit = Arc::new(BoundedAudit::new(memory.clone(), BOUNDS, clock.clone()));
    (clock, memory, audit)
}

fn guess(at: i64, address: IpAddr) -> Event {
    let origin = RequestSource { address: Some(address), trace: None };
    let event = Event::new(Action::SignIn, Timestamp::from_unix(at), &origin);
    event.by(Actor::Anonymous).refused("wrong password")
}

#[tokio::test]
async fn a_flood_of_refusals_leaves_a_few_events_and_their_number() {
    let (clock, memory, audit) = bounded();
    for n in 0..10_000_u32 {
        let address = IpAddr::from([10, 0, 0, u8::try_from(n % 4).expect("small")]);
        audit.record(guess(NOW, address)).await.expect("recorded");
    }
    assert_eq!(memory.events().len(), 20);
    clock.advance(3600);
    audit.sum_up().await.expect("summed up");
    let events = memory.events();
    assert_eq!(events.len(), 24);
    let summary = events[20].detail.as_deref();
    assert_eq!(summary, Some("2495 more of `session.sign_in` from this source within 3600 s"));
    assert!(events[20..].iter().all(|event| event.actor == Actor::System));
}

#[tokio::test]
async fn an_ipv6_subscriber_is_one_source() {
    let (_, memory, audit) = bounded();
    for n in 0..100_u32 {
        let address: IpAddr = format!("2001:db8::{n:x}").parse().expect("an address");
        audit.record(guess(NOW, address)).await.expect("recorded");
    }
    assert_eq!(memory.events().len(), 5);
}

#[tokio::test]
async fn events_are_kept_as_long_as_they_are_wanted() {
    let (clock, memory, audit) = bounded();
    let day = Duration::from_hours(24);
    let keeping = AuditKeeping {
        history: memory.clone(),
        audit: audit.clone(),
        retention: Some(400 * day),
        strangers_retention: Some(30 * day),
        clock: clock.clone(),
    };
    let sign_in =
        |at| Event::new(Action::SignIn, Timestamp::from_unix(at), &RequestSource::default());
    audit.record(guess(NOW, [10, 0, 0, 1].into())).await.expect("recorded");
    audit.record(sign_in(NOW)).await.expect("recorded");
    clock.advance(31 * 86_400);
    audit.record(sign_in(NOW + 31 * 86_400)).await.expect("recorded");
    assert_eq!(keeping.tidy().await.expect("tidied"), 1, "the guess");
    clock.advance(370 * 86_400);
    assert_eq!(keeping.tidy().await.expect("tidied"), 1, "the first sign-in");
    assert_eq!(memory.events(), [sign_in(NOW + 31 * 86_400)]);
}
