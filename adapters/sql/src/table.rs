//! [`Store`], once for every aggregate that has a table.

use std::sync::atomic::Ordering;

use async_trait::async_trait;
use ports::outbound::{Aggregate, Store, StoreError, Stored};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, Iterable, PrimaryKeyToColumn, QueryFilter,
    QueryTrait, Statement, StatementBuilder,
    sea_query::{Expr, ExprTrait, UpdateStatement},
};

use crate::{
    Sql,
    changes::{self, Kind},
    columns::{RowError, signed},
    failure::{failed, is_unheard_of},
    writer::Write,
};

/// The distance between the first revisions of new rows: larger than the number of times a row is
/// ever replaced before another takes its key.
const REVISION_GAP: u64 = 1 << 10;

/// One row of the table of `T`.
pub(crate) type Row<T> = <<T as Table>::Entity as EntityTrait>::Model;

/// An aggregate that has a table, with a column `revision`.
pub(crate) trait Table: Aggregate {
    /// The table.
    type Entity: EntityTrait<
            Model: From<Stored<Self>>
                       + TryInto<Stored<Self>, Error = RowError>
                       + IntoActiveModel<<Self::Entity as EntityTrait>::ActiveModel>,
            ActiveModel: Send,
        >;

    /// The name of the kind of aggregate, for errors.
    const NAME: &'static str;

    /// The column of [`Aggregate::expires_at`], by which the purge finds rows; `None` if there is no
    /// such column because they do not expire.
    const EXPIRY: Option<<Self::Entity as EntityTrait>::Column> = None;

    /// The row with this key.
    fn with_key(key: &Self::Key) -> Expr;

    /// The name of a row, for errors: never a secret.
    fn label(row: &Row<Self>) -> String;

    /// The columns, apart from those of the key, that never change. A replacement leaves them out, so
    /// that no index of theirs is written.
    const FIXED: &'static [<Self::Entity as EntityTrait>::Column] = &[];

    /// The change to report if an aggregate with this key changes; `None` if nobody caches them.
    fn change(_key: &Self::Key) -> Option<(Kind, &str)> {
        None
    }
}

/// Reads a row.
pub(crate) fn from_row<T: Table>(row: Row<T>) -> Result<Stored<T>, StoreError> {
    let key = T::label(&row);
    row.try_into().map_err(|source| StoreError::Corrupt { entity: T::NAME, key, source })
}

/// Reads rows whose revisions nobody asks for.
pub(crate) fn believe_all<T: Table>(rows: Vec<Row<T>>) -> Result<Vec<T>, StoreError> {
    rows.into_iter().map(|row| from_row(row).map(|stored| stored.value)).collect()
}

#[async_trait]
impl<T: Table> Store<T> for Sql {
    async fn insert(&self, value: T) -> Result<(), StoreError> {
        let news = self.note::<T>(&value.key());
        self.write(self.addition(value).telling(news)).await?;
        Ok(())
    }

    async fn find(&self, key: &T::Key) -> Result<Option<Stored<T>>, StoreError> {
        match self.reads.one(T::Entity::find().filter(T::with_key(key))).await {
            Ok(row) => row.map(from_row).transpose(),
            Err(error) if is_unheard_of(&error) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    async fn replace(&self, stored: Stored<T>) -> Result<(), StoreError> {
        let news = self.note::<T>(&stored.value.key());
        self.write(self.replacement(stored).telling(news)).await?;
        Ok(())
    }

    async fn remove(&self, key: &T::Key) -> Result<(), StoreError> {
        let statement = T::Entity::delete_many().filter(T::with_key(key)).build(self.backend());
        self.write(Write::new(statement).telling(self.note::<T>(key))).await?;
        Ok(())
    }
}

impl Sql {
    /// The step that adds a row.
    pub(crate) fn addition<T: Table>(&self, value: T) -> Write {
        let row = Row::<T>::from(Stored { value, revision: self.first_revision() });
        Write::new(T::Entity::insert(row.into_active_model()).build(self.backend()))
    }

    /// The step that replaces a row which nobody has changed since it was read.
    pub(crate) fn replacement<T: Table>(&self, stored: Stored<T>) -> Write {
        let update = update(stored);
        Write::new(StatementBuilder::build(&update, &self.backend())).or_conflict()
    }

    /// The revision of a new row, far from those of any row that had the same key before it: whoever
    /// has read that one cannot replace this one.
    fn first_revision(&self) -> u64 {
        self.births.fetch_add(REVISION_GAP, Ordering::Relaxed)
    }

    fn note<T: Table>(&self, key: &T::Key) -> Option<Statement> {
        let (kind, name) = T::change(key)?;
        Some(changes::note(kind, name, self.clock.now()).build(self.backend()))
    }
}

/// Replaces a row that nobody has changed since it was read.
pub(crate) fn update<T: Table>(stored: Stored<T>) -> UpdateStatement {
    let (key, read_at) = (stored.value.key(), stored.revision);
    let row = Row::<T>::from(Stored { revision: read_at.saturating_add(1), ..stored });
    let mut draft = row.into_active_model().reset_all();
    for column in <T::Entity as EntityTrait>::PrimaryKey::iter() {
        draft.not_set(column.into_column());
    }
    for column in T::FIXED {
        draft.not_set(*column);
    }
    T::Entity::update_many()
        .set(draft)
        .filter(T::with_key(&key))
        .filter(Expr::col("revision").eq(signed(read_at)))
        .into_query()
}

/// The later of what a row holds and what was to be inserted in its place.
pub(crate) fn later<E: EntityTrait>(table: E, column: E::Column) -> Expr {
    let held = || Expr::col((table, column));
    let offered = || Expr::col(("excluded", column));
    Expr::case(held().gt(offered()), held()).finally(offered()).into()
}
