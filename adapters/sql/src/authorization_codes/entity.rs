//! The row, and its translation.

use adapter_documents::{self as documents, grant};
use domain::{AuthorizationCode, CodeState, Pkce, RedirectUri, Timestamp};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::columns::{RowError, digest, signed};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authorization_codes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    pub grant_id: String,
    pub client: String,
    pub subject: String,
    pub approval: String,
    pub redirect_uri: String,
    pub pkce: String,
    /// Bytes, as whoever sends it may put a NUL into it.
    pub nonce: Option<Vec<u8>>,
    pub expires_at: i64,
    pub redeemed_at: Option<i64>,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<AuthorizationCode>> for Model {
    fn from(Stored { value: code, revision }: Stored<AuthorizationCode>) -> Self {
        let redeemed_at = match code.state {
            CodeState::Issued => None,
            CodeState::Redeemed { at } => Some(at.as_unix()),
        };
        Self {
            digest: code.digest.as_bytes().to_vec(),
            grant_id: code.grant.id.as_str().to_owned(),
            client: code.grant.client.as_str().to_owned(),
            subject: code.grant.subject.as_str().to_owned(),
            approval: documents::write(&grant::Document::from(&code.grant)),
            redirect_uri: code.redirect_uri.as_str().to_owned(),
            pkce: code.pkce.as_str().to_owned(),
            nonce: code.nonce.map(String::into_bytes),
            expires_at: code.expires_at.as_unix(),
            redeemed_at,
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<AuthorizationCode> {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let grant: grant::Document = documents::read(&row.approval)?;
        let value = AuthorizationCode {
            digest: digest(row.digest)?,
            grant: grant.of(row.grant_id, row.client, row.subject)?,
            redirect_uri: RedirectUri::parse(&row.redirect_uri)?,
            pkce: Pkce::parse(&row.pkce)?,
            nonce: row.nonce.map(String::from_utf8).transpose()?,
            expires_at: Timestamp::from_unix(row.expires_at),
            state: match row.redeemed_at.map(Timestamp::from_unix) {
                None => CodeState::Issued,
                Some(at) => CodeState::Redeemed { at },
            },
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}
