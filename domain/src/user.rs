//! The people who sign in.

use std::fmt;

use crate::{Stamp, SubjectId, Timestamp};

/// One person, as this server knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The `sub` of their tokens. It never changes and is never used again.
    pub id: SubjectId,
    /// What they type to sign in; unique, whatever the case.
    pub username: Username,
    /// What to call them.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Whether the address is known to be theirs.
    pub email_verified: bool,
    /// How they prove who they are here.
    pub password: Option<Password>,
    /// Whether they may sign in.
    pub state: UserState,
    /// Drawn anew whenever everything they hold is to end. Sessions and tokens carry the one they
    /// were made under, and are worth nothing under another.
    pub stamp: Stamp,
    /// Since when they are known.
    pub created_at: Timestamp,
}

/// A local password, as kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    /// A PHC string.
    pub hash: String,
    /// Whether the person chose it themselves, or must choose another when they first use it.
    pub one_time: bool,
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
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
    pub fn honours(&self, stamp: &Stamp) -> bool {
        self.state == UserState::Active && self.stamp == *stamp
    }

    /// Gives them another password, and ends everything they hold.
    #[must_use]
    pub fn with_password(self, password: Password, stamp: Stamp) -> Self {
        Self { password: Some(password), stamp, ..self }
    }

    /// Stops them, and ends everything they hold: being enabled again revives none of it.
    #[must_use]
    pub fn disable(self, stamp: Stamp) -> Self {
        Self { state: UserState::Disabled, stamp, ..self }
    }

    /// What to call them on a page.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.username.as_str())
    }
}

/// What a person types to sign in, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Username(String);

impl Username {
    /// Reads a user name.
    ///
    /// # Errors
    ///
    /// [`MalformedUsername`].
    pub fn parse(raw: &str) -> Result<Self, MalformedUsername> {
        let name = raw.trim().to_lowercase();
        let lawful = !name.is_empty()
            && name.chars().count() <= 128
            && !name.chars().any(|c| c.is_control() || c.is_whitespace());
        if lawful { Ok(Self(name)) } else { Err(MalformedUsername) }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Empty, too long, or with blanks in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a user name has 1 to 128 characters and no blanks")]
pub struct MalformedUsername;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_tell_people_apart() {
        assert_eq!(Username::parse(" Ada "), Username::parse("ada"));
        for raw in ["", "a b", "a\nb", &"x".repeat(129)] {
            assert_eq!(Username::parse(raw), Err(MalformedUsername), "{raw:?}");
        }
    }

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
            stamp: Stamp::new("old"),
            created_at: Timestamp::from_unix(0),
        };
        assert!(user.honours(&Stamp::new("old")));
        let disabled = user.disable(Stamp::new("new"));
        assert!(!disabled.honours(&Stamp::new("new")), "disabled");
        let enabled = User { state: UserState::Active, ..disabled };
        assert!(!enabled.honours(&Stamp::new("old")), "what was held before stays dead");
        assert!(enabled.honours(&Stamp::new("new")));
    }
}
