//! The capabilities that the server publishes (RFC 8414, OIDC Discovery).

use std::sync::Arc;

use domain::{
    AuthMethod, Branding, Catalog, EnabledGrants, GrantType, Issuer, Prompt, Resource,
    ResponseMode, ResponseType, SigningKey,
};
use ports::inbound::{self, Capabilities};

use crate::{Keys, Signing};

/// Describes this server.
pub struct Discover {
    /// The issuer identifier.
    pub issuer: Issuer,
    /// The organisation that runs the server.
    pub branding: Branding,
    /// The resources and scopes that can be asked for.
    pub catalog: Arc<Catalog>,
    /// The grant types that are switched on.
    pub grants: EnabledGrants,
    /// The keys in use.
    pub keys: Arc<Keys>,
    /// The algorithms that sign tokens.
    pub signing: Signing,
    /// Whether clients may register themselves.
    pub registration: bool,
}

impl Discover {
    /// Without authorization codes the authorization endpoint has nothing to answer with.
    fn response_types(&self) -> Vec<ResponseType> {
        let by_code = self.grants.contains(GrantType::AuthorizationCode);
        if by_code { ResponseType::ALL.to_vec() } else { Vec::new() }
    }
}

impl inbound::Discover for Discover {
    fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    fn branding(&self) -> Branding {
        self.branding.clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            scopes: self.catalog.every_scope(),
            grant_types: self.grants.clone(),
            response_types: self.response_types(),
            response_modes: ResponseMode::ALL.to_vec(),
            auth_methods: AuthMethod::ALL.to_vec(),
            prompts: Prompt::ALL.to_vec(),
            id_token_algorithms: self.signing.id_token_algorithms(),
            registration: self.registration,
        }
    }

    fn keys(&self) -> Arc<Vec<SigningKey>> {
        self.keys.published()
    }

    fn protected_resource(&self, suffix: &str, host: Option<&str>) -> Option<Resource> {
        let found = self.catalog.described_at(suffix, host);
        found.cloned()
    }
}
