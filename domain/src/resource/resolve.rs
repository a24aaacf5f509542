//! From the `resource` parameters of a request to resources (RFC 8707 §2).

use super::{Catalog, Resource};
use crate::ResourceUri;

/// The longest list of resources that is read, in bytes: all of it goes into `aud`.
const LONGEST: usize = 4096;

impl Catalog {
    /// Resolves the `resource` parameters of a request (RFC 8707 §2). None stands for the default
    /// resource, if there is one.
    ///
    /// Clients spell resources more loosely than RFC 8707 asks for, so two things are understood
    /// besides: the issuer, which means what naming no resource means, and a bare origin on which
    /// exactly one registered resource stands, which means that resource.
    ///
    /// # Errors
    ///
    /// The first one that is malformed, not to be had here, or could mean several.
    pub fn resolve(&self, asked: &[String]) -> Result<Vec<ResourceUri>, UnknownResource> {
        let named = self.named(asked)?;
        if named.is_empty() {
            return Ok(self.default_resource.iter().cloned().collect());
        }
        Ok(named)
    }

    /// The resources that the parameters of a request name, without any default: none if there is no
    /// parameter, or if all of them name the issuer.
    pub(crate) fn named(&self, asked: &[String]) -> Result<Vec<ResourceUri>, UnknownResource> {
        if asked.iter().map(String::len).sum::<usize>() > LONGEST {
            return Err(UnknownResource::TooLong);
        }
        let mut resolved = Vec::new();
        for raw in asked {
            let found = self.resolve_one(raw)?;
            resolved.extend(found.filter(|uri| !resolved.contains(uri)));
        }
        Ok(resolved)
    }

    /// The resource that one `resource` parameter means; `None` for the issuer.
    fn resolve_one(&self, raw: &str) -> Result<Option<ResourceUri>, UnknownResource> {
        let unknown = || UnknownResource::Unknown(raw.to_owned());
        let uri = ResourceUri::parse(raw).map_err(|_| unknown())?;
        if let Some(resource) = self.find(&uri) {
            return Ok(Some(resource.uri.clone()));
        }
        if self.is_issuer(&uri) {
            return Ok(None);
        }
        match self.beneath(&uri).as_slice() {
            [only] => Ok(Some(only.uri.clone())),
            [] if self.accepts_unregistered => Ok(Some(uri)),
            [] => Err(unknown()),
            several => {
                let names: Vec<_> =
                    several.iter().map(|resource| format!("`{}`", resource.uri)).collect();
                Err(UnknownResource::Ambiguous { origin: uri, meant: names.join(", ") })
            }
        }
    }

    fn is_issuer(&self, uri: &ResourceUri) -> bool {
        let plain = |uri: &ResourceUri| uri.as_str().trim_end_matches('/').to_owned();
        let named = |issuer: &ResourceUri| issuer.is_same(uri) || plain(issuer) == plain(uri);
        self.issuer.as_ref().is_some_and(named)
    }

    /// The registered resources on the origin that `uri` is; none if it is more than an origin.
    fn beneath(&self, uri: &ResourceUri) -> Vec<&Resource> {
        let stands_there = |resource: &&Resource| resource.uri.origin() == uri.origin();
        let there = self.resources.iter().filter(stands_there);
        if uri.is_bare_origin() { there.collect() } else { Vec::new() }
    }
}

/// A `resource` that no token can be had for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownResource {
    /// It is malformed, or not registered here.
    #[error("no token can be had for the resource `{0}`")]
    Unknown(String),
    /// It is an origin on which several resources stand.
    #[error("several resources stand at `{origin}`; ask for one of: {meant}")]
    Ambiguous {
        /// The origin that was asked for.
        origin: ResourceUri,
        /// The resources that stand there.
        meant: String,
    },
    /// The list is longer than any that is honest.
    #[error("the list of resources is longer than {LONGEST} characters")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::{super::tests::*, *};

    fn resolve(asked: &[&str]) -> Result<Vec<ResourceUri>, UnknownResource> {
        catalog().resolve(&asked.iter().map(|&raw| raw.to_owned()).collect::<Vec<_>>())
    }

    fn named(uris: &[&str]) -> Catalog {
        let named = |raw: &&str| Resource { uri: uri(raw), ..catalog().resources[1].clone() };
        let issuer = Some(uri("https://auth.example/tenant"));
        Catalog { resources: uris.iter().map(named).collect(), issuer, ..Catalog::default() }
    }

    #[test]
    fn a_bare_origin_may_have_a_slash_and_no_path_may_differ() {
        assert_eq!(resolve(&["https://a.example/"]), Ok(vec![uri("https://a.example")]));
        for other in [
            "https://b.example/mcp/",
            "https://b.example/MCP",
            "https://a.example/x",
            "a",
            "https://a.example#x",
        ] {
            assert_eq!(resolve(&[other]), Err(UnknownResource::Unknown(other.to_owned())));
        }
    }

    #[test]
    fn the_origin_of_one_resource_means_that_resource_and_that_of_several_lists_them() {
        let catalog =
            named(&["https://a.example/mcp", "https://b.example/x", "https://b.example/y"]);
        let resolve = |raw: &str| catalog.resolve(&[raw.to_owned()]);
        for origin in ["https://a.example", "https://a.example/", "https://A.example:443"] {
            assert_eq!(resolve(origin), Ok(vec![uri("https://a.example/mcp")]), "{origin}");
        }
        let refusal = resolve("https://b.example").expect_err("it could be either").to_string();
        assert!(refusal.contains("`https://b.example/x`, `https://b.example/y`"), "{refusal}");
        for elsewhere in ["http://a.example", "https://a.example:8443", "https://c.example"] {
            assert!(resolve(elsewhere).is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn the_issuer_means_the_default_resource_as_leaving_it_out_does() {
        let resource = uri("https://a.example/mcp");
        let default_resource = Some(resource.clone());
        let catalog = Catalog { default_resource, ..named(&["https://a.example/mcp"]) };
        for asked in [&[][..], &["https://auth.example/tenant/".to_owned()]] {
            assert_eq!(catalog.resolve(asked), Ok(vec![resource.clone()]), "{asked:?}");
        }
    }

    #[test]
    fn the_issuer_stands_for_no_resource() {
        let catalog = named(&["https://a.example/mcp"]);
        let resolve = |asked: &[&str]| {
            catalog.resolve(&asked.iter().map(|&raw| raw.to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(resolve(&["https://auth.example/tenant"]), Ok(vec![]));
        assert_eq!(resolve(&["https://auth.example/tenant/"]), Ok(vec![]));
        let both = resolve(&["https://auth.example/tenant", "https://a.example/mcp"]);
        assert_eq!(both, Ok(vec![uri("https://a.example/mcp")]));
        assert!(resolve(&["https://auth.example/other"]).is_err());
        let open = Catalog { accepts_unregistered: true, ..catalog.clone() };
        assert_eq!(open.resolve(&["https://auth.example/tenant".to_owned()]), Ok(vec![]));
    }
}
