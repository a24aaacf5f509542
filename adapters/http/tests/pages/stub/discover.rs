//! A server that says no more of itself than its pages need.

use super::*;

impl Discover for Working {
    fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    fn branding(&self) -> Branding {
        (self.stub.branding)()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            scopes: Vec::new(),
            grant_types: domain::EnabledGrants::default(),
            response_types: Vec::new(),
            response_modes: Vec::new(),
            auth_methods: Vec::new(),
            prompts: Vec::new(),
            id_token_algorithms: Algorithm::ALL.to_vec(),
            registration: false,
        }
    }

    fn keys(&self) -> Arc<Vec<SigningKey>> {
        Arc::default()
    }

    fn protected_resource(&self, _: &str, _: Option<&str>) -> Option<domain::Resource> {
        None
    }
}
