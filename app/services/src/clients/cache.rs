//! Known clients, read once and kept in memory until they change.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{
    AuthenticationError, Client, ClientCredentials, ClientId, ClientMetadata, ClientState,
    OAuthError, Scope, Timestamp,
};
use moka::sync::Cache;
use ports::outbound::{Clients, StoreError, Suspensions};

use crate::context::broken;

/// The longest time for which a client is kept in memory, should the news of a change be missed.
const KEPT_FOR: Duration = Duration::from_mins(1);
/// The memory that known clients may take, in bytes: their metadata may be long.
const CLIENT_BYTES: u64 = 64 * 1024 * 1024;
/// About what an entry takes by itself.
const ENTRY: usize = 1024;
/// Nobody has a longer name, so none is looked up or remembered.
pub(crate) const LONGEST_NAME: usize = 2048;

/// The clients of the configuration and of the store.
pub struct ClientCache {
    configured: HashMap<ClientId, Arc<Client>>,
    clients: Arc<dyn Clients>,
    suspensions: Arc<dyn Suspensions>,
    known: Cache<ClientId, Option<Arc<Client>>>,
    /// The number of changes that were noticed.
    generation: AtomicU64,
}

impl ClientCache {
    /// Caches stored clients. Those of the configuration hide stored ones of the same identifier, and
    /// are suspended if an operator has suspended them, whatever the configuration says.
    #[must_use]
    pub fn new(
        configured: Vec<Client>,
        clients: Arc<dyn Clients>,
        suspensions: Arc<dyn Suspensions>,
    ) -> Self {
        let configured = configured.into_iter().map(|it| (it.id.clone(), Arc::new(it))).collect();
        let weigh = |id: &ClientId, client: &Option<Arc<Client>>| {
            let known = client.as_ref().map_or(0, |client| weight(&client.metadata));
            u32::try_from(ENTRY + id.as_str().len() + known).unwrap_or(u32::MAX)
        };
        let known = Cache::builder().max_capacity(CLIENT_BYTES).weigher(weigh);
        let known = known.time_to_live(KEPT_FOR).build();
        Self { configured, clients, suspensions, known, generation: AtomicU64::new(0) }
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
        if let Some(Some(known)) = self.known.get(id) {
            return Ok(known);
        }
        let seen = self.generation.load(Ordering::Acquire);
        let found = self.suspensions.find(id).await;
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
        self.known.insert(id.clone(), client);
        if self.generation.load(Ordering::Acquire) != read_in {
            self.known.invalidate(id);
        }
    }

    /// Forgets what is kept of a client, because it has changed.
    pub fn forget(&self, id: &ClientId) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.known.invalidate(id);
    }

    /// Forgets everything that is kept of stored clients.
    pub(crate) fn forget_all(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.known.invalidate_all();
    }

    /// A client, whatever its state.
    pub(crate) async fn find(&self, id: &ClientId) -> Result<Option<Arc<Client>>, OAuthError> {
        if id.as_str().len() > LONGEST_NAME {
            return Ok(None);
        }
        if let Some(client) = self.configured.get(id) {
            return self.as_it_stands(client).await.map(Some);
        }
        if let Some(known) = self.known.get(id) {
            return Ok(known);
        }
        let seen = self.generation.load(Ordering::Acquire);
        let found = self.clients.find(id).await.map_err(broken)?;
        let found = found.map(|stored| Arc::new(stored.value));
        self.remember(id, found.clone(), seen);
        Ok(found)
    }

    /// The active client that proves to be `presented`.
    pub(super) async fn authenticate(
        &self,
        presented: &ClientCredentials,
    ) -> Result<Arc<Client>, OAuthError> {
        let client = self.find(&presented.client).await?.ok_or(AuthenticationError::Unknown)?;
        client.authenticate(presented)?;
        Ok(client)
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
        let known = self.find(id).await?;
        if known.is_some_and(|client| mark(&client).is_none()) {
            return Ok(());
        }
        for _ in 0..4 {
            let held = self.clients.find(id).await.map_err(broken)?;
            let marked = held.as_ref().and_then(|held| mark(&held.value));
            let written = match (held, marked) {
                (None, _) => Err(AuthenticationError::Unknown.into()),
                (Some(_), None) => Ok(()),
                (Some(held), Some(marked)) => match self.clients.replace(held.with(marked)).await {
                    Err(StoreError::Conflict) => continue,
                    written => written.map_err(broken),
                },
            };
            self.forget(id);
            return written;
        }
        Err(broken(StoreError::Conflict))
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
