//! The rules of the authorization server: no I/O, no clock, no randomness, no wire formats.

mod audit;
mod authorization_code;
mod authorization_request;
mod branding;
mod claims;
mod client;
mod consent;
mod error;
mod grant;
mod ids;
mod image;
mod interaction;
mod issuer;
mod legible;
mod lifetimes;
mod limit;
mod machine_access;
mod next_step;
mod password;
mod pkce;
mod redirect_uri;
mod refresh_family;
mod refresh_token;
mod registration;
mod resource;
mod resource_uri;
mod revocation;
mod scope;
mod secret;
mod session;
mod signing_key;
mod suspension;
mod time;
mod uptime;
mod user;
mod username;
mod wire_names;

pub use audit::{
    Action, Actor, Event, NameDigests, Outcome, RequestSource, StrangersBounds, StrangersTally,
};
pub use authorization_code::{AuthorizationCode, CodeState, RedeemError, Redemption};
pub use authorization_request::{
    AccessRequest, AuthorizationParams, AuthorizationRequest, AuthorizationResponse, Callback,
    CodeReply, PLAIN_IN_QUERY, Prompt, RedirectableRequest, ReplyTo, Unredirectable,
};
pub use branding::Branding;
pub use claims::{AccessClaims, IdClaims, Lineage, PersonClaims, audience};
pub use client::{
    ApplicationType, AuthMethod, AuthenticationError, Client, ClientCredentials, ClientLifetimes,
    ClientMetadata, ClientState, Credential, EnabledGrants, GrantType, MalformedGrants,
    RegistrationSource, ResponseMode, ResponseType, SecretMethod,
};
pub use consent::Consent;
pub use error::{ErrorCode, OAuthError};
pub use grant::{Grant, RequestedAccess};
pub use ids::{
    ClientId, ConsentId, GrantId, InteractionId, KeyId, SecurityStamp, SessionId, SubjectId,
    TokenId, identifier,
};
pub use image::Image;
pub use interaction::{
    Answer, Interaction, InteractionError, InteractionState, Purpose, SignInRequest,
};
pub use issuer::{Issuer, RefusedIssuer};
pub use legible::{legible, shortened};
pub use lifetimes::Lifetimes;
pub use limit::{
    AddressBlock, AddressBlocks, Bucket, BucketKey, Exhausted, Limit, LimitKey, MalformedQuota,
    Quota,
};
pub use machine_access::MachineAccess;
pub use next_step::{Authentication, NextStep, Refusal, Requester};
pub use password::{OneTimePasswordError, Password, PasswordKind};
pub use pkce::{CodeVerifier, MalformedChallenge, MalformedVerifier, Pkce};
pub use redirect_uri::{
    RedirectKind, RedirectUri, RefusedRedirectUri, Registrant, is_loopback, is_loopback_origin,
};
pub use refresh_family::{
    Cause, FamilyState, Genuine, RefreshFamily, RefreshLifetimes, RotateError, Rotation,
};
pub use refresh_token::{RefreshToken, TagKey};
pub use registration::{
    DescriptiveMetadata, RedirectPolicy, RedirectUse, RegistrationPolicy, RegistrationRequest,
    ValidatedRegistration,
};
pub use resource::{Catalog, DescribedScopes, Place, Resource, UnknownResource};
pub use resource_uri::{MalformedResource, ResourceUri};
pub use revocation::{Revocable, Revocation};
pub use scope::{MalformedScope, Scope};
pub use secret::{Digest, Secret};
pub use session::Session;
pub use signing_key::{Algorithm, KeyState, PublicKey, SigningKey};
pub use suspension::Suspension;
pub use time::Timestamp;
pub use uptime::{Outage, Uptime};
pub use user::{User, UserState};
pub use username::{MalformedUsername, Username};
