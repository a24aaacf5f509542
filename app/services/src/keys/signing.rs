//! The choice of the algorithm that signs a token.

use domain::{Algorithm, Catalog, Client, ResourceUri};

/// The algorithms that sign tokens, where neither their client nor their resource says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Signing {
    /// Access tokens.
    pub access_tokens: Algorithm,
    /// ID tokens.
    pub id_tokens: Algorithm,
}

impl Signing {
    /// The algorithm of an access token for `resources`: theirs, else the server's. If they
    /// disagree it is RS256, which every resource server must be able to verify (RFC 9068 §2.1).
    pub(crate) fn access_token(self, resources: &[ResourceUri], catalog: &Catalog) -> Algorithm {
        let known = resources.iter().filter_map(|uri| catalog.find(uri));
        let mut named = known.filter_map(|resource| resource.algorithm);
        match named.next() {
            None => self.access_tokens,
            Some(first) if named.all(|other| other == first) => first,
            Some(_) => Algorithm::Rs256,
        }
    }

    /// The algorithm of an ID token for `client`.
    pub(crate) fn id_token(self, client: &Client) -> Algorithm {
        client.metadata.id_token_algorithm.unwrap_or(self.id_tokens)
    }

    /// The algorithms that ID tokens can be signed with, the preferred one first.
    pub(crate) fn id_token_algorithms(self) -> Vec<Algorithm> {
        let mut all = Algorithm::ALL.to_vec();
        all.sort_by_key(|&algorithm| algorithm != self.id_tokens);
        all
    }
}

#[cfg(test)]
mod tests {
    use domain::{Resource, Scope};

    use super::*;

    const SIGNING: Signing =
        Signing { access_tokens: Algorithm::Es256, id_tokens: Algorithm::Rs256 };

    fn uri(raw: &str) -> ResourceUri {
        ResourceUri::parse(raw).expect("an absolute URI")
    }

    #[test]
    fn resources_say_what_their_tokens_are_signed_with_and_rs256_settles_a_disagreement() {
        let resource = |name: &str, algorithm| Resource {
            uri: uri(&format!("https://{name}.example")),
            name: None,
            scopes: domain::DescribedScopes::default(),
            default_scope: Scope::default(),
            introspectors: Vec::new(),
            access_token_lifetime: None,
            algorithm,
        };
        let resources = vec![
            resource("silent", None),
            resource("es", Some(Algorithm::Es256)),
            resource("rs", Some(Algorithm::Rs256)),
        ];
        let catalog = Catalog { resources, ..Catalog::default() };
        let table: [(&[&str], Algorithm); 6] = [
            (&[], Algorithm::Es256),
            (&["silent"], Algorithm::Es256),
            (&["stranger"], Algorithm::Es256),
            (&["rs"], Algorithm::Rs256),
            (&["silent", "rs"], Algorithm::Rs256),
            (&["es", "rs"], Algorithm::Rs256),
        ];
        for (names, expected) in table {
            let asked: Vec<_> =
                names.iter().map(|name| uri(&format!("https://{name}.example"))).collect();
            assert_eq!(SIGNING.access_token(&asked, &catalog), expected, "{names:?}");
        }
        let server = Signing { access_tokens: Algorithm::Rs256, ..SIGNING };
        assert_eq!(server.access_token(&[uri("https://es.example")], &catalog), Algorithm::Es256);
    }

    #[test]
    fn both_algorithms_are_offered_and_the_preferred_one_comes_first() {
        assert_eq!(SIGNING.id_token_algorithms(), [Algorithm::Rs256, Algorithm::Es256]);
        let other = Signing { id_tokens: Algorithm::Es256, ..SIGNING };
        assert_eq!(other.id_token_algorithms(), [Algorithm::Es256, Algorithm::Rs256]);
    }
}
