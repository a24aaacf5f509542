//! Accounts, as operators see them.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    Action, Event, Password, RequestSource, Secret, SecurityStamp, SubjectId, User, UserState,
    Username,
};
use ports::{
    inbound::{self, AdminError, NewUser, OneTimePassword, UserChange},
    outbound::{Consents, Hashes, HashingError, Page, StoreError, Stored, Users},
};

use super::{by_name, display_name, email, hash, judge_for};
use crate::Context;

/// Looks after people's accounts.
pub struct AdministerUsers {
    /// The store of people.
    pub users: Arc<dyn Users>,
    /// The store of consents.
    pub consents: Arc<dyn Consents>,
    /// Hashes passwords.
    pub hashes: Arc<dyn Hashes>,
    /// The lifetime of a one-time password.
    pub one_time_password_lifetime: Duration,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

#[async_trait]
impl inbound::AdministerUsers for AdministerUsers {
    async fn is_empty(&self) -> Result<bool, AdminError> {
        Ok(self.users.page(Page { after: None, limit: 1 }).await.map_err(failed)?.is_empty())
    }

    async fn add(&self, new: NewUser) -> Result<Option<OneTimePassword>, AdminError> {
        let username = Username::parse(&new.username)?;
        self.check_free(&new.username, None).await?;
        let (password, one_time) = self.password(&username, new.password).await?;
        let user = User {
            id: self.context.id(SubjectId::new),
            username: username.clone(),
            name: new.name,
            email_verified: new.email.is_some(),
            email: new.email,
            password: Some(password),
            state: UserState::Active,
            stamp: self.context.id(SecurityStamp::new),
            created_at: self.context.now(),
        };
        let id = user.id.clone();
        match self.users.insert(user).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                return Err(AdminError::Taken(username.as_str().to_owned()));
            }
            Err(error) => return Err(failed(error)),
        }
        self.record(self.event(Action::UserAdded, &id)).await?;
        Ok(one_time)
    }

    async fn set_password(
        &self,
        username: &str,
        password: Option<Secret>,
    ) -> Result<Option<OneTimePassword>, AdminError> {
        let held = self.find(username).await?;
        let (password, one_time) = self.password(&held.value.username, password).await?;
        let user = held.value.clone().with_password(password, self.context.id(SecurityStamp::new));
        self.store(held.with(user), Action::PasswordReset).await?;
        Ok(one_time)
    }

    async fn set_enabled(&self, username: &str, enabled: bool) -> Result<(), AdminError> {
        let held = self.find(username).await?;
        let user = held.value.clone();
        let (user, action) = if enabled {
            (User { state: UserState::Active, ..user }, Action::UserEnabled)
        } else {
            (user.disable(self.context.id(SecurityStamp::new)), Action::UserDisabled)
        };
        self.store(held.with(user), action).await
    }

    async fn update(&self, username: &str, change: UserChange) -> Result<(), AdminError> {
        let held = self.find(username).await?;
        let (user, changed) = changed(held.value.clone(), change)?;
        if changed.is_empty() {
            return Err(AdminError::Refused("nothing is to be changed".to_owned()));
        }
        let (id, name) = (user.id.clone(), user.username.clone());
        self.check_free(name.as_str(), Some(&id)).await?;
        match self.users.replace(held.with(user)).await {
            Ok(()) => {}
            // The name may be taken, or the account may have been changed meanwhile.
            Err(StoreError::Conflict) if name.as_str() != username => {
                return Err(AdminError::Taken(name.as_str().to_owned()));
            }
            Err(StoreError::Conflict) => return Err(changed_meanwhile(&name)),
            Err(error) => return Err(failed(error)),
        }
        self.record(self.event(Action::UserUpdated, &id).with_detail(changed.join(" "))).await
    }

    async fn delete(&self, username: &str) -> Result<(), AdminError> {
        let held = self.find(username).await?;
        let id = held.value.id;
        // Nobody holds anything without an account: sessions and tokens are worth nothing from here.
        self.users.remove(&id).await.map_err(failed)?;
        loop {
            let consents = self.consents.of(&id).await.map_err(failed)?;
            if consents.is_empty() {
                break;
            }
            for consent in consents {
                let key = (consent.subject, consent.client);
                let removed = self.consents.remove(&key).await;
                removed.map_err(failed)?;
            }
        }
        self.record(self.event(Action::UserDeleted, &id)).await
    }

    async fn list(&self, page: Page<String>) -> Result<Vec<User>, AdminError> {
        let after = page.after.map(|name| Username::parse_former(&name)).transpose()?;
        self.users.page(Page { after, limit: page.limit }).await.map_err(failed)
    }
}

impl AdministerUsers {
    /// Whether an operator may give the person with this name this password: by the same rules as if
    /// they had chosen it themselves.
    ///
    /// # Errors
    ///
    /// [`AdminError::Refused`] says what to change.
    pub fn judge_password(username: &Username, password: &Secret) -> Result<(), AdminError> {
        judge_for(username, password).map_err(|refusal| AdminError::Refused(refusal.to_owned()))
    }

    /// Makes sure that no account but `own` is meant by a name. One from before names were normalised
    /// comes first when somebody signs in.
    async fn check_free(&self, name: &str, own: Option<&SubjectId>) -> Result<(), AdminError> {
        let found = by_name(self.users.as_ref(), name).await.map_err(failed)?;
        match found.filter(|found| Some(&found.value.id) != own) {
            None => Ok(()),
            Some(found) => Err(AdminError::Taken(found.value.username.as_str().to_owned())),
        }
    }

    /// The password given, or a one-time password to be shown once.
    async fn password(
        &self,
        username: &Username,
        given: Option<Secret>,
    ) -> Result<(Password, Option<OneTimePassword>), AdminError> {
        if let Some(given) = given {
            Self::judge_password(username, &given)?;
            return Ok((Password::chosen(self.hash(given).await?), None));
        }
        let password = one_time_password(&self.context.entropy.bytes());
        let expires_at = self.context.now().after(self.one_time_password_lifetime);
        let kept = Password::one_time(self.hash(password.clone()).await?, expires_at);
        Ok((kept, Some(OneTimePassword { password, expires_at })))
    }

    async fn hash(&self, password: Secret) -> Result<String, AdminError> {
        let hashed = hash(self.hashes.as_ref(), password).await;
        hashed.map_err(|error: HashingError| AdminError::Failed(error.into()))
    }

    async fn find(&self, username: &str) -> Result<Stored<User>, AdminError> {
        let found = by_name(self.users.as_ref(), username).await.map_err(failed)?;
        found.ok_or_else(|| AdminError::NoSuchUser(username.to_owned()))
    }

    async fn store(&self, stored: Stored<User>, action: Action) -> Result<(), AdminError> {
        let id = stored.value.id.clone();
        let name = stored.value.username.clone();
        match self.users.replace(stored).await {
            Ok(()) => self.record(self.event(action, &id)).await,
            Err(StoreError::Conflict) => Err(changed_meanwhile(&name)),
            Err(error) => Err(failed(error)),
        }
    }

    fn event(&self, action: Action, subject: &SubjectId) -> Event {
        self.context.event(action, &RequestSource::default()).of_person(subject)
    }

    async fn record(&self, event: Event) -> Result<(), AdminError> {
        self.context.audit.record(event).await.map_err(failed)
    }
}

/// The account as it is to be, and the names of what is different.
fn changed(user: User, change: UserChange) -> Result<(User, Vec<&'static str>), AdminError> {
    let refused = |reason: &str| AdminError::Refused(reason.to_owned());
    let (mut user, mut changed) = (user, Vec::new());
    if let Some(name) = change.username {
        user.username = Username::parse(&name)?;
        changed.push("username");
    }
    if let Some(name) = change.name {
        user.name = display_name(&name).map_err(refused)?;
        changed.push("name");
    }
    if let Some(address) = change.email {
        user.email = email(&address).map_err(refused)?;
        user.email_verified = user.email.is_some();
        changed.push("email");
    }
    Ok((user, changed))
}

fn changed_meanwhile(name: &Username) -> AdminError {
    AdminError::Refused(format!("the user `{}` was changed meanwhile; try again", name.as_str()))
}

/// Four groups of five letters and digits that are not mistaken for one another: 100 bits.
fn one_time_password(random: &[u8; 20]) -> Secret {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letters: Vec<char> =
        random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    Secret::new(groups.join("-"))
}

pub(crate) fn failed(error: StoreError) -> AdminError {
    AdminError::Failed(error.into())
}
