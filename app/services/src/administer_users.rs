//! Accounts, as operators see them.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, Event, Origin, Password, Secret, Stamp, SubjectId, User, UserState, Username,
};
use ports::{
    inbound::{self, AdminError, NewUser},
    outbound::{Hashes, HashingError, Page, StoreError, Stored, Users},
};

use crate::{
    World,
    passwords::{hash, judge_for},
    people::by_name,
};

/// Looks after people's accounts.
pub struct AdministerUsers {
    /// Where people are kept.
    pub users: Arc<dyn Users>,
    /// Hashes passwords.
    pub hashes: Arc<dyn Hashes>,
    /// Time, chance and the audit record.
    pub world: World,
}

#[async_trait]
impl inbound::AdministerUsers for AdministerUsers {
    async fn is_empty(&self) -> Result<bool, AdminError> {
        Ok(self.users.page(Page { after: None, limit: 1 }).await.map_err(failed)?.is_empty())
    }

    async fn add(&self, new: NewUser) -> Result<Option<Secret>, AdminError> {
        let username = Username::parse(&new.username)?;
        let (password, one_time) = self.password(&username, new.password).await?;
        let user = User {
            id: self.world.id(SubjectId::new),
            username: username.clone(),
            name: new.name,
            email_verified: new.email.is_some(),
            email: new.email,
            password: Some(password),
            state: UserState::Active,
            stamp: self.world.id(Stamp::new),
            created_at: self.world.now(),
        };
        let id = user.id.clone();
        match self.users.insert(user).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                return Err(AdminError::Taken(username.as_str().to_owned()));
            }
            Err(error) => return Err(failed(error)),
        }
        self.record(Action::UserAdded, id).await?;
        Ok(one_time)
    }

    async fn set_password(
        &self,
        username: &str,
        password: Option<Secret>,
    ) -> Result<Option<Secret>, AdminError> {
        let held = self.find(username).await?;
        let (password, one_time) = self.password(&held.value.username, password).await?;
        let user = held.value.clone().with_password(password, self.world.id(Stamp::new));
        self.store(held.with(user), Action::PasswordReset).await?;
        Ok(one_time)
    }

    async fn set_enabled(&self, username: &str, enabled: bool) -> Result<(), AdminError> {
        let held = self.find(username).await?;
        let user = held.value.clone();
        let (user, action) = if enabled {
            (User { state: UserState::Active, ..user }, Action::UserEnabled)
        } else {
            (user.disable(self.world.id(Stamp::new)), Action::UserDisabled)
        };
        self.store(held.with(user), action).await
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

    /// The password given, or a one-time password to be shown once.
    async fn password(
        &self,
        username: &Username,
        given: Option<Secret>,
    ) -> Result<(Password, Option<Secret>), AdminError> {
        given.iter().try_for_each(|given| Self::judge_password(username, given))?;
        let one_time = given.is_none();
        let password = given.unwrap_or_else(|| one_time_password(&self.world.entropy.bytes()));
        let hash = hash(self.hashes.as_ref(), password.clone())
            .await
            .map_err(|error: HashingError| AdminError::Failed(error.into()))?;
        Ok((Password { hash, one_time }, one_time.then_some(password)))
    }

    async fn find(&self, username: &str) -> Result<Stored<User>, AdminError> {
        let found = by_name(self.users.as_ref(), username).await.map_err(failed)?;
        found.ok_or_else(|| AdminError::NoSuchUser(username.to_owned()))
    }

    async fn store(&self, stored: Stored<User>, action: Action) -> Result<(), AdminError> {
        let id = stored.value.id.clone();
        let name = stored.value.username.clone();
        match self.users.replace(stored).await {
            Ok(()) => self.record(action, id).await,
            Err(StoreError::Conflict) => Err(AdminError::Refused(format!(
                "the user `{}` was changed meanwhile; try again",
                name.as_str()
            ))),
            Err(error) => Err(failed(error)),
        }
    }

    async fn record(&self, action: Action, subject: SubjectId) -> Result<(), AdminError> {
        let event = self.world.event(action, &Origin::default());
        self.world.audit.record(Event { subject: Some(subject), ..event }).await.map_err(failed)
    }
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
