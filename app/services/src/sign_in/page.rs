//! What a sign-in page shows.

use domain::{OAuthError, Purpose, Secret, SignInRequest};
use ports::inbound::{Browser, ClientView, Fault, SignInPage, SignInView};

use crate::{Flow, client_view, dead_ends::client_is_gone, logos::own_logo};

impl Flow {
    /// The page on which somebody signs in for `request`; `secret` is for the browser to keep.
    pub(crate) async fn sign_in_page(
        &self,
        request: SignInRequest,
        secret: Option<Secret>,
        browser: &Browser,
    ) -> Result<SignInPage, Fault> {
        let (person, now) = (self.signed_in(browser).await?, self.world.now());
        let usable = person.filter(|person| request.purpose.accepts(&person.session.value, now));
        let view = SignInView {
            client: self.client_of(&request.purpose).await?,
            username: self.expected(&request.purpose).await?,
            account: usable.map(|person| person.user.display_name().to_owned()),
        };
        Ok(SignInPage { request: self.seal(request), secret, view })
    }

    /// The client that asks, unless it is for the account page.
    pub(crate) async fn client_of(&self, purpose: &Purpose) -> Result<Option<ClientView>, Fault> {
        let Purpose::Authorize(request) = purpose else { return Ok(None) };
        let client = self.directory.client(&request.client).await?;
        let client = client.ok_or_else(|| client_is_gone(request))?;
        // Nothing is fetched for somebody who may be anybody.
        Ok(Some(client_view(&client, &request.back.redirect_uri, own_logo(&client))))
    }

    /// What to write into the form: whom the client means, or thinks it may be.
    async fn expected(&self, purpose: &Purpose) -> Result<Option<String>, OAuthError> {
        let Purpose::Authorize(request) = purpose else { return Ok(None) };
        let Some(subject) = &request.subject else { return Ok(request.login_hint.clone()) };
        let user = self.directory.user(subject).await?;
        Ok(user.map(|user| user.username.as_str().to_owned()))
    }
}
