//! Clients that register and manage themselves (RFC 7591, RFC 7592).

mod refusals;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, Actor, AddressBlocks, AuthMethod, Client, ClientId, ClientLifetimes, ClientState,
    Credential, ErrorCode, Event, OAuthError, RegistrationPolicy, RegistrationRequest,
    RegistrationSource, RequestSource, Revocable, Secret, SecretMethod, ValidatedRegistration,
};
use ports::{
    inbound::{self, Registered, Registration},
    outbound::{Clients, Consents, Limits, StoreError},
};

use super::{ClientCache, RegistrationGate, UnusedClients};
use crate::{Context, RevocationList, context::broken};

/// Registers clients.
pub struct RegisterClients {
    /// Known clients.
    pub known: Arc<ClientCache>,
    /// Everything that was revoked.
    pub revocations: Arc<RevocationList>,
    /// The store of clients.
    pub clients: Arc<dyn Clients>,
    /// The policy that says who may register.
    pub gate: RegistrationGate,
    /// The policy that says what may be registered.
    pub policy: RegistrationPolicy,
    /// The store of consents.
    pub consents: Arc<dyn Consents>,
    /// Those that nobody has used.
    pub unused: Arc<UnusedClients>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
    /// Limits how many clients one address registers.
    pub limits: Arc<dyn Limits>,
}

#[async_trait]
impl inbound::RegisterClients for RegisterClients {
    async fn admit(
        &self,
        token: Option<&Secret>,
        origin: &RequestSource,
    ) -> Result<(), OAuthError> {
        let admitted = match self.gate.admit(token) {
            Ok(()) => self.check_limit(origin).await,
            Err(error) => Err(error),
        };
        self.account_for(admitted, None, origin).await
    }

    async fn register(
        &self,
        token: Option<Secret>,
        request: RegistrationRequest,
        origin: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        let checked = self.check(token.as_ref(), request, origin).await;
        let ValidatedRegistration { auth_method, metadata } =
            self.account_for(checked, None, origin).await?;
        let (credential, client_secret) = draw_credential(auth_method, &self.context);
        let registration_access_token = self.context.secret();
        let client = Client {
            id: self.context.id(ClientId::new),
            credential,
            metadata,
            lifetimes: ClientLifetimes::default(),
            origin: RegistrationSource::Dynamic {
                registration_token: registration_access_token.digest(),
                registered_from: AddressBlocks::of(origin).widest().network(),
                first_granted_at: None,
                last_used_at: None,
            },
            created_at: self.context.now(),
            state: ClientState::Active,
        };
        self.clients.insert(client.clone()).await.map_err(broken)?;
        let event = self.context.event(Action::ClientRegistered, origin).by(self.registrant());
        self.note(event.with_detail(client.display_name()), &client.id).await?;
        self.unused.count().await;
        Ok(Registered { client, client_secret, registration_access_token })
    }

    async fn read(
        &self,
        id: &ClientId,
        token: Option<Secret>,
        origin: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        let (held, token) = self.own(id, token, origin).await?;
        Ok(Registered { client: held.value, client_secret: None, registration_access_token: token })
    }

    async fn admit_change(
        &self,
        id: &ClientId,
        token: Option<&Secret>,
        origin: &RequestSource,
    ) -> Result<(), OAuthError> {
        self.own(id, token.cloned(), origin).await?;
        let admitted = match self.check_open() {
            Ok(()) => self.check_limit(origin).await,
            Err(error) => Err(error),
        };
        self.account_for(admitted, Some(id), origin).await
    }

    async fn update(
        &self,
        id: &ClientId,
        token: Option<Secret>,
        registration: Registration,
        origin: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        let (held, token) = self.own(id, token, origin).await?;
        let checked = self.check_change(&held.value, registration, origin).await;
        let checked = self.account_for(checked, Some(id), origin).await;
        let ValidatedRegistration { auth_method, metadata } = checked?;
        let (credential, client_secret) = if auth_method == held.value.auth_method() {
            (held.value.credential.clone(), None)
        } else {
            draw_credential(auth_method, &self.context)
        };
        let client = Client { credential, metadata, ..held.value.clone() };
        let actor = client.own_actor();
        let changed = changed(&held.value, &client);
        let same = client.is_same_party(&held.value);
        if !same {
            // First, so that nothing that was allowed to what it was is ever good for what it is.
            self.revocations.end_consents(self.consents.as_ref(), id).await?;
        }
        match self.clients.replace(held.with(client.clone())).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                return Err(OAuthError::new(ErrorCode::InvalidRequest)
                    .hint("the registration was changed meanwhile"));
            }
            Err(error) => return Err(broken(error)),
        }
        if !same {
            // Again, as somebody may have decided meanwhile, on what it was.
            self.revocations.end_consents(self.consents.as_ref(), id).await?;
        }
        let event = self.context.event(Action::ClientUpdated, origin).by(actor);
        self.note(event.with_detail(changed), id).await?;
        Ok(Registered { client, client_secret, registration_access_token: token })
    }

    async fn delete(
        &self,
        id: &ClientId,
        token: Option<Secret>,
        origin: &RequestSource,
    ) -> Result<(), OAuthError> {
        let (held, _) = self.own(id, token, origin).await?;
        // Who never got a token leaves nothing behind, and needs no revocation: anybody can register.
        if held.value.may_hold_tokens() {
            self.revocations.end(Revocable::Client(id.clone())).await?;
        }
        self.clients.remove(id).await.map_err(broken)?;
        let event = self.context.event(Action::ClientDeleted, origin).by(held.value.own_actor());
        self.note(event, id).await
    }
}

impl RegisterClients {
    /// The actor of registrations. Whoever holds an initial access token has it from an operator, and so
    /// is no stranger.
    fn registrant(&self) -> Actor {
        match self.gate {
            RegistrationGate::Token(_) => Actor::Client,
            RegistrationGate::Open | RegistrationGate::Closed => Actor::Anonymous,
        }
    }

    /// Checks a registration.
    async fn check(
        &self,
        token: Option<&Secret>,
        request: RegistrationRequest,
        origin: &RequestSource,
    ) -> Result<ValidatedRegistration, OAuthError> {
        self.gate.admit(token)?;
        self.limit(origin).await?;
        request.without_blanks().check(&self.policy)
    }

    /// Checks a change of a registration. Changes count like registrations: each of them
    /// leaves an event.
    async fn check_change(
        &self,
        client: &Client,
        registration: Registration,
        origin: &RequestSource,
    ) -> Result<ValidatedRegistration, OAuthError> {
        self.check_open()?;
        self.limit(origin).await?;
        check_identity(client, &registration)?;
        registration.request.without_blanks().check(&self.policy)
    }

    async fn note(&self, event: Event, id: &ClientId) -> Result<(), OAuthError> {
        self.known.forget(id);
        self.context.record(event.of_client(id)).await
    }
}

/// The names of the members of a registration that have changed, for the audit record.
fn changed(before: &Client, after: &Client) -> String {
    let mut parts = before.metadata.differences(&after.metadata);
    if before.credential != after.credential {
        parts.push("token_endpoint_auth_method");
    }
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(" ") }
}

/// Refuses a change whose `client_id` or `client_secret` is not the client's own (RFC 7592 §2.2).
fn check_identity(client: &Client, registration: &Registration) -> Result<(), OAuthError> {
    let refuse = |hint: &str| OAuthError::new(ErrorCode::InvalidClientMetadata).hint(hint);
    if registration.client_id.as_ref() != Some(&client.id) {
        return Err(refuse("`client_id` must be the client's own"));
    }
    match (&registration.client_secret, &client.credential) {
        (None, _) => Ok(()),
        (Some(sent), Credential::Secret { digest, .. }) if digest.matches(sent) => Ok(()),
        (Some(_), _) => {
            Err(refuse("`client_secret` must be the client's own; it cannot be chosen"))
        }
    }
}

/// A credential for the method, and the secret to hand out once.
pub(crate) fn draw_credential(
    method: AuthMethod,
    context: &Context,
) -> (Credential, Option<Secret>) {
    let method = match method {
        AuthMethod::None => return (Credential::Public, None),
        AuthMethod::ClientSecretBasic => SecretMethod::Basic,
        AuthMethod::ClientSecretPost => SecretMethod::Post,
    };
    let secret = context.secret();
    (Credential::Secret { method, digest: secret.digest() }, Some(secret))
}
