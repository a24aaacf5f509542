//! An application that is described without being called.

use std::sync::{Arc, LazyLock};

use adapter_http::Application;
use domain::{
    Algorithm, AuthMethod, EnabledGrants, Issuer, Prompt, Resource, ResponseMode, ResponseType,
    SigningKey,
};
use ports::inbound::{Capabilities, Discover};

use crate::nobody::Nobody;

static ISSUER: LazyLock<Issuer> =
    LazyLock::new(|| Issuer::parse("http://localhost:9000").expect("an issuer"));

/// An application of which only the description works.
pub(crate) fn application() -> Application {
    let nobody = Arc::new(Nobody);
    Application {
        discover: nobody.clone(),
        tokens: nobody.clone(),
        introspect: nobody.clone(),
        revoke: nobody.clone(),
        user_info: nobody.clone(),
        clients: nobody.clone(),
        authorize: nobody.clone(),
        sign_in: nobody.clone(),
        decide: nobody.clone(),
        account: nobody.clone(),
        end_session: nobody.clone(),
        probe: nobody,
    }
}

impl Discover for Nobody {
    fn issuer(&self) -> &Issuer {
        &ISSUER
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            scopes: Vec::new(),
            grant_types: EnabledGrants::default(),
            response_types: ResponseType::ALL.to_vec(),
            response_modes: ResponseMode::ALL.to_vec(),
            auth_methods: AuthMethod::ALL.to_vec(),
            prompts: Prompt::ALL.to_vec(),
            id_token_algorithms: Algorithm::ALL.to_vec(),
            registration: true,
        }
    }

    fn keys(&self) -> Arc<Vec<SigningKey>> {
        unreachable!()
    }

    fn protected_resource(&self, _: &str, _: Option<&str>) -> Option<Resource> {
        unreachable!()
    }
}
