//! Figures of one at a time: a sign-in, a start, a footprint.

use std::{path::Path, time::Duration};

use argon2::Argon2;

use crate::{
    Outcome,
    browser::Browser,
    http::{self, Connection},
    oauth,
    process::{PASSWORD, Server},
    stopwatch::Stopwatch,
};

const SIGN_INS: usize = 30;
const MANY_SIGN_INS: usize = 1_000;
const STARTS: usize = 5;

/// The duration of a sign-in, in milliseconds.
pub(crate) struct SignIn {
    /// All of it: wall time at the client, one request after the other.
    pub(crate) whole: f64,
    /// A password hash at the cost that the server uses, which is a part of it.
    pub(crate) hash: f64,
}

/// Signs in people whom the server has not seen, and hashes a password in between, so that both
/// find the machine in the same mood.
pub(crate) async fn sign_in(server: &Server) -> Outcome<SignIn> {
    let client = oauth::register_public(server.address, "RS256").await?;
    let (mut whole, mut hash) = (Vec::new(), Vec::new());
    for _ in 0..SIGN_INS {
        let mut browser = Browser::open(server.address).await?;
        let clock = Stopwatch::start();
        browser.sign_in(&client).await?;
        whole.push(clock.elapsed());
        hash.push(password_hash()?);
    }
    Ok(SignIn { whole: median(whole), hash: median(hash) })
}

/// Measures by how much the server's memory grows from the first to the last of many sign-ins, in
/// percent.
pub(crate) async fn memory_of_sign_ins(binary: &Path, folder: &Path) -> Outcome<f64> {
    let server = Server::portcullis(binary, folder, "ES256").await?;
    let client = oauth::register_public(server.address, "RS256").await?;
    Browser::open(server.address).await?.sign_in(&client).await?;
    let after_one = server.resident_mib()?;
    for _ in 1..MANY_SIGN_INS {
        Browser::open(server.address).await?.sign_in(&client).await?;
    }
    let grown = (server.resident_mib()? / after_one - 1.0) * 100.0;
    server.stop()?;
    Ok(grown)
}

fn password_hash() -> Outcome<Duration> {
    let clock = Stopwatch::start();
    let hashed = Argon2::default().hash_password_into(PASSWORD.as_bytes(), &[7; 16], &mut [0; 32]);
    hashed.map_err(|error| error.to_string())?;
    Ok(clock.elapsed())
}

/// From the start of the process to its first answer, in milliseconds, and its memory when it has
/// given one more, in MiB. The database is there already.
pub(crate) async fn start(binary: &Path, folder: &Path) -> Outcome<(f64, f64)> {
    let (mut took, mut resident) = (Vec::new(), 0.0);
    for _ in 0..STARTS {
        let server = Server::portcullis(binary, folder, "ES256").await?;
        let mut connection = Connection::open(server.address).await?;
        connection.ask(http::get("/.well-known/oauth-authorization-server")?).await?.success()?;
        took.push(server.started_in);
        resident = server.resident_mib()?.max(resident);
        server.stop()?;
    }
    Ok((median(took), resident))
}

/// The middle one, in milliseconds.
fn median(mut took: Vec<Duration>) -> f64 {
    took.sort_unstable();
    took[took.len() / 2].as_secs_f64() * 1000.0
}
