//! The capabilities that the server publishes (RFC 8414, OIDC Discovery).

use std::sync::Arc;

use domain::{
    AuthMethod, Branding, Catalog, GrantType, Issuer, Prompt, Resource, ResponseMode, ResponseType,
    SigningKey,
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
    /// The keys in use.
    pub keys: Arc<Keys>,
    /// The algorithms that sign tokens.
    pub signing: Signing,
    /// Whether clients may register themselves.
    pub registration: bool,
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
            grant_types: GrantType::ALL.to_vec(),
            response_types: ResponseType::ALL.to_vec(),
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
