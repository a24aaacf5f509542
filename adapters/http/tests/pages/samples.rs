//! The answers of the stub unless a test sets others.

use std::{net::Ipv4Addr, time::Duration};

use domain::{
    AuthorizationResponse, Callback, ClientId, InteractionId, OAuthError, RedirectUri,
    ResponseMode, Secret, SessionId, Timestamp,
};
use ports::inbound::{
    AccessView, AccountView, Begun, ClientView, ConsentLine, ConsentView, NextPage, PasswordView,
    PlaceView, ScopeView, SealedRequest, SessionLine, SignInPage, SignInView, SignedIn,
};

/// The interaction of most tests, and the secret that binds it to the browser.
pub(crate) const INTERACTION: &str = "i-1_x";
pub(crate) const PROOF: &str = "proof";
/// The session of most tests.
pub(crate) const SESSION: &str = "s.secret";

pub(crate) fn client(redirect_uri: &str) -> ClientView {
    ClientView {
        id: ClientId::new("notes"),
        name: "Field Notes".to_owned(),
        self_registered: false,
        redirect_uri: RedirectUri::parse(redirect_uri).expect("fit"),
        logo: None,
        client_uri: Some("https://notes.example/".to_owned()),
        tos_uri: Some("javascript:alert(1)".to_owned()),
        policy_uri: Some("https://notes.example/privacy".to_owned()),
    }
}

pub(crate) fn scope(name: &str, description: Option<&str>) -> ScopeView {
    ScopeView { name: name.to_owned(), description: description.map(str::to_owned) }
}

pub(crate) fn sign_in() -> SignInView {
    let client = Some(client("https://notes.example/cb"));
    SignInView { client, username: None, account: None }
}

/// A sign-in page that carries `sealed`, in a browser that has its secret already.
pub(crate) fn sign_in_page() -> SignInPage {
    SignInPage { request: SealedRequest(b"sealed".to_vec()), secret: None, view: sign_in() }
}

/// Somebody has signed in.
pub(crate) fn onward(session: Option<Secret>, next: NextPage) -> SignedIn {
    SignedIn::Onward { session, interaction: InteractionId::new(INTERACTION), next }
}

pub(crate) fn password() -> PasswordView {
    let request = SealedRequest(b"sealed".to_vec());
    PasswordView { client: None, username: "ada".to_owned(), request }
}

pub(crate) fn consent() -> ConsentView {
    ConsentView {
        client: client("https://notes.example/cb"),
        account: "Ada Lovelace".to_owned(),
        asked: vec![AccessView {
            place: PlaceView::Resources(vec!["Weather Station".to_owned()]),
            scopes: vec![
                scope("weather:read", Some("Read the measurements of your stations")),
                scope("weather:admin", None),
            ],
        }],
        remembered: vec![scope("openid", Some("Know who you are here"))],
        request: SealedRequest(b"sealed".to_vec()),
    }
}

pub(crate) fn account() -> AccountView {
    let session = |id: &str, user_agent: Option<&str>, current: bool| SessionLine {
        id: SessionId::new(id),
        user_agent: user_agent.map(str::to_owned),
        address: (!current).then(|| Ipv4Addr::new(192, 0, 2, 7).into()),
        since: Timestamp::from_unix(1_795_336_377),
        last_used: Timestamp::from_unix(1_795_339_977),
        current,
    };
    AccountView {
        name: "Ada Lovelace".to_owned(),
        username: "ada".to_owned(),
        given_name: Some("Ada Lovelace".to_owned()),
        email: Some("ada@example.com".to_owned()),
        consents: vec![ConsentLine {
            client: ClientId::new("https://notes.example/client.json"),
            name: "Field Notes".to_owned(),
            self_registered: true,
            destinations: vec!["notes.example".to_owned()],
            lingers: Duration::from_mins(15),
            allowed: vec![
                (None, vec![scope("openid", Some("Know who you are here"))]),
                (Some("Weather Station".to_owned()), vec![scope("weather:read", None)]),
            ],
            since: Timestamp::from_unix(1_709_251_199),
            last_used: Timestamp::from_unix(1_709_251_200),
        }],
        sessions: vec![
            session("here", Some("Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"), true),
            session("there", None, false),
        ],
    }
}

pub(crate) fn interact(next: NextPage) -> Begun {
    let (interaction, secret) = (InteractionId::new(INTERACTION), Some(Secret::new(PROOF)));
    Begun::Interact { interaction, secret, next }
}

/// An answer on its way to `uri`.
pub(crate) fn answer(uri: &str, outcome: Result<&str, OAuthError>) -> AuthorizationResponse {
    let to = Callback {
        redirect_uri: RedirectUri::parse(uri).expect("fit"),
        response_mode: ResponseMode::Query,
        state: Some("a b&c=d+ü%23\"<>".to_owned()),
    };
    AuthorizationResponse {
        to,
        outcome: outcome.map(Secret::new),
        client: Some("Field Notes".to_owned()),
    }
}

pub(crate) fn granted(uri: &str) -> AuthorizationResponse {
    answer(uri, Ok("c0de"))
}

/// The same, to be posted.
pub(crate) fn posted(uri: &str) -> AuthorizationResponse {
    let mut redirect = granted(uri);
    redirect.to.response_mode = ResponseMode::FormPost;
    redirect
}

/// The same, in a browser that has its secret already.
pub(crate) fn interact_again(next: NextPage) -> Begun {
    Begun::Interact { interaction: InteractionId::new(INTERACTION), secret: None, next }
}
