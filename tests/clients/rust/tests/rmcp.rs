//! The crate `rmcp` finds the server through an MCP server, signs a person in and calls a tool.

use clients::{ADA, Notes, Portcullis, Visitor};
use rmcp::{
    RoleClient, ServiceExt,
    model::CallToolRequestParams,
    service::RunningService,
    transport::{
        AuthClient, AuthorizationManager, AuthorizationRequest, StreamableHttpClientTransport,
        auth::OAuthState, streamable_http_client::StreamableHttpClientTransportConfig,
    },
};

const REDIRECT_URI: &str = "http://127.0.0.1:7007/callback";

#[tokio::test]
async fn a_person_signs_in_and_a_tool_is_called() {
    let portcullis = Portcullis::start().await;
    let notes = Notes::start(&portcullis.issuer).await;
    let manager = sign_in(&notes).await.into_authorization_manager().expect("signed in");

    let client = connect(&notes, manager).await;
    let called = client.call_tool(CallToolRequestParams::new("whoami")).await.expect("called");
    let text = called.content.first().and_then(|content| content.as_text()).expect("a text");
    assert!(!text.text.is_empty(), "the tool says whose token it was");
    client.cancel().await.expect("closed");
}

#[tokio::test]
async fn tokens_are_refreshed() {
    let portcullis = Portcullis::start().await;
    let notes = Notes::start(&portcullis.issuer).await;
    let manager = sign_in(&notes).await.into_authorization_manager().expect("signed in");
    let first = manager.get_access_token().await.expect("a token");
    manager.refresh_token().await.expect("refreshed");
    assert_ne!(manager.get_access_token().await.expect("a token"), first);
    connect(&notes, manager).await.cancel().await.expect("closed");
}

async fn sign_in(notes: &Notes) -> OAuthState {
    let mut state = OAuthState::new(&notes.url, None).await.expect("a client");
    let request = AuthorizationRequest::new(REDIRECT_URI).with_client_name("rmcp");
    state.start_authorization(request).await.expect("registered");
    let url = state.get_authorization_url().await.expect("a URL").parse().expect("a URL");
    let answer = Visitor::new(&ADA).visit(url, REDIRECT_URI).await;
    state.handle_callback_url(answer.as_str()).await.expect("tokens");
    state
}

async fn connect(notes: &Notes, manager: AuthorizationManager) -> RunningService<RoleClient, ()> {
    let http = AuthClient::new(reqwest::Client::default(), manager);
    let config = StreamableHttpClientTransportConfig::with_uri(notes.url.as_str());
    let transport = StreamableHttpClientTransport::with_client(http, config);
    ().serve(transport).await.expect("connected")
}
