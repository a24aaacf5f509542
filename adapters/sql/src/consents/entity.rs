//! The row, and its translation.

use adapter_documents as documents;
use domain::{ClientId, Consent, ConsentId, ResourceUri, Scope, SubjectId, Timestamp};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::columns::{RowError, signed};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client: String,
    pub id: String,
    /// A list of pairs: a resource, or nothing for the issuer; and a scope.
    pub allowed: String,
    pub created_at: i64,
    pub updated_at: i64,
    /// Absent in rows from before it was kept.
    pub last_used_at: Option<i64>,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<Consent>> for Model {
    fn from(Stored { value: consent, revision }: Stored<Consent>) -> Self {
        let allowed = consent.allowed.iter();
        let allowed: Vec<_> = allowed
            .map(|(resource, scope)| {
                (resource.as_ref().map(ResourceUri::as_str), scope.to_string())
            })
            .collect();
        Self {
            subject: consent.subject.as_str().to_owned(),
            client: consent.client.as_str().to_owned(),
            id: consent.id.as_str().to_owned(),
            allowed: documents::write(&allowed),
            created_at: consent.created_at.as_unix(),
            updated_at: consent.updated_at.as_unix(),
            last_used_at: Some(consent.last_used_at.as_unix()),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<Consent> {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let allowed: Vec<(Option<String>, String)> = documents::read(&row.allowed)?;
        let allowed = allowed.into_iter().map(|(resource, scope)| {
            let resource = resource.map(ResourceUri::restore);
            Ok::<_, RowError>((resource, Scope::restore(&scope)?))
        });
        let value = Consent {
            id: ConsentId::new(row.id),
            subject: SubjectId::new(row.subject),
            client: ClientId::new(row.client),
            allowed: allowed.collect::<Result<_, _>>()?,
            created_at: Timestamp::from_unix(row.created_at),
            updated_at: Timestamp::from_unix(row.updated_at),
            last_used_at: Timestamp::from_unix(row.last_used_at.unwrap_or(row.updated_at)),
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}
