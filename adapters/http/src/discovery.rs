//! Discovery: server metadata, keys and resource metadata (RFC 8414, OIDC Discovery, RFC 7517, RFC
//! 9728).

mod jwks;
mod metadata;
mod resource;

use std::sync::Arc;

use domain::ErrorCode;
use poem::http::{HeaderMap, Uri, header};
use poem_openapi::{ApiResponse, OpenApi, param::Header};
use ports::inbound::Discover;

use self::{
    jwks::{Jwks, KeySet},
    metadata::Metadata,
    resource::ResourceMetadata,
};
use crate::{
    cached::{Cached, Fixed},
    failure::ErrorBody,
    params::Tail,
    payload::{Json, Rendered},
    security::Anyone,
    tags::Tag,
};

/// A JSON response that may be cached.
type Answer<T> = Cached<Rendered<Json<T>>>;

/// The discovery endpoints.
pub(crate) struct DiscoveryApi {
    discover: Arc<dyn Discover>,
    metadata: Fixed<Json<Metadata>>,
    jwks: Jwks,
}

impl DiscoveryApi {
    pub(crate) fn new(discover: Arc<dyn Discover>) -> Self {
        let metadata = Json(Metadata::new(discover.issuer(), &discover.capabilities()));
        let metadata = Fixed::new(metadata.render(), "public, max-age=3600");
        Self { discover, metadata, jwks: Jwks::new() }
    }

    fn resource(
        &self,
        sent: &str,
        headers: &HeaderMap,
        known: &[String],
    ) -> Result<Answer<ResourceMetadata>, NotFound> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let found = self.discover.protected_resource(resource::suffix(sent), host);
        let found = found.ok_or_else(NotFound::new)?;
        let metadata = Json(ResourceMetadata::new(found, self.discover.issuer()));
        Ok(Fixed::new(metadata.render(), "public, max-age=3600").answer(known))
    }
}

#[OpenApi(tag = "Tag::Discovery")]
#[expect(clippy::unused_async, reason = "poem-openapi asks for it")]
impl DiscoveryApi {
    /// Get the OAuth authorization server metadata (RFC 8414)
    ///
    /// If the issuer has a path, the document is also served with the well-known part before that
    /// path: `/.well-known/oauth-authorization-server/path`.
    #[oai(
        path = "/.well-known/oauth-authorization-server",
        method = "get",
        operation_id = "getServerMetadata"
    )]
    async fn server(
        &self,
        _anyone: Anyone,
        /// The entity tags of the versions that the caller has cached (RFC 9110 §13.1.2).
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Answer<Metadata> {
        self.metadata.answer(&known.0)
    }

    /// Get the OpenID provider configuration (OpenID Connect Discovery)
    ///
    /// The same document as `/.well-known/oauth-authorization-server`.
    #[oai(
        path = "/.well-known/openid-configuration",
        method = "get",
        operation_id = "getOpenIdConfiguration"
    )]
    async fn openid(
        &self,
        _anyone: Anyone,
        /// The entity tags of the versions that the caller has cached (RFC 9110 §13.1.2).
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Answer<Metadata> {
        self.metadata.answer(&known.0)
    }

    /// Get the JSON Web Key Set that verifies tokens (RFC 7517)
    #[oai(path = "/.well-known/jwks.json", method = "get", operation_id = "getKeys")]
    async fn keys(
        &self,
        _anyone: Anyone,
        /// The entity tags of the versions that the caller has cached (RFC 9110 §13.1.2).
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Answer<KeySet> {
        self.jwks.of(self.discover.keys()).answer(&known.0)
    }

    /// Get the protected resource metadata of a resource without a path (RFC 9728)
    ///
    /// If the issuer has a path, this and the next operation are also served at the root of the
    /// host.
    #[oai(
        path = "/.well-known/oauth-protected-resource",
        method = "get",
        operation_id = "getRootResourceMetadata"
    )]
    async fn root_resource(
        &self,
        _anyone: Anyone,
        uri: &Uri,
        headers: &HeaderMap,
        /// The entity tags of the versions that the caller has cached (RFC 9110 §13.1.2).
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Result<Answer<ResourceMetadata>, NotFound> {
        self.resource(&uri.to_string(), headers, &known.0)
    }

    /// Get the protected resource metadata of a resource with a path (RFC 9728)
    #[oai(
        path = "/.well-known/oauth-protected-resource/:suffix",
        method = "get",
        operation_id = "getResourceMetadata"
    )]
    async fn path_resource(
        &self,
        _anyone: Anyone,
        /// The path and the query of the resource identifier, without the leading slash (RFC 9728
        /// §3.1).
        suffix: Tail,
        headers: &HeaderMap,
        /// The entity tags of the versions that the caller has cached (RFC 9110 §13.1.2).
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Result<Answer<ResourceMetadata>, NotFound> {
        self.resource(&suffix.0, headers, &known.0)
    }
}

/// The failure of an operation on a resource that is not registered.
#[derive(ApiResponse)]
enum NotFound {
    /// No resource with this identifier is registered.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
}

impl NotFound {
    fn new() -> Self {
        let hint = Some("no such resource is registered here");
        Self::NotFound(ErrorBody::new(ErrorCode::InvalidRequest, hint))
    }
}
