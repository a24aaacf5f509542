//! `/oauth/register` (RFC 7591, RFC 7592).

mod metadata;
mod registered;

use std::sync::Arc;

use domain::{ClientId, ErrorCode, OAuthError};
use poem_openapi::{ApiResponse, OpenApi, param::Path};
use ports::inbound::{self, RegisterClients};

use self::{metadata::ClientMetadata, registered::RegisteredClient};
use crate::{
    Application,
    bearer::{Bearer, Initial, MaybeBearer, Registration},
    failure::BearerFailure,
    origin::{Caller, Page},
    params::Metadata,
    payload::Json,
    tags::Tag,
};

/// The registration endpoints.
pub(crate) struct RegisterApi {
    clients: Arc<dyn RegisterClients>,
    /// The URL of registrations, up to the client's identifier.
    uri: String,
}

impl RegisterApi {
    pub(crate) fn new(app: &Application) -> Self {
        let uri = format!("{}/oauth/register/", app.discover.issuer().base());
        Self { clients: app.clients.clone(), uri }
    }

    fn tell(&self, registered: inbound::Registered) -> Json<RegisteredClient> {
        Json(RegisteredClient::new(registered, &self.uri))
    }
}

#[OpenApi(tag = "Tag::Registration")]
impl RegisterApi {
    /// Register a client (Dynamic Client Registration, RFC 7591)
    ///
    /// The operator decides whether registration is open to everyone or requires an initial access
    /// token. Members that this server does not know are ignored.
    #[oai(path = "/oauth/register", method = "post", operation_id = "registerClient")]
    async fn register(
        &self,
        token: MaybeBearer<Initial>,
        body: Metadata<ClientMetadata, BearerFailure>,
        caller: Caller,
        page: Page,
    ) -> Result<RegisterResponse, BearerFailure> {
        let presented = token.0.is_some();
        let refuse = |error: OAuthError| match error.code {
            ErrorCode::InvalidToken if !presented => BearerFailure::missing(),
            _ => error.into(),
        };
        self.clients.admit(token.0.as_ref(), &caller.0).await.map_err(refuse)?;
        let request = body.read().await?.into_request(page.0)?;
        let registered = self.clients.register(token.0, request, &caller.0).await;
        Ok(RegisterResponse::Registered(self.tell(registered.map_err(refuse)?)))
    }

    /// Read the registration of a client (RFC 7592)
    #[oai(path = "/oauth/register/:client_id", method = "get", operation_id = "readClient")]
    async fn read(
        &self,
        token: Bearer<Registration>,
        /// The identifier of the client, percent-encoded where a path requires it.
        client_id: Path<String>,
        caller: Caller,
    ) -> Result<ReadResponse, BearerFailure> {
        let id = ClientId::new(client_id.0);
        let registered = self.clients.read(&id, Some(token.0), &caller.0).await?;
        Ok(ReadResponse::Registration(self.tell(registered)))
    }

    /// Replace the registration of a client (RFC 7592)
    ///
    /// Members that are left out are removed from the registration (RFC 7592 §2.2).
    #[oai(path = "/oauth/register/:client_id", method = "put", operation_id = "updateClient")]
    async fn update(
        &self,
        token: Bearer<Registration>,
        /// The identifier of the client, percent-encoded where a path requires it.
        client_id: Path<String>,
        body: Metadata<ClientMetadata, BearerFailure>,
        caller: Caller,
        page: Page,
    ) -> Result<ReadResponse, BearerFailure> {
        let id = ClientId::new(client_id.0);
        self.clients.admit_change(&id, Some(&token.0), &caller.0).await?;
        let registration = body.read().await?.into_registration(page.0)?;
        let updated = self.clients.update(&id, Some(token.0), registration, &caller.0).await?;
        Ok(ReadResponse::Registration(self.tell(updated)))
    }

    /// Delete the registration of a client and revoke its tokens (RFC 7592)
    #[oai(path = "/oauth/register/:client_id", method = "delete", operation_id = "deleteClient")]
    async fn delete(
        &self,
        token: Bearer<Registration>,
        /// The identifier of the client, percent-encoded where a path requires it.
        client_id: Path<String>,
        caller: Caller,
    ) -> Result<DeleteResponse, BearerFailure> {
        let id = ClientId::new(client_id.0);
        self.clients.delete(&id, Some(token.0), &caller.0).await?;
        Ok(DeleteResponse::Deleted)
    }
}

#[derive(ApiResponse)]
enum RegisterResponse {
    /// The registered client with its credentials. The server keeps no copy of the credentials, so
    /// they cannot be read again.
    #[oai(status = 201)]
    Registered(Json<RegisteredClient>),
}

#[derive(ApiResponse)]
enum ReadResponse {
    /// The registered metadata.
    #[oai(status = 200)]
    Registration(Json<RegisteredClient>),
}

#[derive(ApiResponse)]
enum DeleteResponse {
    /// The client and its tokens are deleted.
    #[oai(status = 204)]
    Deleted,
}
