//! The row, and its translation.

use adapter_documents::{self as documents, grant};
use domain::{Cause, FamilyState, RefreshFamily, Timestamp};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::columns::{RowError, signed};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_families")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: String,
    pub client: String,
    pub subject: String,
    pub approval: String,
    pub salt: Vec<u8>,
    pub generation: i64,
    pub rotated_at: Option<i64>,
    pub idle_expires_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
    pub revoked_for: Option<String>,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<RefreshFamily>> for Model {
    fn from(Stored { value: family, revision }: Stored<RefreshFamily>) -> Self {
        let (revoked_at, revoked_for) = match family.state {
            FamilyState::Active => (None, None),
            FamilyState::Revoked { at, cause: Cause::Reuse } => (Some(at), Some("reuse")),
            FamilyState::Revoked { at, cause: Cause::Request } => (Some(at), Some("request")),
        };
        Self {
            grant_id: family.grant.id.as_str().to_owned(),
            client: family.grant.client.as_str().to_owned(),
            subject: family.grant.subject.as_str().to_owned(),
            approval: documents::write(&grant::Document::from(&family.grant)),
            salt: family.salt.to_vec(),
            generation: family.generation.into(),
            rotated_at: family.rotated_at.map(Timestamp::as_unix),
            idle_expires_at: family.idle_expires_at.as_unix(),
            expires_at: family.expires_at.as_unix(),
            revoked_at: revoked_at.map(Timestamp::as_unix),
            revoked_for: revoked_for.map(str::to_owned),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<RefreshFamily> {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let grant: grant::Document = documents::read(&row.approval)?;
        let revoked_at = row.revoked_at.map(Timestamp::from_unix);
        let state = match (revoked_at, row.revoked_for.as_deref()) {
            (None, None) => FamilyState::Active,
            (Some(at), Some("reuse")) => FamilyState::Revoked { at, cause: Cause::Reuse },
            (Some(at), Some("request")) => FamilyState::Revoked { at, cause: Cause::Request },
            _ => return Err("an impossible state".into()),
        };
        let value = RefreshFamily {
            grant: grant.of(row.grant_id, row.client, row.subject)?,
            salt: row.salt.try_into().map_err(|_| "a salt of another length")?,
            generation: row.generation.try_into()?,
            rotated_at: row.rotated_at.map(Timestamp::from_unix),
            idle_expires_at: Timestamp::from_unix(row.idle_expires_at),
            expires_at: Timestamp::from_unix(row.expires_at),
            state,
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}
