//! Requests that read the same state before either of them writes.

mod server;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, AuthorizationCode, CodeVerifier, Digest, ErrorCode, Event, OAuthError, RequestSource,
    RequestedAccess, Secret,
};
use ports::{
    inbound::{IssueTokens as _, PresentedGrant, TokenRequest, TokenSet},
    outbound::{AuthorizationCodes, Store, StoreError, Stored},
};
use server::{TestServer, VERIFIER, asked, presented};
use tokio::{sync::Barrier, task::JoinSet};

const RIVALS: usize = 16;

/// Keeps codes, and lets nobody write one before every rival has read it.
struct Meeting<S> {
    store: Arc<S>,
    all_have_read: Barrier,
}

#[async_trait]
impl<S: Store<AuthorizationCode>> Store<AuthorizationCode> for Meeting<S> {
    async fn insert(&self, code: AuthorizationCode) -> Result<(), StoreError> {
        self.store.insert(code).await
    }

    async fn find(&self, key: &Digest) -> Result<Option<Stored<AuthorizationCode>>, StoreError> {
        self.store.find(key).await
    }

    async fn replace(&self, code: Stored<AuthorizationCode>) -> Result<(), StoreError> {
        self.all_have_read.wait().await;
        self.store.replace(code).await
    }

    async fn remove(&self, key: &Digest) -> Result<(), StoreError> {
        self.store.remove(key).await
    }
}

#[async_trait]
impl<S: AuthorizationCodes> AuthorizationCodes for Meeting<S> {
    async fn insert_recorded(
        &self,
        code: AuthorizationCode,
        event: Event,
    ) -> Result<(), StoreError> {
        self.store.insert_recorded(code, event).await
    }
}

async fn redeem_at_once(server: &TestServer, code: &Secret) -> Vec<Result<TokenSet, OAuthError>> {
    let meeting = Meeting { store: server.memory.clone(), all_have_read: Barrier::new(RIVALS) };
    let tokens = server.with_other(|it| it.stores.codes = Arc::new(meeting)).issue_tokens;
    let mut rivals = JoinSet::new();
    for _ in 0..RIVALS {
        let (tokens, code) = (tokens.clone(), code.clone());
        rivals.spawn(async move {
            let grant = PresentedGrant::AuthorizationCode {
                code,
                verifier: CodeVerifier::parse(VERIFIER).expect("well-formed"),
                redirect_uri: None,
                wanted: RequestedAccess::default(),
            };
            let (client, origin) = (presented("web"), RequestSource::default());
            tokens.issue(TokenRequest { client, grant, origin }).await
        });
    }
    rivals.join_all().await
}

#[tokio::test]
async fn a_code_redeemed_many_times_at_once_kills_what_it_bought() {
    let server = TestServer::new().await;
    let (code, _) = server.allow(asked("mcp:read"), "mcp:read").await;
    let (won, lost): (Vec<_>, Vec<_>) =
        redeem_at_once(&server, &code).await.into_iter().partition(Result::is_ok);
    assert!(
        lost.iter()
            .filter_map(|answer| answer.as_ref().err())
            .all(|error| { error.code == ErrorCode::InvalidGrant })
    );
    let [Ok(tokens)] = won.as_slice() else { panic!("one wins: {won:?}") };
    assert!(!server.is_live("web", &tokens.access_token).await);
    let refresh = tokens.refresh_token.as_ref().expect("a refresh token");
    assert!(server.refresh(refresh).await.is_err());
    let replays = server.memory.events();
    let replays = replays.iter().filter(|event| event.action == Action::CodeReplayed).count();
    assert_eq!(replays, RIVALS - 1, "the audit record says so");
}
