//! Clients that registered themselves and were never used.

mod house;

use std::{net::IpAddr, sync::Arc};

use domain::{Action, ErrorCode, Origin, Presented, SecretMethod, Wanted};
use house::{
    House, code,
    registrations::{allowed, registered, request},
};
use ports::{
    inbound::{Grant, RegisterClients as _},
    outbound::{Clients, Page},
};
use services::RegistrationGate;

#[tokio::test]
async fn a_flood_of_registrations_leaves_bounded_rows_and_removes_nobody_else() {
    let house = House::new().await;
    let mut clients = house.registration(RegistrationGate::Open);
    clients.unused = Arc::new(house.unused_clients(1_000));
    let (used, secret, _) = registered(&clients).await;
    allowed(&house, &used, &secret.expect("confidential")).await;
    let from =
        |last: u8| Origin { address: Some(IpAddr::from([192, 0, 2, last])), ..Origin::default() };
    let signing_in =
        clients.register(None, request(), &from(1)).await.expect("registered").client.id;
    for n in 0..20_000_u32 {
        house.clock.advance(i64::from(n % 100 == 0));
        let flood = from(2 + u8::try_from(n % 100).expect("small"));
        clients.register(None, request(), &flood).await.expect("registered");
    }
    let kept = Clients::page(house.memory.as_ref(), Page { after: None, limit: 50_000 }).await;
    let kept: Vec<_> = kept.expect("answers").into_iter().map(|client| client.id).collect();
    assert!(kept.len() <= 1_000 + 256 + 1, "{}", kept.len());
    assert!(kept.contains(&used), "it has a grant");
    assert!(kept.contains(&signing_in), "the flood came from elsewhere");
}

#[tokio::test]
async fn a_client_that_never_got_a_grant_goes_after_its_time_and_can_register_again() {
    let house = House::new().await;
    let clients = house.registration(RegistrationGate::Open);
    let (idle, secret, _) = registered(&clients).await;
    let (used, used_secret, token) = registered(&clients).await;
    allowed(&house, &used, &used_secret.expect("confidential")).await;
    let unused = house.unused_clients(10_000);
    house.clock.advance(180 * 24 * 60 * 60);
    assert_eq!(unused.forget().await.expect("forgotten"), 0);
    house.clock.advance(1);
    assert_eq!(unused.forget().await.expect("forgotten"), 1);
    let events = house.memory.events();
    let told = events.last().expect("an event");
    assert_eq!(told.action, Action::ClientExpired);
    house.upkeep().forget_all().await.expect("read again");
    let presented = Presented {
        client: idle,
        secret: Some((SecretMethod::Basic, secret.expect("confidential"))),
    };
    let grant = Grant::ClientCredentials { wanted: Wanted::default() };
    let answer = code(house.issue(presented, grant).await);
    // What makes clients drop the identifier that they keep, and register anew.
    assert_eq!(answer.err(), Some(ErrorCode::InvalidClient));
    assert!(clients.read(&used, Some(token), &Origin::default()).await.is_ok());
}
