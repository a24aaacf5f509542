//! What people see and take back of what they allowed.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    Action, Actor, Client, ClientId, Consent, ErrorCode, Event, OAuthError, RedirectUri,
    ResourceUri, Revocable, Scope, Session, SessionId, User,
};
use ports::{
    inbound::{
        AccountView, Browser, Changed, ConsentLine, ManageAccount, PasswordChange, ScopeView,
        SessionLine,
    },
    outbound::{Change, Keep, StoreError},
};

use crate::{
    Flow, SignIn,
    flow::SignedIn,
    people::{display_name, email},
    world::broken,
};

/// Shows people their account.
pub struct Account {
    /// The front channel's common ground.
    pub flow: Arc<Flow>,
    /// Checks passwords, and keeps people.
    pub sign_in: Arc<SignIn>,
}

#[async_trait]
impl ManageAccount for Account {
    async fn show(&self, browser: &Browser) -> Result<Option<AccountView>, OAuthError> {
        let Some(person) = self.flow.signed_in(browser).await? else { return Ok(None) };
        Ok(Some(AccountView {
            name: person.user.display_name().to_owned(),
            username: person.user.username.as_str().to_owned(),
            given_name: person.user.name.clone(),
            email: person.user.email.clone(),
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

    async fn change_password(
        &self,
        browser: &Browser,
        change: PasswordChange,
    ) -> Result<Changed, OAuthError> {
        let person = self.flow.signed_in(browser).await?.ok_or_else(signed_out)?;
        self.sign_in.change_password(person, change, &browser.origin).await
    }

    async fn change_profile(
        &self,
        browser: &Browser,
        name: &str,
        address: &str,
    ) -> Result<Changed, OAuthError> {
        let person = self.flow.signed_in(browser).await?.ok_or_else(signed_out)?;
        let (name, address) = match (display_name(name), email(address)) {
            (Ok(name), Ok(address)) => (name, address),
            (Err(refusal), _) | (_, Err(refusal)) => return Ok(Changed::Refused(refusal)),
        };
        self.store_profile(&person, name, address, browser).await
    }

    async fn end_other_sessions(&self, browser: &Browser) -> Result<(), OAuthError> {
        let person = self.flow.signed_in(browser).await?.ok_or_else(signed_out)?;
        let current = &person.session.value.id;
        loop {
            let others = self.live_sessions(&person).await?;
            let others: Vec<_> = others.iter().filter(|other| other.id != *current).collect();
            if others.is_empty() {
                return Ok(());
            }
            for other in others {
                let ended = (&person.user.id, &other.id);
                self.flow.sign_out(ended, None, &browser.origin).await?;
            }
        }
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
        let refreshed = self.flow.families.last_uses(&person.user.id).await.map_err(broken)?;
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
            let lingers = self.lingers(&client, &consent);
            let refreshed = refreshed.get(&consent.client).copied();
            lines.push(ConsentLine {
                last_used: consent.last_used_at.max(refreshed.unwrap_or(consent.last_used_at)),
                destinations: destinations(&client),
                self_registered: client.is_self_registered(),
                lingers,
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
        let scopes = catalog.in_order(scope, &targets).into_iter().map(view).collect();
        (target.map(ToString::to_string), scopes)
    }

    async fn store_profile(
        &self,
        person: &SignedIn,
        name: Option<String>,
        email: Option<String>,
        browser: &Browser,
    ) -> Result<Changed, OAuthError> {
        let users = self.sign_in.users.as_ref();
        let held = Keep::<User>::find(users, &person.user.id).await.map_err(broken)?;
        let held = held.ok_or_else(signed_out)?;
        let before = held.value.clone();
        let parts = [("name", before.name != name), ("email", before.email != email)];
        let changed: Vec<_> = parts.iter().filter(|(_, differs)| *differs).collect();
        if changed.is_empty() {
            return Ok(Changed::Done);
        }
        let email_verified = before.email_verified && before.email == email;
        let user = User { name, email, email_verified, ..before };
        match users.replace(held.with(user)).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                return Ok(Changed::Refused("The account was changed meanwhile. Try again."));
            }
            Err(error) => return Err(broken(error)),
        }
        self.flow.directory.apply(Change::User(person.user.id.clone()));
        let names: Vec<_> = changed.iter().map(|(name, _)| *name).collect();
        let event = self.flow.world.event(Action::UserUpdated, &browser.origin);
        let event = event.by(Actor::Person).with_detail(names.join(" "));
        let subject = Some(person.user.id.clone());
        self.flow.world.record(Event { subject, ..event }).await?;
        Ok(Changed::Done)
    }

    /// How long a server that does not ask here may still accept the last access token of a client.
    fn lingers(&self, client: &Client, consent: &Consent) -> Duration {
        let lifetime = |resource: Option<&ResourceUri>| {
            let resources: Vec<_> = resource.cloned().into_iter().collect();
            self.flow.mint.access_token_lifetime(client, &resources)
        };
        let each = consent.allowed.keys().map(|resource| lifetime(resource.as_ref()));
        each.max().unwrap_or_else(|| lifetime(None))
    }

    async fn sessions(&self, person: &SignedIn) -> Result<Vec<SessionLine>, OAuthError> {
        let describe = |session: Session| SessionLine {
            current: session.id == person.session.value.id,
            id: session.id,
            user_agent: session.user_agent,
            address: session.address,
            since: session.created_at,
            last_used: session.last_used_at,
        };
        Ok(self.live_sessions(person).await?.into_iter().map(describe).collect())
    }

    async fn live_sessions(&self, person: &SignedIn) -> Result<Vec<Session>, OAuthError> {
        let now = self.flow.world.now();
        let sessions = self.flow.sessions.of(&person.user.id, now).await.map_err(broken)?;
        let revocations = &self.flow.directory.revocations;
        let live = sessions.into_iter().filter(|session| {
            session.stands_for(&person.user, now)
                && !revocations.is_revoked(Revocable::Session(session.id.clone()))
        });
        Ok(live.collect())
    }
}

/// The places where a client is answered, each once.
fn destinations(client: &Client) -> Vec<String> {
    let all: BTreeSet<_> =
        client.metadata.redirect_uris.iter().map(RedirectUri::destination).collect();
    all.into_iter().collect()
}

fn signed_out() -> OAuthError {
    OAuthError::new(ErrorCode::AccessDenied).hint("nobody is signed in")
}
