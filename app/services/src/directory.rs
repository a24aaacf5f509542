//! Who is known here: clients and people, read once and kept in memory until they change.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{
    AccessClaims, Approval, AuthenticationError, Client, ClientId, ClientMetadata, ClientState,
    OAuthError, Presented, Scope, SubjectId, Suspension, Timestamp, User,
};
use moka::sync::Cache;
use ports::outbound::{Change, Clients, Keep, StoreError, Suspensions, Users};

use crate::{revocation_graph::RevocationGraph, world::broken};

/// How long something is kept in memory at most, should the news of its change be missed.
const KEPT_FOR: Duration = Duration::from_mins(1);
/// How many people are kept at most.
const USERS: u64 = 10_000;
/// How much of clients is kept at most: what they say of themselves may be long.
const CLIENT_BYTES: u64 = 64 * 1024 * 1024;
/// About what an entry takes by itself.
const ENTRY: usize = 1024;
/// Nobody has a longer name, so none is looked up or remembered.
pub(crate) const LONGEST_NAME: usize = 2048;

/// Clients and people, and whether what they hold is still good.
pub struct Directory {
    configured: HashMap<ClientId, Arc<Client>>,
    clients: Arc<dyn Clients>,
    suspensions: Arc<dyn Suspensions>,
    users: Arc<dyn Users>,
    /// What has been revoked.
    pub revocations: Arc<RevocationGraph>,
    known_clients: Cache<ClientId, Option<Arc<Client>>>,
    /// The number of changes that were noticed.
    generation: AtomicU64,
    known_users: Cache<SubjectId, Option<Arc<User>>>,
}

impl Directory {
    /// Opens the directory. The clients of the configuration hide stored ones of the same name, and
    /// are as an operator has stopped them, whatever the configuration says.
    #[must_use]
    pub fn new(
        configured: Vec<Client>,
        (clients, suspensions): (Arc<dyn Clients>, Arc<dyn Suspensions>),
        users: Arc<dyn Users>,
        revocations: Arc<RevocationGraph>,
    ) -> Self {
        Self {
            configured: configured
                .into_iter()
                .map(|client| (client.id.clone(), Arc::new(client)))
                .collect(),
            clients,
            suspensions,
            users,
            revocations,
            known_clients: Cache::builder()
                .max_capacity(CLIENT_BYTES)
                .weigher(|id: &ClientId, client: &Option<Arc<Client>>| {
                    let known = client.as_ref().map_or(0, |client| weight(&client.metadata));
                    u32::try_from(ENTRY + id.as_str().len() + known).unwrap_or(u32::MAX)
                })
                .time_to_live(KEPT_FOR)
                .build(),
            generation: AtomicU64::new(0),
            known_users: Cache::builder().max_capacity(USERS).time_to_live(KEPT_FOR).build(),
        }
    }

    /// The clients of the configuration, by identifier.
    pub(crate) async fn configured(&self) -> Result<Vec<Arc<Client>>, OAuthError> {
        let mut all = Vec::with_capacity(self.configured.len());
        for client in self.configured.values() {
            all.push(self.as_it_stands(client).await?);
        }
        all.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(all)
    }

    /// A client of the configuration, stopped if an operator has stopped it.
    async fn as_it_stands(&self, configured: &Arc<Client>) -> Result<Arc<Client>, OAuthError> {
        let id = &configured.id;
        if let Some(Some(known)) = self.known_clients.get(id) {
            return Ok(known);
        }
        let seen = self.generation.load(Ordering::Acquire);
        let found = Keep::<Suspension>::find(self.suspensions.as_ref(), id).await;
        let client = if found.map_err(broken)?.is_some() {
            Arc::new(Client { state: ClientState::Suspended, ..Client::clone(configured) })
        } else {
            Arc::clone(configured)
        };
        self.remember(id, Some(Arc::clone(&client)), seen);
        Ok(client)
    }

    /// Whether the configuration has a client of this name.
    pub(crate) fn is_configured(&self, id: &ClientId) -> bool {
        self.configured.contains_key(id)
    }

    /// Keeps a client in memory that was read in this generation. If there was a change meanwhile, the
    /// client may be from before it: it is forgotten again.
    fn remember(&self, id: &ClientId, client: Option<Arc<Client>>, read_in: u64) {
        self.known_clients.insert(id.clone(), client);
        if self.generation.load(Ordering::Acquire) != read_in {
            self.known_clients.invalidate(id);
        }
    }

    /// Takes notice of a change, whoever made it.
    pub fn apply(&self, change: Change) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        match change {
            Change::Client(id) => self.known_clients.invalidate(&id),
            Change::User(id) => self.known_users.invalidate(&id),
            Change::Revocation(revocation) => self.revocations.note(revocation),
        }
    }

    /// Forgets everything that is kept in memory, and reads the revocations again: for a process that
    /// has missed the news.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.known_clients.invalidate_all();
        self.known_users.invalidate_all();
        self.revocations.reload().await
    }

    /// A client, whatever its state.
    pub(crate) async fn client(&self, id: &ClientId) -> Result<Option<Arc<Client>>, OAuthError> {
        if id.as_str().len() > LONGEST_NAME {
            return Ok(None);
        }
        if let Some(client) = self.configured.get(id) {
            return self.as_it_stands(client).await.map(Some);
        }
        if let Some(known) = self.known_clients.get(id) {
            return Ok(known);
        }
        let seen = self.generation.load(Ordering::Acquire);
        let found = Keep::<Client>::find(self.clients.as_ref(), id).await.map_err(broken)?;
        let found = found.map(|stored| Arc::new(stored.value));
        self.remember(id, found.clone(), seen);
        Ok(found)
    }

    /// Writes down, once, that a person allows something to a client that registered itself: from then on
    /// it is never forgotten. To be called before anything of the grant is stored.
    ///
    /// # Errors
    ///
    /// `invalid_client` if the client is gone; then nothing may be granted to it.
    pub(crate) async fn begin_grant(
        &self,
        id: &ClientId,
        now: Timestamp,
    ) -> Result<(), OAuthError> {
        self.mark(id, |client| client.first_granted(now)).await
    }

    /// Writes down, now and then, that a client that registered itself gets a token for itself: it is
    /// kept as long as it is used.
    ///
    /// # Errors
    ///
    /// `invalid_client` if the client is gone.
    pub(crate) async fn note_use(&self, id: &ClientId, now: Timestamp) -> Result<(), OAuthError> {
        self.mark(id, |client| client.used(now)).await
    }

    /// Stores a client as `mark` changes it, if it does.
    async fn mark(
        &self,
        id: &ClientId,
        mark: impl Fn(&Client) -> Option<Client> + Send + Sync,
    ) -> Result<(), OAuthError> {
        let known = self.client(id).await?;
        if known.is_some_and(|client| mark(&client).is_none()) {
            return Ok(());
        }
        for _ in 0..4 {
            let held = Keep::<Client>::find(self.clients.as_ref(), id).await.map_err(broken)?;
            let marked = held.as_ref().and_then(|held| mark(&held.value));
            let written = match (held, marked) {
                (None, _) => Err(AuthenticationError::Unknown.into()),
                (Some(_), None) => Ok(()),
                (Some(held), Some(marked)) => match self.clients.replace(held.with(marked)).await {
                    Err(StoreError::Conflict) => continue,
                    written => written.map_err(broken),
                },
            };
            self.apply(Change::Client(id.clone()));
            return written;
        }
        Err(broken(StoreError::Conflict))
    }

    /// A person, whatever their state.
    pub(crate) async fn user(&self, id: &SubjectId) -> Result<Option<Arc<User>>, OAuthError> {
        if let Some(known) = self.known_users.get(id) {
            return Ok(known);
        }
        let found = Keep::<User>::find(self.users.as_ref(), id).await.map_err(broken)?;
        let found = found.map(|stored| Arc::new(stored.value));
        self.known_users.insert(id.clone(), found.clone());
        Ok(found)
    }

    /// The client that has proven itself to be `presented`.
    pub(crate) async fn authenticate(
        &self,
        presented: &Presented,
    ) -> Result<Arc<Client>, OAuthError> {
        let client = self.client(&presented.client).await?.ok_or(AuthenticationError::Unknown)?;
        client.authenticate(presented)?;
        Ok(client)
    }

    /// Whether what was approved still is: nothing it hangs on has been revoked, and the person has
    /// not been stopped.
    pub(crate) async fn upholds(
        &self,
        approval: &Approval,
    ) -> Result<Option<Arc<User>>, OAuthError> {
        if self.revocations.has_withdrawn(approval) {
            return Ok(None);
        }
        let Some(user) = self.user(&approval.subject).await? else { return Ok(None) };
        let honoured = approval.stamp.as_ref().is_some_and(|stamp| user.honours(stamp));
        Ok(honoured.then_some(user))
    }

    /// Whether an access token that has not expired is still good, and whose it is: nobody's, where a
    /// client acts for itself.
    pub(crate) async fn holds(&self, claims: &AccessClaims) -> Result<Option<Holder>, OAuthError> {
        if self.revocations.has_ended(&claims.lineage) {
            return Ok(None);
        }
        let Some(client) = self.client(&claims.client).await? else { return Ok(None) };
        if client.check_active().is_err() {
            return Ok(None);
        }
        let Some(stamp) = &claims.lineage.stamp else { return Ok(Some(Holder::Client)) };
        let user = self.user(&claims.subject).await?.filter(|user| user.honours(stamp));
        Ok(user.map(Holder::Person))
    }
}

/// About how many bytes a client's metadata takes, beside what every client has.
fn weight(metadata: &ClientMetadata) -> usize {
    let texts = [
        &metadata.client_name,
        &metadata.client_uri,
        &metadata.logo_uri,
        &metadata.tos_uri,
        &metadata.policy_uri,
        &metadata.jwks_uri,
        &metadata.jwks,
        &metadata.software_id,
        &metadata.software_version,
    ];
    let redirects = metadata.redirect_uris.iter().chain(&metadata.post_logout_redirect_uris);
    let lists = [
        metadata.contacts.iter().map(String::len).sum::<usize>(),
        redirects.map(|uri| uri.as_str().len()).sum(),
        metadata.resources.iter().flatten().map(|uri| uri.as_str().len()).sum(),
        // A set of short texts takes many times what they have in letters.
        metadata.scope.iter().flat_map(Scope::iter).map(|token| token.len() + 64).sum(),
    ];
    texts.into_iter().flatten().map(String::len).sum::<usize>() + lists.iter().sum::<usize>()
}

/// Whose an access token is.
pub(crate) enum Holder {
    /// The client's own.
    Client,
    /// This person's.
    Person(Arc<User>),
}
