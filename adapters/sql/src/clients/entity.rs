//! The row, and its translation.

use std::time::Duration;

use adapter_documents::{self as documents, metadata};
use domain::{
    Client, ClientId, ClientLifetimes, ClientState, Credential, RegistrationSource, SecretMethod,
    Timestamp,
};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::columns::{RowError, digest, signed};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub secret_method: Option<String>,
    pub secret_digest: Option<Vec<u8>>,
    pub metadata: String,
    pub access_token_lifetime: Option<i64>,
    pub refresh_idle_lifetime: Option<i64>,
    pub origin: String,
    pub registration_token: Option<Vec<u8>>,
    pub registered_from: Option<String>,
    pub first_granted_at: Option<i64>,
    pub last_used_at: Option<i64>,
    pub state: String,
    pub created_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<Client>> for Model {
    fn from(Stored { value: client, revision }: Stored<Client>) -> Self {
        let (method, digest) = match client.credential {
            Credential::Public => (None, None),
            Credential::Secret { method: SecretMethod::Basic, digest } => {
                (Some("basic"), Some(digest))
            }
            Credential::Secret { method: SecretMethod::Post, digest } => {
                (Some("post"), Some(digest))
            }
        };
        let (origin, token, from, granted, used) = match client.origin {
            RegistrationSource::Configured => ("configured", None, None, None, None),
            RegistrationSource::Operator => ("operator", None, None, None, None),
            RegistrationSource::Dynamic {
                registration_token,
                registered_from,
                first_granted_at,
                last_used_at,
            } => (
                "dynamic",
                Some(registration_token),
                registered_from,
                first_granted_at,
                last_used_at,
            ),
        };
        let state = match client.state {
            ClientState::Active => "active",
            ClientState::Suspended => "suspended",
        };
        Self {
            id: client.id.as_str().to_owned(),
            secret_method: method.map(str::to_owned),
            secret_digest: digest.map(|digest| digest.as_bytes().to_vec()),
            metadata: documents::write(&metadata::Document::from(client.metadata)),
            access_token_lifetime: client.lifetimes.access_token.map(seconds),
            refresh_idle_lifetime: client.lifetimes.refresh_idle.map(seconds),
            origin: origin.to_owned(),
            registration_token: token.map(|token| token.as_bytes().to_vec()),
            registered_from: from.map(|address| address.to_string()),
            first_granted_at: granted.map(Timestamp::as_unix),
            last_used_at: used.map(Timestamp::as_unix),
            state: state.to_owned(),
            created_at: client.created_at.as_unix(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<Client> {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let lifetimes = ClientLifetimes {
            access_token: row.access_token_lifetime.map(lifetime).transpose()?,
            refresh_idle: row.refresh_idle_lifetime.map(lifetime).transpose()?,
        };
        let value = Client {
            id: ClientId::new(row.id),
            credential: credential(row.secret_method.as_deref(), row.secret_digest)?,
            metadata: documents::read::<metadata::Document>(&row.metadata)?.try_into()?,
            lifetimes,
            origin: origin(
                &row.origin,
                row.registration_token,
                row.registered_from,
                (row.first_granted_at, row.last_used_at),
            )?,
            created_at: Timestamp::from_unix(row.created_at),
            state: match row.state.as_str() {
                "active" => ClientState::Active,
                "suspended" => ClientState::Suspended,
                _ => return Err("an unknown state".into()),
            },
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}

fn credential(method: Option<&str>, raw: Option<Vec<u8>>) -> Result<Credential, RowError> {
    let secret = |method, raw| Ok(Credential::Secret { method, digest: digest(raw)? });
    match (method, raw) {
        (None, None) => Ok(Credential::Public),
        (Some("basic"), Some(raw)) => secret(SecretMethod::Basic, raw),
        (Some("post"), Some(raw)) => secret(SecretMethod::Post, raw),
        _ => Err("an impossible credential".into()),
    }
}

fn origin(
    kind: &str,
    token: Option<Vec<u8>>,
    from: Option<String>,
    (granted, used): (Option<i64>, Option<i64>),
) -> Result<RegistrationSource, RowError> {
    match (kind, token) {
        ("configured", None) => Ok(RegistrationSource::Configured),
        ("operator", None) => Ok(RegistrationSource::Operator),
        ("dynamic", Some(raw)) => Ok(RegistrationSource::Dynamic {
            registration_token: digest(raw)?,
            registered_from: from.map(|address| address.parse()).transpose()?,
            first_granted_at: granted.map(Timestamp::from_unix),
            last_used_at: used.map(Timestamp::from_unix),
        }),
        _ => Err("an impossible origin".into()),
    }
}

fn seconds(lifetime: Duration) -> i64 {
    signed(lifetime.as_secs())
}

fn lifetime(seconds: i64) -> Result<Duration, RowError> {
    Ok(Duration::from_secs(seconds.try_into()?))
}
