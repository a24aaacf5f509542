//! The tags that group operations in the document.

use poem_openapi::Tags;

/// The tags that group operations in the document.
#[derive(Tags)]
pub(crate) enum Tag {
    /// The metadata of this server and of its resources, and the keys that verify its tokens.
    Discovery,
    /// The pages on which a person signs in and grants a client access.
    Authorization,
    /// The endpoints at which clients get, introspect and revoke tokens, and read UserInfo claims.
    Tokens,
    /// The endpoints at which clients register and manage their registration.
    Registration,
    /// The pages on which a person sees and withdraws consents, ends sessions, and signs out.
    Account,
    /// The state of this server, for orchestrators and load balancers.
    Health,
    /// This OpenAPI document.
    Documentation,
}
