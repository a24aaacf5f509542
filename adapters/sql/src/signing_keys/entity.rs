//! The row, and its translation.

use domain::{Algorithm, KeyId, KeyState, PublicKey, SigningKey, Timestamp};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::columns::{RowError, signed};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub algorithm: String,
    pub ec_x: Option<Vec<u8>>,
    pub ec_y: Option<Vec<u8>>,
    pub rsa_n: Option<Vec<u8>>,
    pub rsa_e: Option<Vec<u8>>,
    pub sealed: Vec<u8>,
    pub created_at: i64,
    pub retires_at: Option<i64>,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<SigningKey>> for Model {
    fn from(Stored { value: key, revision }: Stored<SigningKey>) -> Self {
        let (ec_x, ec_y, rsa_n, rsa_e) = match key.public {
            PublicKey::Ec { x, y } => (Some(x), Some(y), None, None),
            PublicKey::Rsa { n, e } => (None, None, Some(n), Some(e)),
        };
        let retires_at = match key.state {
            KeyState::Active => None,
            KeyState::Retiring { until } => Some(until.as_unix()),
        };
        Self {
            id: key.id.as_str().to_owned(),
            algorithm: key.algorithm.as_str().to_owned(),
            ec_x,
            ec_y,
            rsa_n,
            rsa_e,
            sealed: key.sealed,
            created_at: key.created_at.as_unix(),
            retires_at,
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<SigningKey> {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let public = match (row.ec_x, row.ec_y, row.rsa_n, row.rsa_e) {
            (Some(x), Some(y), None, None) => PublicKey::Ec { x, y },
            (None, None, Some(n), Some(e)) => PublicKey::Rsa { n, e },
            _ => return Err("an impossible public key".into()),
        };
        let value = SigningKey {
            id: KeyId::new(row.id),
            algorithm: Algorithm::from_wire(&row.algorithm).ok_or("an unknown algorithm")?,
            public,
            sealed: row.sealed,
            created_at: Timestamp::from_unix(row.created_at),
            state: match row.retires_at.map(Timestamp::from_unix) {
                None => KeyState::Active,
                Some(until) => KeyState::Retiring { until },
            },
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}
