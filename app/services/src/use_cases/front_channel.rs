//! The part of the use cases that a browser meets.

use std::{sync::Arc, time::Duration};

use domain::Lifetimes;

use super::Foundation;
use crate::{
    Account, Authorize, CodeIssuer, Consents, GiveConsent, Interactions, Logos, NextSteps,
    Passwords, RedirectRules, Responder, Sessions, SignIn, SignInPages, VisitLimit,
};

/// The services that the steps of the front channel share.
pub(super) struct FrontChannel {
    pub(super) visits: Arc<VisitLimit>,
    pub(super) redirects: Arc<RedirectRules>,
    pub(super) sessions: Arc<Sessions>,
    consents: Arc<Consents>,
    interactions: Arc<Interactions>,
    next_steps: Arc<NextSteps>,
    code_issuer: Arc<CodeIssuer>,
    responder: Arc<Responder>,
    pages: Arc<SignInPages>,
    passwords: Arc<Passwords>,
}

impl Foundation {
    pub(super) fn front_channel(&self) -> FrontChannel {
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

    pub(super) fn authorize(&self, front: &FrontChannel) -> Authorize {
        Authorize {
            grants: self.settings.grants.clone(),
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

    pub(super) fn sign_in(&self, front: &FrontChannel) -> SignIn {
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

    pub(super) fn decide(&self, front: &FrontChannel) -> GiveConsent {
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

    pub(super) fn account(&self, front: &FrontChannel) -> Account {
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
