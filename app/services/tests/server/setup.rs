//! The parts and settings of the server in memory.

use std::{sync::Arc, time::Duration};

use adapter_crypto::{AesSealer, Factory, MasterKey};
use adapter_documents::SealedRequests;
use adapter_limits::LocalLimits;
use adapter_memory::{ManualClock, Memory, PlainHashes, SeededEntropy, StillWeb};
use domain::{
    Algorithm, Catalog, Client, ClientId, ClientLifetimes, EnabledGrants, GrantType, Issuer,
    Lifetimes, Limit, NameDigests, RedirectPolicy, RefreshLifetimes, Resource, ResourceUri, Secret,
    TagKey,
};
use ports::{inbound::ClientDraft, outbound::Stores};
use services::{
    ClientCache, Context, Foundation, KeyManager, Keys, Presence, RevocationList, Settings,
    Signing, UserCache, configured_client,
};

use super::{CALLBACK, RESOURCE, scope};

/// The parts of a server that keeps everything in memory. Nobody is limited, and no logo can be had.
pub(super) async fn foundation(
    memory: &Arc<Memory>,
    clock: Arc<ManualClock>,
    clients: Vec<Client>,
    catalog: Catalog,
) -> Foundation {
    let entropy = Arc::new(SeededEntropy::default());
    let context = Context { clock: clock.clone(), entropy: entropy.clone(), audit: memory.clone() };
    let manager = KeyManager {
        store: memory.clone(),
        factory: Arc::new(Factory),
        sealer: Arc::new(AesSealer::new(MasterKey::new([1; 32]), Vec::new(), entropy)),
        context: context.clone(),
    };
    let issuer = Issuer::parse("http://localhost:9000").expect("local");
    let presence = Presence::open(memory.clone(), clock.clone(), issuer.clone());
    let revocations = RevocationList::open(memory.clone(), clock.clone(), lifetimes());
    Foundation {
        stores: Stores::all_in(memory),
        limits: Arc::new(LocalLimits::new(clock, Limit::default_quota)),
        sealer: Arc::new(SealedRequests::new(manager.sealer.clone())),
        hashes: Arc::new(PlainHashes),
        web: Arc::new(StillWeb::default()),
        context,
        clients: Arc::new(ClientCache::new(clients, memory.clone(), memory.clone())),
        users: Arc::new(UserCache::new(memory.clone())),
        revocations: Arc::new(revocations.await.expect("memory answers")),
        keys: Arc::new(Keys::open(&manager).await.expect("keys")),
        presence: Arc::new(presence.await.expect("memory answers")),
        settings: Settings {
            issuer,
            catalog: Arc::new(catalog),
            grants: EnabledGrants::default(),
            signing: Signing { access_tokens: Algorithm::Es256, id_tokens: Algorithm::Rs256 },
            lifetimes: lifetimes(),
            redirects: RedirectPolicy::Any,
            tag_key: TagKey::new([2; 32]),
            answers: TagKey::new([3; 32]),
            unknown_names: NameDigests::new([3; 32]),
            passwords_at_once: 2,
            passwords_waiting: 64,
        },
    }
}

pub(crate) fn lifetimes() -> Lifetimes {
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
