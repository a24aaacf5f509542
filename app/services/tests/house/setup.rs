//! What the server in memory is set up with.

use std::time::Duration;

use domain::{
    Catalog, Client, ClientId, ClientLifetimes, GrantType, RefreshLifetimes, Resource, ResourceUri,
    Secret,
};
use ports::inbound::ClientDraft;
use services::{Flow, Lifetimes, configured_client};

use super::{CALLBACK, House, RESOURCE, scope};

impl House {
    /// The front channel, for a test to put something else into.
    pub(crate) fn flow(&self) -> Flow {
        let flow = &self.account.flow;
        Flow {
            directory: flow.directory.clone(),
            interactions: flow.interactions.clone(),
            sessions: flow.sessions.clone(),
            families: flow.families.clone(),
            consents: flow.consents.clone(),
            codes: flow.codes.clone(),
            sealer: flow.sealer.clone(),
            answers: flow.answers.clone(),
            mint: flow.mint.clone(),
            world: flow.world.clone(),
            redirects: flow.redirects.clone(),
            limits: flow.limits.clone(),
        }
    }
}

pub(super) fn lifetimes() -> Lifetimes {
    let day = Duration::from_hours(24);
    Lifetimes {
        code: Duration::from_mins(1),
        access_token: Duration::from_mins(15),
        longest_access_token: Duration::from_hours(1),
        id_token: Duration::from_mins(15),
        refresh: RefreshLifetimes {
            idle: 7 * day,
            absolute: 30 * day,
            grace: Duration::from_secs(10),
        },
        families_until: None,
        session: day,
        interaction: Duration::from_mins(10),
    }
}

pub(super) fn catalog() -> Catalog {
    let scopes = ["mcp:read", "mcp:write"].map(|name| (name.to_owned(), format!("May {name}")));
    let resource = Resource {
        uri: ResourceUri::parse(RESOURCE).expect("absolute"),
        name: Some("The tools".to_owned()),
        scopes: scopes.into_iter().collect(),
        default_scope: scope("mcp:read"),
        introspectors: vec![ClientId::new("api")],
        access_token_lifetime: None,
        algorithm: None,
    };
    Catalog { resources: vec![resource], ..Catalog::default() }
}

/// A confidential client of the configuration; its secret is its name.
pub(super) fn client(id: &str, grants: &[GrantType]) -> Client {
    let draft = ClientDraft {
        id: None,
        name: Some(format!("The {id}")),
        auth_method: domain::AuthMethod::ClientSecretPost,
        grant_types: grants.to_vec(),
        redirect_uris: vec![CALLBACK.to_owned()],
        post_logout_redirect_uris: vec!["https://app.example/bye".to_owned()],
        scope: None,
        resources: None,
        id_token_algorithm: None,
    };
    configured_client(draft, ClientId::new(id), Some(&Secret::new(id)), ClientLifetimes::default())
        .expect("sound")
}
