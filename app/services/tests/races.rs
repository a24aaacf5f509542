//! Requests that read the same state before either of them writes.

mod house;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, AuthorizationCode, CodeVerifier, Digest, ErrorCode, Event, OAuthError, Origin, Secret,
    Wanted,
};
use house::{House, VERIFIER, asked, presented};
use ports::{
    inbound::{Grant, IssueTokens as _, TokenRequest, TokenSet},
    outbound::{AuthorizationCodes, Keep, StoreError, Stored},
};
use tokio::{sync::Barrier, task::JoinSet};

const RIVALS: usize = 16;

/// Keeps codes, and lets nobody write one before every rival has read it.
struct Meeting<S> {
    store: Arc<S>,
    all_have_read: Barrier,
}

#[async_trait]
impl<S: Keep<AuthorizationCode>> Keep<AuthorizationCode> for Meeting<S> {
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

async fn redeem_at_once(house: &House, code: &Secret) -> Vec<Result<TokenSet, OAuthError>> {
    let meeting = Meeting { store: house.memory.clone(), all_have_read: Barrier::new(RIVALS) };
    let tokens = house.with_other(|it| it.stores.codes = Arc::new(meeting)).issue_tokens;
    let mut rivals = JoinSet::new();
    for _ in 0..RIVALS {
        let (tokens, code) = (tokens.clone(), code.clone());
        rivals.spawn(async move {
            let grant = Grant::AuthorizationCode {
                code,
                verifier: CodeVerifier::parse(VERIFIER).expect("well-formed"),
                redirect_uri: None,
                wanted: Wanted::default(),
            };
            let (client, origin) = (presented("web"), Origin::default());
            tokens.issue(TokenRequest { client, grant, origin }).await
        });
    }
    rivals.join_all().await
}

#[tokio::test]
async fn a_code_redeemed_many_times_at_once_kills_what_it_bought() {
    let house = House::new().await;
    let (code, _) = house.allow(asked("mcp:read"), "mcp:read").await;
    let (won, lost): (Vec<_>, Vec<_>) =
        redeem_at_once(&house, &code).await.into_iter().partition(Result::is_ok);
    assert!(
        lost.iter()
            .filter_map(|answer| answer.as_ref().err())
            .all(|error| { error.code == ErrorCode::InvalidGrant })
    );
    let [Ok(tokens)] = won.as_slice() else { panic!("one wins: {won:?}") };
    assert!(!house.is_live("web", &tokens.access_token).await);
    let refresh = tokens.refresh_token.as_ref().expect("a refresh token");
    assert!(house.refresh(refresh).await.is_err());
    let replays = house.memory.events();
    let replays = replays.iter().filter(|event| event.action == Action::CodeReplayed).count();
    assert_eq!(replays, RIVALS - 1, "the audit record says so");
}
