//! The token endpoint (OAuth 2.1 §3.2): each grant is a file.

mod authorization_code;
mod client_credentials;
mod refresh_token;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, Client, ErrorCode, Event, GrantId, OAuthError, Origin, Presented, RefreshFamily,
    Revocable, Secret, TagKey,
};
use ports::{
    inbound::{self, Grant, TokenSet},
    outbound::{AuthorizationCodes, Limits, RefreshFamilies},
};

use crate::{Directory, Mint, Presence, World, limits::limit_failures, minting::Minted};

/// Trades grants for tokens.
pub struct IssueTokens {
    /// Who is known.
    pub directory: Arc<Directory>,
    /// Where codes are kept.
    pub codes: Arc<dyn AuthorizationCodes>,
    /// Where refresh families are kept.
    pub families: Arc<dyn RefreshFamilies>,
    /// Makes the tokens.
    pub mint: Mint,
    /// Knows when nobody could refresh.
    pub presence: Arc<Presence>,
    /// The key of the refresh tokens' tags.
    pub tag_key: TagKey,
    /// Time, chance and the audit record.
    pub world: World,
    /// Limits what clients get wrong.
    pub limits: Arc<dyn Limits>,
}

#[async_trait]
impl inbound::IssueTokens for IssueTokens {
    async fn issue(
        &self,
        client: Presented,
        grant: Grant,
        origin: &Origin,
    ) -> Result<TokenSet, OAuthError> {
        let honoured = self.honour(&client, grant, origin);
        let answer = limit_failures(self.limits.as_ref(), &client.client, origin, honoured).await;
        self.world.note_limit(answer, origin).await
    }
}

impl IssueTokens {
    async fn honour(
        &self,
        client: &Presented,
        grant: Grant,
        origin: &Origin,
    ) -> Result<TokenSet, OAuthError> {
        let client = self.authenticate(client, origin).await?;
        match grant {
            Grant::AuthorizationCode { code, verifier, redirect_uri, wanted } => {
                let presented =
                    authorization_code::Presented { code, verifier, redirect_uri, wanted };
                self.redeem_code(&client, presented, origin).await
            }
            Grant::RefreshToken { refresh_token, wanted } => {
                self.refresh(&client, &refresh_token, &wanted, origin).await
            }
            Grant::ClientCredentials { wanted } => {
                self.client_credentials(&client, wanted, origin).await
            }
        }
    }

    /// The client that has proven itself to be `presented`. A failure is recorded.
    pub(crate) async fn authenticate(
        &self,
        presented: &Presented,
        origin: &Origin,
    ) -> Result<Arc<Client>, OAuthError> {
        let error = match self.directory.authenticate(presented).await {
            Err(error) if error.code == ErrorCode::InvalidClient => error,
            answer => return answer,
        };
        let reason = error.reason.as_ref().map(ToString::to_string).unwrap_or_default();
        let event = Event {
            client: Some(presented.client.shortened()),
            ..self.world.event(Action::ClientAuthentication, origin).refused(reason)
        };
        self.world.record(event).await?;
        Err(error)
    }

    /// Writes the event down, then hands the tokens out.
    async fn answer(
        &self,
        event: Event,
        minted: Minted,
        refresh_token: Option<Secret>,
        id_token: Option<Secret>,
    ) -> Result<TokenSet, OAuthError> {
        let event = Event { token: Some(minted.claims.lineage.token.clone()), ..event };
        self.world.record(event).await?;
        Ok(token_set(minted, refresh_token, id_token))
    }

    /// Ends a grant and everything that descends from it.
    async fn end_grant(&self, grant: &GrantId) -> Result<(), OAuthError> {
        let until = self.mint.lifetimes.end_of_grants(self.world.now());
        self.directory.revocations.revoke(Revocable::Grant(grant.clone()), until).await
    }

    fn family_event(
        &self,
        family: &RefreshFamily,
        action: domain::Action,
        origin: &Origin,
    ) -> Event {
        Event {
            subject: Some(family.approval.subject.clone()),
            client: Some(family.approval.client.clone()),
            grant: Some(family.approval.grant.clone()),
            ..self.world.event(action, origin)
        }
    }
}

/// The answer to a grant that is on record.
fn token_set(minted: Minted, refresh_token: Option<Secret>, id_token: Option<Secret>) -> TokenSet {
    TokenSet {
        expires_in: minted.expires_in(),
        access_token: minted.token,
        refresh_token,
        id_token,
        scope: minted.claims.scope,
    }
}

fn invalid_grant(hint: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidGrant).hint(hint)
}
