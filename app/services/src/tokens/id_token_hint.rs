//! ID tokens that come back as hints (OIDC Core §3.1.2.1, OIDC RP-Initiated Logout §2).

use std::sync::Arc;

use domain::{IdClaims, Issuer, Secret};

use crate::Keys;

/// Verifies `id_token_hint`.
pub struct IdTokenHints {
    /// The `iss` of every token of this server.
    pub issuer: Issuer,
    /// The keys that tokens are signed with.
    pub keys: Arc<Keys>,
}

impl IdTokenHints {
    /// The claims of an ID token that was issued here, expired or not; `None` if it was not, or so long
    /// ago that its key is gone.
    pub(crate) fn verify(&self, token: &Secret) -> Option<IdClaims> {
        let claims = self.keys.verifier().id_token(token).ok()?;
        (claims.issuer == self.issuer.as_str()).then_some(claims)
    }
}
