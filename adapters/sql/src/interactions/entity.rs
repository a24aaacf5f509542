//! The row, and its translation.

use adapter_documents::{self as documents, interaction};
use domain::{Interaction, Timestamp};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::columns::{RowError, signed};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "interactions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub document: String,
    pub expires_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<Interaction>> for Model {
    fn from(Stored { value: interaction, revision }: Stored<Interaction>) -> Self {
        Self {
            id: interaction.id.as_str().to_owned(),
            expires_at: interaction.expires_at.as_unix(),
            document: documents::write(&interaction::Document::from(interaction)),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<Interaction> {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let document: interaction::Document = documents::read(&row.document)?;
        let value = document.of(row.id, Timestamp::from_unix(row.expires_at))?;
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}
