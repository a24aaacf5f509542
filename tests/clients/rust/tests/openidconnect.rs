//! The crate `openidconnect`, as its documentation shows it.

use clients::{ADA, Portcullis, Visitor};
use openidconnect::{
    AccessTokenHash, AuthenticationFlow, AuthorizationCode, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    RedirectUrl, Scope, TokenResponse,
    core::{
        CoreClient, CoreClientRegistrationRequest, CoreProviderMetadata, CoreResponseType,
        CoreTokenResponse, CoreUserInfoClaims,
    },
    registration::EmptyAdditionalClientMetadata,
    reqwest::{Client as Http, redirect::Policy},
};

const REDIRECT_URI: &str = "http://127.0.0.1:7006/callback";

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

#[tokio::test]
async fn a_person_signs_in_and_the_id_token_verifies() {
    let portcullis = Portcullis::start().await;
    let http = http();
    let client = register(&portcullis.issuer, &http).await;
    let (tokens, nonce) = sign_in(&client, &http).await;

    let id_token = tokens.id_token().expect("an ID token");
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, &nonce).expect("it verifies");
    assert_eq!(claims.issuer().as_str(), portcullis.issuer);
    let hash = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg().expect("signed"),
        id_token.signing_key(&verifier).expect("published"),
    );
    assert_eq!(claims.access_token_hash(), Some(&hash.expect("a hash")));

    let person = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()));
    let person: CoreUserInfoClaims =
        person.expect("advertised").request_async(&http).await.expect("userinfo");
    assert_eq!(person.preferred_username().map(|name| name.as_str()), Some(ADA.username));
}

#[tokio::test]
async fn tokens_are_refreshed() {
    let portcullis = Portcullis::start().await;
    let http = http();
    let client = register(&portcullis.issuer, &http).await;
    let (first, _) = sign_in(&client, &http).await;

    let spent = first.refresh_token().expect("a refresh token");
    let request = client.exchange_refresh_token(spent).expect("advertised");
    let second = request.request_async(&http).await.expect("refreshed");
    assert_ne!(second.access_token().secret(), first.access_token().secret());
    let next = second.refresh_token().expect("another refresh token");
    assert_ne!(next.secret(), spent.secret());
}

fn http() -> Http {
    Http::builder().redirect(Policy::none()).build().expect("a client")
}

/// A confidential client that has registered itself.
async fn register(issuer: &str, http: &Http) -> Client {
    let issuer = IssuerUrl::new(issuer.to_owned()).expect("an issuer");
    let metadata = CoreProviderMetadata::discover_async(issuer, http).await.expect("metadata");
    let redirect = RedirectUrl::new(REDIRECT_URI.to_owned()).expect("a URL");
    let request = CoreClientRegistrationRequest::new(
        vec![redirect.clone()],
        EmptyAdditionalClientMetadata::default(),
    );
    let endpoint = metadata.registration_endpoint().expect("advertised");
    let registered = request.register_async(endpoint, http).await.expect("registered");
    let (id, secret) = (registered.client_id().clone(), registered.client_secret().cloned());
    CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(redirect)
}

async fn sign_in(client: &Client, http: &Http) -> (CoreTokenResponse, Nonce) {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
    let (url, state, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("profile".to_owned()))
        .add_scope(Scope::new("offline_access".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let answer = Visitor::new(&ADA).visit(url, REDIRECT_URI).await;
    let parameter = |wanted: &str| {
        answer.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    assert_eq!(parameter("state").as_ref(), Some(state.secret()));
    let code = AuthorizationCode::new(parameter("code").expect("a code"));
    let request = client.exchange_code(code).expect("advertised").set_pkce_verifier(verifier);
    (request.request_async(http).await.expect("tokens"), nonce)
}
