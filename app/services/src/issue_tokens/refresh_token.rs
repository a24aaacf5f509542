//! `refresh_token` (OAuth 2.1 §4.3).

use domain::{
    Action, Cause, Client, Event, Genuine, GrantType, OAuthError, Origin, RefreshFamily,
    RefreshToken, RotateError, Rotation, Secret, TokenId, Wanted,
};
use ports::{
    inbound::TokenSet,
    outbound::{StoreError, Stored},
};

use super::{IssueTokens, invalid_grant, token_set};
use crate::world::broken;

/// How often a lost race is looked at again. Each time somebody else has won, so the second look
/// finds the token spent; more looks are only for a family that is being revoked meanwhile.
const LOOKS: usize = 4;

impl IssueTokens {
    pub(super) async fn refresh(
        &self,
        client: &Client,
        presented: &Secret,
        wanted: &Wanted,
        origin: &Origin,
    ) -> Result<TokenSet, OAuthError> {
        client.check_grant(GrantType::RefreshToken)?;
        let token = RefreshToken::parse(presented).ok_or_else(unknown)?;
        for _ in 0..LOOKS {
            let Some((held, genuine)) = self.recognise(client, &token).await? else {
                self.note_anothers(client, &token, origin).await?;
                return Err(unknown());
            };
            let user = self.directory.upholds(&held.value.approval).await?.ok_or_else(unknown)?;
            // Refused before the token is spent: a client that asked for too much may ask again.
            let (scope, resources) =
                held.value.approval.narrow(wanted, client, &self.mint.catalog)?;
            let minted = self.mint.for_person(client, &held.value.approval, scope, &resources)?;
            let id_token =
                self.mint.id_token(client, &minted, &held.value.approval, &user, None)?;
            let token = minted.claims.lineage.token.clone();
            let Some(family) = self.rotate(client, held, genuine, (token, origin)).await? else {
                continue;
            };
            return Ok(token_set(minted, Some(family.token(&self.tag_key)), id_token));
        }
        Err(unknown())
    }

    /// The family of a token that was issued, and issued to this client. Nobody else learns or
    /// changes anything.
    async fn recognise(
        &self,
        client: &Client,
        token: &RefreshToken,
    ) -> Result<Option<(Stored<RefreshFamily>, Genuine)>, OAuthError> {
        let held = self.families.find(&token.grant).await.map_err(broken)?;
        let held = held.filter(|held| held.value.approval.client == client.id);
        Ok(held.and_then(|held| {
            let genuine = held.value.recognise(token, &self.tag_key)?;
            Some((held, genuine))
        }))
    }

    /// Records that a client has presented a refresh token that was issued to another one.
    async fn note_anothers(
        &self,
        client: &Client,
        token: &RefreshToken,
        origin: &Origin,
    ) -> Result<(), OAuthError> {
        let held = self.families.find(&token.grant).await.map_err(broken)?;
        let Some(family) = held.map(|held| held.value) else { return Ok(()) };
        let owner = &family.approval.client;
        if *owner == client.id || family.recognise(token, &self.tag_key).is_none() {
            return Ok(());
        }
        let event = self.family_event(&family, Action::TokenRefused, origin);
        let event = event.by(client.usual_actor()).refused(format!("it was issued to `{owner}`"));
        self.world.record(Event { client: Some(client.id.clone()), ..event }).await
    }

    /// Spends the refresh token, on record, for an access token that is ready to be handed out. `None`:
    /// somebody else has changed the family meanwhile, look again.
    async fn rotate(
        &self,
        client: &Client,
        held: Stored<RefreshFamily>,
        genuine: Genuine,
        (token, origin): (TokenId, &Origin),
    ) -> Result<Option<RefreshFamily>, OAuthError> {
        let (family, outcome) = self.move_on(client, &held.value, genuine).await?;
        let event = |action| self.family_event(&family, action, origin);
        let refreshed = || Event { token: Some(token), ..event(Action::TokenRefreshed) };
        match outcome {
            Ok(Rotation::Repeated) => {
                self.world.record(refreshed()).await?;
                Ok(Some(family))
            }
            Ok(Rotation::Advanced) => {
                let (stored, refreshed) = (held.with(family.clone()), refreshed());
                let written = self.families.replace_recorded(stored, refreshed.clone()).await;
                let won = won(written)?;
                if won {
                    self.world.audit.note_recorded(&refreshed);
                }
                Ok(won.then_some(family))
            }
            Err(RotateError::Reused) => {
                self.end_grant(&family.approval.grant).await?;
                won(self.families.replace(held.with(family.clone())).await)?;
                let event = event(Action::TokenReused).refused("the family was revoked");
                self.world.record(event).await?;
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
        let lifetimes = self.mint.refresh_lifetimes(client);
        let rotate = || {
            let (outages, now) = (self.presence.outages(), self.world.now());
            family.clone().rotate(genuine, &lifetimes, &outages, now)
        };
        let rotated = rotate();
        if rotated.1 != Err(RotateError::Reused) {
            return Ok(rotated);
        }
        self.presence.beat().await.map_err(broken)?;
        Ok(rotate())
    }

    /// Ends a family at the request of its client, of a person or of an operator.
    pub(crate) async fn revoke_family(
        &self,
        client: &Client,
        token: &RefreshToken,
    ) -> Result<Option<RefreshFamily>, OAuthError> {
        let Some((held, _)) = self.recognise(client, token).await? else { return Ok(None) };
        self.end_grant(&token.grant).await?;
        // The entry above is what every check reads; the state of the row only says why.
        let family = held.value.clone().revoke(Cause::Request, self.world.now());
        won(self.families.replace(held.with(family.clone())).await)?;
        Ok(Some(family))
    }

    /// What a refresh token stands for, if its client could use it now.
    pub(crate) async fn current_family(
        &self,
        client: &Client,
        token: &RefreshToken,
    ) -> Result<Option<RefreshFamily>, OAuthError> {
        let Some((held, genuine)) = self.recognise(client, token).await? else { return Ok(None) };
        let current = held.value.is_current(genuine, self.world.now());
        Ok(current.then_some(held.value))
    }
}

/// Whether the write went through, as opposed to somebody else's having been faster.
fn won(stored: Result<(), StoreError>) -> Result<bool, OAuthError> {
    match stored {
        Ok(()) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(broken(error)),
    }
}

fn unknown() -> OAuthError {
    invalid_grant("the refresh token is unknown, expired or revoked")
}
