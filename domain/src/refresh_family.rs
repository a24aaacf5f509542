//! Refresh tokens that descend from one grant (OAuth 2.1 §4.3.1).

use std::time::Duration;

use crate::{ErrorCode, Grant, OAuthError, Outage, RefreshToken, Secret, TagKey, Timestamp};

/// One grant and the refresh token that currently stands for it.
///
/// The family is the aggregate, not the token: everything that must change together when a token is
/// used is in this one value, so that one compare-and-set protects it. No token is kept, in clear or
/// as a digest: each is computed from the family, its generation and a key that is not stored with
/// it, so the token that follows another is always the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshFamily {
    /// The grant that the family belongs to. Its identifier names the family.
    pub grant: Grant,
    /// Random, so that the key alone makes no token.
    pub salt: [u8; 16],
    /// The generation that is good now. The first is zero.
    pub generation: u32,
    /// The time at which the generation before it was spent.
    pub rotated_at: Option<Timestamp>,
    /// After this instant nothing can be refreshed, unless something was refreshed before.
    pub idle_expires_at: Timestamp,
    /// After this instant nothing can be refreshed, whatever happened before.
    pub expires_at: Timestamp,
    /// Whether it still lives.
    pub state: FamilyState,
}

/// Whether a family still lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FamilyState {
    /// It does.
    Active,
    /// It does not.
    Revoked {
        /// Since when.
        at: Timestamp,
        /// The cause.
        cause: Cause,
    },
}

/// The cause that ended a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A spent token came back: somebody has a copy.
    Reuse,
    /// The client, the resource owner or an operator asked.
    Request,
}

/// The lifetimes of refresh tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshLifetimes {
    /// From one use to the next.
    pub idle: Duration,
    /// From the grant, however often it is used.
    pub absolute: Duration,
    /// The time for which a spent token is taken for a retry, counting only time in which the server
    /// was up. Zero forgives nothing.
    pub grace: Duration,
}

/// A refresh token that this family issued. Only [`RefreshFamily::recognise`] makes one, so nothing
/// that we never issued can change a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Genuine {
    generation: u32,
}

/// The outcome for a genuine token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It was the current one, and is spent now.
    Advanced,
    /// It was spent a moment ago, and the answer was lost: it gets the same successor again, and
    /// nothing changes.
    Repeated,
}

impl RefreshFamily {
    /// Opens a family for a grant.
    #[must_use]
    pub fn open(
        grant: Grant,
        salt: [u8; 16],
        lifetimes: &RefreshLifetimes,
        now: Timestamp,
    ) -> Self {
        let expires_at = now.after(lifetimes.absolute);
        Self {
            grant,
            salt,
            generation: 0,
            rotated_at: None,
            idle_expires_at: now.after(lifetimes.idle).min(expires_at),
            expires_at,
            state: FamilyState::Active,
        }
    }

    /// The refresh token that is good now, to be handed to the client.
    #[must_use]
    pub fn token(&self, key: &TagKey) -> Secret {
        RefreshToken::issue(&self.grant.id, self.generation, &self.salt, key)
    }

    /// Whether this family ever issued `token`.
    #[must_use]
    pub fn recognise(&self, token: &RefreshToken, key: &TagKey) -> Option<Genuine> {
        let genuine = token.grant == self.grant.id
            && token.is_tagged(&self.salt, key)
            // A generation from the future has a lawful tag after a database was restored from a
            // backup. It proves nothing about theft.
            && token.generation <= self.generation;
        genuine.then_some(Genuine { generation: token.generation })
    }

    /// Spends the current token.
    ///
    /// A client that never saw our answer will try again with the token before. Within the grace
    /// that is taken for what it is; after that it is theft. Nobody can retry while the server is
    /// away, so `outages` do not count towards the grace. The family must be stored whichever way
    /// this went, unless it was [`Rotation::Repeated`]: theft ends it.
    pub fn rotate(
        mut self,
        presented: Genuine,
        lifetimes: &RefreshLifetimes,
        outages: &[Outage],
        now: Timestamp,
    ) -> (Self, Result<Rotation, RotateError>) {
        if let Err(error) = self.check_live(now) {
            return (self, Err(error));
        }
        if presented.generation == self.generation {
            self.generation += 1;
            self.rotated_at = Some(now);
            self.idle_expires_at = now.after(lifetimes.idle).min(self.expires_at);
            return (self, Ok(Rotation::Advanced));
        }
        let retried = presented.generation + 1 == self.generation
            && self.rotated_at.is_some_and(|at| Outage::uptime(outages, at, now) < lifetimes.grace);
        if retried {
            return (self, Ok(Rotation::Repeated));
        }
        (self.revoke(Cause::Reuse, now), Err(RotateError::Reused))
    }

    /// Ends the family. Ending it twice keeps the first reason.
    #[must_use]
    pub fn revoke(self, cause: Cause, now: Timestamp) -> Self {
        match self.state {
            FamilyState::Revoked { .. } => self,
            FamilyState::Active => Self { state: FamilyState::Revoked { at: now, cause }, ..self },
        }
    }

    /// Whether `presented` could be refreshed now.
    #[must_use]
    pub fn is_current(&self, presented: Genuine, now: Timestamp) -> bool {
        self.check_live(now).is_ok() && presented.generation == self.generation
    }

    fn check_live(&self, now: Timestamp) -> Result<(), RotateError> {
        match self.state {
            FamilyState::Revoked { .. } => Err(RotateError::Revoked),
            FamilyState::Active if now >= self.expires_at.min(self.idle_expires_at) => {
                Err(RotateError::Expired)
            }
            FamilyState::Active => Ok(()),
        }
    }
}

/// The reason why a token was not rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotateError {
    /// The family was revoked before.
    #[error("the family is revoked")]
    Revoked,
    /// Too late.
    #[error("the family has expired")]
    Expired,
    /// A spent token came back; the family has just been revoked.
    #[error("a spent refresh token was presented")]
    Reused,
}

impl From<RotateError> for OAuthError {
    fn from(reason: RotateError) -> Self {
        Self::new(ErrorCode::InvalidGrant)
            .hint("the refresh token is unknown, expired or revoked")
            .because(reason)
    }
}

#[cfg(test)]
mod tests;
