//! What anybody may know of this server (RFC 8414, OIDC Discovery, RFC 7517, RFC 9728).

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

/// An answer that is JSON and may be kept.
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
    /// What this server can do (RFC 8414).
    ///
    /// If the issuer has a path, this is found in front of it as well:
    /// `/.well-known/oauth-authorization-server/path`.
    #[oai(
        path = "/.well-known/oauth-authorization-server",
        method = "get",
        operation_id = "getServerMetadata"
    )]
    async fn server(
        &self,
        _anyone: Anyone,
        /// The versions that the caller has.
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Answer<Metadata> {
        self.metadata.answer(&known.0)
    }

    /// What this server can do (OIDC Discovery).
    ///
    /// The same as `/.well-known/oauth-authorization-server`.
    #[oai(
        path = "/.well-known/openid-configuration",
        method = "get",
        operation_id = "getOpenIdConfiguration"
    )]
    async fn openid(
        &self,
        _anyone: Anyone,
        /// The versions that the caller has.
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Answer<Metadata> {
        self.metadata.answer(&known.0)
    }

    /// The keys that verify tokens (RFC 7517).
    #[oai(path = "/.well-known/jwks.json", method = "get", operation_id = "getKeys")]
    async fn keys(
        &self,
        _anyone: Anyone,
        /// The versions that the caller has.
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Answer<KeySet> {
        self.jwks.of(self.discover.keys()).answer(&known.0)
    }

    /// What a registered resource is, if its identifier has no path (RFC 9728).
    ///
    /// Also at the root, if the issuer has a path; so is the next.
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
        /// The versions that the caller has.
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Result<Answer<ResourceMetadata>, NotFound> {
        self.resource(&uri.to_string(), headers, &known.0)
    }

    /// What a registered resource is (RFC 9728).
    #[oai(
        path = "/.well-known/oauth-protected-resource/:suffix",
        method = "get",
        operation_id = "getResourceMetadata"
    )]
    async fn path_resource(
        &self,
        _anyone: Anyone,
        /// The path and query of the resource's identifier.
        suffix: Tail,
        headers: &HeaderMap,
        /// The versions that the caller has.
        #[oai(name = "If-None-Match", default)]
        known: Header<Vec<String>>,
    ) -> Result<Answer<ResourceMetadata>, NotFound> {
        self.resource(&suffix.0, headers, &known.0)
    }
}

/// There is no such resource.
#[derive(ApiResponse)]
enum NotFound {
    /// There is no such resource.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
}

impl NotFound {
    fn new() -> Self {
        let hint = Some("no such resource is registered here");
        Self::NotFound(ErrorBody::new(ErrorCode::InvalidRequest, hint))
    }
}
