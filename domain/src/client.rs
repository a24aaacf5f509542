//! The applications that ask for tokens (RFC 6749 §2, RFC 7591 §2).

mod authentication;
mod grants;
mod kinds;
mod metadata;
mod origin;

use std::collections::BTreeSet;

pub use authentication::{AuthenticationError, ClientCredentials};
pub use grants::{EnabledGrants, MalformedGrants};
pub use kinds::{ApplicationType, AuthMethod, GrantType, ResponseMode, ResponseType};
pub use metadata::{ClientLifetimes, ClientMetadata};
pub use origin::RegistrationSource;

use crate::{
    ClientId, Digest, ErrorCode, OAuthError, RedirectKind, RedirectUri, ResourceUri, Scope,
    Timestamp, legible,
};

/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its name on the wire. May be a URL.
    pub id: ClientId,
    /// The credential that it authenticates with.
    pub credential: Credential,
    /// Its metadata (RFC 7591 §2).
    pub metadata: ClientMetadata,
    /// The lifetimes of its tokens, where they differ from the server's.
    pub lifetimes: ClientLifetimes,
    /// The way in which it was registered.
    pub origin: RegistrationSource,
    /// Since when it is known.
    pub created_at: Timestamp,
    /// Whether it may do anything.
    pub state: ClientState,
}

/// The one way in which a client proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A public client: its name is all it has.
    Public,
    /// A confidential one.
    Secret {
        /// The part of a request that carries the secret.
        method: SecretMethod,
        /// The secret is 256 random bits, so its digest suffices.
        digest: Digest,
    },
}

/// The part of a request that carries the secret of a confidential client (OAuth 2.1 §2.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretMethod {
    /// In the `Authorization` header.
    Basic,
    /// In the body.
    Post,
}

/// Whether a client may do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientState {
    /// It may.
    Active,
    /// An operator has stopped it; its tokens are inactive until it is resumed.
    Suspended,
}

impl Client {
    /// The registered way to prove who it is (RFC 7591 §2).
    #[must_use]
    pub fn auth_method(&self) -> AuthMethod {
        match self.credential {
            Credential::Public => AuthMethod::None,
            Credential::Secret { method: SecretMethod::Basic, .. } => AuthMethod::ClientSecretBasic,
            Credential::Secret { method: SecretMethod::Post, .. } => AuthMethod::ClientSecretPost,
        }
    }

    /// Whether it may use a grant.
    ///
    /// # Errors
    ///
    /// `unauthorized_client` (RFC 6749 §5.2).
    pub fn check_grant(&self, grant: GrantType) -> Result<(), OAuthError> {
        if self.metadata.grant_types.contains(&grant) {
            return Ok(());
        }
        let hint = format!("this client is not registered for the grant type `{}`", grant.as_str());
        Err(OAuthError::new(ErrorCode::UnauthorizedClient).hint(hint))
    }

    /// The part of `scope` that it may be granted at most.
    #[must_use]
    pub fn ceiling(&self, scope: &Scope) -> Scope {
        self.metadata.scope.as_ref().map_or_else(|| scope.clone(), |most| scope.intersection(most))
    }

    /// Whether it may ask for tokens for all of these resources.
    #[must_use]
    pub fn may_reach(&self, resources: &[ResourceUri]) -> bool {
        let listed = self.metadata.resources.as_ref();
        let is_listed = |listed: &[ResourceUri], uri: &ResourceUri| {
            listed.iter().any(|known| known.is_same(uri))
        };
        listed.is_none_or(|listed| resources.iter().all(|uri| is_listed(listed, uri)))
    }

    /// The registered redirect URI that allows a request to be answered at `requested`. A client
    /// that has registered just one need not name it, as long as it is not a loopback URI, whose
    /// port only the request knows (OAuth 2.1 §2.3.2). One that could not be registered any more
    /// allows nothing.
    #[must_use]
    pub fn redirect_uri(&self, requested: Option<&str>) -> Option<RedirectUri> {
        match (requested, self.metadata.redirect_uris.as_slice()) {
            (Some(requested), registered) => {
                let allowed = registered.iter().any(|uri| uri.allows(requested));
                allowed.then(|| RedirectUri::parse(requested).ok()).flatten()
            }
            (None, [only]) if only.kind() != RedirectKind::Loopback => {
                RedirectUri::parse(only.as_str()).ok()
            }
            (None, _) => None,
        }
    }

    /// Whether a person who has allowed this client something has allowed `other` the same: it looks the
    /// same to people, is answered at the same places and proves in the same way who it is.
    #[must_use]
    pub fn is_same_party(&self, other: &Self) -> bool {
        let places = |client: &Self| -> BTreeSet<String> {
            client.metadata.redirect_uris.iter().map(ToString::to_string).collect()
        };
        self.metadata.client_name == other.metadata.client_name
            && self.auth_method() == other.auth_method()
            && places(self) == places(other)
    }

    /// Its name for people, as far as that is [`legible()`], or else its identifier.
    /// What was stored before a character became unfit for a name is shown without it.
    #[must_use]
    pub fn display_name(&self) -> String {
        let name = self.metadata.client_name.as_deref().map(legible);
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| legible(self.id.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    fn client(credential: Credential) -> Client {
        Client {
            id: ClientId::new("web"),
            credential,
            metadata: ClientMetadata::default(),
            lifetimes: ClientLifetimes::default(),
            origin: RegistrationSource::Operator,
            created_at: Timestamp::from_unix(0),
            state: ClientState::Active,
        }
    }

    fn confidential() -> Client {
        client(Credential::Secret {
            method: SecretMethod::Basic,
            digest: Secret::new("s").digest(),
        })
    }

    fn presented(secret: Option<(SecretMethod, &str)>) -> ClientCredentials {
        let secret = secret.map(|(method, secret)| (method, Secret::new(secret)));
        ClientCredentials { client: ClientId::new("web"), secret }
    }

    #[test]
    fn only_the_registered_method_will_do() {
        use AuthenticationError as Error;
        let attempts = [
            (Some((SecretMethod::Basic, "s")), Ok(())),
            (
                Some((SecretMethod::Post, "s")),
                Err(Error::WrongMethod(AuthMethod::ClientSecretBasic)),
            ),
            (Some((SecretMethod::Post, "x")), Err(Error::WrongSecret)),
            (Some((SecretMethod::Basic, "x")), Err(Error::WrongSecret)),
            (None, Err(Error::NoSecret)),
        ];
        for (secret, answer) in attempts {
            assert_eq!(confidential().authenticate(&presented(secret)), answer);
        }
        let public = client(Credential::Public);
        assert_eq!(public.authenticate(&presented(None)), Ok(()));
        let with_secret = public.authenticate(&presented(Some((SecretMethod::Post, "s"))));
        assert_eq!(with_secret, Err(Error::NotConfidential));
    }

    #[test]
    fn a_suspended_client_is_refused_with_the_right_secret() {
        let suspended = Client { state: ClientState::Suspended, ..confidential() };
        let answer = suspended.authenticate(&presented(Some((SecretMethod::Basic, "s"))));
        assert_eq!(answer, Err(AuthenticationError::Suspended));
    }

    #[test]
    fn a_name_is_shown_without_what_cannot_be_seen_and_an_empty_one_is_none() {
        let named = |name: &str| {
            let client_name = Some(name.to_owned());
            let metadata = ClientMetadata { client_name, ..ClientMetadata::default() };
            Client { metadata, ..client(Credential::Public) }.display_name()
        };
        assert_eq!(named("Clau\u{3164}de\u{202e}"), "Claude");
        assert_eq!(named("\u{2800}\u{200b} "), "web");
    }

    #[test]
    fn a_single_redirect_uri_need_not_be_named_unless_its_port_is_open() {
        let with = |uris: &[&str]| {
            let redirect_uris =
                uris.iter().map(|uri| RedirectUri::parse(uri).expect("fit")).collect();
            let metadata = ClientMetadata { redirect_uris, ..ClientMetadata::default() };
            Client { metadata, ..client(Credential::Public) }
        };
        assert!(with(&["https://app.example/cb"]).redirect_uri(None).is_some());
        assert!(with(&["http://localhost/cb"]).redirect_uri(None).is_none());
        assert!(with(&["https://a.example/", "https://b.example/"]).redirect_uri(None).is_none());
    }
}
