//! What is kept, by kind. Each is [`Store`], with the look-ups that only this kind needs.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    AuthorizationCode, Client, ClientId, Consent, Event, Interaction, RefreshFamily, Revocation,
    Session, SubjectId, Suspension, Timestamp, User, Username,
};

use super::{Store, StoreError, Stored};

/// Which part of a list to read: it is paged by key, so that a page costs the same however far down
/// it is.
#[derive(Clone, Debug)]
pub struct Page<K> {
    /// Only what comes after this key.
    pub after: Option<K>,
    /// At most so many.
    pub limit: u32,
}

/// Keeps clients that were registered or added at run time.
#[async_trait]
pub trait Clients: Store<Client> {
    /// A page of clients, in the order of their identifiers' bytes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn page(&self, page: Page<ClientId>) -> Result<Vec<Client>, StoreError>;

    /// Forgets clients that registered themselves and that nobody vouches for, and says how many: up to
    /// `limit` that have been [unused](Client::unused_since) since before `before`, and up to `limit` of
    /// those that are more than `most`. Of these go first, of the addresses that most are from, those that
    /// never had a token, and of these and of the others the longest unused: every address keeps its
    /// newest, as long as there is room. The check that a client may be forgotten and its removal are one
    /// step.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn forget_unused(
        &self,
        before: Timestamp,
        most: u32,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// Keeps the suspensions of clients of the configuration. [`super::Changes::since`] tells of every
/// change as of a change of the client.
pub trait Suspensions: Store<Suspension> {}
impl<T: Store<Suspension> + ?Sized> Suspensions for T {}

/// Keeps people. User names are unique.
#[async_trait]
pub trait Users: Store<User> {
    /// Finds a person by what they type to sign in.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn by_username(&self, username: &Username) -> Result<Option<Stored<User>>, StoreError>;

    /// A page of people, in the order of their user names' bytes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn page(&self, page: Page<Username>) -> Result<Vec<User>, StoreError>;
}

/// Keeps signed-in browsers until some time after they expire.
#[async_trait]
pub trait Sessions: Store<Session> {
    /// Every session of one person that has not expired at `now`, newest first; at most 100.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn of(&self, subject: &SubjectId, now: Timestamp) -> Result<Vec<Session>, StoreError>;
}

/// Keeps what people allowed. There is one consent for a person and a client.
///
/// Nobody removes a consent that was withdrawn: the revocation of its identifier is the withdrawal,
/// and whoever finds one must ask for that. The row goes with a [`Housekeeping::purge`], or another
/// consent takes its place.
#[async_trait]
pub trait Consents: Store<Consent> {
    /// Everything one person allowed, newest first; at most 500.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn of(&self, subject: &SubjectId) -> Result<Vec<Consent>, StoreError>;

    /// Revokes every consent that was given to one client, in one step, and returns the revocations. Each
    /// is kept until `until`. [`super::Changes::since`] tells of them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn end_all(
        &self,
        client: &ClientId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Revocation>, StoreError>;
}

/// Keeps interactions until some time after they expire.
pub trait Interactions: Store<Interaction> {}
impl<T: Store<Interaction> + ?Sized> Interactions for T {}

/// Keeps authorization codes until some time after they expire, spent or not, so that replay can be
/// told from ignorance.
#[async_trait]
pub trait AuthorizationCodes: Store<AuthorizationCode> {
    /// Adds a code as [`Store::insert`] does, and adds `event` to the audit record in the same transaction:
    /// neither is ever there without the other.
    ///
    /// # Errors
    ///
    /// Those of [`Store::insert`]; then neither is written.
    async fn insert_recorded(
        &self,
        code: AuthorizationCode,
        event: Event,
    ) -> Result<(), StoreError>;
}

/// Keeps refresh families until some time after they expire, revoked or not, so that reuse can be
/// told from ignorance.
#[async_trait]
pub trait RefreshFamilies: Store<RefreshFamily> {
    /// Replaces a family as [`Store::replace`] does, and adds `event` to the audit record in the same
    /// transaction: neither is ever there without the other.
    ///
    /// # Errors
    ///
    /// Those of [`Store::replace`]; then neither is written.
    async fn replace_recorded(
        &self,
        stored: Stored<RefreshFamily>,
        event: Event,
    ) -> Result<(), StoreError>;

    /// When the last of all families that are stored expires, however it was used and whether it was
    /// revoked; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn latest_expiry(&self) -> Result<Option<Timestamp>, StoreError>;

    /// When each client that holds, or held, refresh tokens for a person last used one. Clients that
    /// never did, and families that are forgotten, are left out.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn last_uses(
        &self,
        subject: &SubjectId,
    ) -> Result<HashMap<ClientId, Timestamp>, StoreError>;
}

/// Before when a thing must have expired to be forgotten.
#[derive(Clone, Copy, Debug)]
pub struct PurgeBefore {
    /// An interaction.
    pub interactions: Timestamp,
    /// Anything else.
    pub others: Timestamp,
}

/// Looks after the store itself.
#[async_trait]
pub trait Housekeeping: Send + Sync {
    /// Whether the store answers, and takes what is written. One that does not is given up soon.
    /// However often this is asked, it costs next to nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn ping(&self) -> Result<(), StoreError>;

    /// Forgets up to `limit` things of each kind that expired before their `horizon`, and says how many
    /// it forgot in all. Audit events are never forgotten.
    ///
    /// Consents do not expire, but end: up to `limit` are forgotten that a revocation names, and up to
    /// `limit` whose client one names. A consent that took the place of one that was withdrawn has
    /// another identifier, and stays. A revocation is kept, however long ago it expired, as long as
    /// a consent that it ended is: nothing else tells that consent from one that is still good.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn purge(&self, horizon: PurgeBefore, limit: u32) -> Result<u64, StoreError>;

    /// Lets go of the store, once everything that came before is written. Whatever is written later
    /// fails.
    async fn close(&self);
}
