//! Requests that are not, or not wholly, believed.

use super::{
    AccessRequest, AuthorizationRequest, AuthorizationResponse, Callback, CodeReply, ReplyTo,
    checks::{
        check_kind, check_lengths, check_max_age, check_pkce, check_prompt, check_scope,
        check_state,
    },
};
use crate::{
    AuthenticationError, Catalog, Client, ClientId, ErrorCode, GrantType, OAuthError, RedirectUri,
    ResponseMode, Secret,
};

/// The parameters that arrived at the authorization endpoint. None of them has been checked.
#[derive(Clone, Debug, Default)]
pub struct AuthorizationParams {
    /// `client_id`.
    pub client_id: Option<String>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// Must be `code`.
    pub response_type: Option<String>,
    /// `query` or `form_post`.
    pub response_mode: Option<String>,
    /// The PKCE challenge.
    pub code_challenge: Option<String>,
    /// Must be `S256`.
    pub code_challenge_method: Option<String>,
    /// `scope`: a list separated by blanks.
    pub scope: Option<String>,
    /// Returned untouched.
    pub state: Option<String>,
    /// `resource`: the resources that the tokens are for (RFC 8707 §2.1).
    pub resource: Vec<String>,
    /// Returned in the ID token.
    pub nonce: Option<String>,
    /// `prompt`: a list separated by blanks.
    pub prompt: Option<String>,
    /// `max_age`: the seconds since the last sign-in after which the person must sign in again.
    pub max_age: Option<String>,
    /// `login_hint`: the user name that the client expects.
    pub login_hint: Option<String>,
    /// `id_token_hint`: an ID token of the only person whom the answer may be about.
    pub id_token_hint: Option<Secret>,
    /// A request object (OIDC Core §6.1), which is not offered.
    pub request: Option<String>,
    /// A reference to one (OIDC Core §6.2), which is not offered.
    pub request_uri: Option<String>,
    /// The name of a parameter that was given more than once (OAuth 2.1 §3.1); its values are gone.
    pub repeated: Option<String>,
}

impl AuthorizationParams {
    /// Checks that the redirect URI is the client's (OAuth 2.1 §2.3.1).
    ///
    /// # Errors
    ///
    /// [`Unredirectable`], for the person at the browser; there is nobody else to tell.
    pub fn check_redirect_uri(
        self,
        client: &Client,
    ) -> Result<RedirectableRequest, Unredirectable> {
        client.check_active()?;
        let redirect_uri = client.redirect_uri(self.redirect_uri.as_deref());
        let redirect_uri = redirect_uri.ok_or(Unredirectable::RedirectUri)?;
        let mode = self.response_mode.as_deref().and_then(ResponseMode::from_wire);
        let response_mode = mode.unwrap_or(ResponseMode::Query);
        let back = Callback { redirect_uri, response_mode, state: self.state.clone() };
        Ok(RedirectableRequest { back, client: client.id.clone(), request: self })
    }
}

/// The reason why a browser cannot be sent back to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unredirectable {
    /// The client may not ask at all.
    #[error(transparent)]
    Client(#[from] AuthenticationError),
    /// The request names a redirect URI that the client has not registered; or none, where it must.
    #[error("the redirect URI is not one that the client has registered")]
    RedirectUri,
}

/// The redirect URI is the client's; the rest is unchecked.
#[derive(Clone, Debug)]
pub struct RedirectableRequest {
    back: Callback,
    client: ClientId,
    request: AuthorizationParams,
}

impl RedirectableRequest {
    /// The redirect URI that the answer goes to.
    #[must_use]
    pub fn redirect_uri(&self) -> &RedirectUri {
        &self.back.redirect_uri
    }

    /// Takes an error to the client before anything else is checked (OAuth 2.1 §4.1.2.1).
    #[must_use]
    pub fn refuse(self, error: OAuthError) -> Box<AuthorizationResponse> {
        match check_state(&self.request, self.back.redirect_uri.as_str()) {
            Ok(()) => Box::new(self.back.refuse(error)),
            Err(error) => Box::new(Callback { state: None, ..self.back }.refuse(error)),
        }
    }

    /// Checks everything else.
    ///
    /// # Errors
    ///
    /// A redirect that takes the error to the client (OAuth 2.1 §4.1.2.1).
    pub fn validate(
        self,
        client: &Client,
        catalog: &Catalog,
    ) -> Result<AuthorizationRequest, Box<AuthorizationResponse>> {
        let back = self.back.clone();
        if let Err(error) = check_state(&self.request, back.redirect_uri.as_str()) {
            return Err(Box::new(Callback { state: None, ..back }.refuse(error)));
        }
        self.checked(client, catalog).map_err(|error| Box::new(back.refuse(error)))
    }

    fn checked(
        self,
        client: &Client,
        catalog: &Catalog,
    ) -> Result<AuthorizationRequest, OAuthError> {
        let request = &self.request;
        check_lengths(request)?;
        check_kind(request)?;
        client.check_grant(GrantType::AuthorizationCode)?;
        let pkce = check_pkce(request)?;
        let resources = catalog
            .resolve(&request.resource)
            .map_err(|error| OAuthError::new(ErrorCode::InvalidTarget).hint(error.to_string()))?;
        if !client.may_reach(&resources) {
            return Err(OAuthError::new(ErrorCode::InvalidTarget)
                .hint("this client may not ask for this resource"));
        }
        let scope = check_scope(request, client, catalog, &resources)?;
        let (prompt, max_age) = (check_prompt(request)?, check_max_age(request)?);
        let access = AccessRequest {
            client: self.client,
            scope,
            resources,
            prompt,
            max_age,
            login_hint: self.request.login_hint,
            subject: None,
        };
        let (callback, nonce) = (self.back, self.request.nonce);
        Ok(AuthorizationRequest {
            access,
            reply_to: ReplyTo::Code(CodeReply { callback, pkce, nonce }),
        })
    }
}

#[cfg(test)]
mod tests;
