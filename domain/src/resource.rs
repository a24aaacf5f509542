//! The protected resources tokens are for (RFC 8707, RFC 9728).

mod places;
mod resolve;
mod scopes;

use std::time::Duration;

pub use places::Place;
pub use resolve::UnknownResource;
pub use scopes::DescribedScopes;

use crate::{Algorithm, ClientId, MachineAccess, ResourceUri, Scope};

/// A registered protected resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its identifier: what a token for it carries in `aud`.
    pub uri: ResourceUri,
    /// Its name for people.
    pub name: Option<String>,
    /// The scopes it knows.
    pub scopes: DescribedScopes,
    /// The scope of a request that names none.
    pub default_scope: Scope,
    /// The clients that may introspect tokens for it.
    pub introspectors: Vec<ClientId>,
    /// The lifetime of an access token for it, where that differs from the server's.
    pub access_token_lifetime: Option<Duration>,
    /// The algorithm of access tokens for it, where that differs from the server's.
    pub algorithm: Option<Algorithm>,
}

/// Every protected resource, and what holds for those that are not registered.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// The registered ones.
    pub resources: Vec<Resource>,
    /// The issuer. Named as a resource, it stands for a token without one.
    pub issuer: Option<ResourceUri>,
    /// The resource of a request that names none. `None`: tokens are for the issuer.
    pub default_resource: Option<ResourceUri>,
    /// Whether a token may be for a resource nobody has registered, with whatever scope.
    pub accepts_unregistered: bool,
    /// The scope of a request that names neither a resource nor a scope, unless the default resource
    /// says otherwise.
    pub default_scope: Scope,
    /// Scopes that belong to no resource.
    pub scopes: DescribedScopes,
    /// The access that clients that registered themselves may have without a person. `None`: no access.
    pub machine_access: Option<MachineAccess>,
}

impl Catalog {
    /// The registered resource of this name.
    #[must_use]
    pub fn find(&self, uri: &ResourceUri) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.uri.is_same(uri))
    }

    /// The resource whose metadata is at this suffix (RFC 9728 §3.1). Resources on different hosts may
    /// have the same path; then the host that was asked decides, and a strange host gets none.
    #[must_use]
    pub fn described_at(&self, suffix: &str, host: Option<&str>) -> Option<&Resource> {
        let here =
            |uri: &ResourceUri| host.is_some_and(|host| uri.authority().eq_ignore_ascii_case(host));
        let found: Vec<_> =
            self.resources.iter().filter(|known| known.uri.suffix() == suffix).collect();
        match found.as_slice() {
            [only] => Some(only),
            several => several.iter().copied().find(|known| here(&known.uri)),
        }
    }

    /// Whether a token can still be had for a resource that was resolved before.
    #[must_use]
    pub fn offers(&self, uri: &ResourceUri) -> bool {
        self.accepts_unregistered || self.find(uri).is_some()
    }

    /// The scope of a request for these resources that names none.
    #[must_use]
    pub fn default_scope(&self, resources: &[ResourceUri]) -> Scope {
        let known =
            resources.iter().filter_map(|uri| self.find(uri)).map(|known| &known.default_scope);
        if resources.is_empty() {
            return self.default_scope.clone();
        }
        known.fold(Scope::default(), |all, one| all.union(one))
    }

    /// The part of `scope` that these resources offer.
    #[must_use]
    pub fn grantable(&self, scope: &Scope, resources: &[ResourceUri]) -> Scope {
        let registered: Vec<_> = resources.iter().filter_map(|uri| self.find(uri)).collect();
        // Beside a registered resource, which says itself what can be had for it, a strange one opens
        // nothing.
        let open = self.accepts_unregistered && registered.is_empty();
        let is_known = |token: &str| {
            Scope::OF_OPENID.iter().any(|(name, _)| *name == token)
                || self.scopes.contains(token)
                || registered.iter().any(|resource| resource.scopes.contains(token))
        };
        scope.filter(|token| open || is_known(token))
    }

    /// The description of a scope for people, in the context of these resources.
    #[must_use]
    pub fn describe(&self, token: &str, resources: &[ResourceUri]) -> Option<&str> {
        let mut known = resources.iter().filter_map(|uri| self.find(uri));
        known
            .find_map(|resource| resource.scopes.describe(token))
            .or_else(|| self.scopes.describe(token))
            .or_else(|| {
                Scope::OF_OPENID.iter().find(|(name, _)| *name == token).map(|(_, text)| *text)
            })
            .filter(|text| !text.is_empty())
    }

    /// Every scope that can be had here: `scopes_supported` (RFC 8414 §2).
    #[must_use]
    pub fn every_scope(&self) -> Vec<String> {
        let openid = Scope::OF_OPENID.iter().map(|(name, _)| (*name).to_owned());
        let rest = self.resources.iter().flat_map(|resource| resource.scopes.names());
        let mut all: Vec<_> = openid.collect();
        for token in self.scopes.names().chain(rest) {
            if !all.iter().any(|known| known == token) {
                all.push(token.to_owned());
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn uri(raw: &str) -> ResourceUri {
        ResourceUri::parse(raw).expect("an absolute URI")
    }

    pub(super) fn catalog() -> Catalog {
        let resource = |raw: &str, scope: &str| Resource {
            uri: uri(raw),
            name: None,
            scopes: scope.split(' ').map(|token| (token.to_owned(), String::new())).collect(),
            default_scope: Scope::parse(scope).expect("lawful"),
            introspectors: Vec::new(),
            access_token_lifetime: None,
            algorithm: None,
        };
        let resources = vec![
            resource("https://a.example", "a:read"),
            resource("https://b.example/mcp", "b:read"),
        ];
        Catalog { resources, ..Catalog::default() }
    }

    #[test]
    fn two_resources_with_one_path_are_told_apart_by_their_hosts() {
        let named = |raw: &str| Resource { uri: uri(raw), ..catalog().resources[1].clone() };
        let resources =
            ["https://a.example/mcp", "https://b.example:8443/mcp", "https://c.example/x"]
                .map(named);
        let catalog = Catalog { resources: resources.to_vec(), ..Catalog::default() };
        let at = |suffix, host| catalog.described_at(suffix, host).map(|found| found.uri.as_str());
        assert_eq!(at("mcp", Some("b.example:8443")), Some("https://b.example:8443/mcp"));
        assert_eq!(at("mcp", Some("auth.example")), None);
        assert_eq!(at("x", Some("auth.example")), Some("https://c.example/x"));
        assert_eq!(at("y", Some("c.example")), None);
    }

    #[test]
    fn a_scope_belongs_to_its_resource() {
        let scope = Scope::parse("openid a:read b:read").expect("lawful");
        let granted = catalog().grantable(&scope, &[uri("https://a.example")]);
        assert_eq!(granted.to_string(), "a:read openid");
    }

    #[test]
    fn an_open_catalog_takes_any_resource_and_any_scope() {
        let open = Catalog { accepts_unregistered: true, ..catalog() };
        let resources = open.resolve(&["http://localhost:3000/mcp".to_owned()]).expect("open");
        let scope = Scope::parse("whatever").expect("lawful");
        assert_eq!(open.grantable(&scope, &resources), scope);
        let registered = uri("https://a.example");
        assert!(open.grantable(&scope, std::slice::from_ref(&registered)).is_empty());
        let both = [registered, resources[0].clone()];
        assert!(open.grantable(&scope, &both).is_empty(), "a stranger opens nothing");
    }
}
