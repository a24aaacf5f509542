//! The use cases of the public server, put together.

mod front_channel;

use std::sync::Arc;

use domain::{Catalog, EnabledGrants, Issuer, Lifetimes, NameDigests, RedirectPolicy, TagKey};
use ports::outbound::{Hashes, HttpFetcher, Limits, RequestSealer, Stores};

use crate::{
    AccessTokens, Account, Authorize, ClientAuthentication, ClientCache, Context, EndSession,
    GiveConsent, GrantStatus, IdTokenHints, Introspect, IssueTokens, Keys, Presence, RefreshTokens,
    RevocationList, Revoke, SignIn, SignInGuard, Signing, TokenMint, UserCache, UserInfo,
};

/// All that the use cases are put together from.
#[derive(Clone)]
pub struct Foundation {
    /// The stores.
    pub stores: Stores,
    /// Token buckets against strangers.
    pub limits: Arc<dyn Limits>,
    /// Seals what browsers carry.
    pub sealer: Arc<dyn RequestSealer>,
    /// Hashes passwords.
    pub hashes: Arc<dyn Hashes>,
    /// Fetches logos.
    pub web: Arc<dyn HttpFetcher>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// Known people.
    pub users: Arc<UserCache>,
    /// Everything that was revoked.
    pub revocations: Arc<RevocationList>,
    /// The signing keys.
    pub keys: Arc<Keys>,
    /// Knows when the server was not up.
    pub presence: Arc<Presence>,
    /// The decisions of an operator.
    pub settings: Settings,
}

/// The decisions of an operator that the use cases obey.
#[derive(Clone)]
pub struct Settings {
    /// The issuer.
    pub issuer: Issuer,
    /// The resources, and what can be asked for at each.
    pub catalog: Arc<Catalog>,
    /// The grant types that are switched on.
    pub grants: EnabledGrants,
    /// The algorithms that sign.
    pub signing: Signing,
    /// The lifetimes of everything that is issued.
    pub lifetimes: Lifetimes,
    /// The redirect URIs at which clients that registered themselves may be answered.
    pub redirects: RedirectPolicy,
    /// The key of refresh tokens' tags.
    pub tag_key: TagKey,
    /// The key from which codes and session secrets are derived.
    pub answers: TagKey,
    /// Stands for user names that nobody has, in the audit record.
    pub unknown_names: NameDigests,
    /// The number of passwords that are checked at once.
    pub passwords_at_once: usize,
    /// The number of passwords that may wait to be checked.
    pub passwords_waiting: usize,
}

/// The use cases of the public server.
#[derive(Clone)]
#[expect(missing_docs, reason = "each is documented at its type")]
pub struct UseCases {
    pub issue_tokens: Arc<IssueTokens>,
    pub introspect: Arc<Introspect>,
    pub revoke: Arc<Revoke>,
    pub user_info: Arc<UserInfo>,
    pub authorize: Arc<Authorize>,
    pub sign_in: Arc<SignIn>,
    pub decide: Arc<GiveConsent>,
    pub account: Arc<Account>,
    pub end_session: Arc<EndSession>,
}

impl Foundation {
    /// Puts the use cases together.
    #[must_use]
    pub fn use_cases(&self) -> UseCases {
        let authentication = Arc::new(self.authentication());
        let access_tokens = Arc::new(self.access_tokens());
        let refresh_tokens = Arc::new(self.refresh_tokens());
        let front = self.front_channel();
        UseCases {
            issue_tokens: Arc::new(IssueTokens {
                grants: self.settings.grants.clone(),
                authentication: authentication.clone(),
                clients: self.clients.clone(),
                codes: self.stores.codes.clone(),
                refresh_tokens: refresh_tokens.clone(),
                mint: self.mint(),
                presence: self.presence.clone(),
                context: self.context.clone(),
            }),
            introspect: Arc::new(Introspect {
                authentication: authentication.clone(),
                access_tokens: access_tokens.clone(),
                refresh_tokens: refresh_tokens.clone(),
                catalog: self.settings.catalog.clone(),
            }),
            revoke: Arc::new(Revoke {
                authentication,
                access_tokens: access_tokens.clone(),
                refresh_tokens,
            }),
            user_info: Arc::new(UserInfo { access_tokens }),
            authorize: Arc::new(self.authorize(&front)),
            sign_in: Arc::new(self.sign_in(&front)),
            decide: Arc::new(self.decide(&front)),
            account: Arc::new(self.account(&front)),
            end_session: Arc::new(EndSession {
                sessions: front.sessions,
                clients: self.clients.clone(),
                hints: self.hints(),
                redirects: front.redirects,
            }),
        }
    }

    fn authentication(&self) -> ClientAuthentication {
        ClientAuthentication {
            clients: self.clients.clone(),
            limits: self.limits.clone(),
            context: self.context.clone(),
        }
    }

    fn status(&self) -> GrantStatus {
        GrantStatus {
            clients: self.clients.clone(),
            users: self.users.clone(),
            revocations: self.revocations.clone(),
        }
    }

    fn access_tokens(&self) -> AccessTokens {
        AccessTokens {
            issuer: self.settings.issuer.clone(),
            keys: self.keys.clone(),
            status: self.status(),
            context: self.context.clone(),
        }
    }

    fn refresh_tokens(&self) -> RefreshTokens {
        RefreshTokens {
            families: self.stores.families.clone(),
            tag_key: self.settings.tag_key.clone(),
            status: self.status(),
            context: self.context.clone(),
        }
    }

    fn mint(&self) -> TokenMint {
        TokenMint {
            issuer: self.settings.issuer.clone(),
            keys: self.keys.clone(),
            signing: self.settings.signing,
            catalog: self.settings.catalog.clone(),
            lifetimes: self.settings.lifetimes,
            context: self.context.clone(),
        }
    }

    fn hints(&self) -> IdTokenHints {
        IdTokenHints { issuer: self.settings.issuer.clone(), keys: self.keys.clone() }
    }

    fn guard(&self) -> SignInGuard {
        let Settings { passwords_at_once, passwords_waiting, .. } = self.settings;
        SignInGuard::new(self.limits.clone(), passwords_at_once, passwords_waiting)
    }
}
