//! What people see and take back of what they allowed.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, ClientId, Consent, ErrorCode, Event, OAuthError, ResourceUri, Revocable, Scope,
    Session, SessionId,
};
use ports::{
    inbound::{AccountView, Browser, ConsentLine, ManageAccount, ScopeView, SessionLine},
    outbound::Keep,
};

use crate::{Flow, flow::SignedIn, world::broken};

/// Shows people their account.
pub struct Account {
    /// The front channel's common ground.
    pub flow: Arc<Flow>,
}

#[async_trait]
impl ManageAccount for Account {
    async fn show(&self, browser: &Browser) -> Result<Option<AccountView>, OAuthError> {
        let Some(person) = self.flow.signed_in(browser).await? else { return Ok(None) };
        Ok(Some(AccountView {
            name: person.user.display_name().to_owned(),
            username: person.user.username.as_str().to_owned(),
            consents: self.consents(&person).await?,
            sessions: self.sessions(&person).await?,
        }))
    }

    async fn withdraw(&self, browser: &Browser, client: &ClientId) -> Result<(), OAuthError> {
        let person = self.flow.signed_in(browser).await?.ok_or_else(signed_out)?;
        let key = (person.user.id.clone(), client.clone());
        let consents = self.flow.consents.as_ref();
        let held = Keep::<Consent>::find(consents, &key).await.map_err(broken)?;
        let Some(held) = held.filter(|held| self.flow.is_allowed(&held.value)) else {
            return Ok(());
        };
        let until = self.flow.mint.lifetimes.end_of_grants(self.flow.world.now());
        // The revocation is the withdrawal, and names what it ends. The row goes with the next purge:
        // whoever removed it here could take another consent, given meanwhile, for it.
        self.flow.directory.revocations.revoke(Revocable::Consent(held.value.id), until).await?;
        let event = Event {
            subject: Some(person.user.id.clone()),
            client: Some(client.clone()),
            ..self.flow.world.event(Action::ConsentWithdrawn, &browser.origin)
        };
        self.flow.world.record(event).await
    }

    async fn end_session(&self, browser: &Browser, session: &SessionId) -> Result<(), OAuthError> {
        let person = self.flow.signed_in(browser).await?.ok_or_else(signed_out)?;
        let found = Keep::<Session>::find(self.flow.sessions.as_ref(), session).await;
        let found = found.map_err(broken)?.map(|stored| stored.value);
        if found.is_none_or(|found| found.subject != person.user.id) {
            return Ok(());
        }
        self.flow.sign_out((&person.user.id, session), None, &browser.origin).await
    }
}

impl Account {
    async fn consents(&self, person: &SignedIn) -> Result<Vec<ConsentLine>, OAuthError> {
        let mut lines = Vec::new();
        for consent in self.flow.consents.of(&person.user.id).await.map_err(broken)? {
            if self.flow.directory.revocations.is_revoked(Revocable::Consent(consent.id.clone())) {
                continue;
            }
            // What a client that is gone was allowed, nobody can use.
            let Some(client) = self.flow.directory.client(&consent.client).await? else { continue };
            let allowed = consent
                .allowed
                .iter()
                .map(|(target, scope)| self.line(target.as_ref(), scope))
                .collect();
            lines.push(ConsentLine {
                client: consent.client,
                name: client.display_name(),
                allowed,
                since: consent.created_at,
            });
        }
        Ok(lines)
    }

    fn line(
        &self,
        target: Option<&ResourceUri>,
        scope: &Scope,
    ) -> (Option<String>, Vec<ScopeView>) {
        let catalog = &self.flow.mint.catalog;
        let targets: Vec<_> = target.cloned().into_iter().collect();
        let view = |name: &str| ScopeView {
            name: name.to_owned(),
            description: catalog.describe(name, &targets).map(str::to_owned),
        };
        (target.map(ToString::to_string), scope.iter().map(view).collect())
    }

    async fn sessions(&self, person: &SignedIn) -> Result<Vec<SessionLine>, OAuthError> {
        let now = self.flow.world.now();
        let sessions = self.flow.sessions.of(&person.user.id, now).await.map_err(broken)?;
        let revocations = &self.flow.directory.revocations;
        let live = sessions.into_iter().filter(|session| {
            session.stands_for(&person.user, now)
                && !revocations.is_revoked(Revocable::Session(session.id.clone()))
        });
        let describe = |session: Session| SessionLine {
            current: session.id == person.session.value.id,
            id: session.id,
            user_agent: session.user_agent,
            since: session.created_at,
        };
        Ok(live.map(describe).collect())
    }
}

fn signed_out() -> OAuthError {
    OAuthError::new(ErrorCode::AccessDenied).hint("nobody is signed in")
}
