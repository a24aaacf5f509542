//! What may be registered here.

use super::{excerpt, one_of, refuse};
use crate::{GrantType, OAuthError, RedirectUri};

/// What may be registered here.
#[derive(Clone, Debug)]
pub struct RegistrationPolicy {
    /// The grants a client may register itself for.
    pub grant_types: Vec<GrantType>,
    /// Which redirect URIs it may register.
    pub redirects: RedirectPolicy,
}

/// Which redirect URIs a client may register.
#[derive(Clone, Debug)]
pub enum RedirectPolicy {
    /// Any that is safe.
    Any,
    /// Those that one of these allows.
    Approved(Vec<RedirectUri>),
}

impl RegistrationPolicy {
    /// What a client gets that names no grant types: the code flow, refresh included, as far as it
    /// may be registered.
    pub(super) fn usual_grant_types(&self) -> Vec<GrantType> {
        let usual = [GrantType::AuthorizationCode, GrantType::RefreshToken];
        usual.into_iter().filter(|grant| self.grant_types.contains(grant)).collect()
    }

    /// The grant type of this name, if it may be registered.
    pub(super) fn grant_type(&self, name: &str) -> Result<GrantType, OAuthError> {
        let known = GrantType::from_wire(name).filter(|grant| self.grant_types.contains(grant));
        known.ok_or_else(|| {
            let allowed = one_of(self.grant_types.iter().map(|grant| grant.as_str()));
            let name = excerpt(name);
            refuse(format!(
                "`grant_types`: `{name}` cannot be registered here; it may be {allowed}"
            ))
        })
    }
}
