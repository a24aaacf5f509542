//! The checks of a client registration (RFC 7591 §2, §3.2).

mod blanks;
mod described;
mod policy;

pub use described::DescriptiveMetadata;
pub use policy::{RedirectPolicy, RedirectUse, RegistrationPolicy};

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
    /// Every method the client can use, of which the server chooses one if it does not offer
    /// `token_endpoint_auth_method` (OIDC RP Metadata Choices §2).
    pub token_endpoint_auth_methods_supported: Vec<String>,
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
    pub described: DescriptiveMetadata,
    /// The web origin of the page whose script sent it (Fetch §3.1); a program has none.
    pub page: Option<String>,
}

/// A registration that has passed the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidatedRegistration {
    /// The method by which the client will authenticate.
    pub auth_method: AuthMethod,
    /// The rest.
    pub metadata: ClientMetadata,
}

impl RegistrationRequest {
    /// Checks the request and fills in the defaults. Of what is a choice among known values, such as
    /// the grant types, what is not offered here is left out, or another takes its place: the client
    /// learns from the answer what it got (RFC 7591 §3.2.1). A request is refused if nothing usable
    /// is left, or if a value cannot be read.
    ///
    /// # Errors
    ///
    /// `invalid_redirect_uri`, `invalid_client_metadata` or `invalid_software_statement` (RFC 7591
    /// §3.2.2), with a hint that names the member.
    pub fn check(self, policy: &RegistrationPolicy) -> Result<ValidatedRegistration, OAuthError> {
        if self.software_statement.is_some() {
            return Err(OAuthError::new(ErrorCode::InvalidSoftwareStatement)
                .hint("software statements are not read here"));
        }
        let auth_method = self.auth_method();
        let grant_types = self.grant_types(policy, auth_method)?;
        let application_type =
            self.application_type.as_deref().and_then(ApplicationType::from_wire);
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
        Ok(ValidatedRegistration { auth_method, metadata })
    }

    /// The method that the client asks for, else the first of its choices that is offered. Without any
    /// it gets the default (RFC 7591 §2).
    fn auth_method(&self) -> AuthMethod {
        let choices = &self.token_endpoint_auth_methods_supported;
        let mut asked = self.token_endpoint_auth_method.iter().chain(choices);
        let offered = asked.find_map(|name| AuthMethod::from_wire(name));
        offered.unwrap_or(AuthMethod::ClientSecretBasic)
    }

    fn grant_types(
        &self,
        policy: &RegistrationPolicy,
        method: AuthMethod,
    ) -> Result<Vec<GrantType>, OAuthError> {
        let Some(names) = &self.grant_types else {
            let grants = policy.usual_grant_types();
            return self.check_response_types(&grants).map(|()| grants);
        };
        let page = self.page.as_deref();
        let had = |name: &String| policy.grant_type(name, method, page);
        let mut grants: Vec<_> = names.iter().filter_map(had).collect();
        grants.sort_unstable();
        grants.dedup();
        // With refresh tokens alone there is nothing to begin with.
        if !names.is_empty() && grants.iter().all(|grant| *grant == GrantType::RefreshToken) {
            return Err(refuse(format!(
                "`grant_types`: none of {} can be registered here by this client; it may be {}, and \
                 `client_credentials` needs a client secret",
                one_of(names.iter().map(|name| excerpt(name)).take(8)),
                policy.offered_grants(),
            )));
        }
        self.check_response_types(&grants)?;
        Ok(grants)
    }

    /// Some response type must be usable, where the grants need one and the client names some.
    fn check_response_types(&self, grants: &[GrantType]) -> Result<(), OAuthError> {
        let named = self.response_types.as_deref().unwrap_or_default();
        let none_offered = named.iter().all(|name| ResponseType::from_wire(name).is_none());
        if named.is_empty() || !none_offered || !grants.contains(&GrantType::AuthorizationCode) {
            return Ok(());
        }
        let named = one_of(named.iter().map(|name| excerpt(name)).take(8));
        Err(refuse(format!("`response_types`: only `code` is offered, not {named}")))
    }

    /// The algorithm that was asked for, if it is offered. Another may be assigned in its place, and
    /// the answer says which (RFC 7591 §3.2.1): it is never `none`.
    fn id_token_algorithm(&self, policy: &RegistrationPolicy) -> Option<Algorithm> {
        let asked = self.id_token_signed_response_alg.as_deref();
        asked.and_then(Algorithm::from_wire).or(policy.id_token_algorithm)
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

fn one_of(names: impl Iterator<Item = impl std::fmt::Display>) -> String {
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
