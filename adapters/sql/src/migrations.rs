//! The schema, one file a step; a step that has been released never changes.

mod m0001_people;
mod m0002_clients;
mod m0003_grants;
mod m0004_signing_keys;
mod m0005_records;
mod m0006_ended_consents;
mod m0007_family_expiry;
mod m0008_pulse;
mod m0009_news;
mod m0010_answers;
mod m0011_unused_clients;
mod m0012_uptimes;
mod m0013_one_time_passwords;
mod m0014_suspensions_and_uses;
mod m0020_audit_actors;
mod m0022_strangers;
mod m0023_interaction_documents;

use sea_orm_migration::{
    prelude::*,
    schema::text,
    sea_orm::{DbBackend, EntityTrait},
    seaql_migrations,
};

/// Every step, in order.
#[derive(Debug)]
pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_clients::Migration),
            Box::new(m0003_grants::Migration),
            Box::new(m0004_signing_keys::Migration),
            Box::new(m0005_records::Migration),
            Box::new(m0006_ended_consents::Migration),
            Box::new(m0007_family_expiry::Migration),
            Box::new(m0008_pulse::Migration),
            Box::new(m0009_news::Migration),
            Box::new(m0010_answers::Migration),
            Box::new(m0011_unused_clients::Migration),
            Box::new(m0012_uptimes::Migration),
            Box::new(m0013_one_time_passwords::Migration),
            Box::new(m0014_suspensions_and_uses::Migration),
            Box::new(m0020_audit_actors::Migration),
            Box::new(m0022_strangers::Migration),
            Box::new(m0023_interaction_documents::Migration),
        ]
    }
}

/// The state of the schema of a database.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// All the way.
    Current,
    /// Some steps are missing.
    Behind,
    /// It has a step that this program does not know.
    Ahead {
        /// Its name.
        step: String,
    },
}

/// Looks at a database without changing it.
pub(crate) async fn progress<'c>(
    connection: impl IntoSchemaManagerConnection<'c>,
) -> Result<Progress, DbErr> {
    let manager = SchemaManager::new(connection);
    if !manager.has_table("seaql_migrations").await? {
        return Ok(Progress::Behind);
    }
    let applied = seaql_migrations::Entity::find().all(manager.get_connection()).await?;
    let known = Migrator::migrations();
    let is_known = |step: &str| known.iter().any(|migration| migration.name() == step);
    match applied.iter().find(|row| !is_known(&row.version)) {
        Some(row) => Ok(Progress::Ahead { step: row.version.clone() }),
        None if applied.len() == known.len() => Ok(Progress::Current),
        None => Ok(Progress::Behind),
    }
}

/// A column of names, which are ordered by their bytes whatever the locale of the database.
fn name(manager: &SchemaManager<'_>, column: &'static str) -> ColumnDef {
    let mut definition = text(column);
    if manager.get_database_backend() == DbBackend::Postgres {
        definition.extra("COLLATE \"C\"");
    }
    definition
}

/// An index named after what it is of.
fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_by_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}
