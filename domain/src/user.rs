//! The people who sign in.

use crate::{Password, SecurityStamp, SubjectId, Timestamp, Username};

/// One person, as this server knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The `sub` of their tokens. It never changes and is never used again.
    pub id: SubjectId,
    /// The user name that they sign in by; unique, whatever the case.
    pub username: Username,
    /// Their name, as they want to be called.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Whether the address is known to be theirs.
    pub email_verified: bool,
    /// The password that they sign in by; `None` if they have none here.
    pub password: Option<Password>,
    /// Whether they may sign in.
    pub state: UserState,
    /// Drawn anew whenever everything they hold is to end. Sessions and tokens carry the one they
    /// were made under, and are worth nothing under another.
    pub stamp: SecurityStamp,
    /// Since when they are known.
    pub created_at: Timestamp,
}

/// Whether a person may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserState {
    /// They may.
    Active,
    /// An operator has stopped them.
    Disabled,
}

impl User {
    /// Whether what was made under `stamp` is still good.
    #[must_use]
    pub fn honours(&self, stamp: &SecurityStamp) -> bool {
        self.state == UserState::Active && self.stamp == *stamp
    }

    /// Whether they have to replace a one-time password before anything else.
    #[must_use]
    pub fn has_one_time_password(&self) -> bool {
        self.password.as_ref().is_some_and(Password::is_one_time)
    }

    /// Gives them another password, and ends everything they hold.
    #[must_use]
    pub fn with_password(self, password: Password, stamp: SecurityStamp) -> Self {
        Self { password: Some(password), stamp, ..self }
    }

    /// Stops them, and ends everything they hold: being enabled again revives none of it.
    #[must_use]
    pub fn disable(self, stamp: SecurityStamp) -> Self {
        Self { state: UserState::Disabled, stamp, ..self }
    }

    /// The name that pages show for them.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.username.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disabled_person_holds_nothing_and_gets_nothing_back() {
        let user = User {
            id: SubjectId::new("1"),
            username: Username::parse("ada").expect("lawful"),
            name: None,
            email: None,
            email_verified: false,
            password: None,
            state: UserState::Active,
            stamp: SecurityStamp::new("old"),
            created_at: Timestamp::from_unix(0),
        };
        assert!(user.honours(&SecurityStamp::new("old")));
        let disabled = user.disable(SecurityStamp::new("new"));
        assert!(!disabled.honours(&SecurityStamp::new("new")), "disabled");
        let enabled = User { state: UserState::Active, ..disabled };
        assert!(!enabled.honours(&SecurityStamp::new("old")), "what was held before stays dead");
        assert!(enabled.honours(&SecurityStamp::new("new")));
    }
}
