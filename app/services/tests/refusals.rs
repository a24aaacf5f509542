//! Refused registrations, changes and sign-ins in the audit record.

mod server;

use std::{sync::Arc, time::Duration};

use domain::{
    Action, Actor, ClientId, DescriptiveMetadata, ErrorCode, Event, Outcome, RegistrationRequest,
    RequestSource, Secret, StrangersBounds,
};
use ports::inbound::{Browser, Credentials, RegisterClients as _, Registration, SignIn as _};
use server::{
    PASSWORD, TestServer, asked, code,
    registrations::{registered, request},
};
use services::{BoundedAudit, Context, Foundation, RegisterClients, RegistrationGate};

/// The events of a kind, as (actor, outcome, client, detail).
fn told(server: &TestServer, action: Action) -> Vec<(Actor, Outcome, String, String)> {
    let events = server.memory.events().into_iter().filter(|event| event.action == action);
    let line = |event: Event| {
        let client = event.client.map(|id| id.to_string()).unwrap_or_default();
        (event.actor, event.outcome, client, event.detail.unwrap_or_default())
    };
    events.map(line).collect()
}

/// A refusal that somebody caused whom nobody here knows.
fn refusal(client: &str, detail: &str) -> (Actor, Outcome, String, String) {
    (Actor::Anonymous, Outcome::Refused, client.to_owned(), detail.to_owned())
}

fn from(last: u8) -> RequestSource {
    RequestSource { address: Some([192, 0, 2, last].into()), trace: None }
}

#[tokio::test]
async fn whoever_may_not_register_is_recorded_although_the_request_is_not_read() {
    let server = TestServer::new().await;
    let closed = server.registration(RegistrationGate::Closed);
    assert!(closed.admit(None, &from(1)).await.is_err());
    let digest = Secret::new("initial").digest();
    let gated = server.registration(RegistrationGate::Token(vec![digest]));
    assert!(gated.admit(Some(&Secret::new("wrong")), &from(1)).await.is_err());
    assert!(gated.admit(Some(&Secret::new("initial")), &from(1)).await.is_ok());
    let expected = [
        refusal("", "clients are registered by the operator here"),
        refusal("", "registering needs an initial access token"),
    ];
    assert_eq!(told(&server, Action::RegistrationRefused), expected);
}

#[tokio::test]
async fn a_registration_that_breaks_the_rules_is_recorded_with_its_reason() {
    let server = TestServer::new().await;
    let clients = server.registration(RegistrationGate::Open);
    let wanted =
        RegistrationRequest { redirect_uris: vec!["http://evil.example/".to_owned()], ..request() };
    assert!(clients.register(None, wanted, &from(1)).await.is_err());
    let [(actor, outcome, _, detail)] = &told(&server, Action::RegistrationRefused)[..] else {
        panic!("one refusal")
    };
    assert_eq!((*actor, *outcome), (Actor::Anonymous, Outcome::Refused));
    assert!(detail.contains("http://evil.example/") && detail.contains("https"), "{detail}");
}

#[tokio::test]
async fn a_wrong_registration_token_is_recorded_for_whatever_it_was_to_do() {
    let server = TestServer::new().await;
    let clients = server.registration(RegistrationGate::Open);
    let (id, _, _) = registered(&clients).await;
    let (wrong, origin) = (Secret::new("wrong"), from(1));
    let change = change(&id, request());
    assert!(clients.read(&id, Some(wrong.clone()), &origin).await.is_err());
    assert!(clients.admit_change(&id, Some(&wrong), &origin).await.is_err());
    assert!(clients.update(&id, Some(wrong.clone()), change, &origin).await.is_err());
    assert!(clients.delete(&id, Some(wrong), &origin).await.is_err());
    let reason = "the registration access token is not this client's";
    let expected = vec![refusal(id.as_str(), reason); 4];
    assert_eq!(told(&server, Action::ManagementRefused), expected);
}

fn change(id: &ClientId, request: RegistrationRequest) -> Registration {
    Registration { client_id: Some(id.clone()), client_secret: None, request }
}

#[tokio::test]
async fn a_change_that_is_refused_is_recorded_as_the_clients() {
    let server = TestServer::new().await;
    let open = server.registration(RegistrationGate::Open);
    let (id, _, token) = registered(&open).await;
    let closed = server.registration(RegistrationGate::Closed);
    assert!(closed.admit_change(&id, Some(&token), &from(1)).await.is_err());
    let renamed = change(&id, request());
    assert!(closed.update(&id, Some(token.clone()), renamed, &from(1)).await.is_err());
    let stranger = change(&ClientId::new("other"), request());
    assert!(open.update(&id, Some(token.clone()), stranger, &from(1)).await.is_err());
    let reason = "registration is closed here, for changes too; what is registered can still be read \
                  and deleted";
    let expected = [
        refusal(id.as_str(), reason),
        refusal(id.as_str(), reason),
        refusal(id.as_str(), "`client_id` must be the client's own"),
    ];
    assert_eq!(told(&server, Action::RegistrationRefused), expected);
}

#[tokio::test]
async fn a_change_is_recorded_with_what_it_has_changed() {
    let server = TestServer::new().await;
    let clients = server.registration(RegistrationGate::Open);
    let (id, _, token) = registered(&clients).await;
    let update = async |request: RegistrationRequest| {
        let change = change(&id, request);
        clients.update(&id, Some(token.clone()), change, &from(1)).await.expect("updated");
    };
    update(request()).await;
    let described = DescriptiveMetadata {
        client_name: Some("Bank".to_owned()),
        ..DescriptiveMetadata::default()
    };
    let mut renamed = RegistrationRequest { described, ..request() };
    update(renamed.clone()).await;
    renamed.redirect_uris.push("https://elsewhere.example/cb".to_owned());
    renamed.id_token_signed_response_alg = Some("ES256".to_owned());
    renamed.token_endpoint_auth_method = Some("client_secret_post".to_owned());
    update(renamed).await;
    let line =
        |detail: &str| (Actor::SelfRegistered, Outcome::Success, id.to_string(), detail.to_owned());
    let expected = [
        line("nothing"),
        line("client_name"),
        line("redirect_uris id_token_signed_response_alg token_endpoint_auth_method"),
    ];
    assert_eq!(told(&server, Action::ClientUpdated), expected);
}

/// Changes leave events: without a limit, whoever registered once could fill the record.
#[tokio::test]
async fn changes_count_like_registrations() {
    let server = TestServer::new().await;
    let clients = server.registration(RegistrationGate::Open);
    let (id, _, token) = registered(&clients).await;
    let update = async |origin: &RequestSource| {
        clients.update(&id, Some(token.clone()), change(&id, request()), origin).await
    };
    let mut changed = 0;
    while update(&from(1)).await.is_ok() {
        changed += 1;
        assert!(changed <= 200, "from one address");
    }
    assert_eq!(changed, 200);
    let limited = code(clients.admit_change(&id, Some(&token), &from(1)).await);
    assert_eq!(limited, Err(ErrorCode::TemporarilyUnavailable), "told before the body is read");
    let limited = code(clients.admit(None, &from(1)).await);
    assert_eq!(limited, Err(ErrorCode::TemporarilyUnavailable));
    assert!(update(&from(2)).await.is_ok(), "from elsewhere");
}

const BOUNDS: StrangersBounds =
    StrangersBounds { per_source: 5, in_all: 50, window: Duration::from_hours(1) };

#[tokio::test]
async fn what_goes_beyond_a_limit_is_recorded_a_few_times_for_each_source_and_then_counted() {
    let server = TestServer::new().await;
    let usual = server.registration(RegistrationGate::Open);
    let audit = Arc::new(BoundedAudit::new(server.memory.clone(), BOUNDS, server.clock.clone()));
    let context = Context { audit: audit.clone(), ..usual.context.clone() };
    let clients = RegisterClients { context, ..usual };
    for last in [1, 2] {
        for _ in 0..300 {
            let _: Result<_, _> = clients.register(None, request(), &from(last)).await;
        }
    }
    let exceeded = told(&server, Action::LimitExceeded);
    assert_eq!(exceeded.len(), 10, "five for each source");
    assert!(exceeded.iter().all(|it| (it.0, it.1) == (Actor::Anonymous, Outcome::Refused)));
    audit.close().await.expect("summed up");
    let further = told(&server, Action::FurtherRefusals);
    let counted =
        |it: &(_, _, _, String)| it.3.starts_with("95 more of `limit.exceeded` from this");
    assert_eq!((further.len(), further.iter().filter(|it| counted(it)).count()), (2, 2));
}

#[tokio::test]
async fn a_sign_in_that_is_refused_for_load_is_recorded() {
    let server = TestServer::new().await;
    let nobody = |it: &mut Foundation| {
        (it.settings.passwords_at_once, it.settings.passwords_waiting) = (0, 0);
    };
    let busy = server.with_other(nobody).sign_in;
    let (page, browser) = server.sign_in_page(asked("openid"), &Browser::default()).await;
    let credentials = Credentials { username: "ada".to_owned(), password: Secret::new(PASSWORD) };
    assert!(busy.sign_in(&page.request, &browser, credentials).await.is_err());
    let reason = "too many passwords are being checked; try again in a moment";
    assert_eq!(told(&server, Action::LimitExceeded), [refusal("", reason)]);
}
