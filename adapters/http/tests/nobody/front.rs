//! The use cases behind pages, which are not available.

use async_trait::async_trait;
use domain::{AuthorizationParams, ClientId, InteractionId, OAuthError, Secret, SessionId};
use ports::inbound::{
    AccountView, Authorize, Begun, Browser, Changed, ConsentView, Credentials, Decided, Decision,
    EndSession, GiveConsent, InteractionFault, ManageAccount, PasswordChange, PasswordView,
    SealedRequest, Shown, SignIn, SignInPage, SignOut, SignOutRequest, SignedIn,
};

use super::{Nobody, nobody};

#[async_trait]
impl Authorize for Nobody {
    async fn begin(&self, _: AuthorizationParams, _: &Browser) -> Result<Begun, InteractionFault> {
        Err(nobody().into())
    }
}

#[async_trait]
impl SignIn for Nobody {
    async fn begin(&self, _: &Browser) -> Result<SignInPage, InteractionFault> {
        Err(nobody().into())
    }

    async fn restart(
        &self,
        _: &InteractionId,
        _: &Browser,
    ) -> Result<SignInPage, InteractionFault> {
        Err(nobody().into())
    }

    async fn show(&self, _: &SealedRequest, _: &Browser) -> Result<SignInPage, InteractionFault> {
        Err(nobody().into())
    }

    async fn sign_in(
        &self,
        _: &SealedRequest,
        _: &Browser,
        _: Credentials,
    ) -> Result<SignedIn, InteractionFault> {
        Err(nobody().into())
    }

    async fn resume(&self, _: &SealedRequest, _: &Browser) -> Result<SignedIn, InteractionFault> {
        Err(nobody().into())
    }

    async fn show_password(
        &self,
        _: &InteractionId,
        _: &Browser,
    ) -> Result<Shown<PasswordView>, InteractionFault> {
        Err(nobody().into())
    }

    async fn choose_password(
        &self,
        _: &InteractionId,
        _: &Browser,
        _: Secret,
    ) -> Result<SignedIn, InteractionFault> {
        Err(nobody().into())
    }
}

#[async_trait]
impl GiveConsent for Nobody {
    async fn show(
        &self,
        _: &InteractionId,
        _: &Browser,
    ) -> Result<Shown<ConsentView>, InteractionFault> {
        Err(nobody().into())
    }

    async fn decide(
        &self,
        _: &InteractionId,
        _: &Browser,
        _: Decision,
    ) -> Result<Decided, InteractionFault> {
        Err(nobody().into())
    }
}

#[async_trait]
impl ManageAccount for Nobody {
    async fn show(&self, _: &Browser) -> Result<Option<AccountView>, OAuthError> {
        Err(nobody())
    }

    async fn withdraw(&self, _: &Browser, _: &ClientId) -> Result<(), OAuthError> {
        Err(nobody())
    }

    async fn change_password(&self, _: &Browser, _: PasswordChange) -> Result<Changed, OAuthError> {
        Err(nobody())
    }

    async fn change_profile(&self, _: &Browser, _: &str, _: &str) -> Result<Changed, OAuthError> {
        Err(nobody())
    }

    async fn end_other_sessions(&self, _: &Browser) -> Result<(), OAuthError> {
        Err(nobody())
    }

    async fn end_session(&self, _: &Browser, _: &SessionId) -> Result<(), OAuthError> {
        Err(nobody())
    }
}

#[async_trait]
impl EndSession for Nobody {
    async fn request(&self, _: SignOutRequest, _: &Browser) -> Result<SignOut, OAuthError> {
        Err(nobody())
    }

    async fn confirm(&self, _: SignOutRequest, _: &Browser) -> Result<SignOut, OAuthError> {
        Err(nobody())
    }
}
