//! The parameters of logout requests.

use domain::{OAuthError, Secret};
use poem_openapi::Object;
use ports::inbound::SignOutRequest;
use serde::Deserialize;

use super::form::{CrossSite, guarded};
use crate::params::{FromParams, Params};

/// The parameters of a logout request (OIDC RP-Initiated Logout §2). Parameters that are not listed
/// here are ignored.
#[derive(Clone, Debug, Default, Deserialize, Object)]
pub(super) struct LogoutQuery {
    /// An ID token that the client received, expired or not.
    id_token_hint: Option<String>,
    /// The identifier of the client.
    client_id: Option<String>,
    /// The URI to return to after signing out. The client must have registered it.
    pub(super) post_logout_redirect_uri: Option<String>,
    /// An opaque value of the client that is returned unchanged.
    state: Option<String>,
}

impl FromParams for LogoutQuery {
    fn from_params(params: Params) -> Result<Self, OAuthError> {
        params.parse()
    }
}

impl CrossSite for LogoutQuery {}

impl LogoutQuery {
    pub(super) fn into_fields(self) -> Vec<(&'static str, String)> {
        let fields = [
            ("id_token_hint", self.id_token_hint),
            ("client_id", self.client_id),
            ("post_logout_redirect_uri", self.post_logout_redirect_uri),
            ("state", self.state),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

impl From<LogoutQuery> for SignOutRequest {
    fn from(query: LogoutQuery) -> Self {
        Self {
            id_token_hint: query.id_token_hint.map(Secret::new),
            client_id: query.client_id,
            post_logout_redirect_uri: query.post_logout_redirect_uri,
            state: query.state,
        }
    }
}

/// The form of the page that asks whether to sign out.
#[derive(Debug, Deserialize, Object)]
pub(super) struct LogoutForm {
    /// The CSRF token of the page.
    csrf: Option<String>,
    #[serde(flatten)]
    #[oai(flatten)]
    query: LogoutQuery,
}

guarded!(LogoutForm);

impl From<LogoutForm> for SignOutRequest {
    fn from(form: LogoutForm) -> Self {
        form.query.into()
    }
}
