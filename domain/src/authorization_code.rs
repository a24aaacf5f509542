//! A code proves, once, that a resource owner approved one request (OAuth 2.1 §4.1).

use crate::{
    ClientId, CodeVerifier, Digest, ErrorCode, Grant, OAuthError, Pkce, RedirectUri, Timestamp,
};

/// An approved authorization request, waiting to be exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// Digest of the code; the code itself is never kept.
    pub digest: Digest,
    /// The grant that the code is redeemed for.
    pub grant: Grant,
    /// The redirect URI that the code was sent to.
    pub redirect_uri: RedirectUri,
    /// The challenge sent with the request.
    pub pkce: Pkce,
    /// Returned in the ID token.
    pub nonce: Option<String>,
    /// After this instant it is worthless.
    pub expires_at: Timestamp,
    /// Whether it was redeemed.
    pub state: CodeState,
}

/// The life of a code has two moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// Handed to the user agent.
    Issued,
    /// Exchanged.
    Redeemed {
        /// The time of the redemption.
        at: Timestamp,
    },
}

/// The parameters by which a client redeems a code (OAuth 2.1 §4.1.3).
#[derive(Debug)]
pub struct Redemption<'a> {
    /// The authenticated client.
    pub client: &'a ClientId,
    /// Its PKCE verifier.
    pub verifier: &'a CodeVerifier,
    /// `redirect_uri`. OAuth 2.1 no longer asks for it; when it is sent, it must be that of the code.
    pub redirect_uri: Option<&'a str>,
}

impl AuthorizationCode {
    /// Spends the code (OAuth 2.1 §4.1.3).
    ///
    /// Whoever cannot prove that the code is theirs learns nothing and changes nothing; so only a
    /// second *valid* redemption is a replay, and a code found in a log ends nobody's session.
    ///
    /// # Errors
    ///
    /// A [`RedeemError`]; only [`RedeemError::Replayed`] asks the caller to act.
    pub fn redeem(self, with: &Redemption<'_>, now: Timestamp) -> Result<Self, RedeemError> {
        if *with.client != self.grant.client {
            return Err(RedeemError::WrongClient);
        }
        if with.redirect_uri.is_some_and(|uri| uri != self.redirect_uri.as_str()) {
            return Err(RedeemError::WrongRedirectUri);
        }
        if !self.pkce.accepts(with.verifier) {
            return Err(RedeemError::WrongVerifier);
        }
        if let CodeState::Redeemed { .. } = self.state {
            return Err(RedeemError::Replayed);
        }
        if now >= self.expires_at {
            return Err(RedeemError::Expired);
        }
        Ok(Self { state: CodeState::Redeemed { at: now }, ..self })
    }
}

/// The reason why a code was not exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedeemError {
    /// It was exchanged before: revoke the grant it bought (OAuth 2.1 §4.1.3).
    #[error("the code was already redeemed")]
    Replayed,
    /// Too late.
    #[error("the code has expired")]
    Expired,
    /// Issued to someone else.
    #[error("the code was issued to another client")]
    WrongClient,
    /// Sent somewhere else.
    #[error("the code was sent to another redirect URI")]
    WrongRedirectUri,
    /// The PKCE proof failed.
    #[error("the code verifier does not match the challenge")]
    WrongVerifier,
}

impl From<RedeemError> for OAuthError {
    /// One code for every failure. The hint tells the owner of a code what is wrong with its own
    /// request; whose code it is, or whether it is one, is told to nobody.
    fn from(reason: RedeemError) -> Self {
        let hint = match reason {
            RedeemError::WrongVerifier => "`code_verifier` does not match the `code_challenge`",
            RedeemError::WrongRedirectUri => "`redirect_uri` is not the one the code was sent to",
            RedeemError::Replayed | RedeemError::Expired | RedeemError::WrongClient => {
                "the code is unknown, expired, already used, or another client's"
            }
        };
        Self::new(ErrorCode::InvalidGrant).hint(hint).because(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GrantId, Scope, Secret, SubjectId};

    const NOW: Timestamp = Timestamp::from_unix(1_000);
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"; // RFC 7636 appendix B

    const OTHER_VERIFIER: &str = "a-verifier-that-belongs-to-another-request1";

    fn lawful(verifier: &str) -> CodeVerifier {
        CodeVerifier::parse(verifier).expect("well-formed")
    }

    fn code() -> AuthorizationCode {
        AuthorizationCode {
            digest: Secret::new("c").digest(),
            grant: Grant {
                scope: Scope::parse("mcp:read").expect("lawful"),
                ..Grant::new(GrantId::new("g"), ClientId::new("web"), SubjectId::new("ada"), NOW)
            },
            redirect_uri: RedirectUri::parse("https://app.example/cb").expect("fit"),
            pkce: Pkce::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").expect("well-formed"),
            nonce: None,
            expires_at: Timestamp::from_unix(1_060),
            state: CodeState::Issued,
        }
    }

    fn redeem(
        code: AuthorizationCode,
        client: &str,
        verifier: &str,
        at: i64,
    ) -> Result<AuthorizationCode, RedeemError> {
        let (client, verifier) = (ClientId::new(client), lawful(verifier));
        let with = Redemption {
            client: &client,
            verifier: &verifier,
            redirect_uri: Some("https://app.example/cb"),
        };
        code.redeem(&with, Timestamp::from_unix(at))
    }

    #[test]
    fn redeems_once() {
        let spent = redeem(code(), "web", VERIFIER, 1_000).expect("first redemption");
        assert_eq!(redeem(spent, "web", VERIFIER, 1_000), Err(RedeemError::Replayed));
    }

    #[test]
    fn a_spent_code_without_its_verifier_ends_nothing() {
        let spent = redeem(code(), "web", VERIFIER, 1_000).expect("first redemption");
        assert_eq!(
            redeem(spent.clone(), "web", OTHER_VERIFIER, 1_000),
            Err(RedeemError::WrongVerifier)
        );
        assert_eq!(redeem(spent, "other", VERIFIER, 1_000), Err(RedeemError::WrongClient));
    }

    #[test]
    fn dies_at_the_stroke_of_its_expiry() {
        assert!(redeem(code(), "web", VERIFIER, 1_059).is_ok());
        assert_eq!(redeem(code(), "web", VERIFIER, 1_060), Err(RedeemError::Expired));
    }

    #[test]
    fn a_redirect_uri_that_is_sent_must_be_true() {
        let (client, verifier) = (ClientId::new("web"), lawful(VERIFIER));
        let with = |redirect_uri| Redemption { client: &client, verifier: &verifier, redirect_uri };
        assert!(code().redeem(&with(None), NOW).is_ok());
        let elsewhere = code().redeem(&with(Some("https://app.example/other")), NOW);
        assert_eq!(elsewhere, Err(RedeemError::WrongRedirectUri));
    }
}
