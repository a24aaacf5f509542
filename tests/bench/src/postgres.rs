//! The rate at which PostgreSQL alone updates a table of refresh tokens, with as many clients as
//! call the server.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls, Statement};

use crate::{Outcome, load::CONNECTIONS, stopwatch::Stopwatch};

const SCHEMA: &str = "drop table if exists tokens;
    create table tokens (id bigserial primary key, digest bytea not null unique, family bytea not null,
        client text not null, subject text not null, expires_at bigint not null, spent bigint);
    create index tokens_family on tokens (family);";
const SELECT: &str = "select id, family from tokens where digest = $1";
const SPEND: &str = "update tokens set spent = 1 where id = $1 and spent is null";
const INSERT: &str = "insert into tokens (digest, family, client, subject, expires_at)
    values ($1, $2, 'client', 'subject', 1800000000)";
/// The same as the three, in one.
const ROTATE: &str = "with old as
        (update tokens set spent = 1 where digest = $1 and spent is null returning family)
    insert into tokens (digest, family, client, subject, expires_at)
    select $2, family, 'client', 'subject', 1800000000 from old";

const MEASURED: Duration = Duration::from_secs(3);

/// The statements that rotate a token.
#[derive(Clone, Copy)]
pub(crate) enum By {
    /// In one statement, which is committed by itself.
    Statement,
    /// In a transaction: find it, spend it, add the next.
    Transaction,
}

/// Measures the rotations per second, with a token for each client.
pub(crate) async fn rotations(url: &str, by: By) -> Outcome<f64> {
    connect(url).await?.batch_execute(SCHEMA).await?;
    let mut clients = JoinSet::new();
    for family in 0..u32::try_from(CONNECTIONS)? {
        let rotating = Rotating::begin(connect(url).await?, family).await?;
        clients.spawn(rotating.go_on(by));
    }
    let mut per_second = 0.0;
    while let Some(done) = clients.join_next().await {
        per_second += done??;
    }
    connect(url).await?.batch_execute("drop table tokens").await?;
    Ok(per_second)
}

async fn connect(url: &str) -> Outcome<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// One client, and the token it has got.
struct Rotating {
    client: Client,
    family: u32,
    generation: u32,
    prepared: Prepared,
}

struct Prepared {
    select: Statement,
    spend: Statement,
    insert: Statement,
    rotate: Statement,
}

impl Rotating {
    async fn begin(client: Client, family: u32) -> Outcome<Self> {
        let prepared = Prepared {
            select: client.prepare(SELECT).await?,
            spend: client.prepare(SPEND).await?,
            insert: client.prepare(INSERT).await?,
            rotate: client.prepare(ROTATE).await?,
        };
        let rotating = Self { client, family, generation: 0, prepared };
        let (digest, family) = (rotating.digest(0), family.to_be_bytes().to_vec());
        rotating.client.execute(&rotating.prepared.insert, &[&digest, &family]).await?;
        Ok(rotating)
    }

    /// Rotates until the time is up: how often a second.
    async fn go_on(mut self, by: By) -> Outcome<f64> {
        let (clock, mut done) = (Stopwatch::start(), 0);
        while clock.elapsed() < MEASURED {
            let (old, new) = (self.digest(self.generation), self.digest(self.generation + 1));
            let rotated = match by {
                By::Statement => self.client.execute(&self.prepared.rotate, &[&old, &new]).await?,
                By::Transaction => self.in_three_steps(&old, &new).await?,
            };
            if rotated != 1 {
                return Err("the token is gone".into());
            }
            self.generation += 1;
            done += 1;
        }
        Ok(f64::from(done) / clock.elapsed().as_secs_f64())
    }

    async fn in_three_steps(&mut self, old: &Vec<u8>, new: &Vec<u8>) -> Outcome<u64> {
        let transaction = self.client.transaction().await?;
        let found = transaction.query_one(&self.prepared.select, &[old]).await?;
        let (id, family): (i64, Vec<u8>) = (found.get(0), found.get(1));
        transaction.execute(&self.prepared.spend, &[&id]).await?;
        let added = transaction.execute(&self.prepared.insert, &[new, &family]).await?;
        transaction.commit().await?;
        Ok(added)
    }

    fn digest(&self, generation: u32) -> Vec<u8> {
        let name = [self.family.to_be_bytes(), generation.to_be_bytes()].concat();
        digest(&SHA256, &name).as_ref().to_vec()
    }
}
