//! Checks who may register or manage a registration, and records refusals.

use domain::{
    Action, AddressBlocks, Client, ClientId, ErrorCode, Event, Limit, LimitKey, OAuthError,
    RegistrationSource, RequestSource, Secret,
};
use ports::outbound::Stored;

use super::RegisterClients;
use crate::{RegistrationGate, context::broken};

impl RegisterClients {
    /// Counts registrations by address. Whoever holds an initial access token is no stranger.
    pub(super) async fn limit(&self, origin: &RequestSource) -> Result<(), OAuthError> {
        match self.gate {
            RegistrationGate::Token(_) => Ok(()),
            _ => Ok(self.limits.take(Limit::Registration, key(origin)).await?),
        }
    }

    /// The same, before it is known what is to be registered: nothing is counted.
    pub(super) async fn check_limit(&self, origin: &RequestSource) -> Result<(), OAuthError> {
        match self.gate {
            RegistrationGate::Token(_) => Ok(()),
            _ => Ok(self.limits.check(Limit::Registration, key(origin)).await?),
        }
    }

    /// Whether registrations may be changed.
    pub(super) fn check_open(&self) -> Result<(), OAuthError> {
        if matches!(self.gate, RegistrationGate::Closed) {
            return Err(OAuthError::new(ErrorCode::AccessDenied).hint(
                "registration is closed here, for changes too; what is registered can still be read and \
                 deleted",
            ));
        }
        Ok(())
    }

    /// The client that manages itself with this token. Whether there is a client of this name, and
    /// how it came here, is told to nobody else (RFC 7592 §2).
    pub(super) async fn own(
        &self,
        id: &ClientId,
        token: Option<Secret>,
        origin: &RequestSource,
    ) -> Result<(Stored<Client>, Secret), OAuthError> {
        let answer = self.recognise(id, token).await;
        if let Err(error) = &answer
            && matches!(error.code, ErrorCode::InvalidToken)
        {
            let reason = error.hint.as_deref().unwrap_or("no registration access token");
            let event = self.context.event(Action::ManagementRefused, origin).refused(reason);
            self.context.record(Event { client: Some(id.shortened()), ..event }).await?;
        }
        answer
    }

    async fn recognise(
        &self,
        id: &ClientId,
        token: Option<Secret>,
    ) -> Result<(Stored<Client>, Secret), OAuthError> {
        let refused = || {
            OAuthError::new(ErrorCode::InvalidToken)
                .hint("the registration access token is not this client's")
        };
        let token = token.ok_or_else(refused)?;
        let held = self.clients.find(id).await.map_err(broken)?;
        let own = |held: &Stored<Client>| match &held.value.origin {
            RegistrationSource::Dynamic { registration_token, .. } => {
                registration_token.matches(&token)
            }
            RegistrationSource::Configured | RegistrationSource::Operator => false,
        };
        let held = held.filter(own).ok_or_else(refused)?;
        // An operator has stopped it, and finds it as it was.
        held.value.check_active()?;
        Ok((held, token))
    }

    /// Records the refusal of a registration, or of a change of `client`, and hands the answer on. It
    /// is a stranger's, and so bounded, even if a client has proven that it is the one that registered:
    /// anybody may have done that.
    pub(super) async fn account_for<T>(
        &self,
        answer: Result<T, OAuthError>,
        client: Option<&ClientId>,
        origin: &RequestSource,
    ) -> Result<T, OAuthError> {
        let answer = self.context.note_limit(answer, origin).await;
        if let Err(error) = &answer
            && error.retry_after.is_none()
        {
            let reason = error.hint.as_deref().unwrap_or(error.code.as_str());
            let reason: String = reason.chars().take(300).collect();
            let event = self.context.event(Action::RegistrationRefused, origin).refused(reason);
            self.context.record(Event { client: client.cloned(), ..event }).await?;
        }
        answer
    }
}

fn key(origin: &RequestSource) -> LimitKey {
    LimitKey::address(AddressBlocks::of(origin))
}
