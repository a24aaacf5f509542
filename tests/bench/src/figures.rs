//! Every figure, in the order of the table.

use std::{env, fs, path::Path};

use crate::{
    Outcome,
    browser::Browser,
    ceiling::CLIENT,
    http::{self, Connection, Question},
    load::{CONNECTIONS, Load, Round, drive},
    oauth::{self, Client, Refreshing},
    postgres::{self, By},
    process::Server,
    single::{self, SignIn},
    sqlite,
    table::{self, Figure},
};

/// Each pair of servers is measured so often, in turn; the best of each counts.
const ROUNDS: usize = 3;

/// The number of different tokens that are introspected.
const TOKENS: usize = 2_000;

const METADATA: &str = "/.well-known/oauth-authorization-server";
const JWKS: &str = "/.well-known/jwks.json";

/// A server and what it is asked.
struct Asked<'a> {
    server: &'a Server,
    questions: Vec<Question>,
}

/// Measures everything, and prints the table.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure(binary: &Path, folder: &Path) -> Outcome<()> {
    let (binary, folder) = (&binary.canonicalize()?, &folder.canonicalize()?);
    let home = folder.join("es256");
    let server = Server::portcullis(binary, &home, "ES256").await?;
    let ceiling = ceiling_beside(&server, "ES256", &folder.join("ceiling-es256")).await?;
    let mut figures = Vec::new();
    say("client credentials, ES256");
    let (ours, limit) = client_credentials(&server, &ceiling).await?;
    figures.push(rates("client_credentials ES256", ours, limit, 0.6));
    figures.push(Figure::bound("  its p99", millis(ours), "ms", 5.0));
    figures.push(rs256(binary, folder).await?);
    figures.extend(refresh(&server, &folder.join("rotations")).await?);
    figures.extend(refresh_on_postgres(binary, &folder.join("postgres")).await?);
    figures.push(introspection(&server, &ceiling).await?);
    figures.extend(documents(&server, &ceiling).await?);
    say("sign-ins");
    let SignIn { whole, hash } = single::sign_in(&server).await?;
    figures.push(Figure::bound("sign-in without its hash", whole - hash, "ms", 7.0));
    drop(ceiling);
    server.stop()?;
    say("starts");
    let (start, memory) = single::start(binary, &home).await?;
    figures.push(Figure::bound("idle memory", memory, "MiB", 20.0));
    figures.push(Figure::bound("start to first answer", start, "ms", 200.0));
    say("memory of sign-ins");
    let grown = single::memory_of_sign_ins(binary, &folder.join("sign-ins")).await?;
    figures.push(Figure::bound("memory, 1000 sign-ins after one", grown, "% more", 10.0));
    println!(
        "{CONNECTIONS} connections; the best of {ROUNDS} rounds; median sign-in {whole:.1} ms"
    );
    println!("of wall time, of which the password hash takes {hash:.1} ms\n");
    table::print(&figures);
    Ok(())
}

async fn rs256(binary: &Path, folder: &Path) -> Outcome<Figure> {
    say("client credentials, RS256");
    let server = Server::portcullis(binary, &folder.join("rs256"), "RS256").await?;
    let ceiling = ceiling_beside(&server, "RS256", &folder.join("ceiling-rs256")).await?;
    let (ours, limit) = client_credentials(&server, &ceiling).await?;
    Ok(rates("client_credentials RS256", ours, limit, 0.7))
}

async fn client_credentials(server: &Server, ceiling: &Server) -> Outcome<(Load, Load)> {
    let ours = Client::register(server.address).await?.token("/oauth/token")?;
    let theirs = Client::new(CLIENT.0, CLIENT.1).token("/token")?;
    compare(
        &Asked { server, questions: vec![ours] },
        &Asked { server: ceiling, questions: vec![theirs] },
    )
    .await
}

async fn introspection(server: &Server, ceiling: &Server) -> Outcome<Figure> {
    say("introspection");
    let ours = Client::register(server.address).await?;
    let theirs = Client::new(CLIENT.0, CLIENT.1);
    let our_tokens = ours.tokens(server.address, "/oauth/token", TOKENS).await?;
    let their_tokens = theirs.tokens(ceiling.address, "/token", TOKENS).await?;
    let ask = |client: &Client, path, tokens: &[String]| -> Outcome<Vec<_>> {
        tokens.iter().map(|token| client.introspection(path, token)).collect()
    };
    let (ours, limit) = compare(
        &Asked { server, questions: ask(&ours, "/oauth/introspect", &our_tokens)? },
        &Asked { server: ceiling, questions: ask(&theirs, "/introspect", &their_tokens)? },
    )
    .await?;
    Ok(rates("introspection", ours, limit, 0.9))
}

async fn documents(server: &Server, ceiling: &Server) -> Outcome<Vec<Figure>> {
    let documents = [("metadata", METADATA, "/metadata"), ("JWKS", JWKS, "/jwks")];
    let mut figures = Vec::new();
    for (name, ours, theirs) in documents {
        say(name);
        let (ours, limit) = compare(
            &Asked { server, questions: vec![http::get(ours)?] },
            &Asked { server: ceiling, questions: vec![http::get(theirs)?] },
        )
        .await?;
        figures.push(rates(name, ours, limit, 0.85));
    }
    Ok(figures)
}

/// Refreshing, beside what SQLite does with the same promise, and with the weaker one for comparison.
/// Signing an ID token with RS256 costs more than all the rest, so that is measured apart.
async fn refresh(server: &Server, folder: &Path) -> Outcome<[Figure; 3]> {
    say("refresh");
    let mut es256 = signed_in(server, "ES256").await?;
    let mut rs256 = signed_in(server, "RS256").await?;
    let (mut ours, mut slower) = (0.0_f64, 0.0_f64);
    let (mut full, mut normal) = (0.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        es256 = refresh_once(server, es256, &mut ours).await?;
        rs256 = refresh_once(server, rs256, &mut slower).await?;
        full = full.max(sqlite::rotations(folder, "FULL")?);
        normal = normal.max(sqlite::rotations(folder, "NORMAL")?);
    }
    Ok([
        Figure::rate("refresh, beside SQLite FULL", ours, full, 1.1),
        Figure::beside("  beside SQLite NORMAL", ours, normal),
        Figure::beside("  with an RS256 ID token, beside FULL", slower, full),
    ])
}

/// Refreshing with the data on PostgreSQL, beside what a bare client gets done there: the same three
/// steps in a transaction, and all of them in one statement.
async fn refresh_on_postgres(binary: &Path, folder: &Path) -> Outcome<[Figure; 2]> {
    let url = env::var("TEST_POSTGRES_URL")
        .map_err(|_| "TEST_POSTGRES_URL names no PostgreSQL: run this by tests/bench/run")?;
    say("refresh on PostgreSQL");
    let server = Server::on(Some(&url), binary, folder, "ES256").await?;
    let mut scripts = signed_in(&server, "ES256").await?;
    let (mut ours, mut one, mut three) = (0.0_f64, 0.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        scripts = refresh_once(&server, scripts, &mut ours).await?;
        one = one.max(postgres::rotations(&url, By::Statement).await?);
        three = three.max(postgres::rotations(&url, By::Transaction).await?);
    }
    server.stop()?;
    Ok([
        Figure::rate("refresh, beside PostgreSQL", ours, three, 0.5),
        Figure::beside("  beside a single statement there", ours, one),
    ])
}

/// One round; `best` is raised to its rate.
async fn refresh_once(
    server: &Server,
    scripts: Vec<Refreshing>,
    best: &mut f64,
) -> Outcome<Vec<Refreshing>> {
    let (load, scripts) = drive(server.address, scripts).await?;
    *best = best.max(load.per_second);
    Ok(scripts)
}

/// As many people as there are connections, each with a refresh token.
async fn signed_in(server: &Server, algorithm: &str) -> Outcome<Vec<Refreshing>> {
    let client = oauth::register_public(server.address, algorithm).await?;
    let mut browser = Browser::open(server.address).await?;
    let mut scripts = Vec::new();
    for _ in 0..CONNECTIONS {
        let token = browser.sign_in(&client).await?.text("refresh_token")?;
        scripts.push(Refreshing { client: client.clone(), token });
    }
    Ok(scripts)
}

/// A ceiling server that serves documents of the same size.
async fn ceiling_beside(server: &Server, algorithm: &str, folder: &Path) -> Outcome<Server> {
    sqlite::fill(folder)?;
    let mut connection = Connection::open(server.address).await?;
    for (name, path) in [("metadata", METADATA), ("jwks", JWKS)] {
        let document = connection.ask(http::get(path)?).await?.success()?;
        fs::write(folder.join(name), document.body)?;
    }
    Server::ceiling(algorithm, folder).await
}

async fn compare(ours: &Asked<'_>, theirs: &Asked<'_>) -> Outcome<(Load, Load)> {
    let mut best: Option<(Load, Load)> = None;
    for _ in 0..ROUNDS {
        let (our, _) = drive(ours.server.address, Round::each(&ours.questions)).await?;
        let (their, _) = drive(theirs.server.address, Round::each(&theirs.questions)).await?;
        let better = |old: Load, new: Load| if new.per_second > old.per_second { new } else { old };
        best = Some(best.map_or((our, their), |(a, b)| (better(a, our), better(b, their))));
    }
    Ok(best.expect("there is at least one round"))
}

fn rates(name: &'static str, ours: Load, limit: Load, wanted: f64) -> Figure {
    Figure::rate(name, ours.per_second, limit.per_second, wanted)
}

fn millis(load: Load) -> f64 {
    load.p99.as_secs_f64() * 1000.0
}

fn say(what: &str) {
    eprintln!("measuring {what}");
}
