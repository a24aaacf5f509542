//! The account page: what people have allowed, their sessions, and their own data.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    Action, Actor, Catalog, Client, ClientId, Consent, ErrorCode, Lifetimes, OAuthError,
    RedirectUri, ResourceUri, Scope, Session, SessionId, User,
};
use ports::{
    inbound::{
        AccountView, Browser, Changed, ConsentLine, ManageAccount, PasswordChange, ScopeView,
        SessionLine,
    },
    outbound::{RefreshFamilies, StoreError, Users},
};

use super::Consents;
use crate::{
    ClientCache, Context, Passwords, Sessions, UserCache,
    context::broken,
    people::{display_name, email},
    sign_in::SignedIn,
};

/// Shows people their account.
pub struct Account {
    /// Recognises and ends sessions.
    pub sessions: Arc<Sessions>,
    /// Finds and withdraws consents.
    pub consents: Arc<Consents>,
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// The store of refresh families, which tell when clients were last used.
    pub families: Arc<dyn RefreshFamilies>,
    /// The store of people.
    pub users: Arc<dyn Users>,
    /// Known people.
    pub known: Arc<UserCache>,
    /// Changes passwords.
    pub passwords: Arc<Passwords>,
    /// The resources and scopes, as people see them.
    pub catalog: Arc<Catalog>,
    /// The lifetimes of tokens.
    pub lifetimes: Lifetimes,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

#[async_trait]
impl ManageAccount for Account {
    async fn show(&self, browser: &Browser) -> Result<Option<AccountView>, OAuthError> {
        let Some(person) = self.sessions.signed_in(browser).await? else { return Ok(None) };
        Ok(Some(AccountView {
            name: person.user.display_name().to_owned(),
            username: person.user.username.as_str().to_owned(),
            given_name: person.user.name.clone(),
            email: person.user.email.clone(),
            consents: self.allowed(&person).await?,
            sessions: self.signed_in(&person).await?,
        }))
    }

    async fn withdraw(&self, browser: &Browser, client: &ClientId) -> Result<(), OAuthError> {
        let person = self.sessions.signed_in(browser).await?.ok_or_else(signed_out)?;
        let Some(held) = self.consents.find(&person.user.id, client).await? else { return Ok(()) };
        self.consents.withdraw(held.value.id).await?;
        let event = self.context.event(Action::ConsentWithdrawn, &browser.origin);
        self.context.record(event.of_person(&person.user.id).of_client(client)).await
    }

    async fn change_password(
        &self,
        browser: &Browser,
        change: PasswordChange,
    ) -> Result<Changed, OAuthError> {
        let person = self.sessions.signed_in(browser).await?.ok_or_else(signed_out)?;
        self.passwords.change(person, change, &browser.origin).await
    }

    async fn change_profile(
        &self,
        browser: &Browser,
        name: &str,
        address: &str,
    ) -> Result<Changed, OAuthError> {
        let person = self.sessions.signed_in(browser).await?.ok_or_else(signed_out)?;
        let (name, address) = match (display_name(name), email(address)) {
            (Ok(name), Ok(address)) => (name, address),
            (Err(refusal), _) | (_, Err(refusal)) => return Ok(Changed::Refused(refusal)),
        };
        self.store_profile(&person, name, address, browser).await
    }

    async fn end_other_sessions(&self, browser: &Browser) -> Result<(), OAuthError> {
        let person = self.sessions.signed_in(browser).await?.ok_or_else(signed_out)?;
        let current = &person.session.value.id;
        loop {
            let others = self.sessions.live_of(&person.user).await?;
            let others: Vec<_> = others.iter().filter(|other| other.id != *current).collect();
            if others.is_empty() {
                return Ok(());
            }
            for other in others {
                let ended = (&person.user.id, &other.id);
                self.sessions.end(ended, None, &browser.origin).await?;
            }
        }
    }

    async fn end_session(&self, browser: &Browser, session: &SessionId) -> Result<(), OAuthError> {
        let person = self.sessions.signed_in(browser).await?.ok_or_else(signed_out)?;
        let found = self.sessions.find(session).await?.map(|stored| stored.value);
        if found.is_none_or(|found| found.subject != person.user.id) {
            return Ok(());
        }
        self.sessions.end((&person.user.id, session), None, &browser.origin).await
    }
}

impl Account {
    async fn allowed(&self, person: &SignedIn) -> Result<Vec<ConsentLine>, OAuthError> {
        let mut lines = Vec::new();
        let refreshed = self.families.last_uses(&person.user.id).await.map_err(broken)?;
        for consent in self.consents.of(&person.user.id).await? {
            // What a client that is gone was allowed, nobody can use.
            let Some(client) = self.clients.find(&consent.client).await? else { continue };
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
        let catalog = &self.catalog;
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
        let users = self.users.as_ref();
        let held = users.find(&person.user.id).await.map_err(broken)?;
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
        self.known.forget(&person.user.id);
        let names: Vec<_> = changed.iter().map(|(name, _)| *name).collect();
        let event = self.context.event(Action::UserUpdated, &browser.origin);
        let event = event.by(Actor::Person).with_detail(names.join(" "));
        self.context.record(event.of_person(&person.user.id)).await?;
        Ok(Changed::Done)
    }

    /// The time for which a resource server that does not introspect may still accept the last access
    /// token of a client.
    fn lingers(&self, client: &Client, consent: &Consent) -> Duration {
        let lifetime = |resource: Option<&ResourceUri>| {
            let resources: Vec<_> = resource.cloned().into_iter().collect();
            self.lifetimes.access_token(client, &resources, &self.catalog)
        };
        let each = consent.allowed.keys().map(|resource| lifetime(resource.as_ref()));
        each.max().unwrap_or_else(|| lifetime(None))
    }

    async fn signed_in(&self, person: &SignedIn) -> Result<Vec<SessionLine>, OAuthError> {
        let describe = |session: Session| SessionLine {
            current: session.id == person.session.value.id,
            id: session.id,
            user_agent: session.user_agent,
            address: session.address,
            since: session.created_at,
            last_used: session.last_used_at,
        };
        Ok(self.sessions.live_of(&person.user).await?.into_iter().map(describe).collect())
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
