//! The table of grant types, and those of them that a server honours.

use super::GrantType;
use crate::{ErrorCode, OAuthError};

/// The row of a grant type: the decisions that every place that deals with grants reads.
struct Row {
    /// Whether a server honours it without being told to. A new grant is off.
    on_by_default: bool,
    /// Whether a person must have approved it. Without one, a client acts for itself.
    needs_person: bool,
    /// Whether a client gets it that names no grant types.
    is_usual: bool,
}

impl GrantType {
    const fn row(self) -> Row {
        match self {
            Self::AuthorizationCode | Self::RefreshToken => {
                Row { on_by_default: true, needs_person: true, is_usual: true }
            }
            Self::ClientCredentials => {
                Row { on_by_default: true, needs_person: false, is_usual: false }
            }
        }
    }

    /// Whether a server honours it although its configuration does not name it.
    #[must_use]
    pub const fn is_on_by_default(self) -> bool {
        self.row().on_by_default
    }

    /// Whether a person must have approved it. Otherwise the client acts for itself, which takes a
    /// confidential client (OAuth 2.1 §4.2).
    #[must_use]
    pub const fn needs_person(self) -> bool {
        self.row().needs_person
    }

    /// Whether a client has it that is registered without `grant_types`.
    #[must_use]
    pub const fn is_usual(self) -> bool {
        self.row().is_usual
    }
}

/// The grant types that a server honours. Metadata, the token and authorization endpoints, registration,
/// the configuration and the command line all ask this list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnabledGrants(Vec<GrantType>);

/// A list of grant types that no server can honour.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedGrants {
    /// The list is empty.
    #[error("it is empty, and a server without any grant type issues no tokens; it may list {known}", known = names(GrantType::ALL))]
    Empty,
    /// No grant type has this name.
    #[error("`{0}` is no grant type that this server knows; it may list {known}", known = names(GrantType::ALL))]
    Unknown(String),
    /// A grant type is listed more than once.
    #[error("`{0}` is listed twice")]
    Repeated(&'static str),
    /// Refresh tokens without a grant that they could come from.
    #[error(
        "`refresh_token` needs a grant type that a person approves, such as `authorization_code`, beside it"
    )]
    NothingToRefresh,
}

impl Default for EnabledGrants {
    /// The grant types that are on by default.
    fn default() -> Self {
        GrantType::ALL.iter().copied().filter(|grant| grant.is_on_by_default()).collect()
    }
}

impl FromIterator<GrantType> for EnabledGrants {
    /// These grant types, in the order of the table.
    fn from_iter<I: IntoIterator<Item = GrantType>>(grants: I) -> Self {
        let mut grants: Vec<_> = grants.into_iter().collect();
        grants.sort_unstable();
        grants.dedup();
        Self(grants)
    }
}

impl EnabledGrants {
    /// Reads a list of names.
    ///
    /// # Errors
    ///
    /// [`MalformedGrants`] says what is wrong with it.
    pub fn parse(listed: &[String]) -> Result<Self, MalformedGrants> {
        if listed.is_empty() {
            return Err(MalformedGrants::Empty);
        }
        let mut grants = Vec::new();
        for name in listed {
            let grant = GrantType::from_wire(name);
            let grant = grant.ok_or_else(|| MalformedGrants::Unknown(name.clone()))?;
            if grants.contains(&grant) {
                return Err(MalformedGrants::Repeated(grant.as_str()));
            }
            grants.push(grant);
        }
        let begins = |grant: &GrantType| grant.needs_person() && *grant != GrantType::RefreshToken;
        if grants.contains(&GrantType::RefreshToken) && !grants.iter().any(begins) {
            return Err(MalformedGrants::NothingToRefresh);
        }
        Ok(grants.into_iter().collect())
    }

    /// The grant types, in the order in which metadata lists them.
    #[must_use]
    pub fn as_slice(&self) -> &[GrantType] {
        &self.0
    }

    /// Whether a grant type is on.
    #[must_use]
    pub fn contains(&self, grant: GrantType) -> bool {
        self.0.contains(&grant)
    }

    /// The grant types of a client that is registered without `grant_types`.
    #[must_use]
    pub fn usual(&self) -> Vec<GrantType> {
        self.0.iter().copied().filter(|grant| grant.is_usual()).collect()
    }

    /// The names of the grant types, for messages.
    #[must_use]
    pub fn names(&self) -> String {
        names(&self.0)
    }

    /// Refuses a grant type that is off.
    ///
    /// # Errors
    ///
    /// `unsupported_grant_type` (RFC 6749 §5.2), with a hint that lists those that are on.
    pub fn check(&self, grant: GrantType) -> Result<(), OAuthError> {
        if self.contains(grant) { Ok(()) } else { Err(self.unsupported()) }
    }

    /// The grant type that a token request names by `grant_type`.
    ///
    /// # Errors
    ///
    /// `unsupported_grant_type` (RFC 6749 §5.2) if it is unknown or off.
    pub fn requested(&self, name: &str) -> Result<GrantType, OAuthError> {
        let known = GrantType::from_wire(name).filter(|grant| self.contains(*grant));
        known.ok_or_else(|| self.unsupported())
    }

    fn unsupported(&self) -> OAuthError {
        let offered: Vec<_> = self.0.iter().map(|grant| grant.as_str()).collect();
        let hint = format!("`grant_type` must be one of: {}", offered.join(", "));
        OAuthError::new(ErrorCode::UnsupportedGrantType).hint(hint)
    }
}

fn names(grants: &[GrantType]) -> String {
    let names: Vec<_> = grants.iter().map(|grant| format!("`{}`", grant.as_str())).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(names: &[&str]) -> Result<EnabledGrants, MalformedGrants> {
        EnabledGrants::parse(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_list_is_read_in_any_order_and_kept_in_that_of_the_table() {
        let read = parse(&["client_credentials", "authorization_code"]).expect("sound");
        assert_eq!(read.as_slice(), [GrantType::AuthorizationCode, GrantType::ClientCredentials]);
        assert_eq!(read.usual(), [GrantType::AuthorizationCode]);
    }

    #[test]
    fn a_list_that_no_server_could_honour_is_refused() {
        let refused: [(&[&str], &str); 5] = [
            (&[], "it is empty"),
            (&["password"], "`password` is no grant type"),
            (&["client_credentials", "client_credentials"], "`client_credentials` is listed twice"),
            (&["refresh_token"], "`refresh_token` needs"),
            (&["refresh_token", "client_credentials"], "`refresh_token` needs"),
        ];
        for (names, expected) in refused {
            let reason = parse(names).expect_err("refused").to_string();
            assert!(reason.contains(expected), "{names:?}: {reason}");
        }
    }
}
