//! The acts of people and clients at the server.

use super::*;

impl TestServer {
    /// The same, for a client that may not be known any more.
    pub(crate) async fn authorize_anew(
        &self,
        request: AuthorizationParams,
        browser: &Browser,
    ) -> Result<Begun, InteractionFault> {
        self.authorize.begin(request, browser).await
    }

    /// Brings `request` to its first step in `browser`.
    pub(crate) async fn begin(&self, request: AuthorizationParams, browser: &Browser) -> Begun {
        self.authorize.begin(request, browser).await.expect("the client is known")
    }

    /// The sign-in page that `request` leads to, and the browser that holds what it was given.
    pub(crate) async fn sign_in_page(
        &self,
        request: AuthorizationParams,
        browser: &Browser,
    ) -> (SignInPage, Browser) {
        match self.begin(request, browser).await {
            Begun::SignIn(page) => {
                let browser = holding(page.secret.clone(), browser);
                (*page, browser)
            }
            other => panic!("nobody must sign in: {other:?}"),
        }
    }

    /// The interaction of the consent page that `request` leads to in a signed-in browser.
    pub(crate) async fn consent_page(
        &self,
        request: AuthorizationParams,
        browser: &Browser,
    ) -> (InteractionId, Browser) {
        match self.begin(request, browser).await {
            Begun::Interact { interaction, secret, next: NextPage::Consent } => {
                (interaction, holding(secret, browser))
            }
            other => panic!("nobody is asked: {other:?}"),
        }
    }

    /// Sends a sign-in page with a user name and a password.
    pub(crate) async fn send(
        &self,
        page: &SignInPage,
        browser: &Browser,
        (username, password): (&str, &str),
    ) -> Result<SignedIn, InteractionFault> {
        self.sign_in.sign_in(&page.request, browser, credentials(username, password)).await
    }

    /// Signs somebody in at a sign-in page: the interaction, the browser, and where it goes.
    pub(crate) async fn pass(
        &self,
        page: &SignInPage,
        browser: &Browser,
        credentials: (&str, &str),
    ) -> (InteractionId, Browser, NextPage) {
        match self.send(page, browser, credentials).await.expect("signed in") {
            SignedIn::Onward { session, interaction, next } => {
                let sessions = session.into_iter().collect();
                (interaction, Browser { sessions, ..browser.clone() }, next)
            }
            SignedIn::Refused(reason) => panic!("{reason}"),
        }
    }

    /// Signs ada in in a fresh browser and allows `ticked`: the code, and the browser.
    pub(crate) async fn allow(
        &self,
        request: AuthorizationParams,
        ticked: &str,
    ) -> (Secret, Browser) {
        let (page, browser) = self.sign_in_page(request, &Browser::default()).await;
        let (interaction, browser, next) = self.pass(&page, &browser, ("ada", PASSWORD)).await;
        assert!(matches!(next, NextPage::Consent), "{next:?}");
        let decision = ticking(ticked);
        let decided = self.decide.decide(&interaction, &browser, decision).await.expect("decided");
        let Decided::Onward(NextPage::Answer(redirect)) = decided else { panic!("{decided:?}") };
        (granted(*redirect), browser)
    }

    /// Signs ada in in a fresh browser and brings her to the consent page.
    pub(crate) async fn ask(&self, scope: &str) -> (InteractionId, Browser) {
        let (page, browser) = self.sign_in_page(asked(scope), &Browser::default()).await;
        let (interaction, browser, next) = self.pass(&page, &browser, ("ada", PASSWORD)).await;
        assert!(matches!(next, NextPage::Consent), "{next:?}");
        (interaction, browser)
    }

    /// Adds a public client that is answered at `uri`.
    pub(crate) async fn add_native(&self, uri: &str) -> ClientId {
        let draft = ClientDraft {
            id: None,
            name: None,
            auth_method: AuthMethod::None,
            grant_types: vec![GrantType::AuthorizationCode],
            redirect_uris: vec![uri.to_owned()],
            post_logout_redirect_uris: Vec::new(),
            scope: None,
            resources: None,
            id_token_algorithm: None,
        };
        self.clients.add(draft).await.expect("a new client").client.id
    }

    /// Adds the account `bob`.
    pub(crate) async fn add_bob(&self) {
        let bob = NewUser {
            username: "bob".to_owned(),
            name: None,
            email: None,
            password: Some(Secret::new(PASSWORD)),
        };
        self.users.add(bob).await.expect("a new account");
    }

    /// Redeems a code for `web`.
    pub(crate) async fn redeem(&self, code: &Secret) -> Result<TokenSet, OAuthError> {
        self.redeem_as("web", code, VERIFIER).await
    }

    pub(crate) async fn redeem_as(
        &self,
        client: &str,
        code: &Secret,
        verifier: &str,
    ) -> Result<TokenSet, OAuthError> {
        let grant = PresentedGrant::AuthorizationCode {
            code: code.clone(),
            verifier: CodeVerifier::parse(verifier).expect("well-formed"),
            redirect_uri: Some(CALLBACK.to_owned()),
            wanted: RequestedAccess::default(),
        };
        self.issue(presented(client), grant).await
    }

    /// Tokens of a fresh grant of everything.
    pub(crate) async fn sign_up(&self) -> (TokenSet, Browser) {
        let (code, browser) = self.allow(asked("openid mcp:read"), "openid mcp:read").await;
        (self.redeem(&code).await.expect("redeemed"), browser)
    }

    pub(crate) async fn refresh(&self, token: &Secret) -> Result<TokenSet, OAuthError> {
        self.refresh_as("web", token, RequestedAccess::default()).await
    }

    pub(crate) async fn refresh_as(
        &self,
        client: &str,
        token: &Secret,
        wanted: RequestedAccess,
    ) -> Result<TokenSet, OAuthError> {
        let grant = PresentedGrant::RefreshToken { refresh_token: token.clone(), wanted };
        self.issue(presented(client), grant).await
    }

    /// Whether `client` is told that `token` is live.
    pub(crate) async fn is_live(&self, client: &str, token: &Secret) -> bool {
        is_active(&self.introspect, client, token).await
    }
}

/// Whether introspection by a client says that a token is active.
pub(crate) async fn is_active(introspect: &Introspect, client: &str, token: &Secret) -> bool {
    let source = RequestSource::default();
    let answer = introspect.introspect(presented(client), token.clone(), &source).await;
    !matches!(answer.expect("answered"), Introspection::Inactive)
}
