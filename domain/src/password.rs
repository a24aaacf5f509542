//! Passwords: how they are kept, and how they are read (RFC 8265 §4.2).

use std::fmt;

use precis_profiles::{OpaqueString, precis_core::profile::PrecisFastInvocation};

use crate::{InteractionId, Secret, Timestamp};

/// A local password, as kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    /// A PHC string.
    pub hash: String,
    /// Chosen by the person, or made here for one sign-in.
    pub kind: PasswordKind,
}

/// The ways in which a password comes to be, which decide on its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordKind {
    /// The person, or an operator for them, chose it: as often as they like.
    Chosen,
    /// It was made here: once, to choose another.
    OneTime {
        /// After this instant it is good for nothing.
        expires_at: Timestamp,
        /// The interaction in which it was used, and in which it may be sent again: the same form is
        /// sometimes sent twice.
        used_in: Option<InteractionId>,
    },
}

impl Password {
    /// A password that somebody chose.
    #[must_use]
    pub fn chosen(hash: String) -> Self {
        Self { hash, kind: PasswordKind::Chosen }
    }

    /// A password that was made here, and is good for one sign-in until `expires_at`.
    #[must_use]
    pub fn one_time(hash: String, expires_at: Timestamp) -> Self {
        Self { hash, kind: PasswordKind::OneTime { expires_at, used_in: None } }
    }

    /// Whether another one must be chosen when it is used.
    #[must_use]
    pub fn is_one_time(&self) -> bool {
        matches!(self.kind, PasswordKind::OneTime { .. })
    }

    /// Uses the password to sign in, after it was proven right. One that is changed by that must be
    /// stored before anybody is signed in.
    ///
    /// # Errors
    ///
    /// [`OneTimePasswordError`], for the person and the audit record.
    pub fn sign_in(
        self,
        interaction: &InteractionId,
        now: Timestamp,
    ) -> Result<Self, OneTimePasswordError> {
        let PasswordKind::OneTime { expires_at, used_in } = &self.kind else { return Ok(self) };
        match used_in {
            Some(used_in) if used_in == interaction => Ok(self),
            Some(_) => Err(OneTimePasswordError::Used),
            None if now >= *expires_at => Err(OneTimePasswordError::Expired),
            None => {
                let (expires_at, used_in) = (*expires_at, Some(interaction.clone()));
                Ok(Self { kind: PasswordKind::OneTime { expires_at, used_in }, ..self })
            }
        }
    }
}

/// The reason why a one-time password that was right is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OneTimePasswordError {
    /// It was used in another interaction.
    #[error("the one-time password was used already")]
    Used,
    /// It was not used in time.
    #[error("the one-time password has ended")]
    Expired,
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Secret {
    /// The same password in the one spelling that every keyboard's comes to: composed (NFC), and with
    /// plain blanks (RFC 8265 `OpaqueString`). `None` if it is empty, has control characters or
    /// invisible ones in it, or does not stay as it is when it is prepared again (RFC 8264 §7).
    #[must_use]
    pub fn prepare_password(&self) -> Option<Self> {
        let prepared = Self::new(OpaqueString::enforce(self.expose()).ok()?);
        let again = Self::new(OpaqueString::enforce(prepared.expose()).ok()?);
        (again.expose() == prepared.expose()).then_some(prepared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(typed: &str) -> Option<String> {
        Secret::new(typed).prepare_password().map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn a_password_is_the_same_whichever_keyboard_it_is_typed_on() {
        assert_eq!(prepared("gru\u{308}n"), prepared("gr\u{fc}n"));
        assert_eq!(prepared("a\u{a0}b\u{3000}c"), Some("a b c".to_owned()));
        assert_eq!(prepared("Case counts \u{ff21}"), Some("Case counts \u{ff21}".to_owned()));
    }

    #[test]
    fn a_one_time_password_opens_one_interaction_and_only_in_time() {
        let (one, other) = (InteractionId::new("one"), InteractionId::new("other"));
        let at = Timestamp::from_unix;
        let fresh = Password::one_time("hash".to_owned(), at(100));
        assert_eq!(fresh.clone().sign_in(&one, at(100)), Err(OneTimePasswordError::Expired));
        let used = fresh.sign_in(&one, at(99)).expect("in time");
        assert_eq!(used.clone().sign_in(&other, at(99)), Err(OneTimePasswordError::Used));
        assert_eq!(used.clone().sign_in(&one, at(101)), Ok(used), "the same form once more");
        let chosen = Password::chosen("hash".to_owned());
        assert_eq!(chosen.clone().sign_in(&one, at(0)), Ok(chosen));
    }

    #[test]
    fn what_is_refused_in_one_spelling_is_refused_in_all() {
        assert_eq!(prepared("r\u{b7}n"), None, "a middle dot");
        assert_eq!(prepared("r\u{387}n"), None, "its Greek twin, which is composed to it");
    }

    #[test]
    fn what_nobody_sees_is_no_password() {
        for typed in ["", "a\nb", "\u{200b}\u{200b}", "a\u{fe0f}", "\u{3164}", "\u{34f}"] {
            assert_eq!(prepared(typed), None, "{typed:?}");
        }
    }
}
