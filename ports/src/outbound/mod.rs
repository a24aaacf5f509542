//! The services that the application needs, as traits that adapters implement.

mod all_stores;
mod crypto;
mod http_fetcher;
mod limits;
mod record;
mod store;
mod stores;
mod system;

pub use crate::page::Page;
pub use all_stores::Stores;
pub use crypto::{
    GeneratedKey, Hashes, HashingError, KeyFactory, Keyring, OpenedKey, RequestSealer, SealError,
    Sealer, SignError, SigningKeys, TokenSigner, TokenVerifier, UnverifiedToken,
};
pub use http_fetcher::{FetchError, HttpFetcher};
pub use limits::Limits;
pub use record::{
    Audit, AuditHistory, AuditPosition, AuditPurgeBefore, AuditQuery, Change, Changes, Cursor,
    News, Recorded, Revocations,
};
pub use store::{Aggregate, Outage, Store, StoreError, Stored};
pub use stores::{
    AuthorizationCodes, Clients, Consents, Housekeeping, Interactions, PurgeBefore,
    RefreshFamilies, Sessions, Suspensions, Users,
};
pub use system::{Clock, Entropy};
