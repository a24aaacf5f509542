//! Clients, as operators see them.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, Client, ClientId, ClientLifetimes, ClientMetadata, ClientState, Credential,
    DescriptiveMetadata, EnabledGrants, GrantType, Issuer, RedirectPolicy, RegistrationPolicy,
    RegistrationRequest, RegistrationSource, RequestSource, ResourceUri, Revocable, Secret,
    Suspension, ValidatedRegistration,
};
use ports::{
    inbound::{self, AdminError, ClientDraft, CreatedClient},
    outbound::{Clients, Page, StoreError, Stored, Suspensions},
};

use super::{ClientCache, cache::LONGEST_NAME, register::draw_credential};
use crate::{Context, RevocationList, people::failed};

/// Looks after clients. Those of the configuration are changed there, but may be stopped here.
pub struct AdministerClients {
    /// Known clients.
    pub known: Arc<ClientCache>,
    /// Everything that was revoked.
    pub revocations: Arc<RevocationList>,
    /// The store of clients.
    pub clients: Arc<dyn Clients>,
    /// The store of suspensions of clients of the configuration.
    pub suspensions: Arc<dyn Suspensions>,
    /// The issuer: no redirect URI may lead to its own pages.
    pub issuer: Issuer,
    /// The grant types that are switched on, and so those that a client can be registered for.
    pub grants: EnabledGrants,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

#[async_trait]
impl inbound::AdministerClients for AdministerClients {
    async fn add(&self, draft: ClientDraft) -> Result<CreatedClient, AdminError> {
        let id = draft.id.clone().unwrap_or_else(|| self.context.id(ClientId::new));
        check_id(&id)?;
        self.check_grants(&draft.grant_types)?;
        let ValidatedRegistration { auth_method, metadata } = check(draft, Some(&self.issuer))?;
        let (credential, secret) = draw_credential(auth_method, &self.context);
        let client = Client {
            id: id.clone(),
            credential,
            metadata,
            lifetimes: ClientLifetimes::default(),
            origin: RegistrationSource::Operator,
            created_at: self.context.now(),
            state: ClientState::Active,
        };
        self.check_not_configured(&id)?;
        if self.revocations.is_revoked(Revocable::Client(id.clone())) {
            return Err(AdminError::RecentlyDeleted(id.to_string()));
        }
        match self.clients.insert(client.clone()).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => return Err(AdminError::Taken(id.to_string())),
            Err(error) => return Err(failed(error)),
        }
        self.note(Action::ClientRegistered, id).await?;
        Ok(CreatedClient { client, secret })
    }

    async fn list(&self, page: Page<ClientId>) -> Result<Vec<Client>, AdminError> {
        let first = page.after.is_none();
        let stored = self.clients.page(page).await.map_err(failed)?;
        let configured = if first { self.configured().await? } else { Vec::new() };
        let configured = configured.iter().map(|client| Client::clone(client));
        let hidden = |client: &Client| self.known.is_configured(&client.id);
        Ok(configured.chain(stored.into_iter().filter(|client| !hidden(client))).collect())
    }

    async fn show(&self, id: &ClientId) -> Result<Client, AdminError> {
        let client = self.as_it_is(id).await?;
        let client = client.ok_or_else(|| AdminError::NoSuchClient(id.to_string()))?;
        Ok(Client::clone(&client))
    }

    async fn rotate_secret(&self, id: &ClientId) -> Result<Secret, AdminError> {
        let held = self.find(id).await?;
        let Credential::Secret { .. } = held.value.credential else {
            return Err(AdminError::Public(id.to_string()));
        };
        let (credential, secret) = draw_credential(held.value.auth_method(), &self.context);
        let secret = secret.ok_or_else(|| AdminError::Public(id.to_string()))?;
        let client = Client { credential, ..held.value.clone() };
        self.store(held.with(client), Action::ClientSecretRotated).await?;
        Ok(secret)
    }

    async fn set_suspended(&self, id: &ClientId, suspended: bool) -> Result<(), AdminError> {
        let action = if suspended { Action::ClientSuspended } else { Action::ClientResumed };
        if self.known.is_configured(id) {
            self.suspend_configured(id, suspended).await.map_err(failed)?;
            return self.note(action, id.clone()).await;
        }
        let held = self.find(id).await?;
        let state = if suspended { ClientState::Suspended } else { ClientState::Active };
        let client = Client { state, ..held.value.clone() };
        self.store(held.with(client), action).await
    }

    async fn delete(&self, id: &ClientId) -> Result<(), AdminError> {
        self.find(id).await?;
        let buried = self.revocations.end(Revocable::Client(id.clone())).await;
        buried.map_err(|error| AdminError::Failed(error.into()))?;
        self.clients.remove(id).await.map_err(failed)?;
        self.note(Action::ClientDeleted, id.clone()).await
    }
}

impl AdministerClients {
    /// The client that this name stands for; the directory looks into the configuration first.
    async fn as_it_is(&self, id: &ClientId) -> Result<Option<Arc<Client>>, AdminError> {
        self.known.find(id).await.map_err(|error| AdminError::Failed(error.into()))
    }

    async fn configured(&self) -> Result<Vec<Arc<Client>>, AdminError> {
        self.known.configured().await.map_err(|error| AdminError::Failed(error.into()))
    }

    /// Stops a client of the configuration, or lets it go on.
    async fn suspend_configured(&self, id: &ClientId, suspended: bool) -> Result<(), StoreError> {
        let suspensions = self.suspensions.as_ref();
        if !suspended {
            return suspensions.remove(id).await;
        }
        let suspension = Suspension { client: id.clone(), since: self.context.now() };
        match suspensions.insert(suspension).await {
            // It is stopped already.
            Err(StoreError::Conflict) => Ok(()),
            stored => stored,
        }
    }

    /// Refuses to change a client of the configuration.
    fn check_not_configured(&self, id: &ClientId) -> Result<(), AdminError> {
        if self.known.is_configured(id) {
            return Err(AdminError::Configured(id.to_string()));
        }
        Ok(())
    }

    /// A client that was registered for a grant type that is off could not use it.
    fn check_grants(&self, asked: &[GrantType]) -> Result<(), AdminError> {
        match asked.iter().find(|grant| !self.grants.contains(**grant)) {
            None => Ok(()),
            Some(off) => Err(AdminError::Refused(format!(
                "the grant type `{}` is switched off; `tokens.grant_types` has {}",
                off.as_str(),
                self.grants.names()
            ))),
        }
    }

    async fn find(&self, id: &ClientId) -> Result<Stored<Client>, AdminError> {
        self.check_not_configured(id)?;
        let found = self.clients.find(id).await.map_err(failed)?;
        found.ok_or_else(|| AdminError::NoSuchClient(id.to_string()))
    }

    async fn store(&self, stored: Stored<Client>, action: Action) -> Result<(), AdminError> {
        let id = stored.value.id.clone();
        match self.clients.replace(stored).await {
            Ok(()) => self.note(action, id).await,
            Err(StoreError::Conflict) => Err(AdminError::Refused(format!(
                "the client `{id}` was changed meanwhile; try again"
            ))),
            Err(error) => Err(failed(error)),
        }
    }

    async fn note(&self, action: Action, id: ClientId) -> Result<(), AdminError> {
        self.known.forget(&id);
        let event = self.context.event(action, &RequestSource::default()).of_client(&id);
        self.context.audit.record(event).await.map_err(failed)
    }
}

/// A client whose identifier is longer is never looked up, and a blank one cannot be told from none.
fn check_id(id: &ClientId) -> Result<(), AdminError> {
    if !id.as_str().trim().is_empty() && id.as_str().len() <= LONGEST_NAME {
        return Ok(());
    }
    let reason =
        format!("the `id` of a client must not be blank, and have {LONGEST_NAME} bytes at most");
    Err(AdminError::Refused(reason))
}

/// An operator may register whatever is safe: the same rules as for everybody, with every grant
/// open.
fn check(draft: ClientDraft, issuer: Option<&Issuer>) -> Result<ValidatedRegistration, AdminError> {
    let policy = RegistrationPolicy {
        grant_types: GrantType::ALL.to_vec(),
        redirects: RedirectPolicy::Any,
        id_token_algorithm: None,
        mistrusts_pages_beside: None,
        issuer: issuer.cloned(),
    };
    let parse = |raw: &String| {
        ResourceUri::parse(raw).map_err(|error| AdminError::Refused(format!("`{raw}`: {error}")))
    };
    let resources =
        draft.resources.as_ref().map(|list| list.iter().map(parse).collect::<Result<_, _>>());
    let request = RegistrationRequest {
        redirect_uris: draft.redirect_uris,
        post_logout_redirect_uris: draft.post_logout_redirect_uris,
        token_endpoint_auth_method: Some(draft.auth_method.as_str().to_owned()),
        grant_types: Some(
            draft.grant_types.iter().map(|grant| grant.as_str().to_owned()).collect(),
        ),
        scope: draft.scope,
        described: DescriptiveMetadata {
            client_name: draft.name,
            ..DescriptiveMetadata::default()
        },
        ..RegistrationRequest::default()
    };
    let ValidatedRegistration { auth_method, metadata } = request.check(&policy)?;
    // A client that registers itself learns what it got; an operator wants what they asked for.
    if let Some(grant) = draft.grant_types.iter().find(|it| !metadata.grant_types.contains(it)) {
        let grant = grant.as_str();
        return Err(AdminError::Refused(format!("the grant type `{grant}` needs a client secret")));
    }
    let metadata = ClientMetadata {
        resources: resources.transpose()?,
        id_token_algorithm: draft.id_token_algorithm,
        ..metadata
    };
    Ok(ValidatedRegistration { auth_method, metadata })
}

/// The same rules as [`AdministerClients::add`](ports::inbound::AdministerClients::add), for a client
/// written into the configuration, which may be read before the issuer is known: its
/// [objections](Issuer::objection) to redirect URIs are not asked.
///
/// # Errors
///
/// [`AdminError::Refused`] says what to change.
pub fn configured_client(
    draft: ClientDraft,
    id: ClientId,
    secret: Option<&Secret>,
    lifetimes: ClientLifetimes,
) -> Result<Client, AdminError> {
    use domain::{AuthMethod, SecretMethod, Timestamp};
    check_id(&id)?;
    let ValidatedRegistration { auth_method, metadata } = check(draft, None)?;
    let method = match auth_method {
        AuthMethod::None => None,
        AuthMethod::ClientSecretBasic => Some(SecretMethod::Basic),
        AuthMethod::ClientSecretPost => Some(SecretMethod::Post),
    };
    let credential = match (method, secret) {
        (None, None) => Credential::Public,
        (Some(method), Some(secret)) => Credential::Secret { method, digest: secret.digest() },
        (None, Some(_)) => {
            return Err(AdminError::Refused(
                "a client with `auth_method = \"none\"` has no `secret`".to_owned(),
            ));
        }
        (Some(_), None) => {
            let hint = format!(
                "a client with `auth_method = \"{}\"` needs a `secret`",
                auth_method.as_str()
            );
            return Err(AdminError::Refused(hint));
        }
    };
    Ok(Client {
        id,
        credential,
        metadata,
        lifetimes,
        origin: RegistrationSource::Configured,
        created_at: Timestamp::from_unix(0),
        state: ClientState::Active,
    })
}
