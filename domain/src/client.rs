//! The applications that ask for tokens (RFC 6749 §2, RFC 7591 §2).

use std::time::Duration;

use crate::{
    ClientId, Digest, ErrorCode, OAuthError, RedirectKind, RedirectUri, ResourceUri, Scope, Secret,
    Timestamp,
};

/// Declares an enum whose variants have names on the wire; metadata, dispatch and tests all read the
/// same list.
macro_rules! wire_names {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $wire:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every one, in the order it is advertised.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)* }
            }

            /// The one with this name on the wire.
            #[must_use]
            pub fn from_wire(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == name)
            }
        }
    )*};
}
pub(crate) use wire_names;

wire_names! {
    /// A way to get tokens (RFC 7591 §2, `grant_types`).
    GrantType {
        /// OAuth 2.1 §4.1.
        AuthorizationCode = "authorization_code",
        /// OAuth 2.1 §4.3.
        RefreshToken = "refresh_token",
        /// OAuth 2.1 §4.2.
        ClientCredentials = "client_credentials",
    }

    /// How a client proves who it is (RFC 7591 §2, `token_endpoint_auth_method`).
    AuthMethod {
        /// HTTP Basic (OAuth 2.1 §2.4.1).
        ClientSecretBasic = "client_secret_basic",
        /// In the body (OAuth 2.1 §2.4.1).
        ClientSecretPost = "client_secret_post",
        /// Not at all: a public client.
        None = "none",
    }

    /// What the authorization endpoint may answer with (RFC 7591 §2, `response_types`).
    ResponseType {
        /// OAuth 2.1 §4.1.1.
        Code = "code",
    }

    /// How the answer of the authorization endpoint travels.
    ResponseMode {
        /// In the query of the redirect URI.
        Query = "query",
        /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
        FormPost = "form_post",
    }

    /// What a client runs on (OIDC Registration §2).
    ApplicationType {
        /// A server, or a page that one delivers.
        Web = "web",
        /// The person's own machine.
        Native = "native",
    }
}

/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its name on the wire. May be a URL.
    pub id: ClientId,
    /// How it proves who it is.
    pub credential: Credential,
    /// What it said about itself.
    pub metadata: ClientMetadata,
    /// How long its tokens live, where that differs from the server's.
    pub lifetimes: ClientLifetimes,
    /// How it came to be known here.
    pub origin: ClientOrigin,
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
        /// Where it puts the secret.
        method: SecretMethod,
        /// The secret is 256 random bits, so its digest suffices.
        digest: Digest,
    },
}

/// Where a confidential client puts its secret (OAuth 2.1 §2.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretMethod {
    /// In the `Authorization` header.
    Basic,
    /// In the body.
    Post,
}

/// How a client came to be known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientOrigin {
    /// An operator wrote it into the configuration, which is the only place to change it.
    Configured,
    /// An operator added it at run time.
    Operator,
    /// It registered itself (RFC 7591), and may manage itself with this token (RFC 7592).
    Dynamic {
        /// Digest of the registration access token.
        registration_token: Digest,
    },
}

/// Whether a client may do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientState {
    /// It may.
    Active,
    /// An operator has stopped it; its tokens are inactive until it is resumed.
    Suspended,
}

/// How long the tokens of one client live, where that differs from the server's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientLifetimes {
    /// Its access tokens.
    pub access_token: Option<Duration>,
    /// Its refresh tokens, from one use to the next.
    pub refresh_idle: Option<Duration>,
}

/// What a client says about itself (RFC 7591 §2). URIs that are only shown or only stored are text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientMetadata {
    /// What to call it.
    pub client_name: Option<String>,
    /// Where it may be answered.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a person may be sent after signing out (OIDC RP-Initiated Logout §3.1).
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// The grants it may use.
    pub grant_types: Vec<GrantType>,
    /// What it runs on.
    pub application_type: Option<ApplicationType>,
    /// The most it may ever be granted. Absent: not restricted; empty: nothing.
    pub scope: Option<Scope>,
    /// The resources it may ask for. Absent: not restricted; empty: none.
    pub resources: Option<Vec<ResourceUri>>,
    /// Its home page.
    pub client_uri: Option<String>,
    /// Its logo.
    pub logo_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
    /// Whom to write to.
    pub contacts: Vec<String>,
    /// Where its keys are.
    pub jwks_uri: Option<String>,
    /// Its keys: a JWK set, as JSON text.
    pub jwks: Option<String>,
    /// The software it is an instance of.
    pub software_id: Option<String>,
    /// The version of that software.
    pub software_version: Option<String>,
}

/// What a client presents to say who it is. Nothing in it has been checked.
#[derive(Clone, Debug)]
pub struct Presented {
    /// Who it says it is.
    pub client: ClientId,
    /// Its proof, if it sent one, and where it put it.
    pub secret: Option<(SecretMethod, Secret)>,
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

    /// Checks a proof of who is calling. Only the registered method will do (OAuth 2.1 §2.4).
    ///
    /// # Errors
    ///
    /// A [`AuthenticationError`]; the caller learns no more than that it failed, unless it holds the
    /// secret.
    pub fn authenticate(&self, presented: &Presented) -> Result<(), AuthenticationError> {
        match (&self.credential, &presented.secret) {
            (Credential::Public, None) => {}
            (Credential::Public, Some(_)) => return Err(AuthenticationError::NotConfidential),
            (Credential::Secret { .. }, None) => return Err(AuthenticationError::NoSecret),
            (Credential::Secret { method, digest }, Some((used, secret))) => {
                if !digest.matches(secret) {
                    return Err(AuthenticationError::WrongSecret);
                }
                if method != used {
                    return Err(AuthenticationError::WrongMethod(self.auth_method()));
                }
            }
        }
        self.check_active()
    }

    /// Whether it may do anything at all.
    ///
    /// # Errors
    ///
    /// [`AuthenticationError::Suspended`].
    pub fn check_active(&self) -> Result<(), AuthenticationError> {
        match self.state {
            ClientState::Active => Ok(()),
            ClientState::Suspended => Err(AuthenticationError::Suspended),
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

    /// What part of `scope` it may ever be granted.
    #[must_use]
    pub fn ceiling(&self, scope: &Scope) -> Scope {
        self.metadata.scope.as_ref().map_or_else(|| scope.clone(), |most| scope.intersection(most))
    }

    /// Whether it may ask for tokens for all of these resources.
    #[must_use]
    pub fn may_reach(&self, resources: &[ResourceUri]) -> bool {
        let listed = self.metadata.resources.as_ref();
        listed.is_none_or(|listed| resources.iter().all(|uri| listed.contains(uri)))
    }

    /// The registered redirect URI that allows a request to be answered at `requested`. A client
    /// that has registered just one need not name it, as long as it is not a loopback URI, whose
    /// port only the request knows (OAuth 2.1 §2.3.2).
    #[must_use]
    pub fn redirect_uri(&self, requested: Option<&str>) -> Option<RedirectUri> {
        match (requested, self.metadata.redirect_uris.as_slice()) {
            (Some(requested), registered) => {
                let allowed = registered.iter().any(|uri| uri.allows(requested));
                allowed.then(|| RedirectUri::parse(requested).ok()).flatten()
            }
            (None, [only]) if only.kind() != RedirectKind::Loopback => Some(only.clone()),
            (None, _) => None,
        }
    }

    /// What to call it on a page.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.metadata.client_name.as_deref().unwrap_or(self.id.as_str())
    }
}

/// Why a client was not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// Nobody of that name.
    #[error("the client is not registered")]
    Unknown,
    /// A confidential client sent no secret.
    #[error("the client sent no secret")]
    NoSecret,
    /// A public client sent a secret, which nobody gave it.
    #[error("the client is public, but sent a secret")]
    NotConfidential,
    /// The wrong secret.
    #[error("the client secret is wrong")]
    WrongSecret,
    /// The right secret in the wrong place.
    #[error("the client is registered for `{}`", .0.as_str())]
    WrongMethod(AuthMethod),
    /// An operator has stopped it.
    #[error("the client is suspended")]
    Suspended,
}

impl From<AuthenticationError> for OAuthError {
    /// Whoever holds the secret is told which method to use; a stranger is told nothing.
    fn from(reason: AuthenticationError) -> Self {
        let hint = match reason {
            AuthenticationError::WrongMethod(method) => {
                format!("this client must authenticate with `{}`", method.as_str())
            }
            AuthenticationError::NotConfidential => {
                "this client is public and must not send a secret".to_owned()
            }
            AuthenticationError::Unknown
            | AuthenticationError::NoSecret
            | AuthenticationError::WrongSecret
            | AuthenticationError::Suspended => "client authentication failed".to_owned(),
        };
        Self::new(ErrorCode::InvalidClient).hint(hint).because(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(credential: Credential) -> Client {
        Client {
            id: ClientId::new("web"),
            credential,
            metadata: ClientMetadata::default(),
            lifetimes: ClientLifetimes::default(),
            origin: ClientOrigin::Operator,
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

    fn presented(secret: Option<(SecretMethod, &str)>) -> Presented {
        let secret = secret.map(|(method, secret)| (method, Secret::new(secret)));
        Presented { client: ClientId::new("web"), secret }
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
