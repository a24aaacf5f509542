//! `refresh_token` (OAuth 2.1 §4.3).

use domain::{
    Action, Client, Event, Genuine, GrantType, OAuthError, RefreshFamily, RefreshToken,
    RequestSource, RequestedAccess, Revocable, RotateError, Rotation, Secret, TokenId,
};
use ports::{inbound::TokenSet, outbound::Stored};

use super::{IssueTokens, invalid_grant, refresh_tokens::won, token_set};
use crate::context::broken;

/// The number of attempts at a rotation that others are faster with. Each time somebody else has won,
/// so the second look finds the token spent; more looks are only for a family that is being revoked
/// meanwhile.
const LOOKS: usize = 4;

impl IssueTokens {
    pub(super) async fn refresh(
        &self,
        client: &Client,
        presented: &Secret,
        wanted: &RequestedAccess,
        origin: &RequestSource,
    ) -> Result<TokenSet, OAuthError> {
        client.check_grant(GrantType::RefreshToken)?;
        let token = RefreshToken::parse(presented).ok_or_else(unknown)?;
        for _ in 0..LOOKS {
            let Some((held, genuine)) = self.refresh_tokens.recognise(client, &token).await? else {
                self.refresh_tokens.note_anothers(client, &token, origin).await?;
                return Err(unknown());
            };
            let grant = &held.value.grant;
            let user = self.refresh_tokens.status.active_grant(grant).await?;
            let user = user.ok_or_else(unknown)?;
            // Refused before the token is spent: a client that asked for too much may ask again.
            let (scope, resources) = grant.narrow(wanted, client, &self.mint.catalog)?;
            let spec = self.mint.for_person(grant, scope, &resources);
            let minted = self.mint.access_token(client, spec)?;
            let id_token = self.mint.id_token(client, &minted, grant, &user, None)?;
            let token = minted.claims.lineage.token.clone();
            let Some(family) = self.rotate(client, held, genuine, (token, origin)).await? else {
                continue;
            };
            return Ok(token_set(minted, Some(self.refresh_tokens.token(&family)), id_token));
        }
        Err(unknown())
    }

    /// Spends the refresh token, on record, for an access token that is ready to be handed out. `None`:
    /// somebody else has changed the family meanwhile, look again.
    async fn rotate(
        &self,
        client: &Client,
        held: Stored<RefreshFamily>,
        genuine: Genuine,
        (token, origin): (TokenId, &RequestSource),
    ) -> Result<Option<RefreshFamily>, OAuthError> {
        let (family, outcome) = self.move_on(client, &held.value, genuine).await?;
        let event = |action| self.refresh_tokens.event(&family, action, origin);
        let refreshed = || Event { token: Some(token), ..event(Action::TokenRefreshed) };
        match outcome {
            Ok(Rotation::Repeated) => {
                self.context.record(refreshed()).await?;
                Ok(Some(family))
            }
            Ok(Rotation::Advanced) => {
                let (stored, refreshed) = (held.with(family.clone()), refreshed());
                let written =
                    self.refresh_tokens.families.replace_recorded(stored, refreshed.clone()).await;
                let won = won(written)?;
                if won {
                    self.context.audit.note_recorded(&refreshed);
                }
                Ok(won.then_some(family))
            }
            Err(RotateError::Reused) => {
                let grant = Revocable::Grant(family.grant.id.clone());
                self.refresh_tokens.status.revocations.end(grant).await?;
                won(self.refresh_tokens.families.replace(held.with(family.clone())).await)?;
                let event = event(Action::TokenReused).refused("the family was revoked");
                self.context.record(event).await?;
                Err(RotateError::Reused.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Rotates a family, without storing it. What looks like theft is looked at again with the news of
    /// this moment: the server may have been away since the last beat, and the retry is honest then.
    async fn move_on(
        &self,
        client: &Client,
        family: &RefreshFamily,
        genuine: Genuine,
    ) -> Result<(RefreshFamily, Result<Rotation, RotateError>), OAuthError> {
        let lifetimes = self.mint.lifetimes.refresh_tokens(client);
        let rotate = || {
            let (outages, now) = (self.presence.outages(), self.context.now());
            family.clone().rotate(genuine, &lifetimes, &outages, now)
        };
        let rotated = rotate();
        if rotated.1 != Err(RotateError::Reused) {
            return Ok(rotated);
        }
        self.presence.beat().await.map_err(broken)?;
        Ok(rotate())
    }
}

fn unknown() -> OAuthError {
    invalid_grant("the refresh token is unknown, expired or revoked")
}
