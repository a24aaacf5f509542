//! `authorization_code` (OAuth 2.1 §4.1.3).

use domain::{
    Action, AuthorizationCode, Client, CodeVerifier, Grant, GrantType, OAuthError, RedeemError,
    Redemption, RequestSource, RequestedAccess, Revocable, Secret,
};
use ports::{
    inbound::TokenSet,
    outbound::{StoreError, Stored},
};

use super::{IssueTokens, invalid_grant};
use crate::context::broken;

/// The code that a client presents, and its proof.
pub(super) struct PresentedCode {
    pub(super) code: Secret,
    pub(super) verifier: CodeVerifier,
    pub(super) redirect_uri: Option<String>,
    pub(super) wanted: RequestedAccess,
}

const UNKNOWN: &str = "the code is unknown, expired, already used, or another client's";

impl IssueTokens {
    pub(super) async fn redeem_code(
        &self,
        client: &Client,
        presented: PresentedCode,
        origin: &RequestSource,
    ) -> Result<TokenSet, OAuthError> {
        client.check_grant(GrantType::AuthorizationCode)?;
        let held = self.codes.find(&presented.code.digest()).await.map_err(broken)?;
        let held = held.ok_or_else(|| invalid_grant(UNKNOWN))?;
        let spent = self.spend(client, &held.value, &presented, origin).await?;
        let grant = spent.grant.clone();
        let upheld = self.refresh_tokens.status.active_grant(&grant).await?;
        let user = upheld.ok_or_else(|| invalid_grant("what was approved has been revoked"))?;
        // Everything that could refuse comes before the code is spent: a client that asked for too
        // much may ask again.
        let (scope, resources) =
            grant.narrow_leniently(&presented.wanted, client, &self.mint.catalog)?;
        let nonce = spent.nonce.clone();
        self.store_spent(held.with(spent), client, &presented, origin).await?;
        let minted =
            self.mint.access_token(client, self.mint.for_person(&grant, scope, &resources))?;
        let id_token = self.mint.id_token(client, &minted, &grant, &user, nonce)?;
        let refresh_token = self.open_family(client, &grant).await?;
        let event = self.context.event(Action::CodeRedeemed, origin).about(&grant);
        self.answer(event, minted, refresh_token, id_token).await
    }

    /// Checks the proof. A code that its owner presents a second time may have been stolen, so what
    /// it bought ends (OAuth 2.1 §4.1.3).
    async fn spend(
        &self,
        client: &Client,
        code: &AuthorizationCode,
        presented: &PresentedCode,
        origin: &RequestSource,
    ) -> Result<AuthorizationCode, OAuthError> {
        let with = Redemption {
            client: &client.id,
            verifier: &presented.verifier,
            redirect_uri: presented.redirect_uri.as_deref(),
        };
        let outcome = code.clone().redeem(&with, self.context.now());
        if let Err(reason) = outcome {
            let event = self.context.event(Action::CodeRefused, origin).refused(reason.to_string());
            let event = if reason == RedeemError::Replayed {
                let grant = Revocable::Grant(code.grant.id.clone());
                self.refresh_tokens.status.revocations.end(grant).await?;
                self.context
                    .event(Action::CodeReplayed, origin)
                    .refused("what it bought was revoked")
            } else {
                // A public client has proven nothing: anybody can send its name.
                event.by(client.usual_actor())
            };
            let event = event.about(&code.grant).of_client(&client.id);
            self.context.record(event).await?;
        }
        Ok(outcome?)
    }

    /// Writes down that the code is spent. Whoever finds that another request has just done so has
    /// presented, with the proof, a code that is used: that is a replay like any other. What the faster
    /// request bought ends with the grant, even if it has not been made yet.
    async fn store_spent(
        &self,
        spent: Stored<AuthorizationCode>,
        client: &Client,
        presented: &PresentedCode,
        origin: &RequestSource,
    ) -> Result<(), OAuthError> {
        let digest = spent.value.digest;
        match self.codes.replace(spent).await {
            Ok(()) => return Ok(()),
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(broken(error)),
        }
        if let Some(held) = self.codes.find(&digest).await.map_err(broken)? {
            self.spend(client, &held.value, presented, origin).await?;
        }
        Err(invalid_grant(UNKNOWN))
    }

    async fn open_family(
        &self,
        client: &Client,
        grant: &Grant,
    ) -> Result<Option<Secret>, OAuthError> {
        let refreshes = self.grants.contains(GrantType::RefreshToken);
        if !refreshes || client.check_grant(GrantType::RefreshToken).is_err() {
            return Ok(None);
        }
        let lifetimes = self.mint.lifetimes.refresh_tokens(client);
        self.refresh_tokens.open(grant, &lifetimes).await.map(Some)
    }
}
