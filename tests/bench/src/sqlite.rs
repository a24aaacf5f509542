//! The rate at which SQLite alone updates a table of refresh tokens.

use std::{fs, path::Path, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Outcome, stopwatch::Stopwatch};

/// Finds a token by its digest.
pub(crate) const SELECT: &str = "select id, family from tokens where digest = ?1";

const SCHEMA: &str = "create table if not exists tokens (id integer primary key, digest blob not null unique,
    family blob not null, client text not null, subject text not null, expires_at integer not null, spent integer);
    create index if not exists tokens_family on tokens (family);";
const INSERT: &str = "insert into tokens (digest, family, client, subject, expires_at)
    values (?1, ?2, 'client', 'subject', 1800000000)";
const SPEND: &str = "update tokens set spent = 1 where id = ?1";

/// The number of tokens at the start.
const TOKENS: u32 = 10_000;
const MEASURED: Duration = Duration::from_secs(3);

/// Opens the database of a folder.
pub(crate) fn open(folder: &Path, synchronous: &str) -> rusqlite::Result<Connection> {
    let connection = Connection::open(folder.join("tokens.db"))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "busy_timeout", 5000)?;
    connection.execute_batch(SCHEMA)?;
    Ok(connection)
}

/// Fills the database of a folder, made anew.
pub(crate) fn fill(folder: &Path) -> Outcome<()> {
    fs::create_dir_all(folder)?;
    let mut connection = open(folder, "NORMAL")?;
    let transaction = connection.transaction()?;
    for index in 0..TOKENS {
        let digest = digest_of(index);
        transaction.prepare_cached(INSERT)?.execute(params![digest, &digest[..16]])?;
    }
    Ok(transaction.commit()?)
}

/// Measures the rotations per second of one writer: find the token, spend it, add the next.
pub(crate) fn rotations(folder: &Path, synchronous: &str) -> Outcome<f64> {
    fill(folder)?;
    let mut connection = open(folder, synchronous)?;
    let clock = Stopwatch::start();
    let mut done = 0;
    while clock.elapsed() < MEASURED {
        rotate(&mut connection, done)?;
        done += 1;
    }
    let rate = f64::from(done) / clock.elapsed().as_secs_f64();
    drop(connection);
    fs::remove_dir_all(folder)?;
    Ok(rate)
}

fn rotate(connection: &mut Connection, index: u32) -> Outcome<()> {
    let transaction = connection.transaction()?;
    let found = transaction
        .prepare_cached(SELECT)?
        .query_row([digest_of(index)], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    let (id, family) = found.ok_or("the token is gone")?;
    transaction.prepare_cached(SPEND)?.execute([id])?;
    transaction.prepare_cached(INSERT)?.execute(params![digest_of(TOKENS + index), family])?;
    Ok(transaction.commit()?)
}

fn digest_of(index: u32) -> Vec<u8> {
    digest(&SHA256, &index.to_be_bytes()).as_ref().to_vec()
}
