//! Clients that registered themselves and were never used.

mod server;

use std::{net::IpAddr, sync::Arc};

use domain::{Action, ClientCredentials, ErrorCode, RequestSource, RequestedAccess, SecretMethod};
use ports::{
    inbound::{PresentedGrant, RegisterClients as _},
    outbound::{Clients, Page},
};
use server::{
    TestServer, code,
    registrations::{allowed, registered, request},
};
use services::RegistrationGate;

#[tokio::test]
async fn a_flood_of_registrations_leaves_bounded_rows_and_removes_nobody_else() {
    let server = TestServer::new().await;
    let mut clients = server.registration(RegistrationGate::Open);
    clients.unused = Arc::new(server.unused_clients(1_000));
    let (used, secret, _) = registered(&clients).await;
    allowed(&server, &used, &secret.expect("confidential")).await;
    let from = |last: u8| RequestSource {
        address: Some(IpAddr::from([192, 0, 2, last])),
        ..RequestSource::default()
    };
    let signing_in =
        clients.register(None, request(), &from(1)).await.expect("registered").client.id;
    for n in 0..20_000_u32 {
        server.clock.advance(i64::from(n % 100 == 0));
        let flood = from(2 + u8::try_from(n % 100).expect("small"));
        clients.register(None, request(), &flood).await.expect("registered");
    }
    let kept = Clients::page(server.memory.as_ref(), Page { after: None, limit: 50_000 }).await;
    let kept: Vec<_> = kept.expect("answers").into_iter().map(|client| client.id).collect();
    assert!(kept.len() <= 1_000 + 256 + 1, "{}", kept.len());
    assert!(kept.contains(&used), "it has a grant");
    assert!(kept.contains(&signing_in), "the flood came from elsewhere");
}

#[tokio::test]
async fn a_client_that_never_got_a_grant_goes_after_its_time_and_can_register_again() {
    let server = TestServer::new().await;
    let clients = server.registration(RegistrationGate::Open);
    let (idle, secret, _) = registered(&clients).await;
    let (used, used_secret, token) = registered(&clients).await;
    allowed(&server, &used, &used_secret.expect("confidential")).await;
    let unused = server.unused_clients(10_000);
    server.clock.advance(180 * 24 * 60 * 60);
    assert_eq!(unused.forget().await.expect("forgotten"), 0);
    server.clock.advance(1);
    assert_eq!(unused.forget().await.expect("forgotten"), 1);
    let events = server.memory.events();
    let told = events.last().expect("an event");
    assert_eq!(told.action, Action::ClientExpired);
    server.maintenance().forget_all().await.expect("read again");
    let presented = ClientCredentials {
        client: idle,
        secret: Some((SecretMethod::Basic, secret.expect("confidential"))),
    };
    let grant = PresentedGrant::ClientCredentials { wanted: RequestedAccess::default() };
    let answer = code(server.issue(presented, grant).await);
    // What makes clients drop the identifier that they keep, and register anew.
    assert_eq!(answer.err(), Some(ErrorCode::InvalidClient));
    assert!(clients.read(&used, Some(token), &RequestSource::default()).await.is_ok());
}
