//! The access that clients that registered themselves may have without a person.

use crate::{Client, ErrorCode, GrantType, OAuthError, ResourceUri, Scope};

/// The access that an operator gives to clients that registered themselves (RFC 7591): nobody has
/// checked them, so nothing of it is theirs unless it is named here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineAccess {
    /// The grants that need no person, such as `client_credentials`.
    pub grant_types: Vec<GrantType>,
    /// The resources that the tokens may be for; `None` stands for the issuer.
    pub targets: Vec<Option<ResourceUri>>,
    /// The most that they may carry.
    pub scope: Scope,
}

impl MachineAccess {
    /// Whether a token may be for all of these resources. None of them stands for the issuer.
    #[must_use]
    pub fn reaches(&self, resources: &[ResourceUri]) -> bool {
        let listed =
            |uri: &ResourceUri| self.targets.iter().flatten().any(|known| known.is_same(uri));
        match resources {
            [] => self.targets.contains(&None),
            resources => resources.iter().all(listed),
        }
    }
}

impl Client {
    /// The access that this client may have without a person by `grant`; `None` if only its own
    /// registration limits that. For a client that registered itself, `access` limits it too, whatever
    /// it was allowed to register before.
    ///
    /// # Errors
    ///
    /// `unauthorized_client` (RFC 6749 §5.2).
    pub fn machine_access<'a>(
        &self,
        grant: GrantType,
        access: Option<&'a MachineAccess>,
    ) -> Result<Option<&'a MachineAccess>, OAuthError> {
        self.check_grant(grant)?;
        if !self.is_self_registered() {
            return Ok(None);
        }
        let access = access.filter(|access| access.grant_types.contains(&grant));
        access.map(Some).ok_or_else(|| {
            OAuthError::new(ErrorCode::UnauthorizedClient).hint(format!(
                "a client that registered itself may not use `{}` here: the operator must add it to the \
                 configuration, or allow it by `registration.machine_access`",
                grant.as_str()
            ))
        })
    }
}
