//! `client_credentials` (OAuth 2.1 §4.2).

use domain::{
    Action, AuthMethod, Client, ErrorCode, Event, GrantType, MachineAccess, OAuthError,
    RequestSource, RequestedAccess, ResourceUri, Scope,
};
use ports::inbound::TokenSet;

use super::IssueTokens;

impl IssueTokens {
    pub(super) async fn client_credentials(
        &self,
        client: &Client,
        wanted: RequestedAccess,
        origin: &RequestSource,
    ) -> Result<TokenSet, OAuthError> {
        let access = self.mint.catalog.machine_access.as_ref();
        let access = client.machine_access(GrantType::ClientCredentials, access)?;
        if client.auth_method() == AuthMethod::None {
            let hint = "a public client cannot act for itself";
            return Err(OAuthError::new(ErrorCode::UnauthorizedClient).hint(hint));
        }
        let refuse = |hint: String| OAuthError::new(ErrorCode::InvalidTarget).hint(hint);
        let resolved = self.mint.catalog.resolve(&wanted.resource);
        let resources = resolved.map_err(|error| refuse(error.to_string()))?;
        let may_reach = access.is_none_or(|access| access.reaches(&resources));
        if !may_reach || !client.may_reach(&resources) {
            return Err(refuse("this client may not ask for this resource".to_owned()));
        }
        let scope = self.own_scope(client, access, wanted.scope, &resources)?;
        self.clients.note_use(&client.id, self.context.now()).await?;
        let spec = self.mint.for_client(client, scope, &resources);
        let minted = self.mint.access_token(client, spec)?;
        let event = Event {
            grant: Some(minted.claims.lineage.grant.clone()),
            ..self
                .context
                .event(Action::TokenIssued, origin)
                .by(client.own_actor())
                .of_client(&client.id)
        };
        self.answer(event, minted, None, None).await
    }

    /// The scope that the client asks for, or else all that it is registered for. The scopes of OpenID
    /// Connect are about a person, and there is none here.
    fn own_scope(
        &self,
        client: &Client,
        access: Option<&MachineAccess>,
        asked: Option<Scope>,
        resources: &[ResourceUri],
    ) -> Result<Scope, OAuthError> {
        let catalog = &self.mint.catalog;
        let possible = |scope: &Scope| {
            let grantable = client.ceiling(&catalog.grantable(scope, resources));
            let most = access.map(|access| &access.scope);
            let grantable = most.map_or(grantable.clone(), |most| grantable.intersection(most));
            grantable.filter(|token| Scope::OF_OPENID.iter().all(|(name, _)| *name != token))
        };
        let Some(asked) = asked else {
            let registered = client.metadata.scope.clone();
            return Ok(possible(&registered.unwrap_or_else(|| catalog.default_scope(resources))));
        };
        let excess = asked.without(&possible(&asked));
        if excess.is_empty() {
            return Ok(asked);
        }
        Err(OAuthError::new(ErrorCode::InvalidScope).hint(format!("not to be had here: {excess}")))
    }
}
