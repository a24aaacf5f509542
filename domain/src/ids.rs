//! Names that must not be confused with one another.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

macro_rules! name {
    ($($(#[$doc:meta])* $ty:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $ty(String);

        impl $ty {
            /// Wraps an identifier that was made here, or that is about to be looked up.
            #[must_use]
            pub fn new(raw: impl Into<String>) -> Self {
                Self(raw.into())
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $ty {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

name! {
    /// A registered client (RFC 6749 §2.2). May be a URL.
    ClientId,
    /// A resource owner, as this server names them: the `sub` of every token (OIDC Core §5).
    SubjectId,
    /// One grant, and every token that descends from it.
    GrantId,
    /// Identifies a consent: what one person allowed one client.
    ConsentId,
    /// One signed-in browser: the `sid` of an ID token (OIDC Front-Channel Logout §3).
    SessionId,
    /// One authorization request on its way through sign-in and consent.
    InteractionId,
    /// One access token: its `jti` (RFC 7519 §4.1.7).
    TokenId,
    /// One signing key: the RFC 7638 thumbprint of its public half.
    KeyId,
    /// Changes whenever everything a person holds is to end: see [`crate::User::stamp`].
    SecurityStamp,
}

impl ClientId {
    /// The first 128 characters: what is recorded of an identifier that somebody sent.
    #[must_use]
    pub fn shortened(&self) -> Self {
        Self(self.0.chars().take(128).collect())
    }
}

/// The text of an identifier made of 128 random bits.
#[must_use]
pub fn identifier(bytes: &[u8; 16]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
