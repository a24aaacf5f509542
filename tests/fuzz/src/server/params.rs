//! Forms and queries, compared with what another decoder makes of them.

use domain::{ClientCredentials, RequestedAccess, Scope, Secret, SecretMethod};
use poem::http::{HeaderValue, Uri, header};
use ports::inbound::PresentedGrant;
use url::form_urlencoded;

use super::{Answer, Asked, FORM, ask, get, post};

/// The parameters as another decoder reads them.
struct Reference(Vec<(String, String)>);

impl Reference {
    fn of(raw: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(raw);
        let some = pairs.filter(|(_, value)| !value.is_empty());
        Self(some.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    fn all(&self, wanted: &str) -> Vec<&str> {
        self.0.iter().filter(|(name, _)| name == wanted).map(|(_, value)| &**value).collect()
    }

    /// The value of a parameter that is not repeated: whatever is, is refused.
    fn only(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "`{name}` is repeated");
        all.first().copied()
    }
}

fn exposed(secret: Option<&Secret>) -> Option<&str> {
    secret.map(Secret::expose)
}

/// The body of a request to the token endpoint.
pub(crate) fn token_form(data: &[u8]) {
    let answer = ask(post("/oauth/token", FORM, data.to_vec()));
    let Some(Asked::Tokens(client, grant, _)) = answer.asked else {
        refused_as_json(&answer);
        return;
    };
    let sent = Reference::of(data);
    let ClientCredentials { client, secret } = client;
    assert_eq!(sent.only("client_id"), Some(client.as_str()));
    let secret = secret.map(|(method, secret)| {
        assert_eq!(method, SecretMethod::Post);
        secret
    });
    assert_eq!(sent.only("client_secret"), exposed(secret.as_ref()));
    let grant_type = sent.only("grant_type");
    match grant {
        PresentedGrant::AuthorizationCode { code, verifier, redirect_uri, wanted } => {
            assert_eq!(grant_type, Some("authorization_code"));
            assert_eq!(sent.only("code"), Some(code.expose()));
            assert_eq!(sent.only("code_verifier"), Some(verifier.secret().expose()));
            assert_eq!(sent.only("redirect_uri"), redirect_uri.as_deref());
            same_access(&sent, &wanted);
        }
        PresentedGrant::RefreshToken { refresh_token, wanted } => {
            assert_eq!(grant_type, Some("refresh_token"));
            assert_eq!(sent.only("refresh_token"), Some(refresh_token.expose()));
            same_access(&sent, &wanted);
        }
        PresentedGrant::ClientCredentials { wanted } => {
            assert_eq!(grant_type, Some("client_credentials"));
            same_access(&sent, &wanted);
        }
    }
}

fn same_access(sent: &Reference, wanted: &RequestedAccess) {
    assert_eq!(sent.only("scope").and_then(|list| Scope::parse(list).ok()), wanted.scope);
    assert_eq!(sent.all("resource"), wanted.resource);
}

/// Programs are told why.
pub(super) fn refused_as_json(answer: &Answer) {
    assert!(answer.status.is_client_error(), "{}", answer.status);
    let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert!(body["error"].is_string(), "{body}");
}

/// The answer to a query at `path`, and the query as it is in the request.
fn query(path: &str, data: &[u8]) -> Option<(Answer, Reference)> {
    let uri: Uri = [path.as_bytes(), b"?", data].concat().try_into().ok()?;
    let sent = Reference::of(uri.query().unwrap_or_default().as_bytes());
    Some((ask(get(uri, header::ACCEPT, HeaderValue::from_static("text/html"))), sent))
}

/// The query of an authorization request.
pub(crate) fn authorize_query(data: &[u8]) {
    let Some((answer, sent)) = query("/oauth/authorize", data) else { return };
    let Some(Asked::Grant(request, _)) = answer.asked else {
        assert!(answer.status.is_client_error(), "{}", answer.status);
        return;
    };
    assert_eq!(sent.only("client_id"), request.client_id.as_deref());
    assert_eq!(sent.only("redirect_uri"), request.redirect_uri.as_deref());
    assert_eq!(sent.all("resource"), request.resource);
    let hint = request.id_token_hint.as_ref();
    let single = [
        ("response_type", request.response_type.as_deref()),
        ("response_mode", request.response_mode.as_deref()),
        ("code_challenge", request.code_challenge.as_deref()),
        ("code_challenge_method", request.code_challenge_method.as_deref()),
        ("scope", request.scope.as_deref()),
        ("state", request.state.as_deref()),
        ("nonce", request.nonce.as_deref()),
        ("prompt", request.prompt.as_deref()),
        ("max_age", request.max_age.as_deref()),
        ("login_hint", request.login_hint.as_deref()),
        ("id_token_hint", exposed(hint)),
        ("request", request.request.as_deref()),
        ("request_uri", request.request_uri.as_deref()),
    ];
    // What is repeated goes to the client as an error, so none of its values may count.
    let mut repeated = single.iter().filter(|(name, _)| sent.all(name).len() > 1);
    assert_eq!(request.repeated.is_some(), repeated.next().is_some());
    for (name, value) in single {
        match sent.all(name).as_slice() {
            [only] => assert_eq!(Some(*only), value, "{name}"),
            _ => assert_eq!(value, None, "{name}"),
        }
    }
}

/// The query of a request to sign somebody out.
pub(crate) fn logout_query(data: &[u8]) {
    let Some((answer, sent)) = query("/oauth/logout", data) else { return };
    let Some(Asked::SignOut(request)) = answer.asked else {
        assert!(!answer.status.is_server_error(), "{}", answer.status);
        return;
    };
    assert_eq!(sent.only("id_token_hint"), exposed(request.id_token_hint.as_ref()));
    assert_eq!(sent.only("client_id"), request.client_id.as_deref());
    let to = request.post_logout_redirect_uri.as_deref();
    assert_eq!(sent.only("post_logout_redirect_uri"), to);
    assert_eq!(sent.only("state"), request.state.as_deref());
}
