//! [`Changes`] as a table that is only added to.
//!
//! A file of SQLite has one writer at a time, so its rows are numbered in the order in which they become
//! visible, and the last number says where the news ends. On a server of PostgreSQL a row may become
//! visible after others that were numbered later; there every row says which transaction has written
//! it, and a snapshot of the transactions that were visible says where the news ends.

mod entity;

use async_trait::async_trait;
use domain::{Revocation, Timestamp};
use ports::outbound::{Changes, Cursor, News, StoreError};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    DbBackend, EntityTrait, FromQueryResult, Insert, QueryResult, Statement,
};

use self::entity::{ActiveModel, Column, Told};
pub(crate) use self::entity::{Entity, Kind};
use crate::{Sql, failure::failed};

/// The column of the time from which a row's age is counted. A process that has not read the
/// changes for that long must read everything again anyway.
pub(crate) const EXPIRY: Column = Column::At;

/// Selects the rows that are not in PostgreSQL's snapshot `$1` and are visible now, with a snapshot
/// of now.
const FROM_SERVER: &str = "\
    SELECT pg_current_snapshot()::text AS until, kind, name, expires_at \
    FROM (SELECT 1) AS one LEFT JOIN news ON \
    xid >= pg_snapshot_xmin($1::pg_snapshot)::text::bigint \
    AND NOT pg_visible_in_snapshot(xid::text::xid8, $1::pg_snapshot)";
/// Selects the rows with a higher number than `?`, with their numbers.
const FROM_FILE: &str = "\
    SELECT CAST(id AS TEXT) AS until, kind, name, expires_at FROM news \
    WHERE id > CAST(? AS INTEGER) ORDER BY id";

/// Notes that something has changed.
pub(crate) fn note(kind: Kind, name: &str, at: Timestamp) -> Insert<ActiveModel> {
    insert(kind.as_str(), name, None, at)
}

/// Notes that something was revoked.
pub(crate) fn note_revocation(revocation: &Revocation, at: Timestamp) -> Insert<ActiveModel> {
    let (kind, name) = revocation.what.parts();
    insert(kind, name, Some(revocation.expires_at), at)
}

fn insert(
    kind: &str,
    name: &str,
    expires_at: Option<Timestamp>,
    at: Timestamp,
) -> Insert<ActiveModel> {
    Entity::insert(ActiveModel {
        id: NotSet,
        kind: Set(kind.to_owned()),
        name: Set(name.to_owned()),
        expires_at: Set(expires_at.map(Timestamp::as_unix)),
        at: Set(at.as_unix()),
    })
}

#[async_trait]
impl Changes for Sql {
    async fn end(&self) -> Result<Cursor, StoreError> {
        let backend = self.backend();
        let end = Statement::from_string(
            backend,
            match backend {
                DbBackend::Postgres => "SELECT pg_current_snapshot()::text AS until",
                _ => "SELECT CAST(coalesce(max(id), 0) AS TEXT) AS until FROM news",
            },
        );
        let rows = self.reads.rows(end).await.map_err(failed)?;
        let end = rows.first().map(until).transpose()?;
        end.ok_or_else(|| StoreError::Unavailable("it does not say where the news ends".into()))
    }

    async fn since(&self, seen: &Cursor) -> Result<News, StoreError> {
        let backend = self.backend();
        let ask = if backend == DbBackend::Postgres { FROM_SERVER } else { FROM_FILE };
        let ask = Statement::from_sql_and_values(backend, ask, [seen.as_str().into()]);
        let rows = self.reads.rows(ask).await.map_err(failed)?;
        let until = rows.last().map(until).transpose()?.unwrap_or_else(|| seen.clone());
        // A server answers with one row of nothing when there is no news.
        let told =
            rows.iter().filter_map(|row| Told::from_query_result_optional(row, "").transpose());
        let told = told.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        Ok(News { changes: self.understood(told), until })
    }
}

fn until(row: &QueryResult) -> Result<Cursor, StoreError> {
    row.try_get("", "until").map(Cursor::new).map_err(failed)
}
