//! What the application needs from the world.

mod all_stores;
mod crypto;
mod keep;
mod limits;
mod record;
mod stores;
mod system;
mod web;

pub use all_stores::Stores;
pub use crypto::{
    GeneratedKey, Hashes, HashingError, KeyFactory, Keyring, OpenedKey, RequestSealer, SealError,
    Sealer, SignError, SigningKeys, TokenSigner, TokenVerifier, UnverifiedToken,
};
pub use keep::{Aggregate, Keep, Outage, StoreError, Stored};
pub use limits::Limits;
pub use record::{
    Audit, AuditHistory, AuditHorizon, AuditPosition, AuditQuery, Change, Changes, Cursor, News,
    Recorded, Revocations,
};
pub use stores::{
    AuthorizationCodes, Clients, Consents, Horizon, Housekeeping, Interactions, Page,
    RefreshFamilies, Sessions, Suspensions, Users,
};
pub use system::{Clock, Entropy};
pub use web::{FetchError, Web};
