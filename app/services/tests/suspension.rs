//! Clients that an operator has stopped.

mod server;

use std::sync::Arc;

use domain::{Action, Actor, Client, ClientId, ClientState, ErrorCode, GrantType, RequestedAccess};
use ports::{
    inbound::{
        AdministerClients as _, Browser, ClientDraft, GiveConsent as _, InteractionFault,
        Introspect as _, Introspection, PresentedGrant,
    },
    outbound::{Change, Page},
};
use server::{TestServer, asked, code, presented, ticking};
use services::{AdministerClients, ClientCache};

/// Tells the running server of a change, as its store does.
fn news(server: &TestServer, id: &ClientId) {
    server.maintenance().apply(Change::Client(id.clone()));
}

/// The clients as a server knows them that starts now, with `web` still in its configuration.
async fn restarted(server: &TestServer) -> AdministerClients {
    let web = server.clients.show(&ClientId::new("web")).await.expect("known");
    let configured = vec![Client { state: ClientState::Active, ..web }];
    let (clients, suspensions) = (server.memory.clone(), server.memory.clone());
    AdministerClients {
        known: Arc::new(ClientCache::new(configured, clients, suspensions)),
        revocations: server.clients.revocations.clone(),
        clients: server.memory.clone(),
        suspensions: server.memory.clone(),
        issuer: server.clients.issuer.clone(),
        grants: server.clients.grants.clone(),
        context: server.clients.context.clone(),
    }
}

async fn states(clients: &AdministerClients) -> Vec<(String, ClientState)> {
    let listed = clients.list(Page { after: None, limit: 10 }).await.expect("listed").into_iter();
    listed.map(|client| (client.id.to_string(), client.state)).collect()
}

#[tokio::test]
async fn a_client_of_the_configuration_is_stopped_and_goes_on() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let refresh = tokens.refresh_token.expect("a refresh token");
    let (interaction, browser) = server.ask("mcp:write").await;
    let web = ClientId::new("web");
    server.clients.set_suspended(&web, true).await.expect("stopped");
    news(&server, &web);
    assert_eq!(code(server.refresh(&refresh).await).err(), Some(ErrorCode::InvalidClient));
    let (token, origin) = (tokens.access_token.clone(), domain::RequestSource::default());
    let told = server.introspect.introspect(presented("api"), token, &origin).await;
    assert!(matches!(told.expect("answered"), Introspection::Inactive));
    let decided = server.decide.decide(&interaction, &browser, ticking("mcp:write")).await;
    assert!(matches!(decided, Err(InteractionFault::Suspended(_))), "{decided:?}");
    let begun = server.authorize_anew(asked("mcp:read"), &Browser::default()).await;
    assert!(matches!(begun, Err(InteractionFault::Suspended(_))), "{begun:?}");

    server.clients.set_suspended(&web, false).await.expect("resumed");
    news(&server, &web);
    assert!(server.refresh(&refresh).await.is_ok());
    assert!(server.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn the_stop_outlives_a_restart_and_is_listed() {
    let server = TestServer::new().await;
    let web = ClientId::new("web");
    server.clients.set_suspended(&web, true).await.expect("stopped");
    server.clients.set_suspended(&web, true).await.expect("stopped already");
    let again = restarted(&server).await;
    assert_eq!(states(&again).await, [("web".to_owned(), ClientState::Suspended)]);
    assert_eq!(again.show(&web).await.expect("known").state, ClientState::Suspended);
    again.set_suspended(&web, false).await.expect("resumed");
    assert_eq!(states(&again).await, [("web".to_owned(), ClientState::Active)]);
    assert_eq!(states(&restarted(&server).await).await, [("web".to_owned(), ClientState::Active)]);
}

#[tokio::test]
async fn it_is_on_record_who_stopped_it() {
    let server = TestServer::new().await;
    let api = ClientId::new("api");
    for (suspended, action) in [(true, Action::ClientSuspended), (false, Action::ClientResumed)] {
        server.clients.set_suspended(&api, suspended).await.expect("done");
        let event = server.memory.events().pop().expect("on record");
        assert_eq!((event.action, event.actor), (action, Actor::Operator));
        assert_eq!(event.client.as_ref(), Some(&api));
    }
}

#[tokio::test]
async fn the_others_are_stopped_as_before() {
    let server = TestServer::new().await;
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
    let tool = server.clients.add(draft).await.expect("added");
    let secret = Some((domain::SecretMethod::Post, tool.secret.expect("confidential")));
    let presented =
        || domain::ClientCredentials { client: tool.client.id.clone(), secret: secret.clone() };
    let ask = async || {
        let grant = PresentedGrant::ClientCredentials { wanted: RequestedAccess::default() };
        server.issue(presented(), grant).await
    };
    assert!(ask().await.is_ok());
    server.clients.set_suspended(&tool.client.id, true).await.expect("stopped");
    assert_eq!(code(ask().await).err(), Some(ErrorCode::InvalidClient));
}
