//! Clients that an operator has stopped.

mod house;

use std::sync::Arc;

use domain::{Action, Actor, Client, ClientId, ClientState, ErrorCode, GrantType, Wanted};
use house::{House, asked, code, presented, ticking};
use ports::{
    inbound::{
        AdministerClients as _, Browser, ClientDraft, Decide as _, Fault, Grant, Introspect as _,
        Introspection,
    },
    outbound::{Change, Page},
};
use services::{AdministerClients, ClientCache};

/// What the running server is told of by its store.
fn news(house: &House, id: &ClientId) {
    house.upkeep().apply(Change::Client(id.clone()));
}

/// What a server of this house knows that starts now, with `web` still in its configuration.
async fn restarted(house: &House) -> AdministerClients {
    let web = house.clients.show(&ClientId::new("web")).await.expect("known");
    let configured = vec![Client { state: ClientState::Active, ..web }];
    let (clients, suspensions) = (house.memory.clone(), house.memory.clone());
    AdministerClients {
        known: Arc::new(ClientCache::new(configured, clients, suspensions)),
        revocations: house.clients.revocations.clone(),
        clients: house.memory.clone(),
        suspensions: house.memory.clone(),
        issuer: house.clients.issuer.clone(),
        world: house.clients.world.clone(),
    }
}

async fn states(clients: &AdministerClients) -> Vec<(String, ClientState)> {
    let listed = clients.list(Page { after: None, limit: 10 }).await.expect("listed").into_iter();
    listed.map(|client| (client.id.to_string(), client.state)).collect()
}

#[tokio::test]
async fn a_client_of_the_configuration_is_stopped_and_goes_on() {
    let house = House::new().await;
    let (tokens, _) = house.sign_up().await;
    let refresh = tokens.refresh_token.expect("a refresh token");
    let (interaction, browser) = house.ask("mcp:write").await;
    let web = ClientId::new("web");
    house.clients.set_suspended(&web, true).await.expect("stopped");
    news(&house, &web);
    assert_eq!(code(house.refresh(&refresh).await).err(), Some(ErrorCode::InvalidClient));
    let (token, origin) = (tokens.access_token.clone(), domain::Origin::default());
    let told = house.introspect.introspect(presented("api"), token, &origin).await;
    assert!(matches!(told.expect("answered"), Introspection::Inactive));
    let decided = house.decide.decide(&interaction, &browser, ticking("mcp:write")).await;
    assert!(matches!(decided, Err(Fault::Suspended(_))), "{decided:?}");
    let begun = house.authorize_anew(asked("mcp:read"), &Browser::default()).await;
    assert!(matches!(begun, Err(Fault::Suspended(_))), "{begun:?}");

    house.clients.set_suspended(&web, false).await.expect("resumed");
    news(&house, &web);
    assert!(house.refresh(&refresh).await.is_ok());
    assert!(house.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn the_stop_outlives_a_restart_and_is_listed() {
    let house = House::new().await;
    let web = ClientId::new("web");
    house.clients.set_suspended(&web, true).await.expect("stopped");
    house.clients.set_suspended(&web, true).await.expect("stopped already");
    let again = restarted(&house).await;
    assert_eq!(states(&again).await, [("web".to_owned(), ClientState::Suspended)]);
    assert_eq!(again.show(&web).await.expect("known").state, ClientState::Suspended);
    again.set_suspended(&web, false).await.expect("resumed");
    assert_eq!(states(&again).await, [("web".to_owned(), ClientState::Active)]);
    assert_eq!(states(&restarted(&house).await).await, [("web".to_owned(), ClientState::Active)]);
}

#[tokio::test]
async fn it_is_on_record_who_stopped_it() {
    let house = House::new().await;
    let api = ClientId::new("api");
    for (suspended, action) in [(true, Action::ClientSuspended), (false, Action::ClientResumed)] {
        house.clients.set_suspended(&api, suspended).await.expect("done");
        let event = house.memory.events().pop().expect("on record");
        assert_eq!((event.action, event.actor), (action, Actor::Operator));
        assert_eq!(event.client.as_ref(), Some(&api));
    }
}

#[tokio::test]
async fn the_others_are_stopped_as_before() {
    let house = House::new().await;
    let draft = ClientDraft {
        id: Some(ClientId::new("tool")),
        name: None,
        auth_method: domain::AuthMethod::ClientSecretPost,
        grant_types: vec![GrantType::ClientCredentials],
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        scope: None,
        resources: None,
        id_token_algorithm: None,
    };
    let tool = house.clients.add(draft).await.expect("added");
    let secret = Some((domain::SecretMethod::Post, tool.secret.expect("confidential")));
    let presented = || domain::Presented { client: tool.client.id.clone(), secret: secret.clone() };
    let ask = async || {
        let grant = Grant::ClientCredentials { wanted: Wanted::default() };
        house.issue(presented(), grant).await
    };
    assert!(ask().await.is_ok());
    house.clients.set_suspended(&tool.client.id, true).await.expect("stopped");
    assert_eq!(code(ask().await).err(), Some(ErrorCode::InvalidClient));
}
