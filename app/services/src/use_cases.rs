//! The use cases of the public server, put together.

use std::{sync::Arc, time::Duration};

use domain::{Catalog, Issuer, Lifetimes, NameDigests, RedirectPolicy, TagKey};
use ports::outbound::{Hashes, HttpFetcher, Limits, RequestSealer, Stores};

use crate::{
    AccessTokens, Account, Authorize, ClientAuthentication, ClientCache, CodeIssuer, Consents,
    Context, EndSession, GiveConsent, GrantStatus, IdTokenHints, Interactions, Introspect,
    IssueTokens, Keys, Logos, NextSteps, Passwords, Presence, RedirectRules, RefreshTokens,
    Responder, RevocationList, Revoke, Sessions, SignIn, SignInGuard, SignInPages, Signing,
    TokenMint, UserCache, UserInfo, VisitLimit,
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
    /// Time, chance and the audit record.
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
    /// What an operator has decided.
    pub settings: Settings,
}

/// The decisions of an operator that the use cases obey.
#[derive(Clone)]
pub struct Settings {
    /// The issuer.
    pub issuer: Issuer,
    /// The resources, and what can be asked for at each.
    pub catalog: Arc<Catalog>,
    /// The algorithms that sign.
    pub signing: Signing,
    /// How long what is issued lives.
    pub lifetimes: Lifetimes,
    /// The redirect URIs at which clients that registered themselves may be answered.
    pub redirects: RedirectPolicy,
    /// The key of refresh tokens' tags.
    pub tag_key: TagKey,
    /// The key from which codes and session secrets are derived.
    pub answers: TagKey,
    /// Stands for user names that nobody has, in the audit record.
    pub unknown_names: NameDigests,
    /// How many passwords are checked at once.
    pub passwords_at_once: usize,
    /// How many more passwords may wait to be checked.
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

/// The services that the steps of the front channel share.
struct FrontChannel {
    visits: Arc<VisitLimit>,
    redirects: Arc<RedirectRules>,
    sessions: Arc<Sessions>,
    consents: Arc<Consents>,
    interactions: Arc<Interactions>,
    next_steps: Arc<NextSteps>,
    code_issuer: Arc<CodeIssuer>,
    responder: Arc<Responder>,
    pages: Arc<SignInPages>,
    passwords: Arc<Passwords>,
}

impl Foundation {
    fn front_channel(&self) -> FrontChannel {
        let Lifetimes { code, interaction, session, .. } = self.settings.lifetimes;
        let sessions = Arc::new(self.sessions(session));
        let consents = Arc::new(self.consents());
        let interactions = Arc::new(Interactions {
            store: self.stores.interactions.clone(),
            sealer: self.sealer.clone(),
            lifetime: interaction,
            context: self.context.clone(),
        });
        let next_steps = Arc::new(NextSteps {
            clients: self.clients.clone(),
            consents: consents.clone(),
            context: self.context.clone(),
        });
        let code_issuer = Arc::new(self.code_issuer(consents.clone(), code));
        let responder = Arc::new(Responder {
            interactions: interactions.clone(),
            next_steps: next_steps.clone(),
            code_issuer: code_issuer.clone(),
            clients: self.clients.clone(),
            context: self.context.clone(),
        });
        FrontChannel {
            visits: Arc::new(VisitLimit {
                limits: self.limits.clone(),
                context: self.context.clone(),
            }),
            redirects: Arc::new(RedirectRules {
                issuer: self.settings.issuer.clone(),
                policy: self.settings.redirects.clone(),
                limits: self.limits.clone(),
            }),
            pages: Arc::new(SignInPages {
                interactions: interactions.clone(),
                responder: responder.clone(),
                users: self.users.clone(),
                context: self.context.clone(),
            }),
            passwords: Arc::new(self.passwords(sessions.clone())),
            sessions,
            consents,
            interactions,
            next_steps,
            code_issuer,
            responder,
        }
    }

    fn sessions(&self, lifetime: Duration) -> Sessions {
        Sessions {
            store: self.stores.sessions.clone(),
            users: self.users.clone(),
            revocations: self.revocations.clone(),
            lifetime,
            answers: self.settings.answers.clone(),
            context: self.context.clone(),
        }
    }

    fn consents(&self) -> Consents {
        Consents {
            store: self.stores.consents.clone(),
            clients: self.clients.clone(),
            revocations: self.revocations.clone(),
            context: self.context.clone(),
        }
    }

    fn code_issuer(&self, consents: Arc<Consents>, lifetime: Duration) -> CodeIssuer {
        CodeIssuer {
            codes: self.stores.codes.clone(),
            clients: self.clients.clone(),
            consents,
            answers: self.settings.answers.clone(),
            lifetime,
            context: self.context.clone(),
        }
    }

    fn passwords(&self, sessions: Arc<Sessions>) -> Passwords {
        Passwords {
            users: self.stores.users.clone(),
            known: self.users.clone(),
            hashes: self.hashes.clone(),
            guard: self.guard(),
            unknown_names: self.settings.unknown_names.clone(),
            sessions,
            context: self.context.clone(),
        }
    }

    fn authorize(&self, front: &FrontChannel) -> Authorize {
        Authorize {
            visits: front.visits.clone(),
            clients: self.clients.clone(),
            catalog: self.settings.catalog.clone(),
            redirects: front.redirects.clone(),
            hints: self.hints(),
            sessions: front.sessions.clone(),
            interactions: front.interactions.clone(),
            next_steps: front.next_steps.clone(),
            code_issuer: front.code_issuer.clone(),
            pages: front.pages.clone(),
        }
    }

    fn sign_in(&self, front: &FrontChannel) -> SignIn {
        SignIn {
            visits: front.visits.clone(),
            interactions: front.interactions.clone(),
            responder: front.responder.clone(),
            sessions: front.sessions.clone(),
            pages: front.pages.clone(),
            passwords: front.passwords.clone(),
            context: self.context.clone(),
        }
    }

    fn decide(&self, front: &FrontChannel) -> GiveConsent {
        GiveConsent {
            interactions: front.interactions.clone(),
            sessions: front.sessions.clone(),
            next_steps: front.next_steps.clone(),
            responder: front.responder.clone(),
            catalog: self.settings.catalog.clone(),
            logos: Logos::new(self.web.clone(), self.context.clock.clone()),
            context: self.context.clone(),
        }
    }

    fn account(&self, front: &FrontChannel) -> Account {
        Account {
            sessions: front.sessions.clone(),
            consents: front.consents.clone(),
            clients: self.clients.clone(),
            families: self.stores.families.clone(),
            users: self.stores.users.clone(),
            known: self.users.clone(),
            passwords: front.passwords.clone(),
            catalog: self.settings.catalog.clone(),
            lifetimes: self.settings.lifetimes,
            context: self.context.clone(),
        }
    }
}
