//! Signing out, asked for by a person or by a client (OIDC RP-Initiated Logout).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Client, ClientId, ErrorCode, IdClaims, OAuthError, RedirectUri, RedirectUse};
use ports::inbound::{self, Browser, SignOut, SignOutRequest};

use super::{Sessions, SignedIn};
use crate::{ClientCache, IdTokenHints, RedirectRules};

/// Signs people out.
pub struct EndSession {
    /// Recognises and ends sessions.
    pub sessions: Arc<Sessions>,
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// Verifies `id_token_hint`.
    pub hints: IdTokenHints,
    /// The rules for redirect URIs.
    pub redirects: Arc<RedirectRules>,
}

/// A request whose parts agree with each other.
struct Checked {
    client: Option<Arc<Client>>,
    hint: Option<IdClaims>,
    redirect: Option<(String, Option<String>)>,
}

#[async_trait]
impl inbound::EndSession for EndSession {
    async fn request(
        &self,
        request: SignOutRequest,
        browser: &Browser,
    ) -> Result<SignOut, OAuthError> {
        let checked = self.check(request, browser).await?;
        let Some(person) = self.sessions.signed_in(browser).await? else {
            // Without a proof of who asks, nobody is sent anywhere (OIDC RP-Initiated Logout §3).
            let redirect = checked.redirect.filter(|_| checked.hint.is_some());
            return Ok(SignOut::Done { redirect });
        };
        if checked.hint.as_ref().is_some_and(|hint| means(hint, &person)) {
            self.sign_out(&person, checked.client.as_deref(), browser).await?;
            return Ok(SignOut::Done { redirect: checked.redirect });
        }
        Ok(SignOut::Ask {
            account: person.user.display_name().to_owned(),
            client: checked.client.map(|client| client.display_name()),
        })
    }

    async fn confirm(
        &self,
        request: SignOutRequest,
        browser: &Browser,
    ) -> Result<SignOut, OAuthError> {
        let checked = self.check(request, browser).await?;
        if let Some(person) = self.sessions.signed_in(browser).await? {
            self.sign_out(&person, checked.client.as_deref(), browser).await?;
        }
        Ok(SignOut::Done { redirect: checked.redirect })
    }
}

impl EndSession {
    /// Nobody is sent anywhere that the client has not registered (OIDC RP-Initiated Logout §3).
    async fn check(
        &self,
        request: SignOutRequest,
        browser: &Browser,
    ) -> Result<Checked, OAuthError> {
        let refuse = |hint: &str| OAuthError::new(ErrorCode::InvalidRequest).hint(hint);
        // One whose key is gone proves nothing any more, and keeps nobody from signing out.
        let hint = request.id_token_hint.as_ref().and_then(|token| self.hints.verify(token));
        let named = request.client_id.map(ClientId::new);
        let hinted = hint.as_ref().map(|hint| hint.client.clone());
        if named.is_some() && hinted.is_some() && named != hinted {
            return Err(refuse("`id_token_hint` was issued to another client than `client_id`"));
        }
        let client = match named.or(hinted) {
            None => None,
            Some(id) => self.clients.find(&id).await?,
        };
        // Of a client that nobody knows, nobody can say where it may send people.
        let redirect = request.post_logout_redirect_uri.filter(|_| client.is_some());
        let registered = |uri: &String| {
            let known = client.as_ref().map(|client| &client.metadata.post_logout_redirect_uris);
            known.is_some_and(|known| known.iter().any(|known| known.allows(uri)))
        };
        if redirect.as_ref().is_some_and(|uri| !registered(uri)) {
            return Err(refuse(
                "`post_logout_redirect_uri` is not one that the client has registered",
            ));
        }
        let place = redirect.as_ref().and_then(|uri| RedirectUri::parse(uri).ok());
        if let (Some(client), Some(place)) = (&client, &place) {
            self.redirects.check(client, place, RedirectUse::Logout, browser).await?;
        }
        Ok(Checked { client, hint, redirect: redirect.map(|uri| (uri, request.state)) })
    }

    async fn sign_out(
        &self,
        person: &SignedIn,
        client: Option<&Client>,
        browser: &Browser,
    ) -> Result<(), OAuthError> {
        let ended = (&person.user.id, &person.session.value.id);
        self.sessions.end(ended, client.map(|client| &client.id), &browser.origin).await
    }
}

/// Whether the ID token is about the person, and the session if it names one, at hand.
fn means(hint: &IdClaims, person: &SignedIn) -> bool {
    let same_session =
        hint.session.as_ref().is_none_or(|session| *session == person.session.value.id);
    hint.subject == person.user.id && same_session
}
