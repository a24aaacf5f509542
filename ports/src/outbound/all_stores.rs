//! The stores of a server, each behind its own port.

use std::sync::Arc;

use domain::Uptime;

use super::{
    Audit, AuditHistory, AuthorizationCodes, Changes, Clients, Consents, Housekeeping,
    Interactions, RefreshFamilies, Revocations, Sessions, SigningKeys, Store, Suspensions, Users,
};

/// The store of every aggregate. Each field may be the port of another adapter, as long as
/// `housekeeping` names every adapter once.
#[derive(Clone)]
pub struct Stores {
    /// Clients that were registered or added at run time.
    pub clients: Arc<dyn Clients>,
    /// Suspensions of clients of the configuration.
    pub suspensions: Arc<dyn Suspensions>,
    /// Accounts.
    pub users: Arc<dyn Users>,
    /// Consents.
    pub consents: Arc<dyn Consents>,
    /// Families of refresh tokens.
    pub families: Arc<dyn RefreshFamilies>,
    /// Revocations.
    pub revocations: Arc<dyn Revocations>,
    /// Signing keys.
    pub signing_keys: Arc<dyn SigningKeys>,
    /// The times at which the server was up.
    pub uptimes: Arc<dyn Store<Uptime>>,
    /// The audit record, for writing.
    pub audit: Arc<dyn Audit>,
    /// The audit record, for reading and purging.
    pub audit_history: Arc<dyn AuditHistory>,
    /// Changes that other processes make to cached aggregates.
    pub changes: Arc<dyn Changes>,
    /// Interactions. They are short-lived.
    pub interactions: Arc<dyn Interactions>,
    /// Authorization codes. They are short-lived.
    pub codes: Arc<dyn AuthorizationCodes>,
    /// Sessions of browsers. They are short-lived.
    pub sessions: Arc<dyn Sessions>,
    /// The housekeeping of each adapter among the above, each adapter once.
    pub housekeeping: Vec<Arc<dyn Housekeeping>>,
}

impl Stores {
    /// Uses one adapter for all of them.
    #[must_use]
    pub fn all_in<S>(store: &Arc<S>) -> Self
    where
        S: Clients + Suspensions + Users + Consents + RefreshFamilies + Revocations,
        S: SigningKeys + Store<Uptime> + Audit + AuditHistory + Changes,
        S: Interactions + AuthorizationCodes + Sessions + Housekeeping + 'static,
    {
        Self {
            clients: store.clone(),
            suspensions: store.clone(),
            users: store.clone(),
            consents: store.clone(),
            families: store.clone(),
            revocations: store.clone(),
            signing_keys: store.clone(),
            uptimes: store.clone(),
            audit: store.clone(),
            audit_history: store.clone(),
            changes: store.clone(),
            interactions: store.clone(),
            codes: store.clone(),
            sessions: store.clone(),
            housekeeping: vec![store.clone()],
        }
    }
}
