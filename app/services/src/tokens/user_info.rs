//! The UserInfo endpoint (OIDC Core §5.3).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Action, ErrorCode, OAuthError, PersonClaims, RequestSource, Scope, Secret};
use ports::inbound::{self, UserInfoClaims};

use super::{AccessTokens, grant_status::Holder};

/// Tells clients about the person who signed in.
pub struct UserInfo {
    /// Verifies access tokens.
    pub access_tokens: Arc<AccessTokens>,
}

#[async_trait]
impl inbound::UserInfo for UserInfo {
    async fn claims(
        &self,
        access_token: Secret,
        origin: &RequestSource,
    ) -> Result<UserInfoClaims, OAuthError> {
        let answer = self.tell(access_token).await;
        if let Err(error) = &answer
            && matches!(error.code, ErrorCode::InvalidToken | ErrorCode::InsufficientScope)
        {
            let reason = error.hint.as_deref().unwrap_or("the access token is no good");
            let context = &self.access_tokens.context;
            context.record(context.event(Action::UserInfoRefused, origin).refused(reason)).await?;
        }
        answer
    }
}

impl UserInfo {
    async fn tell(&self, access_token: Secret) -> Result<UserInfoClaims, OAuthError> {
        let invalid = || {
            OAuthError::new(ErrorCode::InvalidToken)
                .hint("the access token is unknown, expired or revoked")
        };
        let claims = self.access_tokens.verify(&access_token).ok_or_else(invalid)?;
        // A resource server must not learn about people with the tokens that it is sent.
        if !claims.audience.iter().any(|named| named == self.access_tokens.issuer.as_str()) {
            let hint = "the access token is for another resource, not for this server";
            return Err(OAuthError::new(ErrorCode::InvalidToken).hint(hint));
        }
        let Some(holder) = self.access_tokens.holder(&claims).await? else { return Err(invalid()) };
        if !claims.scope.contains(Scope::OPENID) {
            let hint = "the access token lacks the scope `openid`";
            return Err(OAuthError::new(ErrorCode::InsufficientScope).hint(hint));
        }
        match holder {
            Holder::Person(user) => {
                let person = PersonClaims::of(&user, &claims.scope);
                Ok(UserInfoClaims { subject: claims.subject, person })
            }
            // `openid` is never granted to a client that acts for itself.
            Holder::Client => Err(invalid()),
        }
    }
}
