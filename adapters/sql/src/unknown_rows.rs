//! Rows that a later version has written: during an upgrade, processes of both share the store.

use std::sync::PoisonError;

use ports::outbound::StoreError;

use crate::Sql;

/// A row of a kind that this version does not know.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct UnknownKind {
    pub(crate) entity: &'static str,
    pub(crate) kind: String,
    pub(crate) name: String,
}

impl From<UnknownKind> for StoreError {
    fn from(UnknownKind { entity, kind, name }: UnknownKind) -> Self {
        let source = format!("`{kind}` is an unknown kind").into();
        Self::Corrupt { entity, key: format!("{kind} {name}"), source }
    }
}

impl Sql {
    /// Keeps the changes that are understood. A row of an unknown kind must not keep the others
    /// from arriving.
    pub(crate) fn understood<R, T>(&self, rows: Vec<R>) -> Vec<T>
    where
        T: TryFrom<R, Error = UnknownKind>,
    {
        let understand = |row| T::try_from(row).map_err(|stranger| self.pass_over(stranger)).ok();
        rows.into_iter().filter_map(understand).collect()
    }

    /// Says so once for each kind, however much of it there is.
    fn pass_over(&self, UnknownKind { entity, kind, .. }: UnknownKind) {
        let mut passed_over = self.passed_over.lock().unwrap_or_else(PoisonError::into_inner);
        if passed_over.insert((entity, kind.clone())) {
            tracing::warn!(entity, kind, "a newer version writes news that this one cannot read");
        }
    }
}
