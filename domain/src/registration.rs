//! What a client may register about itself (RFC 7591 §2, §3.2).

mod described;
mod policy;

pub use described::Described;
pub use policy::{RedirectPolicy, RegistrationPolicy};

use crate::{
    Algorithm, ApplicationType, AuthMethod, ClientMetadata, ErrorCode, GrantType, OAuthError,
    RedirectKind, RedirectUri, ResponseType, Scope,
};

/// The metadata of a registration request, as it arrived. Members this server does not know are not
/// here: they are ignored (RFC 7591 §2).
#[derive(Clone, Debug, Default)]
pub struct RegistrationRequest {
    /// RFC 7591 §2.
    pub redirect_uris: Vec<String>,
    /// OIDC RP-Initiated Logout §3.1.
    pub post_logout_redirect_uris: Vec<String>,
    /// RFC 7591 §2. Absent: `client_secret_basic`.
    pub token_endpoint_auth_method: Option<String>,
    /// RFC 7591 §2. Absent: `authorization_code`, and `refresh_token` with it.
    pub grant_types: Option<Vec<String>>,
    /// RFC 7591 §2. Absent: what the grant types need.
    pub response_types: Option<Vec<String>>,
    /// OIDC Registration §2.
    pub application_type: Option<String>,
    /// OIDC Registration §2. Absent, or not offered: the policy's.
    pub id_token_signed_response_alg: Option<String>,
    /// RFC 7591 §2.
    pub scope: Option<String>,
    /// RFC 7591 §2.3.
    pub software_statement: Option<String>,
    /// The members that are stored as they are.
    pub described: Described,
    /// The web origin of the page whose script sent it (Fetch §3.1); a program has none.
    pub page: Option<String>,
}

/// What a registration comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrable {
    /// How the client will prove who it is.
    pub auth_method: AuthMethod,
    /// The rest.
    pub metadata: ClientMetadata,
}

impl RegistrationRequest {
    /// Checks the request and fills in the defaults.
    ///
    /// # Errors
    ///
    /// `invalid_redirect_uri`, `invalid_client_metadata` or `invalid_software_statement` (RFC 7591
    /// §3.2.2), with a hint that names the member.
    pub fn check(self, policy: &RegistrationPolicy) -> Result<Registrable, OAuthError> {
        if self.software_statement.is_some() {
            return Err(OAuthError::new(ErrorCode::InvalidSoftwareStatement)
                .hint("software statements are not read here"));
        }
        let auth_method = self.auth_method()?;
        let grant_types = self.grant_types(policy, auth_method)?;
        let application_type = self.application_type()?;
        let redirect_uris = redirects("redirect_uris", &self.redirect_uris)?;
        if redirect_uris.is_empty() && grant_types.contains(&GrantType::AuthorizationCode) {
            return Err(refuse_redirect(
                "`redirect_uris` is missing: `authorization_code` needs one".to_owned(),
            ));
        }
        let post_logout = redirects("post_logout_redirect_uris", &self.post_logout_redirect_uris)?;
        check_kinds(redirect_uris.iter().chain(&post_logout), application_type)?;
        policy.check_redirects(&redirect_uris, &post_logout)?;
        let scope = self.scope.as_deref().map(Scope::parse).transpose();
        let metadata = ClientMetadata {
            redirect_uris,
            post_logout_redirect_uris: post_logout,
            grant_types,
            application_type,
            id_token_algorithm: self.id_token_algorithm(policy),
            scope: scope.map_err(|error| refuse(error.to_string()))?,
            ..self.described.check()?
        };
        Ok(Registrable { auth_method, metadata })
    }

    fn auth_method(&self) -> Result<AuthMethod, OAuthError> {
        let Some(name) = &self.token_endpoint_auth_method else {
            return Ok(AuthMethod::ClientSecretBasic);
        };
        let offered = AuthMethod::ALL.iter().map(|known| known.as_str());
        AuthMethod::from_wire(name).ok_or_else(|| {
            refuse(format!("`token_endpoint_auth_method` must be {}", one_of(offered)))
        })
    }

    fn grant_types(
        &self,
        policy: &RegistrationPolicy,
        method: AuthMethod,
    ) -> Result<Vec<GrantType>, OAuthError> {
        let mut grants = match &self.grant_types {
            None => policy.usual_grant_types(),
            Some(names) => {
                names.iter().map(|name| policy.grant_type(name)).collect::<Result<_, _>>()?
            }
        };
        policy.check_page(self.page.as_deref(), &grants)?;
        grants.sort_unstable();
        grants.dedup();
        if method == AuthMethod::None && grants.contains(&GrantType::ClientCredentials) {
            return Err(refuse(
                "`client_credentials` needs a client secret: a public client cannot have it",
            ));
        }
        self.check_response_types(&grants)?;
        Ok(grants)
    }

    /// Response types and grant types must agree (RFC 7591 §2.1).
    fn check_response_types(&self, grants: &[GrantType]) -> Result<(), OAuthError> {
        for name in self.response_types.iter().flatten() {
            if ResponseType::from_wire(name).is_none() {
                return Err(refuse(format!(
                    "`response_types`: only `code` is offered, not `{}`",
                    excerpt(name)
                )));
            }
        }
        let asks_for_code = self.response_types.as_ref().is_some_and(|types| !types.is_empty());
        if asks_for_code && !grants.contains(&GrantType::AuthorizationCode) {
            return Err(refuse(
                "`response_types` has `code`, but `grant_types` lacks `authorization_code`",
            ));
        }
        Ok(())
    }

    /// The algorithm that was asked for, if it is offered. Another may be assigned in its place, and
    /// the answer says which (RFC 7591 §3.2.1): it is never `none`.
    fn id_token_algorithm(&self, policy: &RegistrationPolicy) -> Option<Algorithm> {
        let asked = self.id_token_signed_response_alg.as_deref();
        asked.and_then(Algorithm::from_wire).or(policy.id_token_algorithm)
    }

    fn application_type(&self) -> Result<Option<ApplicationType>, OAuthError> {
        let parse = |name: &String| {
            ApplicationType::from_wire(name)
                .ok_or_else(|| refuse("`application_type` must be `web` or `native`"))
        };
        self.application_type.as_ref().map(parse).transpose()
    }
}

fn redirects(member: &str, raw: &[String]) -> Result<Vec<RedirectUri>, OAuthError> {
    if raw.len() > 50 {
        return Err(refuse_redirect(format!("`{member}` has more than 50 entries")));
    }
    let parse = |uri: &String| {
        RedirectUri::parse(uri).map_err(|error| {
            refuse_redirect(format!("`{member}`: `{}`: {error}", excerpt(uri))).because(error)
        })
    };
    raw.iter().map(parse).collect()
}

fn check_kinds<'a>(
    mut uris: impl Iterator<Item = &'a RedirectUri>,
    application: Option<ApplicationType>,
) -> Result<(), OAuthError> {
    let is_odd = |uri: &&RedirectUri| {
        application == Some(ApplicationType::Web) && uri.kind() == RedirectKind::PrivateUse
    };
    match uris.find(is_odd) {
        None => Ok(()),
        Some(uri) => Err(refuse_redirect(format!(
            "`{uri}`: a private-use scheme needs `application_type` `native`"
        ))),
    }
}

fn one_of(names: impl Iterator<Item = &'static str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

/// Enough of what was sent to recognise it by.
fn excerpt(raw: &str) -> String {
    raw.chars().filter(|c| !c.is_control()).take(80).collect()
}

fn refuse(hint: impl Into<String>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata).hint(hint)
}

fn refuse_redirect(hint: impl Into<String>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRedirectUri).hint(hint)
}

#[cfg(test)]
mod tests;
