//! The scopes of a request, arranged by the place that they give access to.

use crate::{Catalog, ResourceUri, Scope};

/// The place that a scope gives access to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// To the person's own claims (OIDC Core §5.4).
    Person,
    /// At these protected resources.
    Resources(Vec<ResourceUri>),
    /// At no resource in particular.
    Anywhere,
    /// Nowhere by itself: it says that access outlives the session (OIDC Core §11).
    Offline,
}

impl Catalog {
    /// Arranges the scopes in `asked` by the places where they give access: the person first, then the
    /// resources in the order of the request. A scope that several resources know stands once, for all
    /// of them. At each place they are [in order](Self::in_order).
    ///
    /// A resource for which `requested`, the scope of the whole request, names nothing gets an empty list
    /// of its own: a token for it is not limited to any part.
    #[must_use]
    pub fn arrange<'a>(
        &self,
        asked: &'a Scope,
        requested: &Scope,
        resources: &[ResourceUri],
    ) -> Vec<(Place, Vec<&'a str>)> {
        let mut places: Vec<(Place, Vec<&str>)> = Vec::new();
        for token in self.in_order(asked, resources) {
            let place = self.place(token, resources);
            match places.iter_mut().find(|(known, _)| *known == place) {
                Some((_, tokens)) => tokens.push(token),
                None => places.push((place, vec![token])),
            }
        }
        let is_open = |uri: &&ResourceUri| !requested.iter().any(|token| self.opens(token, uri));
        let open = resources.iter().filter(is_open);
        places.extend(open.map(|uri| (Place::Resources(vec![uri.clone()]), Vec::new())));
        places.sort_by_key(|(place, _)| rank(place, resources));
        places
    }

    /// The scopes of OpenID Connect in the order in which people think of them; then those of each
    /// resource in the order in which it lists them; then those of no resource in particular, likewise,
    /// and last those that nobody lists.
    #[must_use]
    pub fn in_order<'a>(&self, scope: &'a Scope, resources: &[ResourceUri]) -> Vec<&'a str> {
        let lists: Vec<_> = resources
            .iter()
            .filter_map(|uri| self.find(uri).map(|resource| &resource.scopes))
            .chain([&self.scopes])
            .collect();
        let rank = |token: &&str| {
            let listed = || {
                let mut lists = lists.iter().enumerate();
                lists.find_map(|(list, scopes)| Some((1 + list, scopes.position(token)?)))
            };
            of_openid(token).map(|position| (0, position)).or_else(listed)
        };
        let mut tokens: Vec<_> = scope.iter().collect();
        tokens.sort_by_key(|token| rank(token).unwrap_or((usize::MAX, 0)));
        tokens
    }

    fn place(&self, token: &str, resources: &[ResourceUri]) -> Place {
        if token == Scope::OFFLINE_ACCESS {
            return Place::Offline;
        }
        if of_openid(token).is_some() {
            return Place::Person;
        }
        let opened: Vec<_> =
            resources.iter().filter(|uri| self.opens(token, uri)).cloned().collect();
        if opened.is_empty() { Place::Anywhere } else { Place::Resources(opened) }
    }

    /// Whether a scope means something at a resource. One that is not registered may give a meaning to
    /// any that nobody else does.
    fn opens(&self, token: &str, uri: &ResourceUri) -> bool {
        match self.find(uri) {
            Some(resource) => resource.scopes.contains(token),
            None => of_openid(token).is_none() && !self.scopes.contains(token),
        }
    }
}

/// The position of a scope among those of OpenID Connect.
fn of_openid(token: &str) -> Option<usize> {
    Scope::OF_OPENID.iter().position(|(name, _)| *name == token)
}

fn rank(place: &Place, resources: &[ResourceUri]) -> (u8, Option<usize>) {
    match place {
        Place::Person => (0, None),
        Place::Resources(uris) => (1, resources.iter().position(|uri| uris.first() == Some(uri))),
        Place::Anywhere => (2, None),
        Place::Offline => (3, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Resource;

    fn uri(name: &str) -> ResourceUri {
        ResourceUri::parse(&format!("https://{name}.example")).expect("an absolute URI")
    }

    fn catalog() -> Catalog {
        let resource = |name: &str, scopes: &str| Resource {
            uri: uri(name),
            name: None,
            scopes: scopes.split(' ').map(|token| (token.to_owned(), String::new())).collect(),
            default_scope: Scope::default(),
            introspectors: Vec::new(),
            access_token_lifetime: None,
            algorithm: None,
        };
        Catalog {
            resources: vec![
                resource("notes", "notes:read shared"),
                resource("mail", "mail:send shared"),
            ],
            scopes: [("admin".to_owned(), String::new())].into_iter().collect(),
            ..Catalog::default()
        }
    }

    fn arranged(asked: &str, requested: &str, resources: &[&str]) -> Vec<(Place, String)> {
        let read = |list| Scope::parse(list).expect("lawful");
        let (asked, resources) =
            (read(asked), resources.iter().map(|name| uri(name)).collect::<Vec<_>>());
        let places = catalog().arrange(&asked, &read(requested), &resources);
        places.into_iter().map(|(place, tokens)| (place, tokens.join(" "))).collect()
    }

    fn at(names: &[&str], tokens: &str) -> (Place, String) {
        (Place::Resources(names.iter().map(|name| uri(name)).collect()), tokens.to_owned())
    }

    #[test]
    fn the_person_comes_first_and_each_scope_stands_at_its_resource() {
        let all = "mail:send offline_access admin email notes:read openid profile";
        let expected = [
            (Place::Person, "openid profile email".to_owned()),
            at(&["notes"], "notes:read"),
            at(&["mail"], "mail:send"),
            (Place::Anywhere, "admin".to_owned()),
            (Place::Offline, "offline_access".to_owned()),
        ];
        assert_eq!(arranged(all, all, &["notes", "mail"]), expected);
    }

    #[test]
    fn each_resource_says_in_which_order_its_scopes_stand() {
        let described =
            |names: &str| names.split(' ').map(|token| (token.to_owned(), String::new())).collect();
        let mut catalog = catalog();
        catalog.resources[0].scopes = described("notes:write notes:read shared");
        catalog.resources[1].scopes = described("shared mail:send mail:read");
        catalog.scopes = described("zeal admin");
        let all = "admin mail:read mail:send notes:read notes:write openid shared strange zeal";
        let order = |names: [&str; 2]| {
            let scope = Scope::parse(all).expect("lawful");
            catalog.in_order(&scope, &names.map(uri)).join(" ")
        };
        assert_eq!(
            order(["notes", "mail"]),
            "openid notes:write notes:read shared mail:send mail:read zeal admin strange"
        );
        assert_eq!(
            order(["mail", "notes"]),
            "openid shared mail:send mail:read notes:write notes:read zeal admin strange"
        );
    }

    #[test]
    fn a_scope_of_several_resources_stands_once() {
        assert_eq!(
            arranged("shared", "shared", &["mail", "notes"]),
            [at(&["mail", "notes"], "shared")]
        );
    }

    #[test]
    fn a_resource_of_which_no_part_is_named_is_open() {
        let person = (Place::Person, "openid".to_owned());
        assert_eq!(arranged("openid", "openid", &["notes"]), [person.clone(), at(&["notes"], "")]);
        assert_eq!(arranged("", "", &["strange"]), [at(&["strange"], "")]);
        // What was allowed before is a part that is named.
        assert_eq!(arranged("openid", "openid notes:read", &["notes"]), [person]);
    }
}
